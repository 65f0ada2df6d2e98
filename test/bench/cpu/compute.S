# Compute: what integer code does most of the time. A bitwise CRC-32 over a buffer, a 12 x 12 matrix product,
# an insertion sort and calls of a small recursive function, round after round. No traps, no devices.
# Leaves a checksum at `checksum`, and ends through the test device of the virt board.

        .equ    ROUNDS, 12000
        .equ    SIZE, 12

        .text
        .globl  _start
_start:
        la      sp, stack_top
        li      s0, ROUNDS
        li      s1, 0                   # checksum
round:
        mv      a0, s0
        call    fill
        call    crc
        add     s1, s1, a0
        call    multiply
        xor     s1, s1, a0
        call    sort
        add     s1, s1, a0
        li      a0, 9
        call    fibonacci
        add     s1, s1, a0
        slli    a1, s1, 7               # rotate, so that the order of rounds matters
        srli    s1, s1, 25
        or      s1, s1, a1
        addi    s0, s0, -1
        bnez    s0, round

        la      a0, checksum
        sw      s1, 0(a0)
        li      a0, 0x100000            # the test device
        li      a1, 0x5555              # success: power off
        sw      a1, 0(a0)
halt:   j       halt

# Fills the buffer with a linear congruential sequence that starts from a0.
fill:
        la      a1, buffer
        li      a2, 288
        li      a3, 1664525
        li      a4, 1013904223
1:      mul     a0, a0, a3
        add     a0, a0, a4
        sw      a0, 0(a1)
        addi    a1, a1, 4
        addi    a2, a2, -1
        bnez    a2, 1b
        ret

# CRC-32 of the first 256 bytes of the buffer, bit by bit, in a0.
crc:
        la      a1, buffer
        addi    a2, a1, 256
        li      a3, 0xedb88320
        li      a0, -1
1:      lbu     a4, 0(a1)
        xor     a0, a0, a4
        li      a5, 8
2:      andi    a4, a0, 1
        srli    a0, a0, 1
        beqz    a4, 3f
        xor     a0, a0, a3
3:      addi    a5, a5, -1
        bnez    a5, 2b
        addi    a1, a1, 1
        bltu    a1, a2, 1b
        not     a0, a0
        ret

# The sum of the elements of the product of the two matrices at the start of the buffer, in a0.
multiply:
        li      a0, 0
        la      a1, buffer              # row of the left matrix
        li      t0, SIZE
1:      li      t1, 0                   # column of the right matrix
2:      la      a2, buffer + SIZE * SIZE * 4
        slli    t2, t1, 2
        add     a2, a2, t2
        mv      a3, a1
        li      t3, SIZE
        li      t4, 0
3:      lw      a4, 0(a3)
        lw      a5, 0(a2)
        mul     a4, a4, a5
        add     t4, t4, a4
        addi    a3, a3, 4
        addi    a2, a2, SIZE * 4
        addi    t3, t3, -1
        bnez    t3, 3b
        xor     a0, a0, t4
        addi    t1, t1, 1
        li      t2, SIZE
        bltu    t1, t2, 2b
        addi    a1, a1, SIZE * 4
        addi    t0, t0, -1
        bnez    t0, 1b
        ret

# Sorts the first 64 words of the buffer by insertion; the middle one in a0.
sort:
        la      a1, buffer
        addi    a2, a1, 4               # first word that is not in order yet
        addi    a3, a1, 256
1:      lw      a4, 0(a2)
        mv      a5, a2
2:      lw      t0, -4(a5)
        bge     a4, t0, 3f
        sw      t0, 0(a5)
        addi    a5, a5, -4
        bne     a5, a1, 2b
3:      sw      a4, 0(a5)
        addi    a2, a2, 4
        bne     a2, a3, 1b
        lw      a0, 128(a1)
        ret

# The a0-th Fibonacci number, by two calls of itself, in a0.
fibonacci:
        li      t0, 2
        bltu    a0, t0, 1f
        addi    sp, sp, -16
        sw      ra, 12(sp)
        sw      s2, 8(sp)
        sw      s3, 4(sp)
        mv      s2, a0
        addi    a0, a0, -1
        call    fibonacci
        mv      s3, a0
        addi    a0, s2, -2
        call    fibonacci
        add     a0, a0, s3
        lw      ra, 12(sp)
        lw      s2, 8(sp)
        lw      s3, 4(sp)
        addi    sp, sp, 16
1:      ret

        .data
        .balign 4096                    # data does not share a page with code, so QEMU runs at its best
checksum:
        .word   0
        .balign 64
buffer: .space  288 * 4
        .space  2048
stack_top:
