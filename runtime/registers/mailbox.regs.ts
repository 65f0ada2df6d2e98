/**
 * The mailbox between the SMC core and the security core, seen from the SMC's side: two FIFOs of words. Names and
 * order of the registers are those that the SMC's driver uses; depth and bits are those of the PULP mailbox it is like.
 */
import { interruptRows } from './opentitan-rows.js';
import { registerTable } from './register-table.js';
import type { RegisterField } from './register-table.js';

const interruptFields: readonly RegisterField[] = [
  {
    name: 'wtirq',
    high: 0,
    low: 0,
    doc: 'The other side has taken words: no more than WIRQT are left to take.',
  },
  { name: 'rtirq', high: 1, low: 1, doc: 'More than RIRQT words have come in.' },
  { name: 'eirq', high: 2, low: 2, doc: 'ERROR has a bit set.' },
];

export const mailboxRegisters = registerTable({
  device: 'mailbox',
  generatedName: 'tlul_mailbox',
  widthBytes: 4,
  accessSizes: [4],
  elsewhere: 'busError',
  rows: [
    ...interruptRows(
      interruptFields,
      'One bit per cause, set when it begins; write one to clear.',
      'A one sets the INTR_STATE bit as if the cause had begun.',
    ),
    {
      name: 'MBOXW',
      offset: 0x0c,
      access: 'wo',
      reset: 0,
      doc: 'A write sends a word to the security core; it is an error when the FIFO is full.',
    },
    {
      name: 'MBOXR',
      offset: 0x10,
      access: 'rc',
      reset: 0,
      doc: 'A read takes the oldest word from the security core; it is an error when there is none.',
    },
    {
      name: 'STATUS',
      offset: 0x14,
      access: 'ro',
      reset: 1,
      fields: [
        { name: 'empty', high: 0, low: 0, doc: 'No word waits in MBOXR.' },
        { name: 'full', high: 1, low: 1, doc: 'MBOXW takes no word.' },
        { name: 'wfifol', high: 2, low: 2, doc: 'More than WIRQT words wait to be taken.' },
        { name: 'rfifol', high: 3, low: 3, doc: 'More than RIRQT words wait in MBOXR.' },
      ],
      doc: 'The state of both FIFOs at this moment.',
    },
    {
      name: 'ERROR',
      offset: 0x18,
      access: 'rc',
      reset: 0,
      fields: [
        { name: 'read', high: 0, low: 0, doc: 'MBOXR was read while it was empty.' },
        { name: 'write', high: 1, low: 1, doc: 'MBOXW was written while it was full.' },
      ],
      doc: 'What went wrong; a read clears it.',
    },
    {
      name: 'WIRQT',
      offset: 0x1c,
      access: 'rw',
      reset: 0,
      fields: [{ name: 'th', high: 2, low: 0, doc: 'A number of words.' }],
      doc: 'The level of the FIFO to the security core below which wtirq happens.',
    },
    {
      name: 'RIRQT',
      offset: 0x20,
      access: 'rw',
      reset: 0,
      fields: [{ name: 'th', high: 2, low: 0, doc: 'A number of words.' }],
      doc: 'The level of the FIFO from the security core above which rtirq happens.',
    },
    {
      name: 'CTRL',
      offset: 0x24,
      access: 'wo',
      reset: 0,
      fields: [
        { name: 'flush_wfifo', high: 0, low: 0, doc: 'A one empties the FIFO of MBOXW.' },
        { name: 'flush_rfifo', high: 1, low: 1, doc: 'A one empties the FIFO of MBOXR.' },
      ],
      doc: 'Empties the FIFOs.',
    },
  ],
});
