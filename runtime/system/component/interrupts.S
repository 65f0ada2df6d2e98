# Interrupts. The kernel signals a notification and masks the line; the driver's function handles the device and then
# acknowledges, which lets the next one come.

    .include "sel4.inc.S"
    .include "thread.inc.S"

    .text
    .globl  camkes_interrupt_wait, camkes_interrupt_acknowledge, camkes_interrupt_pair

# Waits for the notification a0; a0 is then the badge: a bit for each interrupt that came.
camkes_interrupt_wait:
    li      a7, seL4_SysWait
    ecall
    sw      a0, Thread_badge(tp)
    ret

# Acknowledges at the handler a0; gives the kernel's error, 0 for none.
camkes_interrupt_acknowledge:
    li      a1, IRQAckIRQ << 12
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    ret

# Pairs the handler a0 with the notification a1, whose badge then tells of it; gives the kernel's error.
camkes_interrupt_pair:
    lw      t0, Thread_ipcBuffer(tp)
    sw      a1, IPCBuffer_caps(t0)
    li      a1, (IRQSetIRQHandler << 12) | (1 << 7)
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    ret
