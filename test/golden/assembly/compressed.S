/* Which instructions become two bytes by themselves, and which look as if they could but do not. */
    .text
    addi a0, a0, 1
    addi a0, a0, 31
    addi a0, a0, 32
    addi a0, a0, 0
    addi a0, a0, 0xffffffff
    add a0, a0, 0
    add a0, a0, 5
    addi sp, sp, -64
    addi sp, sp, 496
    addi a0, sp, 4
    addi a0, sp, 1020
    addi t0, sp, 4
    addi a0, zero, -1
    li a0, 31
    li a0, 32
    li a0, -1
    li a0, 0xffffffff
    li a0, 4096
    li a0, 0x1f000
    li a0, 0x20000
    li sp, 4096
    li a0, 0x7fffffff
    mv a0, a1
    mv a0, zero
    mv zero, a0
    add a0, zero, a1
    add a0, a1, zero
    add a0, a0, a1
    add a0, a1, a0
    sub s0, s0, s1
    sub a7, a7, s1
    xor s0, s1, s0
    or s0, s0, s1
    and s0, s0, s1
    andi a0, a0, -1
    slli a0, a0, 3
    slli a0, a0, 0
    srli a0, a0, 3
    srai a0, a0, 31
    lui a0, 1
    lui a0, 0xfffff
    lui a0, 32
    lui sp, 1
    lw a0, 0(sp)
    lw a0, 252(sp)
    lw a0, 256(sp)
    lw zero, 0(sp)
    lw a0, 124(a1)
    lw a0, 128(a1)
    lw t0, 0(a1)
    sw a0, 252(sp)
    sw a0, 124(s1)
    sw zero, 0(sp)
    jr ra
    jalr t0
    jalr ra, 0(t0)
    jalr zero, 0(ra)
    ret
    nop
    ebreak
    unimp
0:  j 0b
    jal 0b
    beqz a0, 0b
    bnez s1, 1f
    beq a0, zero, 1f
    beqz t0, 1f
    bne a0, a1, 1f
1:  c.addi a0, -32
    c.li t0, 31
    c.lui a0, 0xfffe0
    c.slli t0, 31
    c.srli a0, 1
    c.srai a0, 31
    c.andi a0, -32
    c.mv a0, t0
    c.add a0, t0
    c.sub a0, a1
    c.xor a0, a1
    c.or a0, a1
    c.and a0, a1
    c.addi16sp sp, -512
    c.addi4spn a0, sp, 1020
    c.lw a0, 124(a1)
    c.sw a0, 124(a1)
    c.lwsp t0, 252(sp)
    c.swsp t0, 252(sp)
    c.jr t0
    c.jalr t0
    c.j 1b
    c.jal 1b
    c.beqz a0, 1b
    c.bnez a0, 1b
    c.nop
    c.ebreak
