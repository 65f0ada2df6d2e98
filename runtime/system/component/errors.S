# What goes wrong in the calls of a component in C or assembly that has a handler for it: the handler of the interface is
# asked, else that of the component, and answers what to do. Stubs of other components have none of this.

    .include "sel4.inc.S"
    .include "thread.inc.S"

# What the stubs know of a place; the last word is where the handler of the interface is.
.equ Record_type,        0
.equ Record_interface,   4
.equ Record_file,        8
.equ Record_line,        12
.equ Record_description, 16
.equ Record_handler,     20

# `camkes_error_t`: behind the description are up to six words that hang on the type.
.equ Error_type,        0
.equ Error_instance,    4
.equ Error_interface,   8
.equ Error_file,        12
.equ Error_line,        16
.equ Error_description, 20
.equ Error_facts,       24
.equ Error_bytes,       48

.equ Action_ignore, 1
.equ Action_abort,  2
.equ Action_halt,   3

    .text
    .globl  camkes_throw, camkes_register_error_handler, camkes_no_such_action

# a0 is the record, a1 to a6 are the facts. a0 is then 0: what was begun ends here, 1: it goes on, or -2: nobody was asked.
camkes_throw:
    addi    sp, sp, -(Error_bytes + 16)
    sw      ra, Error_bytes + 12(sp)
    lw      t0, Record_type(a0)
    sw      t0, Error_type(sp)
    la      t0, camkes_instance_name
    sw      t0, Error_instance(sp)
    lw      t0, Record_interface(a0)
    sw      t0, Error_interface(sp)
    lw      t0, Record_file(a0)
    sw      t0, Error_file(sp)
    lw      t0, Record_line(a0)
    sw      t0, Error_line(sp)
    lw      t0, Record_description(a0)
    sw      t0, Error_description(sp)
    sw      a1, Error_facts(sp)
    sw      a2, Error_facts + 4(sp)
    sw      a3, Error_facts + 8(sp)
    sw      a4, Error_facts + 12(sp)
    sw      a5, Error_facts + 16(sp)
    sw      a6, Error_facts + 20(sp)
    lw      t0, Record_handler(a0)
    lw      t0, 0(t0)
    bnez    t0, 1f
    lw      t0, handler
    li      a0, -2
    beqz    t0, 2f
1:  mv      a0, sp
    jalr    t0
    li      t0, Action_ignore
    bltu    t0, a0, stop
2:  lw      ra, Error_bytes + 12(sp)
    addi    sp, sp, Error_bytes + 16
    ret

# The thread ends, or the whole system does where the kernel can switch it off.
stop:
    li      t0, Action_abort
    beq     a0, t0, 1f
    li      t0, Action_halt
    bne     a0, t0, camkes_no_such_action
    .if camkes_hasDebugCalls
    li      a7, seL4_SysDebugHalt
    ecall
    .endif
1:  tail    camkes_done

# An answer that is none stops the thread here, with a fault.
camkes_no_such_action:
    unimp

# The handler of the component is now a0; gives the one before, 0 for none.
camkes_register_error_handler:
    la      t0, handler
    lw      t1, 0(t0)
    sw      a0, 0(t0)
    mv      a0, t1
    ret

    .bss
    .balign 4
handler:
    .space  4
