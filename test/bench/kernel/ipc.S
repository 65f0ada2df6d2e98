# Call and ReplyRecv: a round trip of four words each way, between two address spaces. The server is passive: it
# runs on the time of who calls it, as servers on seL4 with MCS do.

    .include "child.inc.S"
    .equ    COUNT, 200000

main:
    call    start_child
    slot    a0, PONG                    # until it waits for a call
    li      a7, seL4_SysWait
    ecall
    slot    a0, CHILD_TIME
    invoke  SchedContextUnbind, 0, 0
    must_succeed
    li      s4, COUNT
    begin
1:  slot    a0, ENDPOINT
    li      a1, 4
    mv      a2, s4
    li      a7, seL4_SysCall
    ecall
    bne     a2, s4, failed
    addi    s4, s4, -1
    bnez    s4, 1b
    end

    .balign 4096
child:
    li      t0, CHILD_PONG              # signal, and wait for a call, in one
    li      a0, CHILD_ENDPOINT
    li      a1, 0
    li      a6, CHILD_REPLY
    li      a7, seL4_SysNBSendRecv
    ecall
1:  li      a0, CHILD_ENDPOINT
    li      a1, 4
    li      a7, seL4_SysReplyRecv
    ecall
    j       1b
    .balign 4096
