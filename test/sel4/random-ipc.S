# A root task whose threads talk to each other at random: they send, call, receive, reply, signal, wait, yield and
# fault, each on its own scheduling context, and print what they got. The root task has the lowest priority; each
# time all of them wait it does something at random, too. Nothing depends on time: no budget ends. So any kernel
# with seL4's MCS interface must let the same threads run in the same order.

.equ rounds, 60
.equ rootSteps, 60
.equ workerSteps, 16
.equ workers, 4

.equ threads, window            # slots
.equ contexts, window + 4
.equ replies, window + 8        # one for each thread and, last, one for the root task
.equ endpoints, window + 13     # two, and a badged capability to each
.equ notifications, window + 17 # likewise
.equ lastSlot, window + 21

.equ writeRegistersLabel, 3
.equ configureLabel, 5
.equ setPriorityLabel, 6
.equ setSchedParamsLabel, 8
.equ mintLabel, 22
.equ schedControlLabel, 33
.equ stackBytes, 512

.include "root-task.inc.S"

.globl _start
_start:
  la sp, stackTop
  mv s4, a0
  lw s1, 16(s4)
  call makePool
  li a0, 50
  call setOwnPriority
  li s2, 0
round:
  li t0, 0x9e3779b1
  addi t1, s2, 1
  mul s0, t0, t1
  call makeObjects
  li s3, 0
1:
  call rootStep
  addi s3, s3, 1
  li t0, rootSteps
  blt s3, t0, 1b
  addi s2, s2, 1
  li t0, rounds
  blt s2, t0, round
  la a0, done
  call printText
  li a0, 255
  call setOwnPriority
  li s5, 1
  li s6, suspendLabel
  li s7, 0
  li s8, 0
  call invoke
2:
  j 2b

setOwnPriority:
  sw a0, bufferWords(s1)
  li t0, 1
  sw t0, bufferCaps(s1)
  li s5, 1
  li s6, setPriorityLabel
  li s7, 1
  li s8, 1
  j invoke

makeObjects:
  addi sp, sp, -16
  sw ra, 12(sp)
  li s5, 2
  li s6, revokeLabel
  li t0, pool
  call slotInvocation
  la s10, population
  li s11, window
1:
  lbu a0, 0(s10)
  li t0, 255
  beq a0, t0, 2f
  lbu a1, 1(s10)
  lbu a3, 2(s10)
  mv a2, s11
  lbu t0, 3(s10)                # slots to leave for badged capabilities
  add s11, s11, a3
  add s11, s11, t0
  li s5, pool
  call retype
  addi s10, s10, 4
  j 1b
2:
  li a0, endpoints
  li a1, 1
  call mintBadged
  li a0, endpoints + 1
  li a1, 2
  call mintBadged
  li a0, notifications
  li a1, 4
  call mintBadged
  li a0, notifications + 1
  li a1, 8
  call mintBadged
  li s10, 0
3:
  call startWorker
  addi s10, s10, 1
  li t0, workers
  blt s10, t0, 3b
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# A capability with badge a1 to the object of slot a0, two slots further.
mintBadged:
  addi t0, a0, 2
  sw t0, bufferWords(s1)
  li t0, 32
  sw t0, bufferWords+4(s1)
  sw a0, bufferWords+8(s1)
  sw t0, bufferWords+12(s1)
  li t0, 15
  sw t0, bufferWords+16(s1)
  sw a1, bufferWords+20(s1)
  li t0, 2
  sw t0, bufferCaps(s1)
  li s5, 2
  li s6, mintLabel
  li s7, 6
  li s8, 1
  j invoke

# Thread s10, with a budget of 100 s, a random priority and the first endpoint as its fault handler.
startWorker:
  addi sp, sp, -16
  sw ra, 12(sp)
  li t0, 100000000
  sw t0, bufferWords(s1)
  sw zero, bufferWords+4(s1)
  sw t0, bufferWords+8(s1)
  sw zero, bufferWords+12(s1)
  sw zero, bufferWords+16(s1)
  sw zero, bufferWords+20(s1)
  sw zero, bufferWords+24(s1)
  li s11, contexts
  add s11, s11, s10
  sw s11, bufferCaps(s1)
  lw s5, 76(s4)
  li s6, schedControlLabel
  li s7, 7
  li s8, 1
  call invoke
  li s5, threads
  add s5, s5, s10
  sw zero, bufferWords(s1)
  sw zero, bufferWords+4(s1)
  sw zero, bufferWords+8(s1)
  li t0, 2
  sw t0, bufferCaps(s1)
  li t0, 3
  sw t0, bufferCaps+4(s1)
  sw zero, bufferCaps+8(s1)
  li s6, configureLabel
  li s7, 3
  li s8, 3
  call invoke
  li a0, 4
  call random
  addi a0, a0, 100
  sw a0, bufferWords+4(s1)
  li t0, 110
  sw t0, bufferWords(s1)
  li t0, 1
  sw t0, bufferCaps(s1)
  sw s11, bufferCaps+4(s1)
  li t0, endpoints
  sw t0, bufferCaps+8(s1)
  li s6, setSchedParamsLabel
  li s7, 2
  li s8, 3
  call invoke
  # It runs at once: resume, 6 registers: pc ra sp gp s0 s1.
  li t0, 1
  sw t0, bufferWords(s1)
  li t0, 6
  sw t0, bufferWords+4(s1)
  la t0, worker
  sw t0, bufferWords+8(s1)
  sw zero, bufferWords+12(s1)
  la t0, stacks
  addi t1, s10, 1
  li t2, stackBytes
  mul t1, t1, t2
  add t0, t0, t1
  sw t0, bufferWords+16(s1)
  sw zero, bufferWords+20(s1)
  li a0, 1000
  call random
  sw s0, bufferWords+24(s1)
  sw s10, bufferWords+28(s1)
  li s6, writeRegistersLabel
  li s7, 8
  li s8, 0
  call invoke
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# One system call or invocation of the root task, which must not wait.
rootStep:
  addi sp, sp, -16
  sw ra, 12(sp)
  li a0, 24
  call random
  la t1, rootCalls
  li t0, 10
  bge a0, t0, 1f
  slli a0, a0, 2
  add s10, t1, a0
  li s11, workers
  call systemCall
  j 3f
1:
  # An invocation: label, words from 100 on, capability or 0, target.
  la t1, rootInvocations
  addi a0, a0, -10
  li t0, 7
  remu a0, a0, t0
  slli t0, a0, 3
  add s10, t1, t0
  lbu a0, 3(s10)
  call random
  lbu t0, 2(s10)
  add s5, a0, t0
  li t2, window
  add s5, s5, t2
  lbu s6, 0(s10)
  lbu s7, 1(s10)
  li a0, 4
  call random
  addi a0, a0, 100
  sw a0, bufferWords(s1)
  li s8, 0
  lbu t0, 4(s10)
  beqz t0, 2f
  li s8, 1
  li t1, 1
  sw t1, bufferCaps(s1)         # its own TCB as the authority,
  lbu a0, 5(s10)
  beqz a0, 2f
  call random
  lbu t0, 4(s10)
  add a0, a0, t0
  li t2, window
  add a0, a0, t2
  sw a0, bufferCaps(s1)         # or an object
2:
  mv a0, s6
  call printNumber
  call invoke
  srli a0, a1, 12
  call printNumber
  li a0, '\n'
  call printByte
3:
  lw ra, 12(sp)
  addi sp, sp, 16
  ret

# A thread: s0 random state, s1 its number.
worker:
  li s2, 0
  mv s11, s1
1:
  li a0, 16
  call random
  la t1, workerCalls
  slli a0, a0, 2
  add s10, t1, a0
  call systemCall
  addi s2, s2, 1
  li t0, workerSteps
  blt s2, t0, 1b
2:
  # Fault for ever: whoever replies gets the next one.
  li a7, -101
  ecall
  j 2b

# The system call that s10 describes - number, first slot, how many slots - by thread s11, and what it brings.
systemCall:
  addi sp, sp, -48
  sw ra, 44(sp)
  mv a0, s11
  call printNumber
  lbu a0, 0(s10)
  call printNumber
  li a0, '\n'
  call printByte
  lbu a0, 2(s10)
  call random
  lbu t1, 1(s10)
  add a0, a0, t1
  li t2, window
  add a0, a0, t2
  sw a0, 0(sp)
  li a0, 4
  call random
  slli a0, a0, 12
  sw a0, 4(sp)
  li a0, 5
  call random
  lw t1, 4(sp)
  or t1, t1, a0
  sw t1, 4(sp)
  li a0, 8
  call random
  addi t1, s11, 0
  bnez a0, 1f
  li a0, workers
  call random                   # somebody else's reply object
  mv t1, a0
  li t0, workers
  bne s11, t0, 1f
  mv t1, s11
1:
  addi t1, t1, replies - window
  li t2, window
  add t1, t1, t2
  sw t1, 8(sp)
  li a0, 8
  call random
  addi a0, a0, endpoints - window
  li t2, window
  add a0, a0, t2
  lbu t1, 3(s10)
  beqz t1, 2f
  sw a0, 8(sp)                  # NBSendWait has its destination there
2:
  sw a0, 12(sp)
  li a0, 128
  call random
  slli a2, a0, 1                # even, since it may become a program counter
  sw a2, 16(sp)
  li a0, 128
  call random
  slli a0, a0, 1
  sw a0, 20(sp)
  lw a0, 0(sp)
  lw a1, 4(sp)
  lw a2, 16(sp)
  lw a3, 20(sp)
  lw a4, 16(sp)
  lw a5, 20(sp)
  lw a6, 8(sp)
  lw t0, 12(sp)
  lbu a7, 0(s10)
  neg a7, a7
  ecall
  sw a0, 0(sp)
  sw a1, 4(sp)
  sw a2, 8(sp)
  sw a3, 12(sp)
  lbu t0, 0(s10)
  li t1, 5
  beq t0, t1, 3f                # a send brings nothing
  li t1, 6
  beq t0, t1, 3f
  li t1, 11
  beq t0, t1, 3f
  mv a0, s11
  call printNumber
  lw a0, 0(sp)
  call printNumber
  lw a0, 4(sp)
  call printNumber
  lw t0, 4(sp)
  andi t0, t0, 127
  li t1, 2
  bltu t0, t1, 4f
  lw a0, 8(sp)
  call printNumber
  lw a0, 12(sp)
  call printNumber
4:
  li a0, '\n'
  call printByte
3:
  lw ra, 44(sp)
  addi sp, sp, 48
  ret

.section .rodata
done:
  .asciz "All is said.\n"

# Type, size, number, and slots to leave behind them.
population:
  .byte 1, 0, 4, 0,  5, 8, 4, 0,  6, 0, 5, 0,  2, 0, 2, 2,  3, 0, 2, 2
  .byte 255

# System call (its number negated), first slot after the window's first, number of slots, is a6 a destination.
workerCalls:
  .byte 5, 13, 8, 0             # Send
  .byte 6, 13, 8, 0             # NBSend
  .byte 1, 13, 4, 0             # Call
  .byte 1, 13, 4, 0
  .byte 1, 13, 8, 0
  .byte 7, 13, 2, 0             # Recv
  .byte 7, 13, 2, 0
  .byte 7, 13, 6, 0
  .byte 8, 13, 2, 0             # NBRecv
  .byte 2, 13, 2, 0             # ReplyRecv
  .byte 2, 13, 2, 0
  .byte 3, 13, 2, 0             # NBSendRecv
  .byte 4, 13, 2, 1             # NBSendWait
  .byte 9, 17, 2, 0             # Wait
  .byte 10, 17, 2, 0            # NBWait
  .byte 11, 0, 1, 0             # Yield
# The root task waits for no notification that may be bound to a thread.
rootCalls:
  .byte 6, 13, 8, 0
  .byte 6, 13, 8, 0
  .byte 6, 13, 4, 0
  .byte 8, 13, 2, 0
  .byte 8, 13, 2, 0
  .byte 8, 13, 2, 0
  .byte 10, 18, 1, 0
  .byte 5, 12, 1, 0             # Send to its reply object
  .byte 5, 12, 1, 0
  .byte 5, 12, 1, 0

# Label, words, first target and number of targets, first capability and number of them (0: its own TCB).
rootInvocations:
  .byte 12, 0, 0, 4, 0, 0, 0, 0    # TCB_Suspend
  .byte 13, 0, 0, 4, 0, 0, 0, 0    # TCB_Resume
  .byte 6, 1, 0, 4, 1, 0, 0, 0     # TCB_SetPriority
  .byte 14, 0, 0, 4, 17, 1, 0, 0   # TCB_BindNotification
  .byte 15, 0, 0, 4, 0, 0, 0, 0    # TCB_UnbindNotification
  .byte 35, 0, 4, 4, 0, 0, 0, 0    # SchedContext_Unbind
  .byte 34, 0, 4, 4, 0, 4, 0, 0    # SchedContext_Bind

.bss
.align 4
stacks:
  .space stackBytes * workers
  .space 4096
stackTop:
