# Traps: system calls, as an operating system without a guest supervisor sees them. A U-mode program calls
# its M-mode handler, which saves and restores the registers that a C function may change, counts the
# call, reads and writes the CSRs that a kernel reads and writes, and returns.
# Ends through the test device of the virt board.

        .equ    CALLS, 2000000

        .text
        .globl  _start
_start:
        li      a0, -1                  # PMP: everything is open to U-mode
        csrw    pmpaddr0, a0
        li      a0, 0x1f
        csrw    pmpcfg0, a0
        la      a0, handler
        csrw    mtvec, a0
        la      a0, stack_top
        csrw    mscratch, a0
        li      a0, 0x1800              # MPP = U
        csrc    mstatus, a0
        la      a0, user
        csrw    mepc, a0
        li      s1, 0                   # calls
        mret

user:
        li      s0, CALLS
1:      li      a7, 1                   # "add"
        li      a0, 20
        li      a1, 22
        ecall
        addi    s0, s0, -1
        bnez    s0, 1b
        li      a7, 0                   # "finish"
        ecall

        .balign 64
handler:
        csrrw   sp, mscratch, sp
        addi    sp, sp, -64
        sw      ra, 0(sp)
        sw      t0, 4(sp)
        sw      t1, 8(sp)
        sw      t2, 12(sp)
        sw      a1, 16(sp)
        sw      a2, 20(sp)
        sw      a3, 24(sp)
        csrr    t0, mcause
        li      t1, 8                   # an ecall from U-mode
        bne     t0, t1, finish
        csrr    t0, mepc
        addi    t0, t0, 4
        csrw    mepc, t0
        beqz    a7, finish
        add     a0, a0, a1
        addi    s1, s1, 1
        csrr    t1, mstatus
        lw      ra, 0(sp)
        lw      t0, 4(sp)
        lw      t1, 8(sp)
        lw      t2, 12(sp)
        lw      a1, 16(sp)
        lw      a2, 20(sp)
        lw      a3, 24(sp)
        addi    sp, sp, 64
        csrrw   sp, mscratch, sp
        mret

finish:
        li      a0, 0x100000            # the test device
        li      a1, 0x5555              # success: power off
        sw      a1, 0(a0)
halt:   j       halt

        .bss
        .balign 4096                    # data does not share a page with code, so QEMU runs at its best
        .space  4096
stack_top:
