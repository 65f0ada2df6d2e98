# Loops for ever without a system call.
    .globl _start
_start:
    addi    s0, s0, 1
    j       _start
