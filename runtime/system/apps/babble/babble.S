# Bad: sends every request with garbage as parameters, requests that there are not, calls without the page, and faults
# that it did not have; it reads answers that were not given. The last one ends it.
.equ Page, 2048

    .globl  main
main:
    li      s0, 63                      # one less than the first request
    li      s3, 0x12345
1:  la      t0, CANTRIP_SDK_PARAMS
    lw      t1, 0(t0)
    li      t2, Page
    add     t2, t1, t2
2:  li      t3, 1103515245
    mul     s3, s3, t3
    li      t3, 12345
    add     s3, s3, t3
    srli    t3, s3, 16
    sb      t3, 0(t1)
    addi    t1, t1, 1
    bltu    t1, t2, 2b
    addi    s0, s0, 1
    li      t0, 72                      # what waits would wait for ever
    beq     s0, t0, 1b
    li      t0, 77
    beq     s0, t0, 1b
    li      t0, 89                      # and what ends it would end it
    beq     s0, t0, 1b
    li      a1, 1 << 7
    call    request
    li      a1, 0                       # without the page
    call    request
    li      t0, 120
    bltu    s0, t0, 1b
    li      s0, 0xfffff
    li      a1, 1 << 7
    call    request
    li      s0, 6                       # a fault
    li      a1, 0
    call    request
    unimp

# Request s0; a1 has the number of capabilities.
request:
    la      t0, cantrip_ipc_buffer
    lw      t0, 0(t0)
    la      t1, CANTRIP_SDK_FRAME
    lw      t1, 0(t1)
    sw      t1, 488(t0)
    la      t0, CANTRIP_SDK_ENDPOINT
    lw      a0, 0(t0)
    slli    t1, s0, 12
    or      a1, a1, t1
    li      a7, -1
    ecall
    ret
