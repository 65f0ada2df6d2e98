# The capDL loader: a root task that creates the system which a capDL specification describes, and retires.
#
# A specification is a list of objects and of capabilities to them. The toolchain turns it into a *load
# table*: a list of steps, each of which is one invocation just as the kernel takes it. So this program is a
# loop over them; it knows no object but untyped memory and CNodes. What only the running kernel can tell is
# its own work: which memory is free, and where BootInfo has the capabilities that have no fixed slot.
#
#     (1) list the untyped memory that the kernel has handed over
#     (2) build a larger CSpace: a CNode with a place for every object of the system
#     (3) perform the steps
#     (4) give up every capability that gives power over the system, and stop
#
# When it has stopped, its CSpace holds no more than what keeps the system in being: the thread's own things,
# and those mapped frames, page tables, threads and scheduling contexts that no CNode of the system holds.
# Any refusal of the kernel ends in a sentence on the console that names the object.
#
# Register use: s0 BootInfo, s1 the load table, s2 our IPC buffer, s3 the step; s4 and up within a step.

    .include "sel4.inc.S"
    .include "load-table.inc.S"
    .include "memory.inc.S"
    .include "report.inc.S"

    .section .text.init, "ax"
    .globl _start

# The kernel starts us here: a0 is the address of BootInfo, every other register is 0. There is no stack.
_start:
    la      sp, stack_end
    mv      s0, a0
    lw      s2, BootInfo_ipcBuffer(s0)
    la      s1, load_table
    la      s3, own_steps                   # what a refusal before the first step is about
    call    list_untypeds
    call    build_cspace

    lw      s3, Table_steps(s1)
    add     s3, s3, s1

# --- (3) The steps ------------------------------------------------------------------------------------------
perform:
    lw      t0, Step_info(s3)
    srli    t0, t0, 12
    li      t1, Step_firstOwn
    bgeu    t0, t1, own_work
    call    invoke_step
    bnez    a0, refused

next_step:
    lw      t0, Step_info(s3)
    srli    t1, t0, 7
    andi    t1, t1, 3                       # capabilities
    andi    t0, t0, 127                     # words
    add     t0, t0, t1
    slli    t0, t0, 2
    add     s3, s3, t0
    addi    s3, s3, Step_arguments
    j       perform

# Steps that are no invocation, by their label in t0.
own_work:
    sub     t0, t0, t1
    slli    t0, t0, 2
    la      t1, own_work_table
    add     t0, t0, t1
    lw      t0, 0(t0)
    jr      t0

    .section .rodata
    .balign 4
own_work_table:                             # in the order of the labels
    .word   retire, create, create_at, copy, copy_boot_info, name_thread, hand_over
    .text

# Makes the invocation that the step at s3 describes. The capabilities and all words go into the IPC buffer,
# then the first four words into registers. Leaves the error in a0; 0 is success.
invoke_step:
    lw      a1, Step_info(s3)
    addi    t0, s3, Step_arguments
    srli    t1, a1, 7
    andi    t1, t1, 3
    addi    t2, s2, IPCBuffer_caps
1:  beqz    t1, 2f
    lw      t3, 0(t0)
    sw      t3, 0(t2)
    addi    t0, t0, 4
    addi    t2, t2, 4
    addi    t1, t1, -1
    j       1b
2:  andi    t1, a1, 127
    addi    t2, s2, IPCBuffer_words
3:  beqz    t1, 4f
    lw      t3, 0(t0)
    sw      t3, 0(t2)
    addi    t0, t0, 4
    addi    t2, t2, 4
    addi    t1, t1, -1
    j       3b
4:  lw      a2, IPCBuffer_words(s2)
    lw      a3, IPCBuffer_words + 4(s2)
    lw      a4, IPCBuffer_words + 8(s2)
    lw      a5, IPCBuffer_words + 12(s2)
    lw      a0, Step_target(s3)
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    ret

# --- (2) The CSpace -------------------------------------------------------------------------------------------
# The kernel's CNode for us may be too small for a large system, and it cannot grow. So we make an *object
# CNode* of the size that the table asks for, and a root above both of four slots:
#
#     root 0 ── the CNode that the kernel made, with a guard of zeros that fills 32 bits
#          1 ── the object CNode, likewise
#
# A capability pointer below 2^30 then leads where it led before, and Places + n to place n.
build_cspace:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      s4, Table_radix(s1)

    mv      a0, s4                          # the object CNode
    call    make_cnode
    mv      s5, a0
    li      a0, 2                           # the root
    call    make_cnode
    mv      s6, a0

    mv      a0, s6                          # root 0
    li      a2, 0
    li      a3, 2
    li      a4, seL4_CapInitThreadCNode
    lw      t0, BootInfo_rootCNodeBits(s0)
    call    mint_with_guard
    mv      a0, s6                          # root 1
    li      a2, 1
    li      a3, 2
    mv      a4, s5
    mv      t0, s4
    call    mint_with_guard

# From now on our capability pointers go through the root. A fault handler we have none: slot 0 is empty.
    sw      zero, IPCBuffer_caps(s2)
    sw      s6, IPCBuffer_caps + 4(s2)
    li      t0, seL4_CapInitThreadVSpace
    sw      t0, IPCBuffer_caps + 8(s2)
    li      a0, seL4_CapInitThreadTCB
    li      a2, 0                           # the root needs no guard
    li      a3, 0
    li      a1, (TCBSetSpace << 12) | (3 << 7) | 2
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    bnez    a0, refused

# Place 0 is the object CNode itself, so that steps can name places as where to copy from; place 1 is the
# right to hand out processor time, whose slot only BootInfo tells.
    mv      a4, s5
    li      t0, 0
    call    copy_to_place
    lw      a4, BootInfo_schedControl(s0)
    li      t0, 1
    call    copy_to_place
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Copies the CNode in slot a4 to slot a2, of a3 bits, of CNode a0, with a guard of zeros that makes the t0 bits
# of its slots up to the 30 bits that are left below the root.
mint_with_guard:
    li      t1, seL4_WordBits - 2
    sub     t1, t1, t0
    slli    t1, t1, CNodeData_guardSize
    sw      t1, IPCBuffer_words + 20(s2)
    li      t1, seL4_AllRights
    sw      t1, IPCBuffer_words + 16(s2)
    li      t1, seL4_CapInitThreadCNode
    sw      t1, IPCBuffer_caps(s2)
    li      a5, seL4_WordBits
    li      a1, (CNodeMint << 12) | (1 << 7) | 6
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    bnez    a0, refused
    ret

# Copies slot a4 of the kernel's CNode to place t0. s5 is the object CNode.
copy_to_place:
    mv      a0, s5
    mv      a2, t0
    lw      a3, Table_radix(s1)
    li      a5, seL4_WordBits
    li      t1, seL4_AllRights
    sw      t1, IPCBuffer_words + 16(s2)
    li      t1, seL4_CapInitThreadCNode
    sw      t1, IPCBuffer_caps(s2)
    li      a1, (CNodeCopy << 12) | (1 << 7) | 5
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    bnez    a0, refused
    ret

# --- What steps have the loader do itself ---------------------------------------------------------------------

# Copies bytes of the table to an address: the content of a frame that is mapped there for the moment.
copy:
    lw      a0, Step_arguments(s3)
    lw      a1, Step_arguments + 4(s3)
    add     a1, a1, s1
    lw      a2, Step_arguments + 8(s3)
    call    copy_bytes
    j       next_step

# Copies a2 bytes from a1 to a0; by words while it can.
copy_bytes:
    or      t0, a0, a1
    andi    t0, t0, 3
    bnez    t0, 2f
    li      t1, 4
1:  bltu    a2, t1, 2f
    lw      t0, 0(a1)
    sw      t0, 0(a0)
    addi    a1, a1, 4
    addi    a0, a0, 4
    addi    a2, a2, -4
    j       1b
2:  beqz    a2, 3f
    lbu     t0, 0(a1)
    sb      t0, 0(a0)
    addi    a1, a1, 1
    addi    a0, a0, 1
    addi    a2, a2, -1
    j       2b
3:  ret

# Copies BootInfo, or a piece of the further boot information by its id, to an address. Who takes over the
# untyped memory finds its own slots in its copy of BootInfo, not ours: first those of the untypeds, then
# behind one more those that are empty.
copy_boot_info:
    lw      s4, Step_arguments(s3)          # to where
    lw      s5, Step_arguments + 4(s3)      # id
    lw      a1, Step_arguments + 8(s3)      # offset
    lw      a2, Step_arguments + 12(s3)     # bytes
    bnez    s5, find_piece
    add     a1, a1, s0
    mv      a0, s4
    call    copy_bytes
    lw      t0, Step_arguments + 16(s3)     # the first slot for untypeds; 0 where nobody takes them
    lw      t1, Step_arguments + 8(s3)
    lw      t2, Step_arguments + 12(s3)
    li      t3, BootInfo_bytes
    beqz    t0, next_step
    bnez    t1, next_step                   # not from the beginning
    bltu    t2, t3, next_step               # or not all of it
    call    count_for_hand_over
    sw      t0, BootInfo_untyped(s4)
    add     t0, t0, a0
    sw      t0, BootInfo_untyped + 4(s4)
    addi    t0, t0, 1
    sw      t0, BootInfo_empty(s4)
    lw      t0, Step_arguments + 20(s3)
    sw      t0, BootInfo_empty + 4(s4)
    la      t1, untypeds                    # the list again, since create_at may have cut some
    addi    t2, s4, BootInfo_untypedList
1:  beqz    a0, next_step
    lw      t0, Untyped_base(t1)
    sw      t0, UntypedDesc_paddr(t2)
    lbu     t0, Untyped_sizeBits(t1)
    sb      t0, UntypedDesc_sizeBits(t2)
    lbu     t0, Untyped_isDevice(t1)
    sb      t0, UntypedDesc_isDevice(t2)
    addi    t1, t1, Untyped_bytes
    addi    t2, t2, UntypedDesc_bytes
    addi    a0, a0, -1
    j       1b

# The pieces follow one another; where there is none with the id, the frame stays as it is.
find_piece:
    li      t0, BootInfo_extra
    add     t0, t0, s0
    lw      t1, BootInfo_extraLength(s0)
    add     t1, t1, t0
1:  bgeu    t0, t1, next_step
    lw      t2, ExtraBootInfo_id(t0)
    lw      t3, ExtraBootInfo_length(t0)
    beqz    t3, next_step
    beq     t2, s5, 2f
    add     t0, t0, t3
    j       1b
2:  bgeu    a1, t3, next_step               # nothing of it is left at that offset
    sub     t3, t3, a1
    bgeu    t3, a2, 3f
    mv      a2, t3
3:  add     a1, a1, t0
    mv      a0, s4
    call    copy_bytes
    j       next_step

# Gives a thread the name of its object, where the kernel keeps names. The text goes into the IPC buffer.
name_thread:
    lw      t0, Table_flags(s1)
    andi    t0, t0, 1
    beqz    t0, next_step
    lhu     a0, Step_names(s3)
    call    text_of_name
    addi    t0, s2, IPCBuffer_words
1:  lbu     t1, 0(a0)
    sb      t1, 0(t0)
    addi    a0, a0, 1
    addi    t0, t0, 1
    bnez    t1, 1b
    lw      a0, Step_target(s3)
    li      a7, seL4_SysDebugNameThread
    ecall
    j       next_step

# --- (4) The end ------------------------------------------------------------------------------------------------
# The control capabilities and the untyped memory go; then nobody can make an object or take one away who was
# not given the means by the specification. Deleting a slot that is empty already is no error.
retire:
    la      s3, own_steps
    li      a2, seL4_CapIRQControl
    call    delete_own
    li      a2, seL4_CapASIDControl
    call    delete_own
    li      a2, seL4_CapDomain
    call    delete_own
    lw      a2, BootInfo_schedControl(s0)
    call    delete_own
    la      s4, untypeds
    lw      s5, untyped_count
1:  beqz    s5, 2f
    lw      a2, Untyped_slot(s4)
    call    delete_own
    addi    s4, s4, Untyped_bytes
    addi    s5, s5, -1
    j       1b
2:  li      a0, seL4_CapInitThreadTCB
    li      a1, TCBSuspend << 12
    li      a7, seL4_SysCall
    ecall
    j       2b

# Empties slot a2 of the kernel's CNode.
delete_own:
    li      a0, seL4_CapInitThreadCNode
    li      a3, seL4_WordBits
    li      a1, (CNodeDelete << 12) | 2
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    bnez    a0, refused
    ret

    .section .bss
    .balign 16
stack:
    .space  1024
stack_end:
