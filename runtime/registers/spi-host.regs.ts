/** OpenTitan SPI host with one chip select, the register layout of Earl Grey 1.0.0; first byte in the low bits. */
import { alertTestRow, bit, interruptRows } from './opentitan-rows.js';
import { registerTable } from './register-table.js';
import type { RegisterField } from './register-table.js';

const interruptFields: readonly RegisterField[] = [
  bit('error', 0, 'An error that ERROR_ENABLE names has happened.'),
  bit('spi_event', 1, 'A condition that EVENT_ENABLE names lasts.'),
];

const errorFields: readonly RegisterField[] = [
  bit('CMDBUSY', 0, 'A command was written while STATUS.READY was zero.'),
  bit('OVERFLOW', 1, 'A word was written while the transmit FIFO was full.'),
  bit('UNDERFLOW', 2, 'RXDATA was read while the receive FIFO was empty.'),
  bit('CMDINVAL', 3, 'A command asked for a speed or a direction that there is not.'),
  bit('CSIDINVAL', 4, 'A command was written while CSID named no chip select.'),
];

export const spiHostRegisters = registerTable({
  device: 'spi_host',
  widthBytes: 4,
  accessSizes: [1, 2, 4],
  elsewhere: 'busError',
  parameters: { NUM_C_S: 1, TX_DEPTH: 72, RX_DEPTH: 64, CMD_DEPTH: 4, NUM_ALERTS: 1 },
  rows: [
    ...interruptRows(
      interruptFields,
      'error stays until a one is written; spi_event lasts as long as its condition.',
      'A one raises the cause: error once, spi_event until a zero is written.',
    ),
    alertTestRow(0x0c),
    {
      name: 'CONTROL',
      offset: 0x10,
      access: 'rw',
      reset: 0x7f,
      fields: [
        { name: 'RX_WATERMARK', high: 7, low: 0, doc: 'STATUS.RXWM is set above this many words.' },
        {
          name: 'TX_WATERMARK',
          high: 15,
          low: 8,
          doc: 'STATUS.TXWM is set below this many words.',
        },
        bit('OUTPUT_EN', 29, 'The pins are driven; without it the peripheral sees nothing.'),
        bit('SW_RST', 30, 'Empties the FIFOs and drops all commands while it is one.'),
        bit('SPIEN', 31, 'Commands are carried out.'),
      ],
      doc: 'Switches the host on and sets its watermarks.',
    },
    {
      name: 'STATUS',
      offset: 0x14,
      access: 'ro',
      reset: 0x9140_0000,
      generatedReset: 0,
      fields: [
        { name: 'TXQD', high: 7, low: 0, doc: 'Words in the transmit FIFO.' },
        { name: 'RXQD', high: 15, low: 8, doc: 'Words in the receive FIFO.' },
        { name: 'CMDQD', high: 19, low: 16, doc: 'Commands that wait.' },
        bit('RXWM', 20, 'The receive FIFO is above its watermark.'),
        bit('BYTEORDER', 22, 'One: the first byte of a word is its low one.'),
        bit('RXSTALL', 23, 'A command waits for room in the receive FIFO.'),
        bit('RXEMPTY', 24, 'RXDATA has nothing to give.'),
        bit('RXFULL', 25, 'The receive FIFO has no room.'),
        bit('TXWM', 26, 'The transmit FIFO is below its watermark.'),
        bit('TXSTALL', 27, 'A command waits for something to send.'),
        bit('TXEMPTY', 28, 'The transmit FIFO is empty.'),
        bit('TXFULL', 29, 'A word written to TXDATA now is an error.'),
        bit('ACTIVE', 30, 'A command is being carried out or waits.'),
        bit('READY', 31, 'A command may be written.'),
      ],
      doc: 'The state of the FIFOs and of the commands at this moment.',
    },
    {
      name: 'CONFIGOPTS',
      offset: 0x18,
      access: 'rw',
      reset: 0,
      generated: { kind: 'multireg' },
      fields: [
        { name: 'CLKDIV', high: 15, low: 0, doc: 'One SPI clock is 2 (CLKDIV + 1) clocks.' },
        { name: 'CSNIDLE', high: 19, low: 16, doc: 'Half SPI clocks between two transfers.' },
        { name: 'CSNTRAIL', high: 23, low: 20, doc: 'Half SPI clocks before the select rises.' },
        { name: 'CSNLEAD', high: 27, low: 24, doc: 'Half SPI clocks after the select falls.' },
        bit('FULLCYC', 29, 'Sample a full clock later; nothing changes for this peripheral.'),
        bit('CPHA', 30, 'The phase of the clock; nothing changes for this peripheral.'),
        bit('CPOL', 31, 'The polarity of the clock; nothing changes for this peripheral.'),
      ],
      doc: 'How to talk to the peripheral of the one chip select.',
    },
    {
      name: 'CSID',
      offset: 0x1c,
      access: 'rw',
      reset: 0,
      doc: 'The chip select that the next command is for: only 0 is there.',
    },
    {
      name: 'COMMAND',
      offset: 0x20,
      access: 'wo',
      reset: 0,
      fields: [
        { name: 'LEN', high: 8, low: 0, doc: 'Bytes, or dummy clocks, minus one.' },
        bit('CSAAT', 9, 'The select stays low after this segment.'),
        { name: 'SPEED', high: 11, low: 10, doc: '0, 1 or 2: one, two or four lanes.' },
        { name: 'DIRECTION', high: 13, low: 12, doc: '0 dummy, 1 receive, 2 send, 3 both.' },
      ],
      doc: 'A write starts a segment, or queues it behind those that wait.',
    },
    {
      name: 'RXDATA',
      offset: 0x24,
      access: 'rc',
      reset: 0,
      generated: { kind: 'window' },
      doc: 'A read takes the oldest word out of the receive FIFO; it is an error when there is none.',
    },
    {
      name: 'TXDATA',
      offset: 0x28,
      access: 'wo',
      reset: 0,
      generated: { kind: 'window' },
      doc: 'A write puts one, two or four bytes into the transmit FIFO.',
    },
    {
      name: 'ERROR_ENABLE',
      offset: 0x2c,
      access: 'rw',
      reset: 0x1f,
      fields: errorFields,
      doc: 'Which errors raise the error interrupt.',
    },
    {
      name: 'ERROR_STATUS',
      offset: 0x30,
      access: 'w1c',
      reset: 0,
      fields: [
        ...errorFields,
        bit('ACCESSINVAL', 5, 'A store to TXDATA had no bytes. Harts here make no such store.'),
      ],
      doc: 'Errors that have happened. Nothing goes on until they are cleared.',
    },
    {
      name: 'EVENT_ENABLE',
      offset: 0x34,
      access: 'rw',
      reset: 0,
      fields: [
        bit('RXFULL', 0, 'While STATUS.RXFULL.'),
        bit('TXEMPTY', 1, 'While STATUS.TXEMPTY.'),
        bit('RXWM', 2, 'While STATUS.RXWM.'),
        bit('TXWM', 3, 'While STATUS.TXWM.'),
        bit('READY', 4, 'While STATUS.READY.'),
        bit('IDLE', 5, 'While STATUS.ACTIVE is zero.'),
      ],
      doc: 'Which conditions raise the spi_event interrupt.',
    },
  ],
});
