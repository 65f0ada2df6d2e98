# A second thread for a program of the kernel bench: the page at `child`, in an address space of its own.

    .include "setup.inc.S"

.equ CHILD_CNODE,      0
.equ CHILD_VSPACE,     1
.equ CHILD_CODE_TABLE, 2
.equ CHILD_DATA_TABLE, 3
.equ CHILD_BUFFER,     4
.equ CHILD_TCB,        5
.equ CHILD_TIME,       6
.equ CHILD_CODE,       7

# --- The child's CSpace has the same four at these slots ----------------------------------------------------
.equ CHILD_RADIX,      4
.equ CHILD_ENDPOINT,   1
.equ CHILD_REPLY,      2
.equ CHILD_PING,       3
.equ CHILD_PONG,       4

.equ CHILD_BUFFER_VADDR, 0x40000000
.equ PAGE_BITS,        12

# A copy of our capability at \from in the child's CSpace.
.macro give from, to
    slot    a0, CHILD_CNODE
    li      a2, \to
    li      a3, CHILD_RADIX
    slot    a4, \from
    li      a5, seL4_WordBits
    li      t0, seL4_AllRights
    message_word 4, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeCopy, 1, 5
    must_succeed
.endm

    .text
# Starts the code of the page at `child` in an address space of its own, one priority below ours.
start_child:
    mv      s11, ra
    make    seL4_RISCV_PageTable, 0, CHILD_VSPACE
    make    seL4_RISCV_PageTable, 0, CHILD_CODE_TABLE
    make    seL4_RISCV_PageTable, 0, CHILD_DATA_TABLE
    make    seL4_RISCV_4K_Page, 0, CHILD_BUFFER
    make    seL4_TCBObject, 0, CHILD_TCB
    make    seL4_CapTableObject, CHILD_RADIX, CHILD_CNODE
    make    seL4_SchedContextObject, 7, CHILD_TIME
    make    seL4_EndpointObject, 0, ENDPOINT
    make    seL4_ReplyObject, 0, REPLY
    make    seL4_NotificationObject, 0, PING
    make    seL4_NotificationObject, 0, PONG
    give    ENDPOINT, CHILD_ENDPOINT
    give    REPLY, CHILD_REPLY
    give    PING, CHILD_PING
    give    PONG, CHILD_PONG

    li      a0, seL4_CapInitThreadASIDPool
    slot    t0, CHILD_VSPACE
    message_cap 0, t0
    invoke  RISCVASIDPoolAssign, 1, 0
    must_succeed
    slot    a0, CHILD_CODE_TABLE
    la      a2, child
    call    map_child_table
    slot    a0, CHILD_DATA_TABLE
    li      a2, CHILD_BUFFER_VADDR
    call    map_child_table

    la      t0, child
    la      t1, _start
    srli    t0, t0, PAGE_BITS
    srli    t1, t1, PAGE_BITS
    sub     t0, t0, t1
    lw      t1, BootInfo_userImageFrames(s0)
    li      a0, seL4_CapInitThreadCNode
    slot    a2, CHILD_CODE
    li      a3, seL4_WordBits
    add     a4, t0, t1
    li      a5, seL4_WordBits
    li      t0, seL4_CanRead
    message_word 4, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeCopy, 1, 5
    must_succeed
    slot    a0, CHILD_CODE
    la      a2, child
    li      a3, seL4_CanRead
    call    map_child_frame
    slot    a0, CHILD_BUFFER
    li      a2, CHILD_BUFFER_VADDR
    li      a3, seL4_CanRead | seL4_CanWrite
    call    map_child_frame

    lw      a0, BootInfo_schedControl(s0)
    li      a2, 10000               # the whole of each period: round robin
    li      a3, 0
    li      a4, 10000
    li      a5, 0
    message_word 4, zero
    message_word 5, zero
    message_word 6, zero
    slot    t0, CHILD_TIME
    message_cap 0, t0
    invoke  SchedControlConfigureFlags, 1, 7
    must_succeed

    slot    a0, CHILD_TCB
    li      a2, (seL4_WordBits - CHILD_RADIX) << 3
    li      a3, 0
    li      a4, CHILD_BUFFER_VADDR
    slot    t0, CHILD_CNODE
    message_cap 0, t0
    slot    t0, CHILD_VSPACE
    message_cap 1, t0
    slot    t0, CHILD_BUFFER
    message_cap 2, t0
    invoke  TCBConfigure, 3, 3
    must_succeed
    slot    a0, CHILD_TCB
    li      a2, 254
    li      a3, 254
    li      t0, seL4_CapInitThreadTCB
    message_cap 0, t0
    slot    t0, CHILD_TIME
    message_cap 1, t0
    message_cap 2, zero             # no fault handler
    invoke  TCBSetSchedParams, 3, 2
    must_succeed
    slot    a0, CHILD_TCB
    li      a2, 1
    li      a3, 1
    la      a4, child
    li      a5, 0
    invoke  TCBWriteRegisters, 0, 3
    must_succeed
    jr      s11

map_child_table:
    slot    t0, CHILD_VSPACE
    message_cap 0, t0
    li      a3, 0
    invoke  RISCVPageTableMap, 1, 2
    must_succeed
    ret

map_child_frame:
    slot    t0, CHILD_VSPACE
    message_cap 0, t0
    li      a4, 0
    invoke  RISCVPageMap, 1, 3
    must_succeed
    ret
