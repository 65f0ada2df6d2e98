# Messages of remote procedure calls, byte for byte as CAmkES lays them out: the number of the method, if there is
# more than one, and then each parameter behind the other without gaps. A string carries its final zero, an array has
# its number of elements before it.
#
# s0 is the place in the message, s1 its end: of the buffer while a message is written, of what came while one is read.

    .include "sel4.inc.S"
    .include "thread.inc.S"

    .text
    .globl  camkes_begin, camkes_put, camkes_put_string, camkes_put_array
    .globl  camkes_get, camkes_get_string, camkes_get_array, camkes_copy_string, camkes_copy_array
    .globl  camkes_exchange, camkes_call, camkes_receive, camkes_receive_first, camkes_reply_receive
    .globl  camkes_reply_receive_info, camkes_message_too_large
    .globl  camkes_exchange_words, camkes_reply_receive_words

# A message that is written past its end stops its thread with a fault; where errors are handled, s0 goes on past s1, nothing
# is written there, and the stub looks at both when all of it was written (errors.S).

    .weak   camkes_throw

# Begins a message in the IPC buffer.
camkes_begin:
    lw      s0, Thread_ipcBuffer(tp)
    addi    s1, s0, IPCBuffer_words + IPCBuffer_messageBytes
    addi    s0, s0, IPCBuffer_words
    ret

# Appends a1 bytes from a0.
camkes_put:
    add     t1, s0, a1
    bltu    s1, t1, no_room
    bltu    t1, s0, no_room
    beq     s0, t1, 2f
    or      t2, s0, a0
    or      t2, t2, t1
    andi    t2, t2, 3
    beqz    t2, 3f
1:  lbu     t0, 0(a0)
    sb      t0, 0(s0)
    addi    a0, a0, 1
    addi    s0, s0, 1
    bltu    s0, t1, 1b
2:  ret
3:  lw      t0, 0(a0)
    sw      t0, 0(s0)
    addi    a0, a0, 4
    addi    s0, s0, 4
    bltu    s0, t1, 3b
    ret

# Appends the string at a0.
camkes_put_string:
1:  bgeu    s0, s1, 2f
    lbu     t0, 0(a0)
    sb      t0, 0(s0)
    addi    a0, a0, 1
    addi    s0, s0, 1
    bnez    t0, 1b
    ret
2:  lbu     t0, 0(a0)
    addi    a0, a0, 1
    addi    t1, s0, 1
    bltu    t1, s0, no_room
    beqz    t0, no_room
    mv      s0, t1
    j       2b

# Appends a1 elements of a2 bytes each from a0, behind their number.
camkes_put_array:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    sw      a0, 8(sp)
    sw      a1, 4(sp)
    mul     t0, a1, a2
    sw      t0, 0(sp)
    mulhu   t1, a1, a2
    bnez    t1, 1f
    addi    a0, sp, 4
    li      a1, 4
    call    camkes_put
    lw      a0, 8(sp)
    lw      a1, 0(sp)
    call    camkes_put
    j       2f
1:  li      t1, 0
    call    no_room
2:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# The message would end at t1, which is behind s1 or beyond all addresses.
no_room:
    la      t0, camkes_throw
    beqz    t0, camkes_message_too_large
    bltu    t1, s0, 1f
    mv      s0, t1
    ret
1:  li      s0, -1
    ret

# Takes a1 bytes to a0. A message that is too short gives zeros, and its reader finds s0 past s1.
camkes_get:
    add     t1, a0, a1
    beq     a0, t1, 3f
1:  li      t0, 0
    bgeu    s0, s1, 2f
    lbu     t0, 0(s0)
2:  sb      t0, 0(a0)
    addi    a0, a0, 1
    addi    s0, s0, 1
    bltu    a0, t1, 1b
3:  ret

# Takes a string; a0 is its address in the message, a1 its bytes with the final zero, and a2 has all bits that are set in
# any of them. Without an end it is no string: a1 is 0 then, and s0 past s1.
camkes_get_string:
    mv      a0, s0
    li      a1, 0
    li      a2, 0
1:  bgeu    s0, s1, 2f
    lbu     t0, 0(s0)
    addi    s0, s0, 1
    or      a2, a2, t0
    bnez    t0, 1b
    sub     a1, s0, a0
    ret
2:  addi    s0, s1, 1
    ret

# Takes an array of elements of a2 bytes: a0 is its address in the message, a1 its bytes, a3 the number of elements.
camkes_get_array:
    addi    sp, sp, -16
    sw      ra, 12(sp)
    mv      a0, sp
    li      a1, 4
    call    camkes_get
    lw      a3, 0(sp)
    mulhu   t1, a3, a2
    mul     a1, a3, a2
    sub     t0, s1, s0
    bnez    t1, 1f
    bltu    s1, s0, 1f
    bltu    t0, a1, 1f
    mv      a0, s0
    add     s0, s0, a1
    j       2f
1:  addi    s0, s1, 1
    li      a1, 0
    li      a3, 0
2:  lw      ra, 12(sp)
    addi    sp, sp, 16
    ret

# Copies what camkes_get_string or camkes_get_array found to s3, aligned, and moves s3 behind it; a0 is the copy.
camkes_copy_string:
camkes_copy_array:
    addi    s3, s3, 7
    andi    s3, s3, -8
    mv      t2, s3
    beqz    a1, 2f
1:  lbu     t0, 0(a0)
    sb      t0, 0(s3)
    addi    a0, a0, 1
    addi    s3, s3, 1
    addi    a1, a1, -1
    bnez    a1, 1b
    mv      a0, t2
    ret
2:  sb      zero, 0(s3)                     # nothing came: an empty string is one, too
    addi    s3, s3, 1
    mv      a0, t2
    ret

# Sends the message through the endpoint a0 and waits for the reply: s0 and s1 are its bounds.
camkes_call:
    lw      t1, Thread_ipcBuffer(tp)
    addi    t1, t1, IPCBuffer_words
    sub     a1, s0, t1
    addi    a1, a1, 3
    srli    a1, a1, 2
    lw      a2, 0(t1)
    lw      a3, 4(t1)
    lw      a4, 8(t1)
    lw      a5, 12(t1)
    li      a7, seL4_SysCall
    ecall
    j       arrived

# Calls the endpoint a0 with the message info a1 alone; a1 is then the info of the reply.
camkes_exchange:
    li      a7, seL4_SysCall
    ecall
    ret

# The same with the first four words of the IPC buffer in registers, and back.
camkes_exchange_words:
    lw      t1, Thread_ipcBuffer(tp)
    lw      a2, IPCBuffer_words(t1)
    lw      a3, IPCBuffer_words + 4(t1)
    lw      a4, IPCBuffer_words + 8(t1)
    lw      a5, IPCBuffer_words + 12(t1)
    li      a7, seL4_SysCall
    ecall
    lw      t1, Thread_ipcBuffer(tp)
    sw      a2, IPCBuffer_words(t1)
    sw      a3, IPCBuffer_words + 4(t1)
    sw      a4, IPCBuffer_words + 8(t1)
    sw      a5, IPCBuffer_words + 12(t1)
    ret

# As the first thing, a passive thread tells that it waits, and so can do without the time that was lent to it.
camkes_receive_first:
    lw      t0, Thread_flags(tp)
    andi    t0, t0, ThreadFlag_passive
    beqz    t0, camkes_receive
    lw      t0, camkes_passive + 4
    li      a1, 0
    li      a7, seL4_SysNBSendRecv
    ecall
    j       received

# Waits for a message at the endpoint a0, with the reply object a6; a0 is then the badge.
camkes_receive:
    li      a7, seL4_SysRecv
    ecall
    j       received

# Replies with the message through the reply object a6, and waits for the next one at the endpoint a0.
camkes_reply_receive:
    lw      t1, Thread_ipcBuffer(tp)
    addi    t1, t1, IPCBuffer_words
    sub     a1, s0, t1
    addi    a1, a1, 3
    srli    a1, a1, 2
    lw      a2, 0(t1)
    lw      a3, 4(t1)
    lw      a4, 8(t1)
    lw      a5, 12(t1)
    li      a7, seL4_SysReplyRecv
    ecall

received:
    sw      a0, Thread_badge(tp)
# The first four words came in registers.
arrived:
    lw      s0, Thread_ipcBuffer(tp)
    addi    s0, s0, IPCBuffer_words
    sw      a2, 0(s0)
    sw      a3, 4(s0)
    sw      a4, 8(s0)
    sw      a5, 12(s0)
    andi    t0, a1, 127
    slli    t0, t0, 2
    add     s1, s0, t0
    ret

# Replies with the message info a1 alone, through the reply object a6, and waits for the next message at the endpoint a0.
camkes_reply_receive_info:
    li      a7, seL4_SysReplyRecv
    ecall
    j       received

# The same with the first four words of the IPC buffer.
camkes_reply_receive_words:
    lw      t1, Thread_ipcBuffer(tp)
    lw      a2, IPCBuffer_words(t1)
    lw      a3, IPCBuffer_words + 4(t1)
    lw      a4, IPCBuffer_words + 8(t1)
    lw      a5, IPCBuffer_words + 12(t1)
    li      a7, seL4_SysReplyRecv
    ecall
    j       received

# Who writes more than a message holds stops here, with a fault.
camkes_message_too_large:
    unimp
