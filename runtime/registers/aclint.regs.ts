/**
 * The ACLINT of QEMU's virt board for one hart, at the offsets of the older CLINT: software interrupt at
 * 0, comparator at 0x4000, time at 0xbff8. RISC-V ACLINT specification 1.0, chapters 2 and 3.
 */
import { registerTable } from './register-table.js';

export const aclintRegisters = registerTable({
  device: 'aclint',
  widthBytes: 4,
  accessSizes: [4],
  elsewhere: 'zero',
  rows: [
    {
      name: 'msip',
      offset: 0x0,
      access: 'rw',
      reset: 0,
      fields: [{ name: 'msip', high: 0, low: 0, doc: 'Drives the machine software interrupt.' }],
      doc: 'Software interrupt of the hart.',
    },
    {
      name: 'mtimecmp_low',
      offset: 0x4000,
      access: 'rw',
      reset: 0xffff_ffff,
      doc: 'Comparator, bits 31:0. The timer interrupt is up while mtime is at or past it.',
    },
    {
      name: 'mtimecmp_high',
      offset: 0x4004,
      access: 'rw',
      reset: 0xffff_ffff,
      doc: 'Comparator, bits 63:32.',
    },
    { name: 'mtime_low', offset: 0xbff8, access: 'rw', reset: 0, doc: 'mtime, bits 31:0.' },
    { name: 'mtime_high', offset: 0xbffc, access: 'rw', reset: 0, doc: 'mtime, bits 63:32.' },
  ],
});
