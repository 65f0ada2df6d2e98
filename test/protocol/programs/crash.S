# A root task without a fault handler stores where nothing is mapped.
    .globl _start
_start:
    li      t0, 0x10
    li      t1, 42
    sw      t1, 0(t0)
    j       _start
