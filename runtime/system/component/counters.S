# Events that are counted in memory which emitter and consumer share, so that none is lost: a semaphore whose value lies
# there. Below 0 it says how many threads wait at the endpoint.

    .include "sel4.inc.S"

    .text
    .globl  camkes_count, camkes_queue_run

# Adds one to the counter at a0; wakes a thread that waits at the endpoint a1.
camkes_count:
    li      t0, 1
    amoadd.w.rl t0, t0, (a0)
    bgez    t0, 1f
    mv      a0, a1
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
1:  ret

# As camkes_event_run, with the counter at a1: the record has the endpoint in place of the notification.
camkes_queue_run:
    mv      s2, a0
    mv      s5, a1
1:  li      t0, -1
    amoadd.w.aq t0, t0, (s5)
    bgtz    t0, 2f
    lw      a0, 0(s2)
    li      a7, seL4_SysWait
    ecall
2:  call    camkes_event_came
    j       1b
