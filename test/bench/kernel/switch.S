# Two switches between address spaces: each side signals the other's notification and waits for its own.

    .include "child.inc.S"
    .equ    COUNT, 50000

main:
    call    start_child
    li      s4, COUNT
    begin
1:  slot    a0, PING
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
    slot    a0, PONG
    li      a7, seL4_SysWait
    ecall
    addi    s4, s4, -1
    bnez    s4, 1b
    end

    .balign 4096
child:
1:  li      a0, CHILD_PING
    li      a7, seL4_SysWait
    ecall
    li      a0, CHILD_PONG
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
    j       1b
    .balign 4096
