# Hello, seL4: a whole small system in one assembly program.
#
# seL4 is a microkernel. It has no files, no processes and no drivers; it has *objects* (memory, threads,
# address spaces, endpoints) and *capabilities*. A capability is a key to one object, with rights. Keys lie
# in numbered slots of a table, the thread's CSpace; a program names a slot, never an object. What it holds
# no capability to, it cannot touch, and there is no other way to touch anything.
#
# When the machine starts, the kernel makes one thread and gives it the keys to everything that is left.
# That thread is this program, the *root task*. It builds the rest of the system:
#
#     (1) greet, and read what the kernel has handed over
#     (2) choose a piece of untyped memory, and turn it into kernel objects
#     (3) fill the CSpace of a second thread, the *pinger*: it may call us, and end itself, and that is all
#     (4) build its address space: its code, its stack, its IPC buffer
#     (5) give it processor time and start it
#     (6) answer its ten calls, told apart from anybody else's by their badge
#     (7) try something that is not allowed, and look at the answer
#     (8) drive the UART: wait for its interrupt, and echo what is typed
#
# Register use: s0 BootInfo, s1 our first empty slot, s2 our IPC buffer, s11 the step we are at.

    .include "sel4.inc.S"
    .include "uart.inc.S"

# --- Where we put capabilities: slots of our CSpace, counted from the first empty one -----------------
.equ CHILD_CNODE,      0           # the pinger's CSpace
.equ CHILD_VSPACE,     1           # the root of its address space
.equ CHILD_CODE_TABLE, 2           # the page table for the 4 MiB around its code
.equ CHILD_DATA_TABLE, 3           # the page table for the 4 MiB around its stack
.equ CHILD_STACK,      4           # a frame: 4 KiB of memory that can be mapped
.equ CHILD_BUFFER,     5           # a frame for its IPC buffer
.equ OUR_TABLE,        6           # a page table for the UART in our own address space
.equ CHILD_TCB,        7           # the thread itself
.equ CHILD_TIME,       8           # a scheduling context: the right to run for so long, so often
.equ ENDPOINT,         9           # where messages are exchanged
.equ REPLY,            10          # remembers who waits for our answer
.equ NOTIFICATION,     11          # what the UART's interrupt signals
.equ CHILD_CODE,       12          # a second capability to the frame that holds the pinger's code
.equ FAULT_ENDPOINT,   13          # the endpoint again, with a badge for faults
.equ UART_FRAME,       14          # the UART's registers, as a frame
.equ UART_INTERRUPT,   15          # the right to handle its interrupt

# --- Slots of the pinger's CSpace -----------------------------------------------------------------------
.equ PINGER_RADIX,     4           # 2^4 = 16 slots
.equ PINGER_ENDPOINT,  1
.equ PINGER_TCB,       2

.equ PINGER_BADGE,     7
.equ FAULT_BADGE,      13
.equ PINGS,            10

# --- Addresses that we choose; each lies at the start of 4 MiB that nobody uses yet ------------------------
.equ PINGER_STACK,     0x40000000
.equ PINGER_BUFFER,    0x40001000
.equ UART_VADDR,       0x40000000  # in our own address space, so it does not meet the pinger's stack

.equ PAGE_BITS,        12
.equ PAGE_BYTES,       4096

# Puts the capability at place \place, counted from our first empty slot, into \register.
.macro slot register, place
    addi    \register, s1, \place
.endm

# Notes which step we are at, for the message if the kernel refuses it.
.macro step number
    li      s11, \number
.endm

# Goes on if the invocation before has succeeded.
.macro must_succeed
    bnez    a0, refused
.endm

    .text
    .globl _start

# The kernel starts us here: a0 is the address of BootInfo, every other register is 0. There is no stack.
_start:
    la      sp, stack_end
    mv      s0, a0

# === Step 1: greet, and read what the kernel has handed over ==========================================
    step    1
    la      a0, greeting
    call    print
    lw      s1, BootInfo_empty(s0)          # the first slot of our CSpace with nothing in it
    lw      s2, BootInfo_ipcBuffer(s0)

# === Step 2: choose untyped memory, and turn it into objects ==========================================
# The kernel owns no memory of its own after boot: all of it is in our hands as *untyped* capabilities, each
# to a block of 2^sizeBits bytes. Every object is made from such a block (UntypedRetype), so whoever wants
# an object pays for it with memory that it was given. We need about 25 KiB: the smallest block of RAM with
# at least 2^15 bytes will do. Entry n of the list describes the capability in slot untyped.start + n.
    step    2
    addi    t0, s0, BootInfo_untypedList
    lw      t1, BootInfo_untyped(s0)        # the slot that the entry at t0 describes
    lw      t2, BootInfo_untyped + 4(s0)    # the end of those slots
    li      s3, 0                           # the best slot so far; 0 is none
    li      t3, 32                          # and its size
1:  bgeu    t1, t2, 3f
    lbu     t4, UntypedDesc_isDevice(t0)
    bnez    t4, 2f                          # a device's registers are no memory for objects
    lbu     t4, UntypedDesc_sizeBits(t0)
    li      t5, 15
    bltu    t4, t5, 2f                      # too small
    bgeu    t4, t3, 2f                      # no smaller than the best so far
    mv      t3, t4
    mv      s3, t1
2:  addi    t0, t0, UntypedDesc_bytes
    addi    t1, t1, 1
    j       1b
3:  beqz    s3, no_memory

# Each row of the table `objects` is one invocation of that untyped capability: make one object of this type
# and size, and put a capability to it into this slot. The large ones come first, since an object is aligned
# to its size, and a small one before a large one would leave a gap.
    la      s4, objects
    la      s5, objects_end
4:  mv      a0, s3                          # the untyped capability
    lw      a2, 0(s4)                       # word 0: the type
    lw      a3, 4(s4)                       # word 1: the size, where the type leaves a choice
    li      a4, 0                           # words 2 and 3: the CNode to put it in is the one that we
    li      a5, 0                           #     send along, not one that is to be looked up in it
    lw      t0, 8(s4)
    add     t0, t0, s1
    message_word 4, t0                      # word 4: the slot
    li      t0, 1
    message_word 5, t0                      # word 5: how many
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0                       # our own CSpace
    invoke  UntypedRetype, 1, 6
    must_succeed
    addi    s4, s4, 12
    bltu    s4, s5, 4b

# === Step 3: fill the pinger's CSpace =================================================================
# Its CSpace is the CNode that we have just made: sixteen empty slots. Two capabilities go into it.
#
# The first is to the endpoint. CNodeMint copies a capability and may take rights away and add a *badge*, a
# number that comes along with every message that is sent through the copy. So when we receive one, we know
# who sent it, and the sender cannot lie. It may send (CanWrite) and may be answered (CanGrantReply), but may
# not receive from the endpoint and may not send capabilities.
    step    3
    slot    a0, CHILD_CNODE                 # the CNode to put it into
    li      a2, PINGER_ENDPOINT             # the slot there, and how many bits name a slot
    li      a3, PINGER_RADIX
    slot    a4, ENDPOINT                    # what to copy, from the CNode that we send along: our own,
    li      a5, seL4_WordBits               #     in which 32 bits name a slot
    li      t0, seL4_CanWrite | seL4_CanGrantReply
    message_word 4, t0
    li      t0, PINGER_BADGE
    message_word 5, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeMint, 1, 6
    must_succeed

# The second is to its own thread, so that it can end itself. CNodeCopy keeps all rights.
    slot    a0, CHILD_CNODE
    li      a2, PINGER_TCB
    li      a3, PINGER_RADIX
    slot    a4, CHILD_TCB
    li      a5, seL4_WordBits
    li      t0, seL4_AllRights
    message_word 4, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeCopy, 1, 5
    must_succeed

# A third copy of the endpoint stays with us, with another badge. We name it as the pinger's fault handler in
# step 5: should the pinger crash, the kernel sends a message through it on its behalf.
    li      a0, seL4_CapInitThreadCNode
    slot    a2, FAULT_ENDPOINT
    li      a3, seL4_WordBits
    slot    a4, ENDPOINT
    li      a5, seL4_WordBits
    li      t0, seL4_CanWrite | seL4_CanGrantReply
    message_word 4, t0
    li      t0, FAULT_BADGE
    message_word 5, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeMint, 1, 6
    must_succeed

# === Step 4: build the pinger's address space ==========================================================
# An address space is a tree of two levels of page tables. The root gets an address space identifier from a
# pool, of which the kernel gave us one. Then a page table goes in for each 4 MiB that we want to use, and
# then frames go into the page tables. Nothing else will ever be visible to the pinger.
    step    4
    li      a0, seL4_CapInitThreadASIDPool
    slot    t0, CHILD_VSPACE
    message_cap 0, t0
    invoke  RISCVASIDPoolAssign, 1, 0
    must_succeed

    slot    a0, CHILD_CODE_TABLE
    la      a2, pinger                      # any address in the 4 MiB will do; the kernel rounds it down
    slot    a4, CHILD_VSPACE
    call    map_table
    slot    a0, CHILD_DATA_TABLE
    li      a2, PINGER_STACK
    slot    a4, CHILD_VSPACE
    call    map_table

# The pinger's code is a part of our own program: one page, at the label `pinger`. We hold capabilities to
# the frames of our program, in order, so the page's number tells the slot. A frame capability can be mapped
# once, and this one is mapped in our address space; so we copy it, and map the copy.
    la      t0, pinger
    la      t1, _start                      # lies in the first page of the program
    srli    t0, t0, PAGE_BITS
    srli    t1, t1, PAGE_BITS
    sub     t0, t0, t1
    lw      t1, BootInfo_userImageFrames(s0)
    li      a0, seL4_CapInitThreadCNode
    slot    a2, CHILD_CODE
    li      a3, seL4_WordBits
    add     a4, t0, t1
    li      a5, seL4_WordBits
    li      t0, seL4_CanRead                # to read and execute; the pinger cannot change its code
    message_word 4, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeCopy, 1, 5
    must_succeed

    slot    a0, CHILD_CODE
    la      a2, pinger                      # at the same address as in our address space, where it was linked
    li      a3, seL4_CanRead
    slot    a4, CHILD_VSPACE
    call    map_frame
    slot    a0, CHILD_STACK
    li      a2, PINGER_STACK
    li      a3, seL4_CanRead | seL4_CanWrite
    slot    a4, CHILD_VSPACE
    call    map_frame
    slot    a0, CHILD_BUFFER
    li      a2, PINGER_BUFFER
    li      a3, seL4_CanRead | seL4_CanWrite
    slot    a4, CHILD_VSPACE
    call    map_frame

# === Step 5: give the pinger time, and start it =========================================================
# Processor time is handed out by capability, too. Ours to SchedControl lets us fill a scheduling context: one
# millisecond in every ten. Both are in microseconds, each in two words with the low one first.
    step    5
    lw      a0, BootInfo_schedControl(s0)
    li      a2, 1000                        # words 0 and 1: the budget
    li      a3, 0
    li      a4, 10000                       # words 2 and 3: the period
    li      a5, 0
    message_word 4, zero                    # no extra refills,
    message_word 5, zero                    # no badge for time-out faults,
    message_word 6, zero                    # no flags
    slot    t0, CHILD_TIME
    message_cap 0, t0
    invoke  SchedControlConfigureFlags, 1, 7
    must_succeed

# A name for the debugger's list of threads: eight bytes of text, in place of message words 0 and 1.
    la      t0, pinger_name
    lw      t1, 0(t0)
    sw      t1, IPCBuffer_words(s2)
    lw      t1, 4(t0)
    sw      t1, IPCBuffer_words + 4(s2)
    slot    a0, CHILD_TCB
    li      a7, seL4_SysDebugNameThread
    ecall

# A thread is a thread control block (TCB) that knows its CSpace, its address space and its IPC buffer. A
# slot number has 32 bits, but the CNode's sixteen slots need only four of them: the other 28 are the *guard*,
# which must be zero. That is what 28 << 3 says: the guard's size is in bits 7:3 of the word, its value above.
    slot    a0, CHILD_TCB
    li      a2, (seL4_WordBits - PINGER_RADIX) << 3
    li      a3, 0
    li      a4, PINGER_BUFFER
    slot    t0, CHILD_CNODE
    message_cap 0, t0
    slot    t0, CHILD_VSPACE
    message_cap 1, t0
    slot    t0, CHILD_BUFFER
    message_cap 2, t0
    invoke  TCBConfigure, 3, 3
    must_succeed

# Its priority is 254, one below ours; so it runs only while we wait. A thread has a limit to the priorities
# that may be handed out on its authority; we send our own TCB as the authority, whose limit is 255.
    slot    a0, CHILD_TCB
    li      a2, 254                         # the highest priority that it may hand out in turn
    li      a3, 254                         # its priority
    li      t0, seL4_CapInitThreadTCB
    message_cap 0, t0
    slot    t0, CHILD_TIME
    message_cap 1, t0
    slot    t0, FAULT_ENDPOINT
    message_cap 2, t0
    invoke  TCBSetSchedParams, 3, 2
    must_succeed

# At last its registers: where it begins and where its stack is (a stack grows down, so that is the end of the
# page). The flag in word 0 says "and let it run".
    slot    a0, CHILD_TCB
    li      a2, 1                           # word 0: resume it
    li      a3, 3                           # word 1: three registers follow: pc, ra, sp
    la      a4, pinger
    li      a5, 0
    li      t0, PINGER_STACK + PAGE_BYTES
    message_word 4, t0
    invoke  TCBWriteRegisters, 0, 5
    must_succeed

# === Step 6: answer its calls ===========================================================================
# We wait for a message at the endpoint (Recv). The pinger gets to run, and calls. A call waits for its
# answer, and our reply object holds the way back; so one ReplyRecv answers, and waits for the next message.
    step    6
    slot    a0, ENDPOINT
    slot    a6, REPLY
    li      a7, seL4_SysRecv
    ecall
serve:
    mv      s5, a0                          # the badge: who calls
    mv      s4, a2                          # message word 0: the pinger's count
    li      t0, FAULT_BADGE
    beq     s5, t0, pinger_faulted
    la      a0, ping_text
    call    print
    mv      a0, s4
    call    print_number
    la      a0, badge_text
    call    print
    mv      a0, s5
    call    print_number
    la      a0, newline
    call    print
    li      t0, PINGS
    beq     s4, t0, last_ping
    slot    a0, ENDPOINT
    li      a1, 0                           # an empty answer
    slot    a6, REPLY
    li      a7, seL4_SysReplyRecv
    ecall
    j       serve
last_ping:
    slot    a0, REPLY                       # the last time, answer only: no further message will come
    li      a1, 0
    li      a7, seL4_SysSend
    ecall

# === Step 7: something that is not allowed =================================================================
# The pinger's slot 1 holds its endpoint. To copy something else over it would take that away behind its back,
# so the kernel refuses: an invocation that is denied changes nothing, and says why. The label of the answer is
# the error, here DeleteFirst.
    step    7
    slot    a0, CHILD_CNODE
    li      a2, PINGER_ENDPOINT
    li      a3, PINGER_RADIX
    slot    a4, NOTIFICATION
    li      a5, seL4_WordBits
    li      t0, seL4_AllRights
    message_word 4, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeCopy, 1, 5
    mv      s4, a0
    la      a0, denied_text
    call    print
    mv      a0, s4
    call    print_error
    la      a0, newline
    call    print

# === Step 8: drive the UART =================================================================================
# A driver in seL4 is a program like any other. It needs the device's registers and its interrupt. The
# registers are untyped memory, too, marked as a device: find the block at the UART's address …
    step    8
    addi    t0, s0, BootInfo_untypedList
    lw      t1, BootInfo_untyped(s0)
    lw      t2, BootInfo_untyped + 4(s0)
    li      t3, UART_PADDR
1:  bgeu    t1, t2, no_uart
    lw      t4, UntypedDesc_paddr(t0)
    beq     t4, t3, 2f
    addi    t0, t0, UntypedDesc_bytes
    addi    t1, t1, 1
    j       1b

# … make a frame of it, and map that into our own address space. From then on a load or a store at UART_VADDR
# reaches the device.
2:  mv      a0, t1
    li      a2, seL4_RISCV_4K_Page
    li      a3, 0
    li      a4, 0
    li      a5, 0
    slot    t0, UART_FRAME
    message_word 4, t0
    li      t0, 1
    message_word 5, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  UntypedRetype, 1, 6
    must_succeed

    slot    a0, OUR_TABLE
    li      a2, UART_VADDR
    li      a4, seL4_CapInitThreadVSpace
    call    map_table
    slot    a0, UART_FRAME
    li      a2, UART_VADDR
    li      a3, seL4_CanRead | seL4_CanWrite
    li      a4, seL4_CapInitThreadVSpace
    call    map_frame

# The right to handle an interrupt is a capability that IRQControl hands out, once for each interrupt …
    li      a0, seL4_CapIRQControl
    li      a2, UART_RX_IRQ
    slot    a3, UART_INTERRUPT              # where to put it, in the CNode that we send along
    li      a4, seL4_WordBits
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  IRQIssueIRQHandler, 1, 3
    must_succeed

# … and the interrupt reaches us as a signal to a notification. That is the whole of interrupt handling: the
# kernel never runs our code at an interrupt, it wakes whoever waits.
    slot    a0, UART_INTERRUPT
    slot    t0, NOTIFICATION
    message_cap 0, t0
    invoke  IRQSetIRQHandler, 1, 0
    must_succeed

# Now the device itself: empty the FIFOs, interrupt at the first byte that comes in, and switch both directions on.
    li      s3, UART_VADDR
    li      t0, 3
    sw      t0, UART_FIFO_CTRL(s3)
    li      t0, UART_INTR_RX_WATERMARK
    sw      t0, UART_INTR_ENABLE(s3)
    li      t0, UART_CTRL_NCO | UART_CTRL_RX | UART_CTRL_TX
    sw      t0, UART_CTRL(s3)
    la      a0, echo_text
    call    print

# For ever: acknowledge the interrupt, so that it may come again; wait; take every byte there is and send it
# back. Between two keys nothing runs at all, and the machine stands still.
echo:
    slot    a0, UART_INTERRUPT
    invoke  IRQAckIRQ, 0, 0
    must_succeed
    slot    a0, NOTIFICATION
    li      a7, seL4_SysWait
    ecall
    li      t0, UART_INTR_RX_WATERMARK
    sw      t0, UART_INTR_STATE(s3)         # clear the cause before the FIFO is empty, so that no byte is missed
1:  lw      t0, UART_STATUS(s3)
    andi    t0, t0, UART_STATUS_RXEMPTY
    bnez    t0, echo
    lw      t0, UART_RDATA(s3)
    sw      t0, UART_WDATA(s3)
    li      t1, '\r'
    bne     t0, t1, 1b
    li      t0, '\n'                        # the Enter key sends a carriage return alone
    sw      t0, UART_WDATA(s3)
    j       1b

# --- Mapping: a0 what to map, a2 the address, a3 the rights (for a frame), a4 the address space -------------
map_table:
    message_cap 0, a4
    li      a3, 0                           # default attributes
    invoke  RISCVPageTableMap, 1, 2
    must_succeed
    ret

map_frame:
    message_cap 0, a4
    li      a4, 0                           # default attributes: cached, executable
    invoke  RISCVPageMap, 1, 3
    must_succeed
    ret

# --- When something went wrong: say what, and switch the machine off ------------------------------------------
refused:
    mv      s4, a0
    la      a0, refused_text
    call    print
    mv      a0, s11
    call    print_number
    la      a0, colon
    call    print
    mv      a0, s4
    call    print_error
    j       halt
pinger_faulted:
    la      a0, faulted_text
    j       complain
no_memory:
    la      a0, no_memory_text
    j       complain
no_uart:
    la      a0, no_uart_text
complain:
    call    print
halt:
    la      a0, newline
    call    print
    li      a7, seL4_SysDebugHalt
    ecall
    j       halt

    .include "print.inc.S"

# === The pinger =============================================================================================
# It lives in a page of its own, since that page is all that we show it of our program; so it can call none of
# the functions above. Its whole world is two capabilities: in slot 1 an endpoint, in slot 2 itself.
    .text
    .balign PAGE_BYTES
pinger:
    li      s0, 1
1:  call    ping
    addi    s0, s0, 1
    li      t0, PINGS
    bgeu    t0, s0, 1b

    li      a0, PINGER_TCB                  # done: ask the kernel to stop us, by our own capability
    invoke  TCBSuspend, 0, 0
2:  j       2b                              # never reached

# Sends the count as message word 0, and returns when the answer has come.
ping:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    li      a0, PINGER_ENDPOINT
    li      a1, 1                           # label 0, no capabilities, one word
    mv      a2, s0
    li      a7, seL4_SysCall
    ecall
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret
    .balign PAGE_BYTES                      # nothing of ours may share the page

# --- Data -----------------------------------------------------------------------------------------------------
    .section .rodata
    .balign 4
objects:                                    # type, size in bits where there is a choice, slot
    .word seL4_RISCV_PageTable,    0, CHILD_VSPACE
    .word seL4_RISCV_PageTable,    0, CHILD_CODE_TABLE
    .word seL4_RISCV_PageTable,    0, CHILD_DATA_TABLE
    .word seL4_RISCV_4K_Page,      0, CHILD_STACK
    .word seL4_RISCV_4K_Page,      0, CHILD_BUFFER
    .word seL4_RISCV_PageTable,    0, OUR_TABLE
    .word seL4_TCBObject,          0, CHILD_TCB
    .word seL4_CapTableObject,     PINGER_RADIX, CHILD_CNODE
    .word seL4_SchedContextObject, 7, CHILD_TIME
    .word seL4_NotificationObject, 0, NOTIFICATION
    .word seL4_ReplyObject,        0, REPLY
    .word seL4_EndpointObject,     0, ENDPOINT
objects_end:
pinger_name:    .ascii "pinger\0\0"

greeting:       .asciz "Hello from the root task.\n"
ping_text:      .asciz "ping "
badge_text:     .asciz " from badge "
denied_text:    .asciz "Copying over the pinger's endpoint is refused: "
echo_text:      .asciz "Type something; the UART echoes it.\n"
refused_text:   .asciz "The kernel refused step "
colon:          .asciz ": "
faulted_text:   .asciz "The pinger crashed."
no_memory_text: .asciz "No block of untyped memory is large enough."
no_uart_text:   .asciz "The kernel has no untyped memory for the UART."
newline:        .asciz "\n"

    .bss
    .balign 16
stack:
    .zero 1024
stack_end:
