# The part of the seL4 interface that this sample uses: seL4 16.0 with MCS scheduling, 32-bit RISC-V.
#
# A system call is `ecall` with its number in a7. A message travels with it:
#     a0        in: which capability    out: the sender's badge
#     a1        the message info: label, number of capabilities, number of words
#     a2 … a5   message words 0 to 3; further words go through the IPC buffer
#     a6        which reply object, for calls that receive
# All other registers are as they were when the call returns.

# --- System call numbers ------------------------------------------------------------------------
.equ seL4_SysCall,         -1      # send, then wait for the answer
.equ seL4_SysReplyRecv,    -2      # answer, then receive the next message
.equ seL4_SysSend,         -5
.equ seL4_SysRecv,         -7
.equ seL4_SysWait,         -9      # wait for a notification
.equ seL4_SysDebugPutChar, -12     # one character to the kernel's console; no capability needed
.equ seL4_SysDebugHalt,    -14     # switches the machine off
.equ seL4_SysDebugNameThread, -17  # the name that debuggers show; the string is in the IPC buffer

# --- Invocation labels: what to do with the object behind a capability -----------------------------
.equ UntypedRetype,                1
.equ TCBWriteRegisters,            3
.equ TCBConfigure,                 5
.equ TCBSetSchedParams,            8
.equ TCBSuspend,                   12
.equ CNodeCopy,                    21
.equ CNodeMint,                    22
.equ IRQIssueIRQHandler,           26
.equ IRQAckIRQ,                    27
.equ IRQSetIRQHandler,             28
.equ SchedControlConfigureFlags,   33
.equ RISCVPageTableMap,            39
.equ RISCVPageMap,                 41
.equ RISCVASIDPoolAssign,          45

# --- Object types, for UntypedRetype ------------------------------------------------------------------
.equ seL4_TCBObject,          1
.equ seL4_EndpointObject,     2
.equ seL4_NotificationObject, 3
.equ seL4_CapTableObject,     4    # a CNode: 2^size slots of 16 bytes
.equ seL4_SchedContextObject, 5
.equ seL4_ReplyObject,        6
.equ seL4_RISCV_4K_Page,      7
.equ seL4_RISCV_PageTable,    9    # 1024 entries; also the root of an address space

# --- Capabilities that the kernel gives the root task, by their slot in its CSpace -----------------------
.equ seL4_CapInitThreadTCB,     1
.equ seL4_CapInitThreadCNode,   2
.equ seL4_CapInitThreadVSpace,  3
.equ seL4_CapIRQControl,        4
.equ seL4_CapInitThreadASIDPool, 6

# --- Rights -------------------------------------------------------------------------------------------
.equ seL4_CanWrite,      1
.equ seL4_CanRead,       2
.equ seL4_CanGrant,      4         # may send capabilities along
.equ seL4_CanGrantReply, 8         # may be answered, so may use seL4_SysCall
.equ seL4_AllRights,     15

# --- BootInfo: the page in which the kernel tells the root task what it has been given ----------------------
.equ BootInfo_ipcBuffer,       16  # address of the root task's IPC buffer
.equ BootInfo_empty,           20  # first empty slot of its CSpace, then the end of them
.equ BootInfo_userImageFrames, 36  # first slot of the frames that hold its program
.equ BootInfo_schedControl,    76  # slot of the capability to hand out processor time
.equ BootInfo_untyped,         84  # first slot of the untyped memory, then the end of it
.equ BootInfo_untypedList,     92  # one entry for each of those slots:
.equ UntypedDesc_paddr,        0   #     physical address
.equ UntypedDesc_sizeBits,     4   #     it has 2^sizeBits bytes
.equ UntypedDesc_isDevice,     5   #     1 for a device's registers, 0 for memory
.equ UntypedDesc_bytes,        8

# --- The IPC buffer: 512 bytes that a thread shares with the kernel -------------------------------------------
.equ IPCBuffer_words, 4            # message word n is at 4 + 4n; words 0 to 3 stay in registers
.equ IPCBuffer_caps,  488          # the capabilities that go with the message, three words

.equ seL4_WordBits, 32

# Puts register \value into message word \number (4 and up). s2 must hold the IPC buffer's address.
.macro message_word number, value
    sw      \value, IPCBuffer_words + 4 * \number(s2)
.endm

# Sends the capability in slot \value along, as number \number (from 0).
.macro message_cap number, value
    sw      \value, IPCBuffer_caps + 4 * \number(s2)
.endm

# Invokes the capability in slot a0: asks the kernel to do \label, with \caps capabilities and \words
# message words. Leaves the error in a0; 0 is success.
.macro invoke label, caps, words
    li      a1, (\label << 12) | (\caps << 7) | \words
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12             # the label of the kernel's answer is the error
.endm
