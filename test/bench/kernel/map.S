# RISCV_Page_Map and RISCV_Page_Unmap of one 4 KiB frame.

    .include "setup.inc.S"
    .equ    COUNT, 20000
    .equ    ADDRESS, 0x50000000

main:
    make    seL4_RISCV_PageTable, 0, OWN
    make    seL4_RISCV_4K_Page, 0, OWN + 1
    slot    a0, OWN
    li      a2, ADDRESS
    li      a3, 0
    li      t0, seL4_CapInitThreadVSpace
    message_cap 0, t0
    invoke  RISCVPageTableMap, 1, 2
    must_succeed
    li      s4, COUNT
    begin
1:  slot    a0, OWN + 1
    li      a2, ADDRESS
    li      a3, seL4_CanRead | seL4_CanWrite
    li      a4, 0
    li      t0, seL4_CapInitThreadVSpace
    message_cap 0, t0
    invoke  RISCVPageMap, 1, 3
    must_succeed
    slot    a0, OWN + 1
    invoke  RISCVPageUnmap, 0, 0
    must_succeed
    addi    s4, s4, -1
    bnez    s4, 1b
    end
