# The heap of a component in assembly or C: the bytes between `camkes_heap_start` and `camkes_heap_end`, which the
# setting `heap_size` gives. Blocks are powers of two; a free one waits in the list of its size. Threads of a
# component may allocate at the same time: each list and the end of the used part change by one atomic step.

.equ Heap_smallestBits, 4               # 16 bytes, 8 of which are the header
.equ Heap_largestBits,  26

    .text
    .globl  malloc, free, calloc, camkes_duplicate, camkes_duplicate_string
    .globl  camkes_duplicate_strings, camkes_free_strings

# a0 bytes, aligned to 8; 0 when there is no room.
malloc:
    li      t0, 1 << Heap_largestBits
    bgeu    a0, t0, no_room
    addi    a0, a0, 8
    li      t0, Heap_smallestBits
    li      t1, 1 << Heap_smallestBits
1:  bgeu    t1, a0, 2f
    slli    t1, t1, 1
    addi    t0, t0, 1
    j       1b
2:  la      t2, free_lists - 4 * Heap_smallestBits
    slli    t3, t0, 2
    add     t2, t2, t3
3:  lr.w.aq a0, (t2)
    beqz    a0, 4f
    lw      t3, 4(a0)                       # the next free block of this size
    sc.w    t4, t3, (t2)
    bnez    t4, 3b
    addi    a0, a0, 8
    ret

# None of this size is free: take it from the part that was never used.
4:  la      t2, used
    la      t5, camkes_heap_start
    la      t6, camkes_heap_end
    sub     t6, t6, t5
5:  lr.w    t3, (t2)
    add     t4, t3, t1
    bltu    t6, t4, no_room
    sc.w    a0, t4, (t2)
    bnez    a0, 5b
    add     a0, t5, t3
    sw      t0, 0(a0)
    addi    a0, a0, 8
    ret
no_room:
    li      a0, 0
    ret

# What is not of the heap stays: strings of a message that was received, and constants.
free:
    la      t0, camkes_heap_start
    bltu    a0, t0, 2f
    la      t0, camkes_heap_end
    bgeu    a0, t0, 2f
    addi    a0, a0, -8
    lw      t0, 0(a0)
    la      t1, free_lists - 4 * Heap_smallestBits
    slli    t0, t0, 2
    add     t1, t1, t0
1:  lr.w    t2, (t1)
    sw      t2, 4(a0)
    sc.w.rl t3, a0, (t1)
    bnez    t3, 1b
2:  ret

# a0 elements of a1 bytes, all zero.
calloc:
    mulhu   t0, a0, a1
    bnez    t0, no_room
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mul     a0, a0, a1
    sw      a0, 8(sp)
    call    malloc
    beqz    a0, 1f
    lw      a2, 8(sp)
    li      a1, 0
    call    memset
1:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# A copy of the string at a0.
camkes_duplicate_string:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    call    strlen
    addi    a1, a0, 1
    lw      a0, 8(sp)
    lw      ra, 12(sp)
    addi    sp, sp, 16

# A copy of a1 bytes at a0; of one zero byte when there are none.
camkes_duplicate:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    sw      a1, 4(sp)
    mv      a0, a1
    call    malloc
    beqz    a0, 1f
    sb      zero, 0(a0)
    lw      a1, 8(sp)
    lw      a2, 4(sp)
    call    memcpy
1:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# A copy of a1 strings, whose addresses are at a0; 0 when there is no room for the addresses.
camkes_duplicate_strings:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      s2, 16(sp)
    mv      s0, a0
    mv      s1, a1
    slli    a0, a1, 2
    call    malloc
    sw      a0, 12(sp)
    mv      s2, a0
    beqz    a0, 3f
1:  beqz    s1, 3f
    lw      a0, 0(s0)
    bnez    a0, 2f
    la      a0, camkes_empty
2:  call    camkes_duplicate_string
    sw      a0, 0(s2)
    addi    s0, s0, 4
    addi    s2, s2, 4
    addi    s1, s1, -1
    j       1b
3:  lw      a0, 12(sp)
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    lw      s2, 16(sp)
    addi    sp, sp, 32
    ret

# Frees a1 strings, whose addresses are at a0, and what the addresses are in.
camkes_free_strings:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      a0, 12(sp)
    mv      s0, a0
    mv      s1, a1
1:  beqz    s1, 2f
    lw      a0, 0(s0)
    call    free
    addi    s0, s0, 4
    addi    s1, s1, -1
    j       1b
2:  lw      a0, 12(sp)
    call    free
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    addi    sp, sp, 32
    ret

    .bss
    .balign 4
free_lists:
    .space  4 * (Heap_largestBits - Heap_smallestBits + 1)
used:
    .space  4
