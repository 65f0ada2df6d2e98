# Direct calls between members of a capsule, where a jump alone does not do.

.equ CallLock_value, 4                  # a semaphore, with its slot before it
.equ CallLock_owner, 8                  # the thread whose call is served; 0 for none

    .text
    .globl  camkes_begin_call, camkes_end_call, camkes_called_too_early, camkes_called_within_itself

# The lock at a0 lets one call of an interface in at a time, as the thread of an interface does. Whoever calls these has
# the turn, so nobody comes between.
camkes_begin_call:
    lw      t0, CallLock_owner(a0)
    beq     t0, tp, camkes_called_within_itself
    lw      t0, CallLock_value(a0)
    blez    t0, 1f
    sw      zero, CallLock_value(a0)
    sw      tp, CallLock_owner(a0)
    ret
1:  addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    call    camkes_leave
    call    camkes_semaphore_wait
    call    camkes_enter
    lw      a0, 8(sp)
    sw      tp, CallLock_owner(a0)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

camkes_end_call:
    sw      zero, CallLock_owner(a0)
    tail    camkes_semaphore_post

# Calls that would never end stop here, with a fault.
camkes_called_too_early:
    la      a0, too_early
    call    puts
    unimp
camkes_called_within_itself:
    la      a0, within_itself
    call    puts
    unimp

    .section .rodata
too_early:
    .asciz "A member of a capsule is called before it has come to life, by one that it calls itself."
within_itself:
    .asciz "An interface is called while it waits for this very call."
