# Programs the word at address 0 of the flash of nexus where it is erased, else prints it.
# A command is sent with the FIFO filled by bytes or by words: a segment begins with a fresh word.
  .equ SPI, 0x54040000
  .equ UART, 0x54000000
  .globl _start
_start:
  li s0, SPI
  li s1, UART
  li t0, 1
  sw t0, 0x10(s1)        # CTRL.TX
  li t0, 0xa000007f
  sw t0, 0x10(s0)        # SPIEN, OUTPUT_EN
  jal read
  li t0, -1
  bne a0, t0, print
  li t0, 0x06
  sb t0, 0x28(s0)
  li t0, 0x2000          # send one byte
  sw t0, 0x20(s0)
  jal idle
  li t0, 0x00000002      # page program, address 0
  sw t0, 0x28(s0)
  li t0, 0x21216968      # "hi!!"
  sw t0, 0x28(s0)
  li t0, 0x2007          # send eight bytes
  sw t0, 0x20(s0)
  jal idle
  li a0, 0x0a77656e      # "new"
print:
  li t1, 4
1:
  sb a0, 0x1c(s1)
  srli a0, a0, 8
  addi t1, t1, -1
  bnez t1, 1b
  li t0, 0x0a
  sb t0, 0x1c(s1)
2:
  j 2b
read:
  mv s2, ra
  li t0, 0x00000003
  sw t0, 0x28(s0)
  li t0, 0x2203          # send four bytes and stay selected
  sw t0, 0x20(s0)
  li t0, 0x1003          # receive four
  sw t0, 0x20(s0)
  jal idle
  lw a0, 0x24(s0)
  jr s2
idle:
  lw t0, 0x14(s0)
  slli t0, t0, 1
  bltz t0, idle
  ret
