/**
 * OpenTitan rv_plic as Nexus has it: 42 sources, one context. Each IP and IE word holds 32 sources, bit
 * n of word w being source 32·w + n.
 */
import { registerTable } from './register-table.js';

export const rvPlicSourceCount = 42;

export const rvPlicRegisters = registerTable({
  device: 'rv_plic',
  widthBytes: 4,
  accessSizes: [1, 2, 4],
  elsewhere: 'busError',
  parameters: { NUM_SRC: rvPlicSourceCount + 1, NUM_TARGET: 1, PRIO_WIDTH: 3, NUM_ALERTS: 1 },
  rows: [
    {
      name: 'PRIO',
      offset: 0x0,
      access: 'rw',
      reset: 0,
      count: rvPlicSourceCount + 1,
      generated: { kind: 'numbered' },
      fields: [{ name: 'PRIO', high: 2, low: 0, doc: '0 never interrupts, 7 is the most urgent.' }],
      doc: 'Priority of each source. Source 0 does not exist.',
    },
    {
      name: 'IP',
      offset: 0x1000,
      access: 'ro',
      reset: 0,
      count: 2,
      generated: { kind: 'bits', field: 'P', count: rvPlicSourceCount + 1 },
      doc: 'Pending sources, 32 a word.',
    },
    {
      name: 'IE0',
      offset: 0x2000,
      access: 'rw',
      reset: 0,
      count: 2,
      generated: { kind: 'bits', field: 'E', count: rvPlicSourceCount + 1 },
      doc: 'Sources that may interrupt context 0, the SMC hart in S-mode.',
    },
    {
      name: 'THRESHOLD0',
      offset: 0x20_0000,
      access: 'rw',
      reset: 0,
      fields: [{ name: 'THRESHOLD0', high: 2, low: 0, doc: 'Only a higher priority interrupts.' }],
      doc: 'Priority threshold of context 0.',
    },
    {
      name: 'CC0',
      offset: 0x20_0004,
      access: 'rc',
      reset: 0,
      fields: [{ name: 'CC0', high: 7, low: 0, doc: 'A source number; 0 is none.' }],
      doc: 'A read claims the most urgent pending source; a write completes the source that is written.',
    },
    {
      name: 'MSIP0',
      offset: 0x400_0000,
      access: 'rw',
      reset: 0,
      fields: [{ name: 'MSIP0', high: 0, low: 0, doc: 'Drives the machine software interrupt.' }],
      doc: 'Software interrupt of the hart.',
    },
    {
      name: 'ALERT_TEST',
      offset: 0x400_4000,
      access: 'wo',
      reset: 0,
      fields: [
        {
          name: 'fatal_fault',
          high: 0,
          low: 0,
          doc: 'Sends a test alert. No alert handler listens on this board.',
        },
      ],
      doc: 'Sends a test alert.',
    },
  ],
});
