# A bare program that never sets mtvec and meets a word that is no instruction.
    .globl _start
_start:
    li      s0, 7
    .word   0xffffffff
    j       _start
