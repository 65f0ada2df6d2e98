# The OpenTitan UART of the Nexus board: where it is, and the registers that this sample uses.

.equ UART_PADDR,        0x54000000
.equ UART_RX_IRQ,       2          # its "receive FIFO has filled up to the level" interrupt

.equ UART_INTR_STATE,   0x00       # what has happened; write a one to clear
.equ UART_INTR_ENABLE,  0x04       # what of it interrupts
.equ UART_CTRL,         0x10
.equ UART_STATUS,       0x14
.equ UART_RDATA,        0x18       # take a byte
.equ UART_WDATA,        0x1c       # send a byte
.equ UART_FIFO_CTRL,    0x20

.equ UART_INTR_RX_WATERMARK, 1 << 1
.equ UART_STATUS_RXEMPTY,    1 << 5
.equ UART_CTRL_TX,           1 << 0
.equ UART_CTRL_RX,           1 << 1
# 115200 baud from a clock of 2.5 MHz: 115200 * 2^20 / 2500000, in the upper half of CTRL.
.equ UART_CTRL_NCO,          48318 << 16
