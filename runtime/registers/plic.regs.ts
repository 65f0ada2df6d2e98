/**
 * The SiFive PLIC of QEMU's virt board with one hart: 96 sources, context 0 is the hart's M-mode and
 * context 1 its S-mode. PLIC specification 1.0, chapter 3 (memory map).
 */
import { registerTable } from './register-table.js';
import type { RegisterField } from './register-table.js';

export const plicSourceCount = 96;
const words = 4;

const threshold: readonly RegisterField[] = [
  { name: 'threshold', high: 2, low: 0, doc: 'Only a higher priority interrupts.' },
];

export const plicRegisters = registerTable({
  device: 'plic',
  widthBytes: 4,
  accessSizes: [4],
  elsewhere: 'zero',
  rows: [
    {
      name: 'priority',
      offset: 0x0,
      access: 'rw',
      reset: 0,
      count: plicSourceCount + 1,
      fields: [
        { name: 'priority', high: 2, low: 0, doc: '0 never interrupts, 7 is the most urgent.' },
      ],
      doc: 'Priority of each source. Source 0 does not exist.',
    },
    {
      name: 'pending',
      offset: 0x1000,
      access: 'ro',
      reset: 0,
      count: words,
      doc: 'Pending sources, 32 a word.',
    },
    {
      name: 'enable_m',
      offset: 0x2000,
      access: 'rw',
      reset: 0,
      count: words,
      doc: 'Sources that may interrupt the hart in M-mode.',
    },
    {
      name: 'enable_s',
      offset: 0x2080,
      access: 'rw',
      reset: 0,
      count: words,
      doc: 'Sources that may interrupt the hart in S-mode.',
    },
    {
      name: 'threshold_m',
      offset: 0x20_0000,
      access: 'rw',
      reset: 0,
      fields: threshold,
      doc: 'Priority threshold of the M-mode context.',
    },
    {
      name: 'claim_m',
      offset: 0x20_0004,
      access: 'rc',
      reset: 0,
      doc: 'A read claims the most urgent pending source for M-mode; a write completes the source that is written.',
    },
    {
      name: 'threshold_s',
      offset: 0x20_1000,
      access: 'rw',
      reset: 0,
      fields: threshold,
      doc: 'Priority threshold of the S-mode context.',
    },
    {
      name: 'claim_s',
      offset: 0x20_1004,
      access: 'rc',
      reset: 0,
      doc: 'A read claims the most urgent pending source for S-mode; a write completes the source that is written.',
    },
  ],
});
