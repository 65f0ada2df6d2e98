# The one thread of an instance that serves all of its connections: calls arrive at one endpoint, and signals at the
# notification that is bound to the thread. A table of functions by badge, to which a component may add some.

    .include "sel4.inc.S"
    .include "thread.inc.S"

.equ Handler_badge,  0                  # all of these bits have to be there
.equ Handler_code,   4                  # called with the badge and the cookie
.equ Handler_cookie, 8
.equ Handler_bytes,  12
.equ Handlers_most,  28                 # a badge has so many bits

    .text
    .globl  camkes_bind_notification, camkes_call_handlers, single_threaded_component_register_handler

# Binds the notification a0 to the thread itself.
camkes_bind_notification:
    lw      t0, Thread_ipcBuffer(tp)
    sw      a0, IPCBuffer_caps(t0)
    lw      a0, Thread_tcb(tp)
    li      a1, (TCBBindNotification << 12) | (1 << 7)
    li      a7, seL4_SysCall
    ecall
    ret

# Registers a function for the badge a0; a1 is a name, a2 the function, a3 its second argument. -1 when there is no room.
single_threaded_component_register_handler:
    la      t0, handlers
    lw      t1, count
    li      t2, Handlers_most
    li      t3, -1
    bgeu    t1, t2, 1f
    li      t3, Handler_bytes
    mul     t3, t3, t1
    add     t0, t0, t3
    sw      a0, Handler_badge(t0)
    sw      a2, Handler_code(t0)
    sw      a3, Handler_cookie(t0)
    addi    t1, t1, 1
    la      t0, count
    sw      t1, 0(t0)
    li      t3, 0
1:  mv      a0, t3
    ret

# Calls each function whose bits are in the badge a0.
camkes_call_handlers:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s0, 8(sp)
    sw      s1, 4(sp)
    sw      s2, 0(sp)
    mv      s0, a0
    la      s1, handlers
    lw      s2, count
1:  beqz    s2, 3f
    lw      t0, Handler_badge(s1)
    and     t1, t0, s0
    bne     t0, t1, 2f
    mv      a0, t0
    lw      a1, Handler_cookie(s1)
    lw      t0, Handler_code(s1)
    jalr    t0
2:  addi    s1, s1, Handler_bytes
    addi    s2, s2, -1
    j       1b
3:  lw      ra, 12(sp)
    lw      s0, 8(sp)
    lw      s1, 4(sp)
    lw      s2, 0(sp)
    addi    sp, sp, 16
    ret

    .bss
    .balign 4
count:
    .space  4
handlers:
    .space  Handler_bytes * Handlers_most
