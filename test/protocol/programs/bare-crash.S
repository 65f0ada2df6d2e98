# A bare program that never sets mtvec and writes a read-only CSR.
    .globl _start
_start:
    li      s0, 7
    csrw    cycle, zero             # a read-only register
    j       _start
