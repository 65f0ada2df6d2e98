/**
 * What has no instruction of its own, in assembly: linked into an object that uses it, as local symbols, so that two
 * objects never clash. All follow the calling convention and use no stack.
 */
export type RoutineName = keyof typeof routines;

/**
 * a1:a0 by a3:a2; the quotient is made in a5:a4, the remainder in a1:a0. Between words an instruction does it. By one
 * word, an instruction gives the upper word of the quotient. All else is shifted and subtracted: a bit of the lower word a
 * round, because where the divisor has two words, the upper word of the dividend is less than it.
 */
const divide = (finish: 'quotient' | 'remainder', after: string): string => `
    or      a4, a1, a3
    bnez    a4, 1f
    ${finish === 'quotient' ? 'divu' : 'remu'} a0, a0, a2
    ${after === '' ? 'ret' : 'j 5f'}
1:  mv      a4, a0
    mv      a0, a1
    li      a1, 0
    li      a5, 0
    li      a6, 32
    bnez    a3, 7f
    divu    a5, a0, a2
    remu    a0, a0, a2
2:  mv      t3, a0
    slli    a0, a0, 1
    srli    a7, a4, 31
    or      a0, a0, a7
    slli    a4, a4, 1
    bltz    t3, 3f
    bltu    a0, a2, 4f
3:  sub     a0, a0, a2
    addi    a4, a4, 1
4:  addi    a6, a6, -1
    bnez    a6, 2b
    j       8f
7:  mv      t3, a1
    slli    a1, a1, 1
    srli    a7, a0, 31
    or      a1, a1, a7
    slli    a0, a0, 1
    srli    a7, a4, 31
    or      a0, a0, a7
    slli    a4, a4, 1
    bltz    t3, 3f
    bltu    a1, a3, 4f
    bne     a1, a3, 3f
    bltu    a0, a2, 4f
3:  sltu    a7, a0, a2
    sub     a0, a0, a2
    sub     a1, a1, a3
    sub     a1, a1, a7
    addi    a4, a4, 1
4:  addi    a6, a6, -1
    bnez    a6, 7b
8:  ${finish === 'quotient' ? 'mv a0, a4\n    mv a1, a5' : ''}
    ${after === '' ? 'ret' : after}`;

/** Between absolute values; the result is negative when bit 31 of t2 is set. */
const signedDivide = (sign: string, finish: 'quotient' | 'remainder'): string => `
    ${sign}
    bgez    a1, 8f
    snez    a7, a0
    neg     a0, a0
    neg     a1, a1
    sub     a1, a1, a7
8:  bgez    a3, 9f
    snez    a7, a2
    neg     a2, a2
    neg     a3, a3
    sub     a3, a3, a7
9:  ${divide(
  finish,
  `
5:  bgez    t2, 6f
    snez    a7, a0
    neg     a0, a0
    neg     a1, a1
    sub     a1, a1, a7
6:  ret`,
)}`;

export const routines = {
  __guest_divu64: divide('quotient', ''),
  __guest_remu64: divide('remainder', ''),
  __guest_div64: signedDivide('xor t2, a1, a3', 'quotient'),
  __guest_rem64: signedDivide('mv t2, a1', 'remainder'),
  __guest_clz: `
    bnez    a0, 1f
    li      a0, 32
    ret
1:  mv      a1, a0
    li      a0, 0
    srli    a2, a1, 16
    bnez    a2, 2f
    addi    a0, a0, 16
    slli    a1, a1, 16
2:  srli    a2, a1, 24
    bnez    a2, 3f
    addi    a0, a0, 8
    slli    a1, a1, 8
3:  srli    a2, a1, 28
    bnez    a2, 4f
    addi    a0, a0, 4
    slli    a1, a1, 4
4:  srli    a2, a1, 30
    bnez    a2, 5f
    addi    a0, a0, 2
    slli    a1, a1, 2
5:  bltz    a1, 6f
    addi    a0, a0, 1
6:  ret`,
  __guest_ctz: `
    bnez    a0, 1f
    li      a0, 32
    ret
1:  mv      a1, a0
    li      a0, 0
    slli    a2, a1, 16
    bnez    a2, 2f
    addi    a0, a0, 16
    srli    a1, a1, 16
2:  slli    a2, a1, 24
    bnez    a2, 3f
    addi    a0, a0, 8
    srli    a1, a1, 8
3:  slli    a2, a1, 28
    bnez    a2, 4f
    addi    a0, a0, 4
    srli    a1, a1, 4
4:  slli    a2, a1, 30
    bnez    a2, 5f
    addi    a0, a0, 2
    srli    a1, a1, 2
5:  andi    a1, a1, 1
    bnez    a1, 6f
    addi    a0, a0, 1
6:  ret`,
  __guest_popcnt: `
    li      a1, 0x55555555
    srli    a2, a0, 1
    and     a2, a2, a1
    sub     a0, a0, a2
    li      a1, 0x33333333
    and     a2, a0, a1
    srli    a0, a0, 2
    and     a0, a0, a1
    add     a0, a0, a2
    srli    a2, a0, 4
    add     a0, a0, a2
    li      a1, 0x0f0f0f0f
    and     a0, a0, a1
    li      a1, 0x01010101
    mul     a0, a0, a1
    srli    a0, a0, 24
    ret`,
  // Words where both places are aligned alike, from whichever end does not overwrite what is still to be read.
  __guest_copy: `
    beqz    a2, 9f
    sub     a3, a0, a1
    bltu    a3, a2, 5f
    or      a3, a0, a1
    andi    a3, a3, 3
    bnez    a3, 3f
    andi    a4, a2, -4
    add     a4, a4, a0
    andi    a2, a2, 3
1:  beq     a0, a4, 2f
    lw      a3, 0(a1)
    sw      a3, 0(a0)
    addi    a0, a0, 4
    addi    a1, a1, 4
    j       1b
2:  beqz    a2, 9f
3:  add     a2, a2, a0
4:  lbu     a3, 0(a1)
    sb      a3, 0(a0)
    addi    a0, a0, 1
    addi    a1, a1, 1
    bne     a0, a2, 4b
    ret
5:  mv      a5, a0
    add     a0, a0, a2
    add     a1, a1, a2
    or      a3, a0, a1
    andi    a3, a3, 3
    bnez    a3, 7f
    addi    a4, a5, 4
6:  bltu    a0, a4, 8f
    lw      a3, -4(a1)
    sw      a3, -4(a0)
    addi    a0, a0, -4
    addi    a1, a1, -4
    j       6b
7:  lbu     a3, -1(a1)
    sb      a3, -1(a0)
    addi    a0, a0, -1
    addi    a1, a1, -1
8:  bne     a0, a5, 7b
9:  ret`,
  __guest_fill: `
    beqz    a2, 9f
    add     a2, a2, a0
    andi    a1, a1, 255
1:  andi    a3, a0, 3
    beqz    a3, 2f
    sb      a1, 0(a0)
    addi    a0, a0, 1
    bne     a0, a2, 1b
    ret
2:  slli    a3, a1, 8
    or      a3, a3, a1
    slli    a4, a3, 16
    or      a3, a3, a4
    andi    a4, a2, -4
    bgeu    a0, a4, 4f
3:  sw      a3, 0(a0)
    addi    a0, a0, 4
    bltu    a0, a4, 3b
4:  beq     a0, a2, 9f
5:  sb      a1, 0(a0)
    addi    a0, a0, 1
    bne     a0, a2, 5b
9:  ret`,
} as const;
