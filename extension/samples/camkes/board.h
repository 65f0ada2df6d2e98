/* Where the devices of board nexus are, and which lines of its interrupt controller they raise. */
#define UART_BASE           0x54000000
#define UART_RX_WATERMARK   2

#define TIMER_BASE          0x54011000
#define TIMER_EXPIRED       38

#define REGISTERS_SIZE      0x1000 /* each device has one page of registers */
