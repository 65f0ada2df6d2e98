# The part of the seL4 interface that the loader itself needs: 16.0 with MCS scheduling, 32-bit RISC-V. The
# labels of all other invocations come with the load table, so that the loader need not know them. A test
# holds these numbers against the tables of runtime/abi.

# --- System call numbers --------------------------------------------------------------------------------
.equ seL4_SysCall,            -1
.equ seL4_SysDebugPutChar,    -12
.equ seL4_SysDebugNameThread, -17

# --- Invocation labels ----------------------------------------------------------------------------------
.equ UntypedRetype, 1
.equ TCBSetSpace,   11
.equ TCBSuspend,    12
.equ CNodeDelete,   19
.equ CNodeCopy,     21
.equ CNodeMint,     22
.equ CNodeMove,     23

# --- Object types ---------------------------------------------------------------------------------------
.equ seL4_UntypedObject,  0
.equ seL4_CapTableObject, 4

# --- Capabilities of the root task, by their slot ---------------------------------------------------------
.equ seL4_CapInitThreadTCB,    1
.equ seL4_CapInitThreadCNode,  2
.equ seL4_CapInitThreadVSpace, 3
.equ seL4_CapIRQControl,       4
.equ seL4_CapASIDControl,      5
.equ seL4_CapDomain,           11

# --- Rights, sizes ----------------------------------------------------------------------------------------
.equ seL4_AllRights,        15
.equ seL4_WordBits,         32
.equ seL4_SlotBits,         4
.equ seL4_MaxRetype,        256      # objects that one invocation may make
.equ CNodeData_guardSize,   3        # a guard word of zero bits has its size from this bit on

# --- BootInfo ---------------------------------------------------------------------------------------------
.equ BootInfo_extraLength,     0
.equ BootInfo_ipcBuffer,       16
.equ BootInfo_empty,           20
.equ BootInfo_rootCNodeBits,   68
.equ BootInfo_schedControl,    76
.equ BootInfo_untyped,         84
.equ BootInfo_untypedList,     92
.equ BootInfo_bytes,           1932
.equ BootInfo_maxUntypeds,     230
.equ BootInfo_extra,           4096  # further boot information begins a page later: pieces with a header
.equ ExtraBootInfo_id,         0
.equ ExtraBootInfo_length,     4     # its header is counted
.equ UntypedDesc_paddr,        0
.equ UntypedDesc_sizeBits,     4
.equ UntypedDesc_isDevice,     5
.equ UntypedDesc_bytes,        8

# --- The IPC buffer ---------------------------------------------------------------------------------------
.equ IPCBuffer_words, 4
.equ IPCBuffer_caps,  488
