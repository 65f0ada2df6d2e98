# On board virt, without a kernel: a character is an interrupt of the UART, which is claimed before it is read.
    .globl _start
_start:
    li      s0, 0x10000000
    li      s1, 0x0c000000
    li      t0, 1
    sb      t0, 1(s0)           # IER: received data
    sw      t0, 40(s1)          # priority of source 10
    li      t1, 0x0c002000
    li      t2, 0x400
    sw      t2, (t1)            # enable source 10 in M-mode
    li      s2, 0x0c200004
waiting:
    nop
    lw      a0, (s2)            # claim
    lbu     a1, (s0)            # the character
taken:
    j       taken
