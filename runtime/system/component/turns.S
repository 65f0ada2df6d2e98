# Turns: where the language wants it (guest TypeScript), and in a capsule, one thread at a time executes. A thread takes
# its turn for an event, and gives it up while it waits in the kernel; so data of the component needs no locks, and what
# holds between two waits holds. Objects are reclaimed when an event begins and no other of the component is half done.
#
# `camkes_turn` is a semaphore that the control thread has from the beginning: a component's own, or that of its
# capsule. In a component it has the endpoint of the first semaphore of the start, which nobody uses any more when a
# thread first waits for its turn.

    .include "sel4.inc.S"
    .include "thread.inc.S"

# As Lock_slot and Lock_value in locks.S, whose semaphores these are: nobody calls a function for a turn that is free.
.equ Turn_slot,  0
.equ Turn_value, 4

    .text
    .globl  camkes_begin_event, camkes_end_event, camkes_leave, camkes_enter
    .globl  camkes_open_event, camkes_close_event, camkes_open_events

# Of a0 to a7 these two keep the first four.
camkes_begin_event:
    la      t0, camkes_turn + Turn_value
    li      t1, -1
    amoadd.w.aq t1, t1, (t0)
    bgtz    t1, camkes_open_event
    addi    sp, sp, -16
    sw      ra, 12(sp)
    call    wait_for_turn
    lw      ra, 12(sp)
    addi    sp, sp, 16

# An event within another one's turn.
camkes_open_event:
    la      t0, camkes_open_events
    lw      t1, 0(t0)
    addi    t2, t1, 1
    sw      t2, 0(t0)
    bnez    t1, 1f
    .weak   __camkes_collect
    la      t0, __camkes_collect
    beqz    t0, 1f
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      a0, 12(sp)
    sw      a1, 8(sp)
    sw      a2, 4(sp)
    sw      a3, 0(sp)
    jalr    t0
    lw      a0, 12(sp)
    lw      a1, 8(sp)
    lw      a2, 4(sp)
    lw      a3, 0(sp)
    lw      ra, 28(sp)
    addi    sp, sp, 32
1:  ret

# These four keep every register but t0 to t6.
camkes_close_event:
    la      t0, camkes_open_events
    lw      t1, 0(t0)
    addi    t1, t1, -1
    sw      t1, 0(t0)
    ret

camkes_end_event:
    la      t0, camkes_open_events
    lw      t1, 0(t0)
    addi    t1, t1, -1
    sw      t1, 0(t0)

# Before and after a wait in the middle of an event.
camkes_leave:
    la      t0, camkes_turn + Turn_value
    li      t1, 1
    amoadd.w.rl t1, t1, (t0)
    bltz    t1, wake_next
    ret

camkes_enter:
    la      t0, camkes_turn + Turn_value
    li      t1, -1
    amoadd.w.aq t1, t1, (t0)
    blez    t1, wait_for_turn
    ret

wait_for_turn:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    lw      a0, camkes_turn + Turn_slot
    li      a7, seL4_SysWait
    ecall
    j       restore

# Sending to an endpoint waits until the other thread is there, so no wake-up is lost.
wake_next:
    addi    sp, sp, -48
    sw      ra, 44(sp)
    call    save
    lw      a0, camkes_turn + Turn_slot
    li      a1, 0
    li      a7, seL4_SysSend
    ecall

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
