/**
 * NS16550A UART, eight byte-wide registers. LCR.DLAB banks the first two: with it set they are the
 * divisor latch. National Semiconductor PC16550D data sheet, section 8.
 */
import { registerTable } from './registers.js';

export const ns16550Registers = registerTable({
  device: 'uart',
  widthBytes: 1,
  accessSizes: [1, 2, 4],
  elsewhere: 'zero',
  rows: [
    {
      name: 'RBR',
      offset: 0,
      access: 'rc',
      reset: 0,
      bank: 'data',
      doc: 'A read takes the oldest byte received.',
    },
    { name: 'THR', offset: 0, access: 'wo', reset: 0, bank: 'data', doc: 'A write sends a byte.' },
    {
      name: 'DLL',
      offset: 0,
      access: 'rw',
      reset: 0x0c,
      bank: 'divisor',
      doc: 'Baud rate divisor, low byte. The model sends at once, whatever it says.',
    },
    {
      name: 'IER',
      offset: 1,
      access: 'rw',
      reset: 0,
      bank: 'data',
      fields: [
        {
          name: 'ERBFI',
          high: 0,
          low: 0,
          doc: 'Interrupt when received data is available, or waits too long.',
        },
        { name: 'ETBEI', high: 1, low: 1, doc: 'Interrupt when the transmitter can take data.' },
        { name: 'ELSI', high: 2, low: 2, doc: 'Interrupt on a receive error.' },
        {
          name: 'EDSSI',
          high: 3,
          low: 3,
          doc: 'Interrupt on a change of the modem lines. They never change.',
        },
      ],
      doc: 'Interrupt enable.',
    },
    {
      name: 'DLM',
      offset: 1,
      access: 'rw',
      reset: 0,
      bank: 'divisor',
      doc: 'Baud rate divisor, high byte.',
    },
    {
      name: 'IIR',
      offset: 2,
      access: 'rc',
      reset: 0x01,
      fields: [
        { name: 'none', high: 0, low: 0, doc: 'Zero while an interrupt is pending.' },
        {
          name: 'cause',
          high: 3,
          low: 1,
          doc: '3 line status, 2 received data, 6 receive time-out, 1 transmitter empty.',
        },
        { name: 'fifos', high: 7, low: 6, doc: '3 while the FIFOs are on.' },
      ],
      doc: 'The most urgent pending interrupt; a read of "transmitter empty" clears it.',
    },
    {
      name: 'FCR',
      offset: 2,
      access: 'wo',
      reset: 0,
      fields: [
        { name: 'enable', high: 0, low: 0, doc: 'FIFOs on; a change empties them.' },
        { name: 'RXRST', high: 1, low: 1, doc: 'A one empties the receive FIFO.' },
        { name: 'TXRST', high: 2, low: 2, doc: 'A one empties the transmit FIFO.' },
        { name: 'DMA', high: 3, low: 3, doc: 'DMA mode. The board has no DMA.' },
        {
          name: 'trigger',
          high: 7,
          low: 6,
          doc: 'Received data interrupts at 1, 4, 8 or 14 bytes.',
        },
      ],
      doc: 'FIFO control.',
    },
    {
      name: 'LCR',
      offset: 3,
      access: 'rw',
      reset: 0,
      fields: [
        {
          name: 'WLS',
          high: 1,
          low: 0,
          doc: 'Word length 5 to 8 bits. The model carries 8 in any case.',
        },
        { name: 'STB', high: 2, low: 2, doc: 'Two stop bits.' },
        { name: 'parity', high: 5, low: 3, doc: 'Parity enable, even, stick.' },
        { name: 'break', high: 6, low: 6, doc: 'Hold the line low.' },
        { name: 'DLAB', high: 7, low: 7, doc: 'The first two registers are the divisor latch.' },
      ],
      doc: 'Line control.',
    },
    {
      name: 'MCR',
      offset: 4,
      access: 'rw',
      reset: 0,
      fields: [
        { name: 'DTR', high: 0, low: 0, doc: 'Data terminal ready.' },
        { name: 'RTS', high: 1, low: 1, doc: 'Request to send.' },
        { name: 'OUT1', high: 2, low: 2, doc: 'Output 1.' },
        { name: 'OUT2', high: 3, low: 3, doc: 'Output 2.' },
        {
          name: 'LOOP',
          high: 4,
          low: 4,
          doc: 'What is sent comes back in, and does not reach the wire.',
        },
      ],
      doc: 'Modem control.',
    },
    {
      name: 'LSR',
      offset: 5,
      access: 'rc',
      reset: 0x60,
      fields: [
        { name: 'DR', high: 0, low: 0, doc: 'RBR holds a byte.' },
        {
          name: 'OE',
          high: 1,
          low: 1,
          doc: 'A byte was lost, since the receiver was full; a read clears it.',
        },
        { name: 'THRE', high: 5, low: 5, doc: 'THR can take a byte.' },
        { name: 'TEMT', high: 6, low: 6, doc: 'All bytes have left.' },
      ],
      doc: 'Line status. A read clears OE.',
    },
    {
      name: 'MSR',
      offset: 6,
      access: 'ro',
      reset: 0xb0,
      fields: [
        { name: 'CTS', high: 4, low: 4, doc: 'Clear to send: always; in loopback RTS.' },
        { name: 'DSR', high: 5, low: 5, doc: 'Data set ready: always; in loopback DTR.' },
        { name: 'RI', high: 6, low: 6, doc: 'Ring indicator: never; in loopback OUT1.' },
        { name: 'DCD', high: 7, low: 7, doc: 'Carrier detected: always; in loopback OUT2.' },
      ],
      doc: 'Modem status.',
    },
    { name: 'SCR', offset: 7, access: 'rw', reset: 0, doc: 'Scratch: holds what is written.' },
  ],
});
