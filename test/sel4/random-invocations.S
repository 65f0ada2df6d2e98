# A root task that makes random invocations and prints how each ends: the type of the capability, the label,
# the error and its words, and every sixteen invocations which types are in the slots. It never blocks, and
# the threads that it makes never run, so any kernel with seL4's MCS interface must print the same.
#
# Which arguments an invocation gets is in a table of patterns: mostly right ones, some wrong ones, and at
# times a message that is too short.

.equ rounds, 60
.equ invocations, 200
.equ slots, 64
.equ getAddressLabel, 43

.include "root-task.inc.S"

# s0 random state, s1 IPC buffer, s2 rounds done, s3 invocations done, s4 BootInfo,
# s5 target, s6 label, s7 number of words, s8 number of capabilities, s9 type of the target, s10 s11 scratch
.text
.globl _start
_start:
  la sp, stackTop
  mv s4, a0
  lw s1, 16(s4)
  call makePool
  # Nobody gets a higher priority than 254, so this thread runs for ever.
  li s5, 1
  li s6, setMcPriorityLabel
  li t0, 254
  sw t0, bufferWords(s1)
  li t0, 1
  sw t0, bufferCaps(s1)
  li s7, 1
  li s8, 1
  call invoke
  li s2, 0
round:
  li t0, 0x9e3779b1
  addi t1, s2, 1
  mul s0, t0, t1
  call fillSlots
  li s3, 0
next:
  call choose
  call describe
  call invoke
  call printAnswer
  addi s3, s3, 1
  andi t0, s3, 15
  bnez t0, 1f
  call printSlots
1:
  li t0, invocations
  blt s3, t0, next
  addi s2, s2, 1
  li t0, rounds
  blt s2, t0, round
  la a0, done
  call printText
  li s5, 1
  li s6, suspendLabel
  li s7, 0
  li s8, 0
  call invoke
1:
  j 1b

# Empties the slots and makes a few objects of each type.
fillSlots:
  addi sp, sp, -16
  sw ra, 12(sp)
  li s5, 2
  li s6, revokeLabel
  li t0, pool
  call slotInvocation
  li s10, 0
1:
  li s6, deleteLabel
  li t0, window
  add t0, t0, s10
  call slotInvocation
  addi s10, s10, 1
  li t0, slots
  blt s10, t0, 1b
  la s10, population
  li s11, window
2:
  lbu a0, 0(s10)
  li t0, 255
  beq a0, t0, 3f
  lbu a1, 1(s10)
  lbu a3, 2(s10)
  mv a2, s11
  add s11, s11, a3
  li s5, pool
  call retype
  addi s10, s10, 3
  j 2b
3:
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# Chooses a target, a label that its type has, and arguments as the pattern of the label says.
choose:
  addi sp, sp, -16
  sw ra, 12(sp)
1:
  li a0, 4
  call random
  bnez a0, 2f
  li s5, 2                      # one in four is the root CNode
  j 3f
2:
  li a0, slots + 8
  call random
  li s5, window
  add s5, s5, a0
  li t0, slots
  blt a0, t0, 3f
  lw s5, 76(s4)                 # scheduling control
3:
  mv a0, s5
  li a7, -15                    # DebugCapIdentify
  ecall
  mv s9, a0
  la t1, labelsOfTypes
4:
  lbu t2, 0(t1)
  beq t2, s9, 5f
  addi t1, t1, 3
  li t3, 255
  bne t2, t3, 4b
  j 1b                          # an endpoint, where a call would wait for ever
5:
  lbu s6, 1(t1)
  lbu a0, 2(t1)
  call random
  add s6, s6, a0
  # The pattern: the s6-th text of the table.
  la s10, patterns
  mv t1, s6
6:
  beqz t1, 7f
  lbu t2, 0(s10)
  addi s10, s10, 1
  bnez t2, 6b
  addi t1, t1, -1
  j 6b
7:
  li s7, 0
  li s8, 0
8:
  lbu s11, 0(s10)
  addi s10, s10, 1
  beqz s11, 9f
  call argument
  li t0, 'Z'
  bgt s11, t0, 10f
  slli t1, s8, 2                # capital letters are capabilities
  add t1, t1, s1
  sw a0, bufferCaps(t1)
  addi s8, s8, 1
  j 8b
10:
  slli t1, s7, 2
  add t1, t1, s1
  sw a0, bufferWords(t1)
  addi s7, s7, 1
  j 8b
9:
  li a0, 24
  call random
  bnez a0, 11f
  addi a0, s7, 1                # too few words
  call random
  mv s7, a0
11:
  li a0, 24
  call random
  bnez a0, 12f
  addi a0, s8, 1                # too few capabilities
  call random
  mv s8, a0
12:
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# The value for the letter in s11.
argument:
  addi sp, sp, -16
  sw ra, 12(sp)
  la t1, classes
1:
  lbu t2, 0(t1)
  beq t2, s11, 2f
  addi t1, t1, 3
  bnez t2, 1b
  ebreak
2:
  lbu t3, 1(t1)                 # the values of the class: first and number, in words
  lbu a0, 2(t1)
  sw t3, 8(sp)
  call random
  lw t3, 8(sp)
  add t3, t3, a0
  slli t3, t3, 2
  la t1, values
  add t1, t1, t3
  lw a0, 0(t1)
  li t0, 'x'                    # stands for a slot, a wrong slot, anything
  beq a0, t0, 3f
  li t0, 'y'
  beq a0, t0, 4f
  li t0, 'z'
  beq a0, t0, 5f
  j 6f
3:
  li a0, slots
  call random
  li t1, window
  add a0, a0, t1
  j 6f
4:
  li a0, slots
  call random
  li t1, window + 0x6000
  add a0, a0, t1
  j 6f
5:
  li a0, 1000
  call random
  mv a0, s0
6:
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# The type of the target and the label.
describe:
  addi sp, sp, -16
  sw ra, 12(sp)
  mv a0, s9
  call printNumber
  mv a0, s6
  call printNumber
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# The error, and unless it is an address that is asked for, the words of the answer: a1, and a2 to a5.
printAnswer:
  addi sp, sp, -32
  sw ra, 28(sp)
  sw a2, 0(sp)
  sw a3, 4(sp)
  sw a4, 8(sp)
  sw a5, 12(sp)
  andi s10, a1, 127
  srli a0, a1, 12
  li t0, getAddressLabel
  bne s6, t0, 1f
  li s10, 0
1:
  call printNumber
  li s11, 4
  bltu s10, s11, 2f
  li s10, 4
2:
  li s11, 0
3:
  bgeu s11, s10, 4f
  slli t0, s11, 2
  add t0, t0, sp
  lw a0, 0(t0)
  call printNumber
  addi s11, s11, 1
  j 3b
4:
  li a0, '\n'
  call printByte
  lw ra, 28(sp)
  addi sp, sp, 32
  ret

# One number for the types in all slots.
printSlots:
  addi sp, sp, -16
  sw ra, 12(sp)
  li s11, 0
  li s10, window
1:
  mv a0, s10
  li a7, -15
  ecall
  li t0, 33
  mul s11, s11, t0
  add s11, s11, a0
  addi s10, s10, 1
  li t0, window + slots
  blt s10, t0, 1b
  mv a0, s11
  call printNumber
  li a0, '\n'
  call printByte
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

.section .rodata
done:
  .asciz "All invocations are made.\n"

# Type, size, number of the objects in the slots.
population:
  .byte 0, 18, 2,  0, 14, 2,  2, 0, 2,  3, 0, 2,  1, 0, 3,  5, 7, 2,  5, 9, 1,  6, 0, 2,  4, 4, 2,  4, 8, 1
  .byte 9, 0, 4,  7, 0, 4
  .byte 255

# Type of a capability, its first label and how many it has. Notifications, replies and empty slots take any.
labelsOfTypes:
  .byte 0, 1, 25,  1, 41, 3,  2, 1, 1,  3, 39, 2,  6, 1, 25,  8, 1, 25
  .byte 10, 18, 8,  12, 2, 16,  78, 34, 5,  94, 33, 1
  .byte 255

# By label: words in small letters, capabilities in capitals.
patterns:
  .asciz ""                     # there is no invocation 0
  .asciz "tbooxnC"              # Untyped_Retype
  .asciz "ok"                   # TCB_ReadRegisters
  .asciz "okwwww"               # TCB_WriteRegisters
  .asciz "rS"                   # TCB_CopyRegisters
  .asciz "oovCVS"               # TCB_Configure
  .asciz "pT"                   # TCB_SetPriority
  .asciz "pT"                   # TCB_SetMCPriority
  .asciz "ppTSS"                # TCB_SetSchedParams
  .asciz "S"                    # TCB_SetTimeoutEndpoint
  .asciz "vS"                   # TCB_SetIPCBuffer
  .asciz "ooSCV"                # TCB_SetSpace
  .asciz ""                     # TCB_Suspend
  .asciz ""                     # TCB_Resume
  .asciz "S"                    # TCB_BindNotification
  .asciz ""                     # TCB_UnbindNotification
  .asciz "w"                    # TCB_SetTLSBase
  .asciz "ww"                   # TCB_SetFlags
  .asciz "xd"                   # CNode_Revoke
  .asciz "xd"                   # CNode_Delete
  .asciz "xd"                   # CNode_CancelBadgedSends
  .asciz "xdxdrC"               # CNode_Copy
  .asciz "xdxdrwC"              # CNode_Mint
  .asciz "xdxdC"                # CNode_Move
  .asciz "xdxdwC"               # CNode_Mutate
  .asciz "xdwxdwxdCC"           # CNode_Rotate
  .asciz ""                     # the interrupts
  .asciz ""
  .asciz ""
  .asciz ""
  .asciz ""                     # the domains
  .asciz ""
  .asciz ""
  .asciz "momorwoS"             # SchedControl_ConfigureFlags
  .asciz "S"                    # SchedContext_Bind
  .asciz ""                     # SchedContext_Unbind
  .asciz "S"                    # SchedContext_UnbindObject
  .asciz ""                     # SchedContext_Consumed
  .asciz ""                     # SchedContext_YieldTo
  .asciz "voV"                  # PageTable_Map
  .asciz ""                     # PageTable_Unmap
  .asciz "vroV"                 # Page_Map
  .asciz ""                     # Page_Unmap
  .asciz ""                     # Page_GetAddress

# A letter of the patterns: its first value and how many it has.
classes:
  .byte 'o', 0, 1
  .byte 'x', 1, 8
  .byte 'd', 9, 8
  .byte 'C', 17, 4
  .byte 'V', 21, 3
  .byte 'S', 1, 6
  .byte 'T', 24, 3
  .byte 't', 27, 12
  .byte 'b', 39, 10
  .byte 'n', 49, 6
  .byte 'r', 55, 6
  .byte 'p', 61, 6
  .byte 'k', 67, 5
  .byte 'v', 72, 8
  .byte 'm', 80, 6
  .byte 'w', 86, 4
  .byte 0

.align 2
values:
  .word 0
  .word 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'y'
  .word 32, 32, 32, 32, 32, 32, 4, 33
  .word 2, 2, 2, 'x'
  .word 3, 3, 'x'
  .word 1, 1, 'x'
  .word 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0x7fffffff
  .word 0, 0, 4, 5, 7, 8, 9, 12, 14, 32
  .word 1, 1, 1, 2, 0, 257
  .word 15, 15, 7, 3, 1, 'z'
  .word 0, 100, 254, 255, 256, 'z'
  .word 1, 4, 32, 33, 0
  .word 0x40000000, 0x40001000, 0x40001200, 0x40400000, 0x7ffff000, 0x80000000, 0xfffff000, 'z'
  .word 0, 19, 20, 10000, 20000, 0xffffffff
  .word 0, 1, 'z', 'z'

.bss
.align 4
  .space 4096
stackTop:
