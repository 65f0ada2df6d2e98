# The sentence with which the loader ends when something is refused, and printing it.

# --- A refusal of the kernel ------------------------------------------------------------------------------------
# "The system cannot be loaded: the capability to ep does not go into slot 0x3 of client_cnode, because the
# kernel answers DeleteFirst." Phrases and names come with the load table. a0 is the error.
refused:
    mv      s4, a0
    la      a0, beginning
    call    print
    call    print_step
    la      a0, because
    call    print
    mv      a0, s4
    call    print_error
    la      a0, full_stop
    call    print
    j       give_up

beginning_of_sentence:
    la      a0, beginning
    j       print

# Prints what the step at s3 is about.
print_step:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    lw      t0, Step_info(s3)
    srli    t0, t0, 12
    lw      t1, Table_phrases(s1)
    add     t1, t1, s1
    li      t2, Phrase_bytes
    mul     t0, t0, t2
    add     s5, t0, t1                      # the phrase
    lw      a0, Phrase_before(s5)
    beqz    a0, 1f
    add     a0, a0, s1
    call    print
1:  lhu     a0, Step_names(s3)
    call    print_name
    lw      a0, Phrase_between(s5)
    beqz    a0, 2f
    add     a0, a0, s1
    call    print
    lw      t0, Step_info(s3)
    srli    t0, t0, 7
    andi    t0, t0, 3
    lw      t1, Phrase_word(s5)
    add     t0, t0, t1
    slli    t0, t0, 2
    add     t0, t0, s3
    lw      a0, Step_arguments(t0)
    call    print_hexadecimal
2:  lw      a0, Phrase_after(s5)
    beqz    a0, 3f
    add     a0, a0, s1
    call    print
    lhu     a0, Step_names + 2(s3)
    call    print_name
3:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# A fault that nobody handles is how a root task says that it failed.
give_up:
    la      a0, end_of_line
    call    print
    ebreak
    j       give_up

# --- Reasons of our own -------------------------------------------------------------------------------------------
# No block of RAM is free for the step `create` at s3, of which s4 objects of 2^s6 bytes from place s5 on are
# still to be made.
# How much is missing: what this and the following steps need, less what is free.
no_memory:
    sll     s7, s4, s6
    mv      t0, s3
1:  addi    t0, t0, Step_arguments + 4 * 5
    lw      t1, Step_info(t0)
    srli    t1, t1, 12
    li      t2, Step_create
    bne     t1, t2, 2f
    lw      t1, Step_arguments + 16(t0)
    lw      t2, Step_arguments + 8(t0)
    sll     t1, t1, t2
    add     s7, s7, t1
    j       1b
2:  la      t0, untypeds
    lw      t1, untyped_count
    li      s8, 0
3:  beqz    t1, 5f
    lbu     t2, Untyped_isDevice(t0)
    bnez    t2, 4f
    lw      t2, Untyped_left(t0)
    add     s8, s8, t2
4:  addi    t0, t0, Untyped_bytes
    addi    t1, t1, -1
    j       3b
5:  call    beginning_of_sentence
    la      a0, no_memory_for
    call    print
    addi    a0, s5, -1                      # the name of place n is name n - 1
    call    print_name
    bltu    s8, s7, 6f
    la      a0, too_scattered
    call    print
    j       give_up
6:  la      a0, needs
    call    print
    mv      a0, s7
    call    print_decimal
    la      a0, bytes_free
    call    print
    mv      a0, s8
    call    print_decimal
    la      a0, bytes_missing
    call    print
    sub     a0, s7, s8
    call    print_decimal
    la      a0, more_memory
    call    print
    j       give_up

no_memory_for_cnode:
    call    beginning_of_sentence
    la      a0, no_cnode
    call    print
    li      t0, 1
    addi    s4, s4, seL4_SlotBits
    sll     a0, t0, s4
    call    print_decimal
    la      a0, no_cnode_end
    call    print
    j       give_up

not_free_at:
    call    beginning_of_sentence
    la      a0, nothing_free
    call    print
    mv      a0, s4
    call    print_hexadecimal
    la      a0, nothing_free_for
    call    print
    lhu     a0, Step_names(s3)
    call    print_name
    la      a0, nothing_free_end
    call    print
    j       give_up

too_many_pieces:
    call    beginning_of_sentence
    la      a0, pieces
    call    print
    lhu     a0, Step_names(s3)
    call    print_name
    la      a0, full_stop
    call    print
    j       give_up

# s4 untypeds from slot s5 on do not fit into t2 slots.
no_slots_for_untypeds:
    mv      s6, t2
    call    beginning_of_sentence
    lhu     a0, Step_names(s3)
    call    print_name
    la      a0, slots_between
    call    print
    mv      a0, s6
    call    print_decimal
    la      a0, slots_needed
    call    print
    mv      a0, s4
    call    print_decimal
    la      a0, slots_from
    call    print
    mv      a0, s5
    call    print_hexadecimal
    la      a0, slots_missing
    call    print
    add     a0, s5, s4
    sub     a0, a0, s6
    call    print_decimal
    la      a0, full_stop
    call    print
    j       give_up

# --- Printing -------------------------------------------------------------------------------------------------------

# The text of name a0, in a0.
text_of_name:
    slli    a0, a0, 2
    lw      t0, Table_names(s1)
    add     a0, a0, t0
    add     a0, a0, s1
    lw      a0, 0(a0)
    add     a0, a0, s1
    ret

print_name:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    call    text_of_name
    lw      ra, 12(sp)
    addi    sp, sp, 16
    j       print

# Prints the text at a0, where the kernel has a console. A system call keeps all registers but a0 and a1.
print:
    lw      t0, Table_flags(s1)
    andi    t0, t0, 1
    beqz    t0, 2f
    mv      t0, a0
1:  lbu     a0, 0(t0)
    beqz    a0, 2f
    li      a7, seL4_SysDebugPutChar
    ecall
    addi    t0, t0, 1
    j       1b
2:  ret

# Prints a0 without a sign.
print_decimal:
    li      t1, 10
    la      t3, digits_end
1:  remu    t2, a0, t1
    divu    a0, a0, t1
    addi    t2, t2, '0'
    addi    t3, t3, -1
    sb      t2, 0(t3)
    bnez    a0, 1b
    mv      a0, t3
    j       print

# Prints a0 as 0x…
print_hexadecimal:
    la      t3, digits_end
    la      t4, hexadecimal_digits
1:  andi    t2, a0, 15
    add     t2, t2, t4
    lbu     t2, 0(t2)
    addi    t3, t3, -1
    sb      t2, 0(t3)
    srli    a0, a0, 4
    bnez    a0, 1b
    li      t2, 'x'
    sb      t2, -1(t3)
    li      t2, '0'
    sb      t2, -2(t3)
    addi    a0, t3, -2
    j       print

# Prints the name of the seL4 error a0.
print_error:
    la      t0, error_names
1:  beqz    a0, 3f
2:  lbu     t1, 0(t0)
    addi    t0, t0, 1
    bnez    t1, 2b
    addi    a0, a0, -1
    j       1b
3:  mv      a0, t0
    j       print

    .section .data
digits:
    .space  12
digits_end:
    .byte   0

    .section .rodata
hexadecimal_digits:
    .ascii  "0123456789abcdef"
beginning:
    .asciz  "The system cannot be loaded: "
because:
    .asciz  ", because the kernel answers "
end_of_line:
    .asciz  "\n"
full_stop:
    .asciz  "."
no_memory_for:
    .asciz  "there is no memory for "
needs:
    .asciz  "; it and what follows need "
bytes_free:
    .asciz  " bytes, "
bytes_missing:
    .asciz  " are free, "
more_memory:
    .asciz  " are missing. Give the board more memory."
too_scattered:
    .asciz  ": enough is free, but no block that is large enough."
no_cnode:
    .asciz  "there is no free block of "
no_cnode_end:
    .asciz  " bytes for the CNode with all objects. Give the board more memory."
nothing_free:
    .asciz  "no memory at "
nothing_free_for:
    .asciz  " is free for "
nothing_free_end:
    .asciz  "; it is used already, or the kernel keeps it."
pieces:
    .asciz  "memory falls into too many pieces at "
slots_between:
    .asciz  " takes the spare memory and has "
slots_needed:
    .asciz  " slots; "
slots_from:
    .asciz  " untypeds are there to put in from slot "
slots_missing:
    .asciz  " on, so slots are missing: "
error_names:                                # in the order of their numbers
    .asciz  "NoError", "InvalidArgument", "InvalidCapability", "IllegalOperation", "RangeError"
    .asciz  "AlignmentError", "FailedLookup", "TruncatedMessage", "DeleteFirst", "RevokeFirst"
    .asciz  "NotEnoughMemory"

# What a refusal is about while no step of the table is performed: name 0 is the loader itself.
    .balign 4
own_steps:
    .word   Step_firstOwn << 12, 0, 0
