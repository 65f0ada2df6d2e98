# Semaphores and mutexes of a component. Each is a record of two words: the slot of a kernel object, and a value that
# the threads of the component change with atomic instructions. Only who has to wait, or has to wake somebody, calls
# the kernel. A counting semaphore has an endpoint, a mutex or binary semaphore a notification.
#
# All take the record in a0 and give 0 in a0. They change a0 to a7 and t0 to t6, as any function may.

    .include "sel4.inc.S"

.equ Lock_slot,  0
.equ Lock_value, 4                      # below 0: how many threads wait
.equ Lock_owner, 8                      # of a mutex that is watched: the thread that holds it; 0 for none

    .text
    .globl  camkes_semaphore_wait, camkes_semaphore_trywait, camkes_semaphore_post
    .globl  camkes_lock, camkes_unlock, camkes_mutex_lock, camkes_mutex_unlock
    .globl  camkes_locked_twice, camkes_unlocked_by_another

camkes_semaphore_wait:
    addi    t0, a0, Lock_value
    li      t1, -1
    amoadd.w.aq t1, t1, (t0)
    blez    t1, wait
    li      a0, 0
    ret

# 0 when the semaphore could be taken at once, else -1.
camkes_semaphore_trywait:
    addi    t0, a0, Lock_value
    li      a0, -1
1:  lr.w.aq t1, (t0)
    blez    t1, 2f
    addi    t1, t1, -1
    sc.w    t2, t1, (t0)
    bnez    t2, 1b
    li      a0, 0
2:  ret

# Sending to an endpoint waits until the other thread is there, so no wake-up is lost.
camkes_semaphore_post:
    addi    t0, a0, Lock_value
    li      t1, 1
    amoadd.w.rl t1, t1, (t0)
    bltz    t1, send
    li      a0, 0
    ret

camkes_lock:
    addi    t0, a0, Lock_value
    li      t1, -1
    amoadd.w.aq t1, t1, (t0)
    blez    t1, wait
    li      a0, 0
    ret

# A binary semaphore that is free already stays free.
camkes_unlock:
    addi    t0, a0, Lock_value
1:  lr.w    t1, (t0)
    bgtz    t1, 2f
    addi    t2, t1, 1
    sc.w.rl t3, t2, (t0)
    bnez    t3, 1b
    bltz    t1, send
2:  li      a0, 0
    ret

# A mutex in a debug build: who takes it twice would wait for ever, and who gives back what it does not hold would let
# a second thread in. Both stop here, with a fault, at which a0 is still the record.
camkes_mutex_lock:
    lw      t0, Lock_owner(a0)
    beq     t0, tp, camkes_locked_twice
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    call    camkes_lock
    lw      t0, 8(sp)
    sw      tp, Lock_owner(t0)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
camkes_mutex_unlock:
    lw      t0, Lock_owner(a0)
    bne     t0, tp, camkes_unlocked_by_another
    sw      zero, Lock_owner(a0)
    j       camkes_unlock
camkes_locked_twice:
    unimp
camkes_unlocked_by_another:
    unimp

wait:
    lw      a0, Lock_slot(a0)
    li      a7, seL4_SysWait
    ecall
    li      a0, 0
    ret

send:
    lw      a0, Lock_slot(a0)
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
    li      a0, 0
    ret
