# Signals of several connections on the one notification of an instance. Each end has bits of its own in the badge. A
# thread that waits for its bits may receive those of another end: they are kept here, and a thread that waits for them
# is woken, by a signal without bits.

    .include "sel4.inc.S"

    .text
    .globl  camkes_signals_wait, camkes_signals_poll

# Waits at the notification a0 until all bits of a1 came.
camkes_signals_wait:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      t4, a0
    mv      t5, a1
    la      t0, wanted
    amoor.w zero, t5, (t0)
1:  call    take
    bnez    a0, 2f
    mv      a0, t4
    li      a7, seL4_SysWait
    ecall
    call    keep
    j       1b
2:  not     t1, t5
    la      t0, wanted
    amoand.w zero, t1, (t0)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# 1 when all bits of a1 came already, else 0.
camkes_signals_poll:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      t4, a0
    mv      t5, a1
    li      a7, seL4_SysNBWait
    ecall
    call    keep
    call    take
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Takes the bits t5 from those that came, when all are there: a0 is 1 then, else 0.
take:
    la      t0, came
    li      a0, 0
1:  lr.w.aq t1, (t0)
    and     t2, t1, t5
    bne     t2, t5, 2f
    xor     t1, t1, t5
    sc.w    t3, t1, (t0)
    bnez    t3, 1b
    li      a0, 1
2:  ret

# Keeps the bits a0, and wakes a thread that waits for others than t5 at the notification t4.
keep:
    la      t0, came
    amoor.w zero, a0, (t0)
    beqz    a0, 1f
    lw      t1, 0(t0)
    la      t0, wanted
    lw      t2, 0(t0)
    and     t1, t1, t2
    not     t2, t5
    and     t1, t1, t2
    beqz    t1, 1f
    mv      a0, t4
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
1:  ret

    .bss
    .balign 4
came:
    .space  4
wanted:
    .space  4
