# A root task with nested calls, a loop over a counter in memory, and one character of output.
    .text
    .globl _start
_start:
    la      sp, stack_end
    li      a0, 33
    call    double                  # 66, which is 'B'
    mv      s1, a0
    la      s2, counter
    li      s3, 5
count:
    lw      t0, 0(s2)
    addi    t0, t0, 1
    sw      t0, 0(s2)
    addi    s3, s3, -1
    bnez    s3, count
    mv      a0, s1
    call    put
    li      a7, -14                 # DebugHalt
    ecall

# Twice its argument; saves ra, because it calls.
    .globl double
double:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    call    identity
    add     a0, a0, a0
    lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

    .globl identity
identity:
    mv      t1, a0
    mv      a0, t1
    ret

    .globl put
put:
    li      a7, -12                 # DebugPutChar
    ecall
    ret

    .data
    .balign 4
counter:
    .word   0
text:
    .ascii  "data"
    .bss
    .balign 16
    .space  1024
stack_end:
