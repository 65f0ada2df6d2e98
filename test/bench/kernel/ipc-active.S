# Call and ReplyRecv, four words each way, between two address spaces, with a server that has processor time of its
# own: each way also switches scheduling contexts.

    .include "child.inc.S"
    .equ    COUNT, 100000

main:
    call    start_child
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
    li      a0, CHILD_ENDPOINT
    li      a6, CHILD_REPLY
    li      a7, seL4_SysRecv
    ecall
1:  li      a0, CHILD_ENDPOINT
    li      a1, 4
    li      a7, seL4_SysReplyRecv
    ecall
    j       1b
    .balign 4096
