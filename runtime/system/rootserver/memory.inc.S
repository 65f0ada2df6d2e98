# Untyped memory: which there is, how much of it is free, and objects made from it.
#
# The kernel makes the next object of an untyped behind the last one, at a multiple of its size. We keep count
# of that ourselves, so that the right untyped is chosen without asking.

# --- An entry of the list of untypeds -----------------------------------------------------------------------
.equ Untyped_slot,     0             # of the kernel's CNode
.equ Untyped_base,     4             # physical address
.equ Untyped_free,     8             # where the next object goes, before alignment
.equ Untyped_left,     12            # bytes from there on
.equ Untyped_sizeBits, 16            # a byte each
.equ Untyped_isDevice, 17
.equ Untyped_bytes,    20

.equ mostUntypeds, 400               # those of BootInfo, and pieces that create_at leaves

    .section .bss
    .balign 4
untypeds:
    .space  mostUntypeds * Untyped_bytes
untyped_count:
    .space  4
empty_slot:                          # the next empty slot of the kernel's CNode
    .space  4
    .text

# --- (1) The list ---------------------------------------------------------------------------------------------
list_untypeds:
    lw      t0, BootInfo_empty(s0)
    la      t1, empty_slot
    sw      t0, 0(t1)
    addi    t0, s0, BootInfo_untypedList
    la      t1, untypeds
    lw      t2, BootInfo_untyped(s0)        # slot
    lw      t3, BootInfo_untyped + 4(s0)    # end of the slots
    sub     t5, t3, t2
    la      t6, untyped_count
    sw      t5, 0(t6)
1:  bgeu    t2, t3, 2f
    sw      t2, Untyped_slot(t1)
    lw      t4, UntypedDesc_paddr(t0)
    sw      t4, Untyped_base(t1)
    sw      t4, Untyped_free(t1)
    lbu     t4, UntypedDesc_sizeBits(t0)
    sb      t4, Untyped_sizeBits(t1)
    li      t5, 1
    sll     t5, t5, t4
    sw      t5, Untyped_left(t1)
    lbu     t4, UntypedDesc_isDevice(t0)
    sb      t4, Untyped_isDevice(t1)
    addi    t0, t0, UntypedDesc_bytes
    addi    t1, t1, Untyped_bytes
    addi    t2, t2, 1
    j       1b
2:  ret

# The entry with the least free memory that still has room for an object of 2^a0 bytes, in a0; 0 for none.
# The least, because what is large should stay whole for what is large. Device memory makes no objects.
best_untyped:
    la      t0, untypeds
    lw      t1, untyped_count
    li      t2, 1
    sll     t2, t2, a0
    addi    t5, t2, -1
    li      a0, 0
    li      t3, -1                          # the least so far
1:  beqz    t1, 3f
    lbu     t4, Untyped_isDevice(t0)
    bnez    t4, 2f
    lw      t4, Untyped_free(t0)
    neg     t4, t4
    and     t4, t4, t5                      # the gap before the object
    lw      t6, Untyped_left(t0)
    bltu    t6, t4, 2f
    sub     t4, t6, t4
    bltu    t4, t2, 2f
    bgeu    t6, t3, 2f
    mv      t3, t6
    mv      a0, t0
2:  addi    t0, t0, Untyped_bytes
    addi    t1, t1, -1
    j       1b
3:  ret

# Makes a5 objects of type a1 and size a2 from the untyped in slot a0, and puts capabilities to them into the
# CNode a3 from slot a4 on. Leaves the error in a0.
retype:
    sw      a4, IPCBuffer_words + 16(s2)
    sw      a5, IPCBuffer_words + 20(s2)
    sw      a3, IPCBuffer_caps(s2)
    mv      a3, a2
    mv      a2, a1
    li      a4, 0                           # the CNode itself, not one that is to be looked up in it
    li      a5, 0
    li      a1, (UntypedRetype << 12) | (1 << 7) | 6
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    ret

# Notes that a1 bytes of the entry at a0 are used, gaps included.
take_bytes:
    lw      t0, Untyped_free(a0)
    add     t0, t0, a1
    sw      t0, Untyped_free(a0)
    lw      t0, Untyped_left(a0)
    sub     t0, t0, a1
    sw      t0, Untyped_left(a0)
    ret

# Makes a CNode of 2^a0 slots for ourselves. Leaves the slot of the kernel's CNode that has it in a0.
make_cnode:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s4, 8(sp)
    sw      s5, 4(sp)
    mv      s4, a0
    addi    a0, a0, seL4_SlotBits
    call    best_untyped
    beqz    a0, no_memory_for_cnode
    mv      s5, a0
    lw      a0, Untyped_slot(s5)
    li      a1, seL4_CapTableObject
    mv      a2, s4
    li      a3, seL4_CapInitThreadCNode
    lw      a4, empty_slot
    li      a5, 1
    call    retype
    bnez    a0, refused
    addi    t0, s4, seL4_SlotBits
    li      t1, 1
    sll     t1, t1, t0
    lw      t2, Untyped_free(s5)
    neg     t2, t2
    addi    t0, t1, -1
    and     t2, t2, t0
    add     a1, t1, t2
    mv      a0, s5
    call    take_bytes
    lw      a0, empty_slot
    addi    t0, a0, 1
    la      t1, empty_slot
    sw      t0, 0(t1)
    lw      ra, 12(sp)
    lw      s4, 8(sp)
    lw      s5, 4(sp)
    addi    sp, sp, 16
    ret

# --- The step `create`: objects of one kind anywhere in RAM -----------------------------------------------------
# s4 how many are left, s5 the next place, s6 log2 of the bytes, s7 the untyped, s8 how many now, s9 their bytes.
create:
    lw      s4, Step_arguments + 16(s3)
    lw      s5, Step_arguments + 12(s3)
    lw      s6, Step_arguments + 8(s3)
1:  beqz    s4, next_step
    mv      a0, s6
    call    best_untyped
    beqz    a0, no_memory
    mv      s7, a0
    lw      t0, Untyped_free(s7)
    neg     t0, t0
    li      t1, 1
    sll     t1, t1, s6
    addi    t1, t1, -1
    and     s9, t0, t1                      # the gap
    lw      t0, Untyped_left(s7)
    sub     t0, t0, s9
    srl     s8, t0, s6                      # as many as fit …
    bgeu    s4, s8, 2f
    mv      s8, s4                          # … and are wanted …
2:  li      t0, seL4_MaxRetype
    bgeu    t0, s8, 3f
    mv      s8, t0                          # … and the kernel makes at once
3:  lw      a0, Untyped_slot(s7)
    lw      a1, Step_arguments(s3)
    lw      a2, Step_arguments + 4(s3)
    li      a3, Place_objectCNode
    mv      a4, s5
    mv      a5, s8
    call    retype
    bnez    a0, refused
    sll     t0, s8, s6
    add     a1, s9, t0
    mv      a0, s7
    call    take_bytes
    add     s5, s5, s8
    sub     s4, s4, s8
    j       1b

# --- The step `create_at`: one object at a physical address --------------------------------------------------------
# An untyped gives its memory away from the bottom up. What lies below the address is cut off as smaller
# untypeds; they join the list, so nothing is lost. s4 the address, s5 the untyped, s6 log2 of a piece.
create_at:
    lw      s4, Step_arguments + 16(s3)
    la      s5, untypeds
    lw      t1, untyped_count
    lw      t2, Step_arguments + 8(s3)
    li      t3, 1
    sll     t3, t3, t2
1:  beqz    t1, not_free_at
    lw      t4, Untyped_free(s5)
    sub     t4, s4, t4                      # how far above; huge where it is below
    lw      t5, Untyped_left(s5)
    bgeu    t4, t5, 2f
    sub     t5, t5, t4
    bgeu    t5, t3, 3f
2:  addi    s5, s5, Untyped_bytes
    addi    t1, t1, -1
    j       1b

# The largest power of two that divides where we are and does not go past the address.
3:  lw      t0, Untyped_free(s5)
    sub     t1, s4, t0
    beqz    t1, 6f
    li      s6, 4
4:  addi    t2, s6, 1
    li      t3, 1
    sll     t3, t3, t2
    bltu    t1, t3, 5f
    addi    t4, t3, -1
    and     t4, t0, t4
    bnez    t4, 5f
    mv      s6, t2
    j       4b
5:  call    cut_piece
    j       3b
6:  lw      a0, Untyped_slot(s5)
    lw      a1, Step_arguments(s3)
    lw      a2, Step_arguments + 4(s3)
    li      a3, Place_objectCNode
    lw      a4, Step_arguments + 12(s3)
    li      a5, 1
    call    retype
    bnez    a0, refused
    lw      t2, Step_arguments + 8(s3)
    li      a1, 1
    sll     a1, a1, t2
    mv      a0, s5
    call    take_bytes
    j       next_step

# Cuts an untyped of 2^s6 bytes off the entry at s5 and appends it to the list.
cut_piece:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      t0, untyped_count
    li      t1, mostUntypeds
    bgeu    t0, t1, too_many_pieces
    lw      a0, Untyped_slot(s5)
    li      a1, seL4_UntypedObject
    mv      a2, s6
    li      a3, seL4_CapInitThreadCNode
    lw      a4, empty_slot
    li      a5, 1
    call    retype
    bnez    a0, refused
    lw      t0, untyped_count
    li      t1, Untyped_bytes
    mul     t1, t1, t0
    la      t2, untypeds
    add     t1, t1, t2                      # the new entry
    addi    t0, t0, 1
    la      t2, untyped_count
    sw      t0, 0(t2)
    lw      t0, empty_slot
    sw      t0, Untyped_slot(t1)
    addi    t0, t0, 1
    la      t2, empty_slot
    sw      t0, 0(t2)
    lw      t0, Untyped_free(s5)
    sw      t0, Untyped_base(t1)
    sw      t0, Untyped_free(t1)
    sb      s6, Untyped_sizeBits(t1)
    lbu     t0, Untyped_isDevice(s5)
    sb      t0, Untyped_isDevice(t1)
    li      a1, 1
    sll     a1, a1, s6
    sw      a1, Untyped_left(t1)
    mv      a0, s5
    call    take_bytes
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# --- The step `hand_over`: all that is left goes to a CNode of the system --------------------------------------------
# They are moved, not copied: an untyped that has objects cannot be copied, and two owners would be too many.
hand_over:
    call    count_for_hand_over
    mv      s4, a0
    lw      s5, Step_arguments(s3)          # the next slot there
    lw      t1, Step_arguments + 4(s3)
    li      t2, 1
    sll     t2, t2, t1
    add     t3, s5, s4
    bltu    t2, t3, no_slots_for_untypeds
    la      s6, untypeds
1:  beqz    s4, next_step
    lw      a0, Step_target(s3)
    mv      a2, s5
    lw      a3, Step_arguments + 4(s3)
    lw      a4, Untyped_slot(s6)
    li      a5, seL4_WordBits
    li      t0, seL4_CapInitThreadCNode
    sw      t0, IPCBuffer_caps(s2)
    li      a1, (CNodeMove << 12) | (1 << 7) | 4
    li      a7, seL4_SysCall
    ecall
    srli    a0, a1, 12
    bnez    a0, refused
    addi    s6, s6, Untyped_bytes
    addi    s5, s5, 1
    addi    s4, s4, -1
    j       1b

# How many untypeds are handed over, in a0: no more than BootInfo can list. Leaves t0 alone.
count_for_hand_over:
    lw      a0, untyped_count
    li      t1, BootInfo_maxUntypeds
    bgeu    t1, a0, 1f
    mv      a0, t1
1:  ret
