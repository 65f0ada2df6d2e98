/* Symbols in instructions: what stays for the linker is zero, or holds the addend's bits. */
    .text
    la a0, message
    lla a1, message + 4
    la a2, 0x12345678
    lw a3, message
    sb a4, message, t0
    call function
    call t0, external
    tail function
    jump external, t2
    lui a0, %hi(message + 0x12345)
    addi a0, a0, %lo(message + 0x12345)
    sw a1, %lo(external + 8)(a0)
    lui a0, %hi(0x12345fff)
    lw a0, %lo(0x12345fff)(a0)
1:  auipc a5, %pcrel_hi(external)
    lw a5, %pcrel_lo(1b)(a5)
    lui a0, %hi(later)
    addi a0, a0, %lo(later)
    .equ later, 0x7ffff800
function:
    ret
    .data
message:
    .word message, external + 4, function, . - message, end - message
    .word function - start
end:
    .text
start:
