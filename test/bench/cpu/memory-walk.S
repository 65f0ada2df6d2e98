# Memory walk: loads and stores under Sv32. Programs a page table of 4 KiB pages for 2 MiB of memory, goes to
# S-mode with translation on, and walks that memory: word by word, with a stride of a page (every access
# in another page than the one before), and along a list that visits the lines in a scattered order.
# Ends through the test device of the virt board.

        .equ    ROUNDS, 240
        .equ    PAGES, 512              # 2 MiB
        .equ    REGION, 0x80400000      # the walked memory, in RAM
        .equ    LEAF, 0xc7              # V R W A D
        .equ    CODE, 0xcf              # V R W X A D

        .text
        .globl  _start
_start:
        # PMP: everything is open to S-mode.
        li      a0, -1
        csrw    pmpaddr0, a0
        li      a0, 0x1f
        csrw    pmpcfg0, a0

        # The root table: 4 MiB at 0x80000000 and the first 4 MiB as megapages of themselves, and the
        # table of REGION.
        la      a0, root
        li      a1, (0x80000000 >> 2) | CODE
        li      a2, 0x800               # 4 * (0x80000000 >> 22)
        add     a2, a2, a0
        sw      a1, 0(a2)
        li      a1, LEAF
        sw      a1, 0(a0)
        la      a3, table
        srli    a1, a3, 2
        ori     a1, a1, 1
        sw      a1, 4(a2)

        # The table: page i of REGION at the virtual page i.
        li      a1, (REGION >> 2) | LEAF
        li      a4, PAGES
1:      sw      a1, 0(a3)
        addi    a3, a3, 4
        li      a5, 1024                # one page in a PTE's PPN
        add     a1, a1, a5
        addi    a4, a4, -1
        bnez    a4, 1b

        srli    a0, a0, 12
        li      a1, 0x80000000
        or      a0, a0, a1
        csrw    satp, a0
        sfence.vma
        li      a0, 0x1800              # MPP = S
        csrc    mstatus, a0
        li      a0, 0x800
        csrs    mstatus, a0
        la      a0, supervisor
        csrw    mepc, a0
        mret

supervisor:
        li      s0, ROUNDS
        li      s1, 0
        li      s2, REGION
        li      s3, REGION + PAGES * 4096
        call    link
round:
        # Word by word: read, add, write back.
        mv      a0, s2
1:      lw      a1, 0(a0)
        add     s1, s1, a1
        lw      a2, 4(a0)
        xor     s1, s1, a2
        sw      s1, 8(a0)
        lhu     a3, 12(a0)
        sb      a3, 14(a0)
        addi    a0, a0, 64
        bltu    a0, s3, 1b

        # A page further each time, 64 times over.
        li      a3, 64
        addi    a4, s2, 16
2:      mv      a0, a4
        li      a5, 4096
3:      lw      a1, 0(a0)
        add     s1, s1, a1
        add     a0, a0, a5
        bltu    a0, s3, 3b
        addi    a4, a4, 64
        addi    a3, a3, -1
        bnez    a3, 2b

        # Along the list.
        li      a1, 32768
        mv      a0, s2
4:      lw      a0, 0(a0)
        addi    a1, a1, -1
        bnez    a1, 4b
        add     s1, s1, a0

        addi    s0, s0, -1
        bnez    s0, round

        li      a0, 0x100000            # the test device
        li      a1, 0x5555              # success: power off
        sw      a1, 0(a0)
halt:   j       halt

# Line i of REGION points at line (i * 5 + 1297) mod 32768: a cycle through all of them, 81 KiB apart.
link:
        li      a0, 0                   # line
        li      a1, 32768
        li      a4, 32767
1:      slli    a2, a0, 2
        add     a2, a2, a0
        li      a3, 1297
        add     a2, a2, a3
        and     a2, a2, a4
        slli    a2, a2, 6
        add     a2, a2, s2
        slli    a3, a0, 6
        add     a3, a3, s2
        sw      a2, 0(a3)
        addi    a0, a0, 1
        bne     a0, a1, 1b
        ret

        .bss
        .balign 4096
root:   .space  4096
table:  .space  4096
