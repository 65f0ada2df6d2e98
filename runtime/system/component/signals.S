# Signals of several connections on the one notification of an instance. Each end has bits of its own in the badge, and
# threads may wait for different ends at the same time. One of those that wait, the leader, does so at the notification;
# it keeps in `came` what arrives, and wakes those whose bits are there. The others have suspended themselves.
#
# Why no wake-up is lost. A thread tells what it wants before it looks at `came`, and who adds to `came` looks at what
# each wants after that: so one of the two sees the other. Who is woken before it sleeps finds a token and does not
# sleep; once it has said that it sleeps, the one who takes that back sets its pc, wherever it is, so it need not have
# slept already. The leader looks at `came` after it became the leader, and a thread that adds bits of the leader (by a
# poll) signals the notification, which stays active until the leader waits; a poll that takes that signal gives it
# again. Whoever leaves looks at all others: it wakes one to lead when nobody leads, and those whose bits are there.
# Nobody repeats anything but after a wait, so no priority keeps another from running; a signal for a sleeping thread
# is as late as the leader is. test/property/signals.test.ts tries all orders of these steps.

    .include "sel4.inc.S"
    .include "thread.inc.S"

.equ Sleep_token,  1                    # woken, perhaps before it sleeps
.equ Sleep_sleeps, 2                    # goes on when its pc is set, and not otherwise

    .text
    .globl  camkes_signals_wait, camkes_signals_poll, camkes_signals_left, camkes_signals_rearm

# Waits at the notification a0 until one of the bits a1 came; a0 is then those that came, which it takes. Who waits for
# fewer goes first.
camkes_signals_wait:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      t4, a0
    mv      t5, a1
    sw      t5, Thread_wants(tp)
again:
    sw      zero, Thread_sleep(tp)
    call    take
    bnez    a0, leave
    la      t0, leader
1:  lr.w.aq t1, (t0)
    bnez    t1, sleep
    sc.w    t2, tp, (t0)
    bnez    t2, 1b
lead:
    call    take
    bnez    a0, leave
    mv      a0, t4
    li      a7, seL4_SysWait
    ecall
    call    keep
    j       lead

sleep:
    addi    t0, tp, Thread_sleep
1:  lr.w.aq t1, (t0)
    bnez    t1, again
    li      t2, Sleep_sleeps
    sc.w    t3, t2, (t0)
    bnez    t3, 1b
# From here on only `wake` makes it go on, at `again`, with all registers but a0 to a7 as they are.
2:  lw      a0, Thread_tcb(tp)
    li      a1, TCBSuspend << 12
    li      a7, seL4_SysCall
    ecall
    j       2b

leave:
    sw      a0, 8(sp)
    sw      zero, Thread_wants(tp)
    la      t0, leader
    lw      t1, 0(t0)
    bne     t1, tp, 1f
    sw      zero, 0(t0)
1:  li      a0, 0
    call    keep
    la      a6, camkes_threads
2:  lw      t0, leader
    bnez    t0, 4f
    lw      t0, Thread_tcb(a6)
    beqz    t0, 4f
    lw      t0, Thread_wants(a6)
    beqz    t0, 3f
    jal     t0, wake
    j       4f
3:  addi    a6, a6, Thread_bytes
    j       2b
4:  lw      a0, 8(sp)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Takes those of the bits a1 that came already: a0.
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

# Of the thread that serves all connections of its instance, for what came while a function of the component waited for
# something else: takes those of the bits a1, a0. Before it receives again it lets itself be woken for them, by the
# notification a0.
camkes_signals_left:
    mv      t5, a1
    j       take_all
camkes_signals_rearm:
    lw      t0, came
    and     t0, t0, a1
    beqz    t0, 1f
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
1:  ret

# Takes those of the bits t5 that came, but none that others wait for who wait for a part of t5: a0.
take:
    mv      t6, t5
    la      t0, camkes_threads
1:  lw      t1, Thread_tcb(t0)
    beqz    t1, 3f
    lw      t1, Thread_wants(t0)
    beq     t1, t5, 2f
    not     t2, t5
    and     t2, t2, t1
    bnez    t2, 2f
    not     t1, t1
    and     t6, t6, t1
2:  addi    t0, t0, Thread_bytes
    j       1b
take_all:
    mv      t6, t5
3:  la      t0, came
    not     t1, t6
    amoand.w.aq t1, t1, (t0)
    and     a0, t1, t6
    ret

# Keeps the bits a0, and wakes each other thread that waits for some of those that are kept, at the notification t4.
keep:
    la      t0, came
    amoor.w.rl zero, a0, (t0)
    la      a6, camkes_threads
1:  lw      t0, Thread_tcb(a6)
    beqz    t0, 3f
    beq     a6, tp, 2f
    lw      t0, Thread_wants(a6)
    lw      t1, came
    and     t0, t0, t1
    beqz    t0, 2f
    jal     t0, wake
2:  addi    a6, a6, Thread_bytes
    j       1b
3:  ret

# Makes the thread a6, which waits, look again. Returns to t0.
wake:
    lw      t1, leader
    bne     t1, a6, 1f
    mv      a0, t4
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
    jr      t0
1:  addi    t1, a6, Thread_sleep
    li      t2, Sleep_token
    amoswap.w.rl t2, t2, (t1)
    li      t1, Sleep_sleeps
    bne     t2, t1, 2f
    lw      a0, Thread_tcb(a6)
    li      a1, (TCBWriteRegisters << 12) | 3
    li      a2, 1                       # it goes on
    li      a3, 1                       # of its registers only the first is written, the pc
    la      a4, again
    li      a7, seL4_SysCall
    ecall
2:  jr      t0

    .bss
    .balign 4
came:
    .space  4
leader:
    .space  4
