# Turns: where the language wants it (guest TypeScript), and in a capsule, one thread at a time executes. A thread takes
# its turn for an event, and gives it up while it waits in the kernel; so data of the component needs no locks, and what
# holds between two waits holds. Objects are reclaimed when an event begins and no other of the component is half done.
#
# `camkes_turn` is a semaphore that the control thread has from the beginning: a component's own, or that of its
# capsule. In a component it has the endpoint of the first semaphore of the start, which nobody uses any more when a
# thread first waits for its turn.

    .include "thread.inc.S"

    .text
    .globl  camkes_begin_event, camkes_end_event, camkes_leave, camkes_enter
    .globl  camkes_open_event, camkes_close_event, camkes_open_events

# These six keep every register but t0 to t6.
camkes_begin_event:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    la      a0, camkes_turn
    call    camkes_semaphore_wait
    j       opened

# An event within another one's turn.
camkes_open_event:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
opened:
    la      t0, camkes_open_events
    lw      t1, 0(t0)
    addi    t2, t1, 1
    sw      t2, 0(t0)
    bnez    t1, restore
    .weak   __camkes_collect
    la      t0, __camkes_collect
    beqz    t0, restore
    jalr    t0
    j       restore

camkes_close_event:
    la      t0, camkes_open_events
    lw      t1, 0(t0)
    addi    t1, t1, -1
    sw      t1, 0(t0)
    ret

camkes_end_event:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    call    camkes_close_event
    j       give_up

# Before and after a wait in the middle of an event.
camkes_leave:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
give_up:
    la      a0, camkes_turn
    call    camkes_semaphore_post
    j       restore

camkes_enter:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    la      a0, camkes_turn
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
camkes_open_events:
    .space  4
