# Turns: of a component whose language wants it (guest TypeScript), one thread at a time executes. A thread takes its
# turn for an event, and gives it up while it waits in the kernel; so data of the component needs no locks, and what
# holds between two waits holds. Objects are reclaimed when a turn begins and no event is half done.
#
# The lock has the endpoint of the first semaphore of the start, which nobody uses any more by then.

    .include "thread.inc.S"

    .text
    .globl  camkes_begin_event, camkes_end_event, camkes_leave, camkes_enter, camkes_take_turns

# Called once, by the control thread, when all threads are ready.
camkes_take_turns:
    lw      t0, camkes_pre_init
    la      t1, turn
    sw      t0, 0(t1)
    li      t0, 1
    sw      t0, 4(t1)
    ret

# These four keep every register but t0 to t6.
camkes_begin_event:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    la      a0, turn
    call    camkes_semaphore_wait
    la      t0, open_events
    lw      t1, 0(t0)
    addi    t2, t1, 1
    sw      t2, 0(t0)
    bnez    t1, 1f
    .weak   __camkes_collect
    la      t0, __camkes_collect
    beqz    t0, 1f
    jalr    t0
1:  j       restore

camkes_end_event:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    la      t0, open_events
    lw      t1, 0(t0)
    addi    t1, t1, -1
    sw      t1, 0(t0)
    j       give_up

# Before and after a wait in the middle of an event.
camkes_leave:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
give_up:
    la      a0, turn
    call    camkes_semaphore_post
    j       restore

camkes_enter:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    la      a0, turn
    call    camkes_semaphore_wait

restore:
    lw      a0, 0(sp)
    lw      a1, 4(sp)
    lw      a2, 8(sp)
    lw      a3, 12(sp)
    lw      a4, 16(sp)
    lw      a5, 20(sp)
    lw      a6, 24(sp)
    lw      a7, 28(sp)
    lw      ra, 44(sp)
    addi    sp, sp, 48
    ret

save:
    sw      a0, 0(sp)
    sw      a1, 4(sp)
    sw      a2, 8(sp)
    sw      a3, 12(sp)
    sw      a4, 16(sp)
    sw      a5, 20(sp)
    sw      a6, 24(sp)
    sw      a7, 28(sp)
    ret

    .bss
    .balign 4
turn:
    .space  8
open_events:
    .space  4
