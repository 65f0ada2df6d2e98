# The client. Its control thread calls `run` when all parts of the component are ready.
#
# To call a method is to call a function: the build makes `calculator_add` from the interface. It writes
# the parameters into a message, calls the kernel, and returns what the reply says.

    .text
    .globl run

run:
    addi    sp, sp, -16
    sw      ra, 12(sp)

# What are the two numbers? Attributes of a component are constants with their names.
    lw      a0, first
    lw      a1, second
    call    calculator_add
    mv      a1, a0
    la      a0, sum
    call    print_number

# The remainder is written to where the third parameter points: to our stack.
    lw      a0, first
    lw      a1, second
    addi    a2, sp, 8
    call    calculator_divide
    mv      a1, a0
    la      a0, quotient
    call    print_number
    lw      a1, 8(sp)
    la      a0, remainder
    call    print_number

# A string that comes back is ours: it was allocated for us, and we free it when we are done with it.
    call    calculator_name
    sw      a0, 4(sp)
    la      a0, thanks
    call    camkes_print
    lw      a0, 4(sp)
    call    puts
    lw      a0, 4(sp)
    call    free

# Tell who waits for the event.
    call    finished_emit
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Prints the text at a0 and the number a1, in decimal.
print_number:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    sw      s0, 24(sp)
    mv      s0, a1
    call    camkes_print
    addi    a0, sp, 20                      # digits are written from the end
    sb      zero, 0(a0)
    li      t0, 10
1:  addi    a0, a0, -1
    remu    t1, s0, t0
    addi    t1, t1, '0'
    sb      t1, 0(a0)
    divu    s0, s0, t0
    bnez    s0, 1b
    call    puts
    lw      s0, 24(sp)
    lw      ra, 28(sp)
    addi    sp, sp, 32
    ret

    .section .rodata
sum:
    .asciz  "sum: "
quotient:
    .asciz  "quotient: "
remainder:
    .asciz  "remainder: "
thanks:
    .asciz  "thanks to "
