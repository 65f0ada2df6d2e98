# Events that a component consumes. The thread of the interface waits for the kernel's notification; it calls the
# function that was registered, once, or else counts the event for those who wait or poll. A lock holds between the
# two, and is never held while the component's own function runs.

    .include "sel4.inc.S"
    .include "thread.inc.S"

.equ Event_notification, 0
.equ Event_pending,      4              # a semaphore: slot and value
.equ Event_lock,         12             # slot and value
.equ Event_callback,     20             # 0 for none
.equ Event_argument,     24
.equ Event_handler,      28             # of the component, for each event; 0 for none

    .text
    .globl  camkes_event_run, camkes_event_came, camkes_event_wait, camkes_event_poll
    .globl  camkes_event_register
    .globl  camkes_notification_wait, camkes_notification_poll, camkes_signal

# All take the record of the event in a0.
camkes_event_run:
    mv      s2, a0
1:  lw      a0, Event_notification(s2)
    li      a7, seL4_SysWait
    ecall
    call    camkes_event_came
    j       1b

# What becomes of one event; the record is in s2 here, and s3 and s4 change.
camkes_event_came:
    lw      t0, Event_handler(s2)
    beqz    t0, 1f
    jr      t0
1:  addi    sp, sp, -16
    sw      ra, 12(sp)
    addi    a0, s2, Event_lock
    call    camkes_lock
    lw      s3, Event_callback(s2)
    lw      s4, Event_argument(s2)
    sw      zero, Event_callback(s2)
    bnez    s3, 2f
    addi    a0, s2, Event_pending
    call    camkes_semaphore_post
2:  addi    a0, s2, Event_lock
    call    camkes_unlock
    beqz    s3, 3f
    call_optional camkes_begin_event
    mv      a0, s4
    jalr    s3
    call_optional camkes_end_event
3:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

camkes_event_wait:
    addi    a0, a0, Event_pending
    tail    camkes_semaphore_wait

# 1 when there was an event, else 0.
camkes_event_poll:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    addi    a0, a0, Event_pending
    call    camkes_semaphore_trywait
    addi    a0, a0, 1
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Registers the function a1 with its argument a2 for the next event; calls it at once when there is one. -1 when one
# is registered already.
camkes_event_register:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    sw      s1, 20(sp)
    sw      s2, 16(sp)
    sw      s3, 12(sp)
    mv      s0, a0
    mv      s1, a1
    mv      s2, a2
    addi    a0, s0, Event_lock
    call    camkes_lock
    mv      a0, s0
    call    camkes_event_poll
    mv      s3, a0
    bnez    s3, 1f
    li      s3, -1
    lw      t0, Event_callback(s0)
    bnez    t0, 1f
    sw      s1, Event_callback(s0)
    sw      s2, Event_argument(s0)
    li      s3, 0
1:  addi    a0, s0, Event_lock
    call    camkes_unlock
    blez    s3, 2f
    mv      a0, s2
    jalr    s1
    li      s3, 0
2:  mv      a0, s3
    lw      ra, 28(sp)
    lw      s0, 24(sp)
    lw      s1, 20(sp)
    lw      s2, 16(sp)
    lw      s3, 12(sp)
    addi    sp, sp, 32
    ret

# Waits at the notification a0 itself; asks it for a signal that came already: a0 is then the badge, or 0.
camkes_notification_wait:
    li      a7, seL4_SysWait
    ecall
    ret
camkes_notification_poll:
    li      a7, seL4_SysNBWait
    ecall
    ret

# Signals the notification a0.
camkes_signal:
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
    ret
