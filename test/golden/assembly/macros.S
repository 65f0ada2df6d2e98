/* Macros, repetition and conditions. */
    .macro push registers:vararg
    .irp register, \registers
    addi sp, sp, -4
    sw \register, (sp)
    .endr
    .endm

    .macro load size=w, to:req, from
    l\size \to, \from
    .endm

    .macro countdown from
    .if \from
    .byte \from
    countdown (\from - 1)
    .else
    .byte 0xff
    .endif
    .endm

    .macro unique
label\@:
    j label\@
    .endm

    .macro until value
    .rept 10
    .ifeq \value
    .exitm
    .endif
    .endr
    .byte \value
    .endm

    .text
    push ra, s0, s1
    load , a0, 4(sp)
    load bu, a1, (a0)
    load to=a2, from=8(sp), size=h
    unique
    unique
    .data
    countdown 5
    until 3
    until 0
    .rept 3; .byte 1; .half 2; .endr
    .irpc digit, 0123
    .byte 0x1\digit
    .endr
    .ifdef missing
    .byte 1
    .elseif 1 == 1
    .byte 2
    .else
    .byte 3
    .endif
    .ifc a0, a0
    .byte 4
    .endif
    .ifnb
    .byte 5
    .endif
    .ifndef missing
    .byte 6
    .endif
    .purgem push
    .macro push
    .byte 7
    .endm
    push
