# Text on the kernel's debug console, for components that have no UART to write to. A kernel that was not built
# for debugging has no console: there the text goes nowhere.

    .include "sel4.inc.S"

    .text
    .globl  putchar, puts, camkes_print

# Prints the character a0, and gives it back.
putchar:
    .if camkes_hasDebugCalls
    li      a7, seL4_SysDebugPutChar
    ecall
    .endif
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
    .if camkes_hasDebugCalls
    li      a7, seL4_SysDebugPutChar
    ecall
    .endif
    addi    t0, t0, 1
    j       1b
2:  ret
