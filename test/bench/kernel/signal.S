# A signal to a notification that nobody waits for, and taking it: two system calls, no switch.

    .include "setup.inc.S"
    .equ    COUNT, 100000

main:
    make    seL4_NotificationObject, 0, PING
    li      s4, COUNT
    begin
1:  slot    a0, PING
    li      a1, 0
    li      a7, seL4_SysSend
    ecall
    slot    a0, PING
    li      a7, seL4_SysNBWait
    ecall
    addi    s4, s4, -1
    bnez    s4, 1b
    end
