/* One line per instruction and spelling of RV32IMAC, without compression. */
    .option norvc
    .text
start:
    lui a0, 0x12345
    auipc a1, 0xfffff
    jal start
    jal t0, end
    jalr a0
    jalr 8(a0)
    jalr a1, a0
    jalr a1, -4(a0)
    jalr a1, a0, 2047
    jr t0
    jr 4(t0)
    ret
    beq a0, a1, start
    bne a0, a1, end
    blt s0, s1, start
    bge s0, s1, end
    bltu t5, t6, start
    bgeu t5, t6, end
    bgt a0, a1, start
    ble a0, a1, start
    bgtu a0, a1, start
    bleu a0, a1, start
    beqz a0, start
    bnez a0, start
    blez a0, start
    bgez a0, start
    bltz a0, start
    bgtz a0, start
    lb a0, -2048(sp)
    lbu a0, 2047(sp)
    lh a0, (a1)
    lhu a0, 2(a1)
    lw a0, 4(a1)
    sb a0, -1(a1)
    sh a0, 0x7fe(a1)
    sw a0, (sp)
    addi a0, a1, -1
    slti a0, a1, 0xffffffff
    sltiu a0, a1, 1
    xori a0, a1, -1
    ori a0, a1, 'A'
    andi a0, a1, 255
    slli a0, a1, 31
    srli a0, a1, 1
    srai a0, a1, 16
    add a0, a1, a2
    sub a0, a1, a2
    sll a0, a1, a2
    slt a0, a1, a2
    sltu a0, a1, a2
    xor a0, a1, a2
    srl a0, a1, a2
    sra a0, a1, a2
    or a0, a1, a2
    and a0, a1, a2
    add a0, a1, 5
    and a0, a1, 7
    or a0, a1, 8
    xor a0, a1, 9
    sll a0, a1, 3
    slt a0, a1, 4
    fence
    fence rw, w
    fence.tso
    fence.i
    ecall
    ebreak
    mul a0, a1, a2
    mulh a0, a1, a2
    mulhsu a0, a1, a2
    mulhu a0, a1, a2
    div a0, a1, a2
    divu a0, a1, a2
    rem a0, a1, a2
    remu a0, a1, a2
    lr.w a0, (a1)
    sc.w.rl a0, a1, (a2)
    amoswap.w a0, a1, (a2)
    amoadd.w.aq a0, a1, (a2)
    amoxor.w.aqrl a0, a1, (a2)
    amoand.w a0, a1, 0(a2)
    amoor.w a0, a1, (a2)
    amomin.w a0, a1, (a2)
    amomax.w a0, a1, (a2)
    amominu.w a0, a1, (a2)
    amomaxu.w a0, a1, (a2)
    csrrw a0, mstatus, a1
    csrrs a0, 0x300, a1
    csrrc a0, mie, 5
    csrrwi a0, mtvec, 31
    csrr a0, mcause
    csrw mepc, a0
    csrw mepc, 3
    csrs mie, a0
    csrci mstatus, 8
    rdcycle a0
    rdtimeh a0
    mret
    sret
    wfi
    sfence.vma
    sfence.vma a0
    sfence.vma a0, a1
    nop
    mv a0, a1
    not a0, a1
    neg a0, a1
    seqz a0, a1
    snez a0, a1
    sltz a0, a1
    sgtz a0, a1
    sgt a0, a1, a2
    sext.b a0, a1
    sext.h a0, a1
    zext.b a0, a1
    zext.h a0, a1
    li a0, 0
    li a0, 2047
    li a0, 2048
    li a0, 0x12345000
    li a0, 0x12345678
    li a0, -1
    li a0, 0x80000000
    li a0, 0xfffff800
    unimp
    .insn r 0x33, 0, 0, a0, a1, a2
    .insn i 0x13, 0, a0, a1, -5
    .insn i LOAD, 2, a0, 8(a1)
    .insn s STORE, 2, a0, 8(a1)
    .insn u LUI, a0, 0xfffff
    .insn b BRANCH, 1, a0, a1, start
    .insn j JAL, a0, start
    .insn 0x00000013
end:
    j start
