# Where every thread of a component starts, and the order in which a component comes to life:
#
#     control thread                          each interface thread
#     pre_init()
#     wakes the others            ────────▶   IFACE__init()
#     waits for all of them       ◀────────   says so, and waits
#     post_init()
#     wakes the others            ────────▶   serves its interface
#     run()
#     loop(), again and again, where guest TypeScript has one: between two calls memory may be collected
#
# An instance whose one thread serves all of its connections does so behind run().
#
# Three semaphores carry the arrows. A passive thread has no time of its own, so the control thread lends it some
# for each of its two parts, one thread after the other.
#
# The members of a capsule call each other directly, so none may be called before it has come to life. One control
# thread brings all members to life, servers before their clients; those of the others wait until it is done.

    .include "sel4.inc.S"
    .include "thread.inc.S"

    .section .text.init, "ax"
    .globl  _camkes_start

# The loader starts every thread here: a0 is the slot of its TCB, sp the end of its stack.
_camkes_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      tp, camkes_threads
1:  lw      t0, Thread_tcb(tp)
    beq     t0, a0, 2f
    beqz    t0, camkes_unknown_thread
    addi    tp, tp, Thread_bytes
    j       1b
2:  lw      t0, Thread_index(tp)
    bnez    t0, camkes_interface

    .globl  camkes_control
camkes_control:
    .weak   camkes_capsule, camkes_capsule_leader, camkes_capsule_start
    la      s6, camkes_capsule
    bnez    s6, capsule_member
    call    camkes_come_to_life
    call    camkes_begin_service
run_in_turn:
    call_optional camkes_open_event
run_it:
    call_optional run
    call_optional camkes_end_event
    call_optional camkes_loop
    call_optional camkes_serve

# A thread that is done stops itself. Nothing of the start is waited at any more then, so its semaphores are free.
    .globl  camkes_done
camkes_done:
    lw      a0, Thread_tcb(tp)
    li      a1, TCBSuspend << 12
    li      a7, seL4_SysCall
    ecall
    j       camkes_done

# The table has the two functions of each member, and a zero at its end. Its leader has the turn from the beginning.
capsule_member:
    lw      t0, camkes_capsule_leader
    lw      t1, Thread_tcb(tp)
    beq     t0, t1, 1f
    la      a0, camkes_capsule_start
    call    camkes_semaphore_wait
    call_optional camkes_begin_event
    j       run_it
1:  lw      t0, 0(s6)
    beqz    t0, 2f
    jalr    t0
    lw      t0, 4(s6)
    jalr    t0
    addi    s6, s6, 8
    j       1b
2:  la      s6, camkes_capsule + 8
3:  lw      t0, 0(s6)
    beqz    t0, run_in_turn
    la      a0, camkes_capsule_start
    call    camkes_semaphore_post
    addi    s6, s6, 8
    j       3b

# These two are called by the thread that brings the component to life, which has the turn where threads take turns;
# interfaces are then made ready one by one.
    .globl  camkes_come_to_life, camkes_begin_service, camkes_is_ready
camkes_come_to_life:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    call_optional __guest_start
    call_optional camkes_prepare
    call_optional camkes_open_event
    call_optional pre_init
    call_optional camkes_init_direct
    la      s0, camkes_pre_init
    la      s4, camkes_interface_init
    .weak   camkes_turn
    la      s5, camkes_turn
    bnez    s5, 1f
    li      s4, 0
1:  call    wake_threads
    la      s0, camkes_interface_init
    bnez    s5, 2f
    call    await_threads
2:  la      s0, camkes_pre_init
    la      s3, camkes_interface_init
    call    lend_time
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

camkes_begin_service:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    call_optional post_init
    la      s0, camkes_post_init
    li      s4, 0
    call    wake_threads
    la      s0, camkes_post_init
    li      s3, 0
    call    lend_time
    la      t0, camkes_is_ready
    li      t1, 1
    sw      t1, 0(t0)
    call_optional camkes_close_event
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

    .globl  camkes_interface
camkes_interface:
    lw      t0, Thread_flags(tp)
    andi    t0, t0, ThreadFlag_faults
    .weak   camkes_fault_thread
    la      t1, camkes_fault_thread
    beqz    t0, 1f
    jr      t1
1:  la      a0, camkes_pre_init
    call    camkes_semaphore_wait
    lw      t0, Thread_init(tp)
    beqz    t0, 1f
    jalr    t0
1:  la      a0, camkes_interface_init
    call    camkes_semaphore_post
    la      a0, camkes_post_init
    call    camkes_semaphore_wait
    lw      t0, Thread_run(tp)
    beqz    t0, camkes_done
    jalr    t0
    j       camkes_done

# A thread that the table does not know: its assembly and its program were not built together.
    .globl  camkes_unknown_thread
camkes_unknown_thread:
    unimp

# Posts the semaphore at s0 once for each interface thread that has time of its own; waits for that at s4 each time, unless
# s4 is 0.
wake_threads:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    la      s2, camkes_threads + Thread_bytes
1:  lw      t0, Thread_tcb(s2)
    beqz    t0, 3f
    lw      t0, Thread_flags(s2)
    andi    t0, t0, ThreadFlag_passive | ThreadFlag_faults
    bnez    t0, 2f
    mv      a0, s0
    call    camkes_semaphore_post
    beqz    s4, 2f
    mv      a0, s4
    call    camkes_semaphore_wait
2:  addi    s2, s2, Thread_bytes
    j       1b
3:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Waits for the semaphore at s0 once for each interface thread that is not passive.
await_threads:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    la      s2, camkes_threads + Thread_bytes
1:  lw      t0, Thread_tcb(s2)
    beqz    t0, 3f
    lw      t0, Thread_flags(s2)
    andi    t0, t0, ThreadFlag_passive | ThreadFlag_faults
    bnez    t0, 2f
    mv      a0, s0
    call    camkes_semaphore_wait
2:  addi    s2, s2, Thread_bytes
    j       1b
3:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Gives each passive thread time, wakes it by the semaphore at s0, and takes the time back when it says so: by the
# semaphore at s3, or by the notification of passive threads when s3 is 0.
lend_time:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    la      s2, camkes_threads + Thread_bytes
1:  lw      t0, Thread_tcb(s2)
    beqz    t0, 5f
    lw      t1, Thread_flags(s2)
    andi    t1, t1, ThreadFlag_passive
    beqz    t1, 4f
    lw      t2, Thread_ipcBuffer(tp)
    sw      t0, IPCBuffer_caps(t2)
    lw      a0, camkes_passive
    li      a1, (SchedContextBind << 12) | (1 << 7)
    li      a7, seL4_SysCall
    ecall
    mv      a0, s0
    call    camkes_semaphore_post
    beqz    s3, 2f
    mv      a0, s3
    call    camkes_semaphore_wait
    j       3f
2:  lw      a0, camkes_passive + 4
    li      a7, seL4_SysWait
    ecall
3:  lw      a0, camkes_passive
    li      a1, SchedContextUnbind << 12
    li      a7, seL4_SysCall
    ecall
4:  addi    s2, s2, Thread_bytes
    j       1b
5:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

    .bss
    .balign 4
camkes_is_ready:
    .space  4
