# What the programs of the kernel bench share: a root task that finds its memory and makes objects of it. The
# time between `begin` and `end` is measured; a program begins at `main`.
#
# Register use: s0 BootInfo, s1 our first empty slot, s2 our IPC buffer, s3 the largest block of untyped memory.

    .include "../../../extension/samples/hello/sel4.inc.S"

.equ seL4_SysNBSendRecv, -3
.equ seL4_SysNBWait,     -10
.equ CNodeRevoke,        18
.equ CNodeDelete,        19
.equ SchedContextUnbind, 35
.equ RISCVPageUnmap,     42

# --- Slots, counted from the first empty one; a program's own begin at OWN --------------------------------
.equ ENDPOINT,         8
.equ REPLY,            9
.equ PING,             10           # notifications
.equ PONG,             11
.equ OWN,              16

.macro slot register, place
    addi    \register, s1, \place
.endm

.macro must_succeed
    bnez    a0, failed
.endm

# One object of a type and a size, into a slot.
.macro make type, size, place
    mv      a0, s3
    li      a2, \type
    li      a3, \size
    li      a4, 0
    li      a5, 0
    slot    t0, \place
    message_word 4, t0
    li      t0, 1
    message_word 5, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  UntypedRetype, 1, 6
    must_succeed
.endm

.macro mark character
    li      a0, \character
    li      a7, seL4_SysDebugPutChar
    ecall
.endm

.macro begin
    mark    'B'
.endm

# Ends the program, too.
.macro end
    mark    'E'
    li      a7, seL4_SysDebugHalt
    ecall
.endm

    .text
    .globl _start
_start:
    mv      s0, a0
    lw      s1, BootInfo_empty(s0)
    lw      s2, BootInfo_ipcBuffer(s0)
    addi    t0, s0, BootInfo_untypedList
    lw      t1, BootInfo_untyped(s0)
    lw      t2, BootInfo_untyped + 4(s0)
    li      t3, 0
1:  bgeu    t1, t2, main
    lbu     t4, UntypedDesc_isDevice(t0)
    bnez    t4, 2f
    lbu     t4, UntypedDesc_sizeBits(t0)
    bgeu    t3, t4, 2f
    mv      t3, t4
    mv      s3, t1
2:  addi    t0, t0, UntypedDesc_bytes
    addi    t1, t1, 1
    j       1b

failed:
    mark    'F'
1:  j       1b
