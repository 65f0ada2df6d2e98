# The functions of memory and strings that compilers call, whether a source does or not.

    .text
    .globl  memcpy, memmove, memset, memcmp, strlen, strcmp

memcpy:
    mv      t0, a0
    or      t1, a0, a1
    or      t1, t1, a2
    andi    t1, t1, 3
    add     t2, a1, a2
    beq     a1, t2, 3f
    beqz    t1, 2f
1:  lbu     t3, 0(a1)
    sb      t3, 0(t0)
    addi    a1, a1, 1
    addi    t0, t0, 1
    bltu    a1, t2, 1b
    ret
2:  lw      t3, 0(a1)
    sw      t3, 0(t0)
    addi    a1, a1, 4
    addi    t0, t0, 4
    bltu    a1, t2, 2b
3:  ret

# Parts that overlap are copied from the end that is not overwritten first.
memmove:
    bgeu    a1, a0, memcpy
    add     t0, a0, a2
    add     t1, a1, a2
1:  beq     t0, a0, 2f
    addi    t0, t0, -1
    addi    t1, t1, -1
    lbu     t2, 0(t1)
    sb      t2, 0(t0)
    j       1b
2:  ret

memset:
    add     t0, a0, a2
    mv      t1, a0
1:  bgeu    t1, t0, 2f
    sb      a1, 0(t1)
    addi    t1, t1, 1
    j       1b
2:  ret

memcmp:
    add     t0, a0, a2
1:  beq     a0, t0, 2f
    lbu     t1, 0(a0)
    lbu     t2, 0(a1)
    addi    a0, a0, 1
    addi    a1, a1, 1
    beq     t1, t2, 1b
    sub     a0, t1, t2
    ret
2:  li      a0, 0
    ret

strlen:
    mv      t0, a0
1:  lbu     t1, 0(t0)
    addi    t0, t0, 1
    bnez    t1, 1b
    sub     a0, t0, a0
    addi    a0, a0, -1
    ret

strcmp:
1:  lbu     t0, 0(a0)
    lbu     t1, 0(a1)
    addi    a0, a0, 1
    addi    a1, a1, 1
    bne     t0, t1, 2f
    bnez    t0, 1b
2:  sub     a0, t0, t1
    ret
