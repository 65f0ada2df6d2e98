# The thread that reports faults of the others: it waits for them, prints what happened, and lets the thread that did it
# stand still; the rest of the system goes on. seL4 manual 6.2.

    .include "sel4.inc.S"

    .text
    .globl  camkes_report_faults

# a0 is the endpoint, a6 the reply object, a1 a table of threads: the badge and the name of each, 0 at the end.
camkes_report_faults:
    mv      s0, a0
    mv      s1, a6
    mv      s6, a1
again:
    mv      a0, s0
    mv      a6, s1
    li      a7, seL4_SysRecv
    ecall
    # a2 to a5 are the first words: the address of the instruction is the first of all but a timeout.
    mv      s2, a2
    mv      s3, a3
    mv      s5, a5
    srli    s4, a1, 12                      # the kind of the fault
    mv      s8, a4
    mv      t0, s6
1:  lw      t1, 0(t0)
    la      s7, unknown
    beqz    t1, 2f
    lw      s7, 4(t0)
    addi    t0, t0, 8
    bne     t1, a0, 1b
2:  la      a0, fault_in
    call    camkes_print
    la      a0, camkes_instance_name
    call    camkes_print
    la      a0, comma_thread
    call    camkes_print
    mv      a0, s7
    call    camkes_print
    la      a0, colon
    call    camkes_print
    li      t0, Fault_VMFault
    beq     s4, t0, memory
    li      t0, Fault_CapFault
    beq     s4, t0, capability
    li      t0, Fault_UnknownSyscall
    beq     s4, t0, system_call
    li      t0, Fault_Timeout
    beq     s4, t0, timeout
    li      t0, 2                           # an instruction that is none may say why it is there
    bne     s8, t0, 1f
    lhu     t0, 0(s2)                       # it was fetched, and what is executed may be read
    li      t1, 0xffe3
    and     t1, t1, t0
    bnez    t1, 1f
    beqz    t0, 1f
    la      t1, reasons                     # seven of them, one behind the other
2:  addi    t0, t0, -4
    beqz    t0, 3f
4:  lbu     t2, 0(t1)
    addi    t1, t1, 1
    bnez    t2, 4b
    j       2b
3:  mv      a0, t1
    call    camkes_print
    j       place
1:  la      a0, exception                   # with the cause of the processor
    call    camkes_print
    mv      a0, s8
    call    hexadecimal
    j       place

# The code is 1 for a fetch, 5 for a load, 7 for a store.
memory:
    la      a0, fetch
    li      t0, 1
    beq     s5, t0, 1f
    la      a0, load
    li      t0, 5
    beq     s5, t0, 1f
    la      a0, store
1:  call    camkes_print
    mv      a0, s3
    call    hexadecimal
    la      a0, not_mapped
    call    camkes_print
    j       place
capability:
    la      a0, no_capability
    call    camkes_print
    mv      a0, s3
    call    hexadecimal
    j       place
system_call:
    la      a0, no_system_call
    call    camkes_print
    j       place
timeout:
    la      a0, no_time
    call    camkes_print
    j       line

place:
    la      a0, at
    call    camkes_print
    mv      a0, s2
    call    hexadecimal
line:
    la      a0, stands_still
    call    puts
    j       again

# Prints a0 with eight digits.
hexadecimal:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      s2, 8(sp)
    sw      s3, 4(sp)
    mv      s2, a0
    la      a0, hex
    call    camkes_print
    li      s3, 28
1:  srl     t0, s2, s3
    andi    t0, t0, 15
    la      t1, digits
    add     t1, t1, t0
    lbu     a0, 0(t1)
    call    putchar
    addi    s3, s3, -4
    bgez    s3, 1b
    lw      ra, 12(sp)
    lw      s2, 8(sp)
    lw      s3, 4(sp)
    addi    sp, sp, 16
    ret

    .section .rodata
fault_in:
    .asciz  "Fault in "
comma_thread:
    .asciz  ", thread "
colon:
    .asciz  ": "
exception:
    .asciz  "exception "
reasons:
    .asciz  "it came to a place that it says it never comes to"
    .asciz  "division by zero"
    .asciz  "a result does not fit its integer type"
    .asciz  "a call through a number that stands for no such function"
    .asciz  "a call of a function that is null"
    .asciz  "the index of an element is outside of its array"
    .asciz  "its memory is full"
fetch:
    .asciz  "fetch from "
load:
    .asciz  "load from "
store:
    .asciz  "store to "
not_mapped:
    .asciz  ", which no page maps or allows,"
no_capability:
    .asciz  "no capability "
no_system_call:
    .asciz  "no such system call"
no_time:
    .asciz  "its time is used up"
at:
    .asciz  " at "
stands_still:
    .asciz  ". The thread stands still."
hex:
    .asciz  "0x"
digits:
    .ascii  "0123456789abcdef"
unknown:
    .asciz  "unknown"
