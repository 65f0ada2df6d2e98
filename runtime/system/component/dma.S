# The pool of memory for DMA of a component in assembly or C: `camkes_dma_alloc` and what belongs to it, by the names of
# CAmkES. A bit for each 64 bytes says whether they are in use; it is taken by one atomic step, so threads may allocate
# at the same time. What is given is one piece in physical memory, too; where the frames of the pool lie the kernel
# says, and is asked once for each.

    .include "sel4.inc.S"

# The record `camkes_dma_pool`, which the stubs lay out for the setting `dma_pool`.
.equ Pool_start,     0
.equ Pool_pages,     4
.equ Pool_isCached,  8
.equ Pool_frames,    12                 # slots of the frames, a word a page
.equ Pool_addresses, 16                 # physical addresses of the pages; 0 is not known yet
.equ Pool_bits,      20

.equ Unit_bits, 6
.equ Page_bits, 12

    .weak   camkes_dma_pool
    .globl  camkes_dma_alloc, camkes_dma_free, camkes_dma_get_paddr, camkes_dma_get_cptr
    .globl  camkes_dma_alloc_page, camkes_dma_free_page, camkes_dma_stats

# `camkes_dma_stats_t`, of which the low word of each number of 64 bits is counted.
.equ Stats_size,        0
.equ Stats_leastFree,   4
.equ Stats_inUse,       8
.equ Stats_requests,    32
.equ Stats_noRoom,      48
.equ Stats_otherwise,   56
.equ Stats_average,     64
.equ Stats_smallest,    68
.equ Stats_largest,     72
.equ Stats_largestAlign, 76
.equ Stats_leastAlign,  80
.equ Stats_bytes,       88              # of all requests together
.equ Stats_mostInUse,   92

    .section .text.camkes_dma_alloc_page, "ax"
camkes_dma_alloc_page:
    li      a0, 1 << Page_bits
    mv      a1, a0
    la      t0, camkes_dma_pool
    beqz    t0, 1f
    lw      a2, Pool_isCached(t0)
1:  tail    camkes_dma_alloc

    .section .text.camkes_dma_free_page, "ax"
camkes_dma_free_page:
    li      a1, 1 << Page_bits
    tail    camkes_dma_free

# The number of the page that a0 lies in is t1, and the record t0; without one t0 is 0.
    .section .text.camkes_dma_page, "ax"
page_of:
    la      t0, camkes_dma_pool
    beqz    t0, 1f
    lw      t1, Pool_start(t0)
    sub     t1, a0, t1
    srli    t1, t1, Page_bits
    lw      t2, Pool_pages(t0)
    bltu    t1, t2, 1f
    li      t0, 0
1:  ret

# The capability to the frame that a0 lies in; 0 outside of the pool.
    .section .text.camkes_dma_get_cptr, "ax"
camkes_dma_get_cptr:
    mv      a5, ra
    call    page_of
    mv      ra, a5
    li      a0, 0
    beqz    t0, 1f
    lw      t0, Pool_frames(t0)
    slli    t1, t1, 2
    add     t0, t0, t1
    lw      a0, 0(t0)
1:  ret

# Where a0 lies in physical memory; 0 outside of the pool.
    .section .text.camkes_dma_get_paddr, "ax"
camkes_dma_get_paddr:
    mv      a5, ra
    call    page_of
    mv      ra, a5
    beqz    t0, 2f
    lw      t2, Pool_frames(t0)
    lw      t3, Pool_addresses(t0)
    slli    t1, t1, 2
    add     t2, t2, t1
    add     t3, t3, t1
    slli    t4, a0, 32 - Page_bits
    srli    t4, t4, 32 - Page_bits
    lw      t5, 0(t3)
    bnez    t5, 1f
    lw      a0, 0(t2)
    li      a1, RISCVPageGetAddress << 12
    li      a7, seL4_SysCall
    ecall
    srli    t0, a1, 12
    bnez    t0, 2f
    mv      t5, a2
    sw      t5, 0(t3)
1:  add     a0, t5, t4
    ret
2:  li      a0, 0
    ret

# a0 bytes at a multiple of a1 in virtual memory, which is a power of two or 0, of memory that is cached or not as a2 says; 0 when the
# pool is another one, or has no such piece. Each request is counted by steps of their own, in no order.
    .section .text.camkes_dma_alloc, "ax"
camkes_dma_alloc:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    mv      s0, a0
    la      t0, stats
    li      t1, 1
    addi    t2, t0, Stats_requests
    amoadd.w zero, t1, (t2)
    addi    t2, t0, Stats_bytes
    amoadd.w zero, a0, (t2)
    addi    t2, t0, Stats_smallest
    amominu.w zero, a0, (t2)
    addi    t2, t0, Stats_largest
    amomaxu.w zero, a0, (t2)
    addi    t2, t0, Stats_largestAlign
    amomaxu.w zero, a1, (t2)
    addi    t2, t0, Stats_leastAlign
    amominu.w zero, a1, (t2)
    call    allocate
    la      t0, stats
    beqz    a0, 1f
    addi    t1, s0, (1 << Unit_bits) - 1
    srli    t1, t1, Unit_bits
    seqz    t2, t1
    add     t1, t1, t2
    slli    t1, t1, Unit_bits
    addi    t2, t0, Stats_inUse
    amoadd.w t3, t1, (t2)
    add     t3, t3, t1
    addi    t2, t0, Stats_mostInUse
    amomaxu.w zero, t3, (t2)
    j       2f
1:  addi    t2, t0, Stats_noRoom
    beqz    a1, 3f
    addi    t2, t0, Stats_otherwise
3:  li      t1, 1
    amoadd.w zero, t1, (t2)
2:  lw      ra, 12(sp)
    lw      s0, 8(sp)
    addi    sp, sp, 16
    ret

# What has been counted so far; the rest is worked out here.
    .section .text.camkes_dma_stats, "ax"
camkes_dma_stats:
    la      a0, stats
    la      t0, camkes_dma_pool
    beqz    t0, 1f
    lw      t1, Pool_pages(t0)
    slli    t1, t1, Page_bits
    sw      t1, Stats_size(a0)
    lw      t2, Stats_mostInUse(a0)
    sub     t1, t1, t2
    sw      t1, Stats_leastFree(a0)
1:  lw      t1, Stats_requests(a0)
    beqz    t1, 2f
    lw      t2, Stats_bytes(a0)
    divu    t2, t2, t1
    sw      t2, Stats_average(a0)
2:  ret

    .section .data.camkes_dma_stats, "aw"
    .balign 8
stats:
    .space  Stats_smallest
    .word   -1
    .space  8
    .word   -1
    .space  12

# The same without counting. With a0 0, a1 says whether there never is such a piece.
    .section .text.camkes_dma_allocate, "ax"
allocate:
    la      t0, camkes_dma_pool
    beqz    t0, none
    lw      t1, Pool_isCached(t0)
    snez    a2, a2
    bne     t1, a2, none
    lw      t1, Pool_pages(t0)
    slli    t1, t1, Page_bits
    bltu    t1, a0, too_large
    addi    t2, a1, -1
    and     t2, t2, a1
    bnez    t2, none
    addi    sp, sp, -48
    sw      ra, 44(sp)
    sw      s0, 40(sp)
    sw      s1, 36(sp)
    sw      s2, 32(sp)
    sw      s3, 28(sp)
    sw      s4, 24(sp)
    sw      s5, 20(sp)
    sw      s6, 16(sp)
    sw      s7, 12(sp)
    sw      s8, 8(sp)
    mv      s0, t0
    srli    s5, t1, Unit_bits               # s5: units of the pool
    addi    s1, a0, (1 << Unit_bits) - 1
    srli    s1, s1, Unit_bits               # s1: units that are wanted
    bnez    s1, 1f
    li      s1, 1
1:  addi    s6, a1, -1                      # s6: bits of an address that have to be 0
    bnez    a1, 2f
    li      s6, 0
2:  srli    s4, s6, Unit_bits
    addi    s4, s4, 1                       # s4: from one candidate to the next, in units
    lw      s7, Pool_start(s0)
    li      s2, 0                           # s2: the first unit of the candidate
candidate:
    add     t0, s2, s1
    bltu    s5, t0, no_piece
    mv      s3, s2                          # s3: the unit that is to be taken
    slli    a0, s2, Unit_bits
    add     a0, a0, s7
    and     t0, a0, s6
    bnez    t0, next_page
take:
    srli    t0, s3, 5
    slli    t0, t0, 2
    lw      t1, Pool_bits(s0)
    add     t0, t0, t1
    li      t2, 1
    sll     t2, t2, s3
    amoor.w.aq t1, t2, (t0)
    and     t1, t1, t2
    bnez    t1, taken
    addi    s3, s3, 1
    sub     t0, s3, s2
    beq     t0, s1, found
    andi    t0, s3, (1 << (Page_bits - Unit_bits)) - 1
    bnez    t0, take
# A new page: does it lie behind the other one in physical memory?
    slli    a0, s3, Unit_bits
    add     a0, a0, s7
    addi    a0, a0, -1
    call    camkes_dma_get_paddr
    addi    s8, a0, 1
    slli    a0, s3, Unit_bits
    add     a0, a0, s7
    call    camkes_dma_get_paddr
    beq     a0, s8, take
    addi    s8, s3, -1
    j       give_back
taken:
    mv      s8, s3
# Unit s8 is in the way. What was taken before it is given back, and the next candidate begins behind it.
give_back:
    mv      a0, s2
    mv      a1, s3
    call    release
    add     s2, s8, s4
    neg     t0, s4
    and     s2, s2, t0
    j       candidate
# Of an alignment above a page's only one page in several is right.
next_page:
    addi    s2, s2, 1 << (Page_bits - Unit_bits)
    bltu    s2, s5, candidate
no_piece:
    li      a0, 0
    li      a1, 0
    j       leave
found:
    slli    a0, s2, Unit_bits
    add     a0, a0, s7
leave:
    lw      ra, 44(sp)
    lw      s0, 40(sp)
    lw      s1, 36(sp)
    lw      s2, 32(sp)
    lw      s3, 28(sp)
    lw      s4, 24(sp)
    lw      s5, 20(sp)
    lw      s6, 16(sp)
    lw      s7, 12(sp)
    lw      s8, 8(sp)
    addi    sp, sp, 48
    ret
none:
    li      a0, 0
    li      a1, 1
    ret
too_large:
    li      a0, 0
    li      a1, 0
    ret

# Gives a1 bytes at a0 back. What does not lie in the pool stays as it is.
    .section .text.camkes_dma_free, "ax"
camkes_dma_free:
    mv      a5, ra
    call    page_of
    mv      ra, a5
    beqz    t0, 1f
    lw      t1, Pool_start(t0)
    lw      t2, Pool_pages(t0)
    slli    t2, t2, Page_bits
    sub     a0, a0, t1
    sub     t2, t2, a0
    bltu    t2, a1, 1f
    add     a1, a1, a0
    addi    a1, a1, (1 << Unit_bits) - 1
    srli    a0, a0, Unit_bits
    srli    a1, a1, Unit_bits
    bne     a0, a1, 2f
    addi    a1, a1, 1
2:  la      t0, stats + Stats_inUse
    sub     t1, a0, a1
    slli    t1, t1, Unit_bits
    amoadd.w zero, t1, (t0)
    tail    release
1:  ret

# Units a0 to a1, which is not one of them, are free again.
    .section .text.camkes_dma_release, "ax"
release:
    la      t0, camkes_dma_pool
    lw      t0, Pool_bits(t0)
1:  beq     a0, a1, 2f
    srli    t1, a0, 5
    slli    t1, t1, 2
    add     t1, t1, t0
    li      t2, 1
    sll     t2, t2, a0
    not     t2, t2
    amoand.w.rl zero, t2, (t1)
    addi    a0, a0, 1
    j       1b
2:  ret
