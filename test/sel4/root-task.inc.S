# What the root tasks of this folder share: how they invoke, draw random numbers and print.
# A number is printed in the letters a to p, four bits each, because the comparison takes digits to be addresses.
# s0 is the random state, s1 the IPC buffer, s4 BootInfo; s5 the target of an invocation, s6 its label, s7 how
# many words it has and s8 how many capabilities.

.equ window, 2048               # first of the slots that are played with
.equ pool, 2047                 # the untyped that everything is made from
.equ poolBits, 22
.equ setMcPriorityLabel, 7
.equ suspendLabel, 12
.equ revokeLabel, 18
.equ deleteLabel, 19

.equ bufferWords, 4             # offsets in the IPC buffer
.equ bufferCaps, 4 + 4 * 121    # after tag, message and user data

.text
# Retypes an untyped of 2^24 bytes or more into the pool.
makePool:
  addi sp, sp, -16
  sw ra, 12(sp)
  lw t1, 84(s4)                 # first slot with an untyped
  lw t2, 88(s4)
  addi t3, s4, 92               # descriptions: address, size in bits, is it device memory
1:
  lbu t4, 4(t3)
  lbu t5, 5(t3)
  bnez t5, 2f
  li t6, 24
  bge t4, t6, 3f
2:
  addi t3, t3, 8
  addi t1, t1, 1
  blt t1, t2, 1b
  ebreak
3:
  mv s5, t1
  li a0, 0
  li a1, poolBits
  li a2, pool
  li a3, 1
  call retype
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# Label s6 of CNode s5 on the slot in t0.
slotInvocation:
  sw t0, bufferWords(s1)
  li t0, 32
  sw t0, bufferWords+4(s1)
  li s7, 2
  li s8, 0
  j invoke

# Makes a3 objects of type a0 and size a1 from untyped s5, in the slots from a2 on.
retype:
  sw a0, bufferWords(s1)
  sw a1, bufferWords+4(s1)
  sw zero, bufferWords+8(s1)
  sw zero, bufferWords+12(s1)
  sw a2, bufferWords+16(s1)
  sw a3, bufferWords+20(s1)
  li t0, 2
  sw t0, bufferCaps(s1)
  li s6, 1
  li s7, 6
  li s8, 1
# Calls target s5 with label s6, the s7 words and s8 capabilities in the IPC buffer.
invoke:
  slli a1, s6, 12
  slli t0, s8, 7
  or a1, a1, t0
  or a1, a1, s7
  mv a0, s5
  lw a2, bufferWords(s1)
  lw a3, bufferWords+4(s1)
  lw a4, bufferWords+8(s1)
  lw a5, bufferWords+12(s1)
  li a7, -1
  ecall
  ret

# A random number below a0.
random:
  slli t0, s0, 13
  xor s0, s0, t0
  srli t0, s0, 17
  xor s0, s0, t0
  slli t0, s0, 5
  xor s0, s0, t0
  srli t0, s0, 3
  remu a0, t0, a0
  ret

printNumber:
  addi sp, sp, -16
  sw ra, 12(sp)
  sw a0, 8(sp)
  li t1, 28
1:
  lw a0, 8(sp)
  srl t2, a0, t1
  bnez t2, 2f                   # leading zeros are not printed
  beqz t1, 2f
  addi t1, t1, -4
  j 1b
2:
  lw a0, 8(sp)
  srl a0, a0, t1
  andi a0, a0, 15
  addi a0, a0, 'a'
  call printByte
  addi t1, t1, -4
  bgez t1, 2b
  li a0, ' '
  call printByte
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

printByte:
  li a7, -12                    # DebugPutChar
  ecall
  ret

printText:
  addi sp, sp, -16
  sw ra, 12(sp)
  mv t1, a0
1:
  lbu a0, 0(t1)
  beqz a0, 2f
  call printByte
  addi t1, t1, 1
  j 1b
2:
  lw ra, 12(sp)
  addi sp, sp, 16
  ret
