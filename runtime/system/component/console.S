# Text on the kernel's debug console, for components that have no UART to write to.

    .include "sel4.inc.S"

    .text
    .globl  putchar, puts, camkes_print

# Prints the character a0, and gives it back.
putchar:
    li      a7, seL4_SysDebugPutChar
    ecall
    ret

# Prints the string at a0 and ends the line.
puts:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    call    camkes_print
    li      a0, '\n'
    call    putchar
    li      a0, 0
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Prints the string at a0.
camkes_print:
    mv      t0, a0
1:  lbu     a0, 0(t0)
    beqz    a0, 2f
    li      a7, seL4_SysDebugPutChar
    ecall
    addi    t0, t0, 1
    j       1b
2:  ret
