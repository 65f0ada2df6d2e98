# The calculator. A function for each method of its interface, named <interface>_<method>: it takes the
# parameters in a0, a1, ... and gives the result in a0, as any function of C does (the convention ilp32).
# The thread that waits for calls, reads the messages and replies is made by the build.

    .text
    .globl calculator_add, calculator_divide, calculator_name

# int calculator_add(int a, int b)
calculator_add:
    add     a0, a0, a1
    ret

# int calculator_divide(int a, int b, int *remainder): an `out` parameter is a pointer to write to.
calculator_divide:
    rem     t0, a0, a1
    sw      t0, 0(a2)
    div     a0, a0, a1
    ret

# char *calculator_name(void)
calculator_name:
    la      a0, name
    ret

    .section .rodata
name:
    .asciz  "adder"
