# Untyped_Retype to an endpoint, and CNode_Delete of it.

    .include "setup.inc.S"
    .equ    COUNT, 20000

main:
    li      s4, COUNT
    begin
1:  make    seL4_EndpointObject, 0, OWN
    li      a0, seL4_CapInitThreadCNode
    slot    a2, OWN
    li      a3, seL4_WordBits
    invoke  CNodeDelete, 0, 2
    must_succeed
    addi    s4, s4, -1
    bnez    s4, 1b
    end
