/**
 * OpenTitan UART, the revision of 2023 that Nexus has: eight interrupts, both FIFOs 32 bytes deep.
 * Later revisions reorder the interrupts and deepen the receive FIFO.
 */
import { alertTestRow, interruptRows } from './opentitan-rows.js';
import { registerTable } from './register-table.js';
import type { RegisterField } from './register-table.js';

const interruptFields: readonly RegisterField[] = [
  { name: 'tx_watermark', high: 0, low: 0, doc: 'The transmit FIFO fell below FIFO_CTRL.TXILVL.' },
  { name: 'rx_watermark', high: 1, low: 1, doc: 'The receive FIFO rose to FIFO_CTRL.RXILVL.' },
  { name: 'tx_empty', high: 2, low: 2, doc: 'The transmit FIFO has emptied.' },
  {
    name: 'rx_overflow',
    high: 3,
    low: 3,
    doc: 'A byte came in while the receive FIFO was full; it is lost.',
  },
  {
    name: 'rx_frame_err',
    high: 4,
    low: 4,
    doc: 'A stop bit was missing; the character is lost.',
  },
  {
    name: 'rx_break_err',
    high: 5,
    low: 5,
    doc: 'The line was held low for as long as CTRL.RXBLVL says.',
  },
  {
    name: 'rx_timeout',
    high: 6,
    low: 6,
    doc: 'Bytes lay in the receive FIFO longer than TIMEOUT_CTRL.VAL bit times.',
  },
  {
    name: 'rx_parity_err',
    high: 7,
    low: 7,
    doc: 'A parity bit was wrong while CTRL.PARITY_EN was set; the character is lost.',
  },
];

export const uartRegisters = registerTable({
  device: 'uart',
  widthBytes: 4,
  accessSizes: [1, 2, 4],
  elsewhere: 'busError',
  parameters: { NUM_ALERTS: 1 },
  rows: [
    ...interruptRows(
      interruptFields,
      'One bit per cause. A cause sets its bit when it happens, not while it lasts; write one to clear.',
      'A one sets the INTR_STATE bit as if the cause had happened.',
    ),
    alertTestRow(0x0c),
    {
      name: 'CTRL',
      offset: 0x10,
      access: 'rw',
      reset: 0,
      fields: [
        { name: 'TX', high: 0, low: 0, doc: 'Transmitter on.' },
        { name: 'RX', high: 1, low: 1, doc: 'Receiver on.' },
        {
          name: 'NF',
          high: 2,
          low: 2,
          doc: 'Noise filter on the receive line; without effect on a clean wire.',
        },
        {
          name: 'SLPBK',
          high: 4,
          low: 4,
          doc: 'System loopback: what is sent comes back in, and does not reach the wire.',
        },
        {
          name: 'LLPBK',
          high: 5,
          low: 5,
          doc: 'Line loopback: what comes in goes out again, and does not reach the FIFO.',
        },
        { name: 'PARITY_EN', high: 6, low: 6, doc: 'Send and expect a parity bit.' },
        { name: 'PARITY_ODD', high: 7, low: 7, doc: 'Odd parity instead of even.' },
        {
          name: 'RXBLVL',
          high: 9,
          low: 8,
          doc: 'A break is a line low for 2, 4, 8 or 16 characters.',
          values: { BREAK2: 0, BREAK4: 1, BREAK8: 2, BREAK16: 3 },
        },
        {
          name: 'NCO',
          high: 31,
          low: 16,
          doc: 'Baud rate times 2^20 over the clock rate. The model sends at once, whatever it says.',
        },
      ],
      doc: 'Switches the two directions on and selects the line settings.',
    },
    {
      name: 'STATUS',
      offset: 0x14,
      access: 'ro',
      reset: 0x3c,
      fields: [
        { name: 'TXFULL', high: 0, low: 0, doc: 'A byte written to WDATA now is lost.' },
        { name: 'RXFULL', high: 1, low: 1, doc: 'The receive FIFO has no room.' },
        { name: 'TXEMPTY', high: 2, low: 2, doc: 'The transmit FIFO is empty.' },
        { name: 'TXIDLE', high: 3, low: 3, doc: 'Empty, and the last bit has left.' },
        { name: 'RXIDLE', high: 4, low: 4, doc: 'No byte is coming in.' },
        { name: 'RXEMPTY', high: 5, low: 5, doc: 'RDATA has nothing to give.' },
      ],
      doc: 'The state of the FIFOs at this moment.',
    },
    {
      name: 'RDATA',
      offset: 0x18,
      access: 'rc',
      reset: 0,
      fields: [{ name: 'RDATA', high: 7, low: 0, doc: 'The oldest byte received.' }],
      doc: 'A read takes the oldest byte out of the receive FIFO; zero when it is empty.',
    },
    {
      name: 'WDATA',
      offset: 0x1c,
      access: 'wo',
      reset: 0,
      fields: [{ name: 'WDATA', high: 7, low: 0, doc: 'The byte to send.' }],
      doc: 'A write puts a byte into the transmit FIFO; it is lost when the FIFO is full.',
    },
    {
      name: 'FIFO_CTRL',
      offset: 0x20,
      access: 'rw',
      reset: 0,
      fields: [
        { name: 'RXRST', high: 0, low: 0, doc: 'A one empties the receive FIFO; reads as zero.' },
        { name: 'TXRST', high: 1, low: 1, doc: 'A one empties the transmit FIFO; reads as zero.' },
        {
          name: 'RXILVL',
          high: 4,
          low: 2,
          doc: 'rx_watermark happens at 1, 4, 8, 16 or 30 bytes.',
          values: { RXLVL1: 0, RXLVL4: 1, RXLVL8: 2, RXLVL16: 3, RXLVL30: 4 },
        },
        {
          name: 'TXILVL',
          high: 6,
          low: 5,
          doc: 'tx_watermark happens below 2, 4, 8 or 16 bytes.',
          values: { TXLVL1: 0, TXLVL4: 1, TXLVL8: 2, TXLVL16: 3 },
        },
      ],
      doc: 'Empties the FIFOs and sets the levels of their interrupts.',
    },
    {
      name: 'FIFO_STATUS',
      offset: 0x24,
      access: 'ro',
      reset: 0,
      fields: [
        { name: 'TXLVL', high: 5, low: 0, doc: 'Bytes in the transmit FIFO.' },
        { name: 'RXLVL', high: 21, low: 16, doc: 'Bytes in the receive FIFO.' },
      ],
      doc: 'How many bytes each FIFO holds.',
    },
    {
      name: 'OVRD',
      offset: 0x28,
      access: 'rw',
      reset: 0,
      fields: [
        {
          name: 'TXEN',
          high: 0,
          low: 0,
          doc: 'Drive the transmit pin from TXVAL. The model has no pin.',
        },
        { name: 'TXVAL', high: 1, low: 1, doc: 'The level to drive.' },
      ],
      doc: 'Direct control of the transmit pin.',
    },
    {
      name: 'VAL',
      offset: 0x2c,
      access: 'ro',
      reset: 0xffff,
      generatedReset: 0,
      fields: [{ name: 'RX', high: 15, low: 0, doc: 'All ones: an idle line.' }],
      doc: 'The last sixteen samples of the receive pin, newest in bit 0.',
    },
    {
      name: 'TIMEOUT_CTRL',
      offset: 0x30,
      access: 'rw',
      reset: 0,
      fields: [
        { name: 'VAL', high: 23, low: 0, doc: 'The time-out in bit times.' },
        { name: 'EN', high: 31, low: 31, doc: 'Raise rx_timeout when bytes wait longer than VAL.' },
      ],
      doc: 'The receive time-out.',
    },
  ],
});
