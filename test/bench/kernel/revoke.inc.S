# Makes an endpoint and COUNT copies of its capability in a CNode of their own, and revokes it.

    .include "setup.inc.S"
    .equ    RADIX, 14

main:
    make    seL4_CapTableObject, RADIX, OWN
    make    seL4_EndpointObject, 0, ENDPOINT
    li      s4, 0
1:  slot    a0, OWN
    mv      a2, s4
    li      a3, RADIX
    slot    a4, ENDPOINT
    li      a5, seL4_WordBits
    li      t0, seL4_AllRights
    message_word 4, t0
    addi    t0, s4, 1                   # a badge: copies of an unbadged capability are its siblings
    message_word 5, t0
    li      t0, seL4_CapInitThreadCNode
    message_cap 0, t0
    invoke  CNodeMint, 1, 6
    must_succeed
    addi    s4, s4, 1
    li      t0, COUNT
    bltu    s4, t0, 1b
    begin
    li      a0, seL4_CapInitThreadCNode
    slot    a2, ENDPOINT
    li      a3, seL4_WordBits
    invoke  CNodeRevoke, 0, 2
    must_succeed
    end
