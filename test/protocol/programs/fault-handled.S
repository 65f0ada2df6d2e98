# Names an endpoint as its own fault handler and faults; nobody receives, so the thread blocks.
    .include "../../../extension/samples/hello/sel4.inc.S"
    .equ TCBSetSpace, 11
    .text
    .globl _start
_start:
    lw      s1, BootInfo_empty(a0)
    lw      s2, BootInfo_ipcBuffer(a0)
    addi    t0, a0, BootInfo_untypedList
    lw      s3, BootInfo_untyped(a0)
skip_devices:
    lbu     t4, UntypedDesc_isDevice(t0)
    addi    t0, t0, UntypedDesc_bytes
    addi    s3, s3, 1
    bnez    t4, skip_devices
    addi    s3, s3, -1

    mv      a0, s3                      # make an endpoint in our first empty slot
    li      a2, seL4_EndpointObject
    li      a3, 0
    li      a4, 0
    li      a5, 0
    message_word 4, s1
    li      t0, 1
    message_word 5, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  UntypedRetype, 1, 6

    li      a0, seL4_CapInitThreadTCB   # it receives our faults
    li      a2, 0
    li      a3, 0
    message_cap 0, s1
    li      t0, seL4_CapInitThreadCNode
    message_cap 1, t0
    li      t0, seL4_CapInitThreadVSpace
    message_cap 2, t0
    invoke  TCBSetSpace, 3, 2
fault:
    lw      t0, 0(zero)
