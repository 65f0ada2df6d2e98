# Arrays of strings in messages: their number, and then each string with its final zero. s0, s1 and s3 are as in message.S.

    .text
    .globl  camkes_put_strings, camkes_get_strings, camkes_copy_strings

# Appends a1 strings, whose addresses are at a0, behind their number.
camkes_put_strings:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    sw      a1, 4(sp)
    addi    a0, sp, 4
    li      a1, 4
    call    camkes_put
1:  lw      t0, 4(sp)
    beqz    t0, 3f
    addi    t0, t0, -1
    sw      t0, 4(sp)
    lw      t1, 8(sp)
    addi    t0, t1, 4
    sw      t0, 8(sp)
    lw      a0, 0(t1)
    bnez    a0, 2f
    la      a0, camkes_empty
2:  call    camkes_put_string
    j       1b
3:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Takes an array of strings to the heap: a0 is its address, a3 the number of its elements.
camkes_get_strings:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    call    get_count
    sw      a3, 16(sp)
    sw      a3, 12(sp)
    slli    a0, a3, 2
    call    malloc
    sw      a0, 8(sp)
    sw      a0, 4(sp)
    bnez    a0, 1f
    sw      zero, 12(sp)
    sw      zero, 16(sp)
1:  lw      t0, 12(sp)
    beqz    t0, leave
    addi    t0, t0, -1
    sw      t0, 12(sp)
    call    camkes_get_string
    call    camkes_duplicate
    lw      t1, 8(sp)
    sw      a0, 0(t1)
    addi    t1, t1, 4
    sw      t1, 8(sp)
    j       1b

# Copies an array of strings to s3, aligned, and moves s3 behind it: a0 is the copy, a3 the number of its elements.
camkes_copy_strings:
    addi    sp, sp, -32
    sw      ra, 28(sp)
    call    get_count
    sw      a3, 16(sp)
    sw      a3, 12(sp)
    addi    s3, s3, 3
    andi    s3, s3, -4
    sw      s3, 8(sp)
    sw      s3, 4(sp)
    slli    t0, a3, 2
    add     s3, s3, t0
1:  lw      t0, 12(sp)
    beqz    t0, leave
    addi    t0, t0, -1
    sw      t0, 12(sp)
    call    camkes_get_string
    lw      t1, 8(sp)
    sw      s3, 0(t1)
    addi    t1, t1, 4
    sw      t1, 8(sp)
    beqz    a1, 1b                          # no string: the reader finds s0 past s1
2:  lbu     t0, 0(a0)
    sb      t0, 0(s3)
    addi    a0, a0, 1
    addi    s3, s3, 1
    addi    a1, a1, -1
    bnez    a1, 2b
    j       1b

leave:
    lw      a0, 4(sp)
    lw      a3, 16(sp)
    lw      ra, 28(sp)
    addi    sp, sp, 32
    ret

# a3 is the number of the strings that follow, none if so many cannot: each has a byte at least.
get_count:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      a0, sp
    li      a1, 4
    call    camkes_get
    lw      a3, 0(sp)
    lw      ra, 12(sp)
    addi    sp, sp, 16
    bltu    s1, s0, 1f
    sub     t0, s1, s0
    bltu    t0, a3, 1f
    ret
1:  addi    s0, s1, 1
    li      a3, 0
    ret
