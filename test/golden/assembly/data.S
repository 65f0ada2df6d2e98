/* Data directives, expressions in the precedence of GNU as, alignment in data and in code. */
    .equ size, end - begin
    .set counter, 1
    .set counter, counter + 1
    limit = 10
    .data
begin:
    .byte 1, -1, 255, 'a', '\n', '\\'
    .half 0x1234, -2
    .align 2
    .word 1, -1, 0xffffffff, size, counter, limit
    .dword 0x123456789abcdef0, -1
    .ascii "no end", "\t\"\\\x41\101é"
    .asciz "end" "s here"
    .string "a", "b"
    .balign 8
    .zero 3
    .space 2, 0xaa
    .fill 3, 2, 0x1234
    .fill 2
    .p2align 3, 0xff
    .p2align 4, , 2
    .sleb128 -300
    .uleb128 300
    .org begin + 200
    .float 1.5, -2e10
    .double 0.1
    .octa 5
    .word 2+1|4, 1+2*3, 10-4-3, ~5, !0, -5/2, -5%3, 7>>1, 1<<4, 3==3, 1<2
    .word 3&&2, 0||0, 5^1, 6!1, 12&10+1, 3==1+2, 2*3|1, (2+1)|4, -1>>60
    .word 0b101, 017, 0xAf
end:
    .section .rodata.names, "aS", @progbits
    .asciz "rodata"
    .pushsection .data
    .byte 0x77
    .popsection
    .byte 0x78
    .previous
    .byte 0x79
    .text
    nop
    .byte 1
    .align 3
    nop
    .balign 16
    .word end - begin, 7
    .text 1
    .word 0x11111111
    .text 0
    .word 0x22222222
    .bss
    .align 4
    .space 40
    .lcomm buffer, 16
