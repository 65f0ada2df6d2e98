/** OpenTitan rv_timer with one hart and one comparator. */
import { alertTestRow } from './opentitan-rows.js';
import { registerTable } from './register-table.js';

export const rvTimerRegisters = registerTable({
  device: 'rv_timer',
  widthBytes: 4,
  accessSizes: [1, 2, 4],
  elsewhere: 'busError',
  parameters: { N_HARTS: 1, N_TIMERS: 1, NUM_ALERTS: 1 },
  rows: [
    alertTestRow(0x000),
    {
      name: 'CTRL',
      offset: 0x004,
      access: 'rw',
      reset: 0,
      generated: { kind: 'multireg' },
      fields: [{ name: 'active', high: 0, low: 0, doc: 'The timer counts.' }],
      doc: 'Starts and stops the timer.',
    },
    {
      name: 'INTR_ENABLE0',
      offset: 0x100,
      access: 'rw',
      reset: 0,
      generated: { kind: 'multireg' },
      fields: [
        { name: 'IE', high: 0, low: 0, doc: 'The expired timer drives its interrupt line.' },
      ],
      doc: 'Interrupt enable.',
    },
    {
      name: 'INTR_STATE0',
      offset: 0x104,
      access: 'w1c',
      reset: 0,
      generated: { kind: 'multireg' },
      fields: [{ name: 'IS', high: 0, low: 0, doc: 'The timer has reached the comparator.' }],
      doc: 'Set while the timer is active and at or past the comparator; so clearing holds only after the comparator moved.',
    },
    {
      name: 'INTR_TEST0',
      offset: 0x108,
      access: 'wo',
      reset: 0,
      generated: { kind: 'multireg' },
      fields: [{ name: 'T', high: 0, low: 0, doc: 'A one sets INTR_STATE0.IS.' }],
      doc: 'Raises the interrupt as if the timer had expired.',
    },
    {
      name: 'CFG0',
      offset: 0x10c,
      access: 'rw',
      reset: 0x0001_0000,
      fields: [
        { name: 'prescale', high: 11, low: 0, doc: 'A tick is so many clocks plus one.' },
        { name: 'step', high: 23, low: 16, doc: 'How much a tick adds to the timer.' },
      ],
      doc: 'Rate of the timer.',
    },
    { name: 'TIMER_V_LOWER0', offset: 0x110, access: 'rw', reset: 0, doc: 'mtime, bits 31:0.' },
    { name: 'TIMER_V_UPPER0', offset: 0x114, access: 'rw', reset: 0, doc: 'mtime, bits 63:32.' },
    {
      name: 'COMPARE_LOWER0_0',
      offset: 0x118,
      access: 'rw',
      reset: 0xffff_ffff,
      doc: 'The comparator, bits 31:0. A write clears INTR_STATE0.',
    },
    {
      name: 'COMPARE_UPPER0_0',
      offset: 0x11c,
      access: 'rw',
      reset: 0xffff_ffff,
      doc: 'The comparator, bits 63:32. A write clears INTR_STATE0.',
    },
  ],
});
