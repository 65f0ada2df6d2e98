# Does not assemble: there is no such instruction.
    .globl _start
_start:
    li      a0, 1
    adi     a0, a0, 1
