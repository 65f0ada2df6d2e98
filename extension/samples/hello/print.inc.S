# Printing with nothing but seL4_DebugPutChar: strings, numbers and the names of errors.

    .text

# Prints the string at a0.
print:
    mv      t0, a0
1:  lbu     a0, 0(t0)
    beqz    a0, 2f
    li      a7, seL4_SysDebugPutChar
    ecall
    addi    t0, t0, 1
    j       1b
2:  ret

# Prints a0 as an unsigned decimal number.
print_number:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    li      t0, 10
    remu    t1, a0, t0             # the last digit …
    sw      t1, 8(sp)
    divu    a0, a0, t0             # … after all the digits before it
    beqz    a0, 1f
    call    print_number
1:  lw      a0, 8(sp)
    addi    a0, a0, '0'
    li      a7, seL4_SysDebugPutChar
    ecall
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Prints the name of the seL4 error a0.
print_error:
    la      t0, error_names
1:  beqz    a0, 3f
2:  lbu     t1, 0(t0)              # skip one name
    addi    t0, t0, 1
    bnez    t1, 2b
    addi    a0, a0, -1
    j       1b
3:  mv      a0, t0
    j       print

    .section .rodata
error_names:
    .asciz "NoError"
    .asciz "InvalidArgument"
    .asciz "InvalidCapability"
    .asciz "IllegalOperation"
    .asciz "RangeError"
    .asciz "AlignmentError"
    .asciz "FailedLookup"
    .asciz "TruncatedMessage"
    .asciz "DeleteFirst"
    .asciz "RevokeFirst"
    .asciz "NotEnoughMemory"
