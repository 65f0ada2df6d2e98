/** The test device of QEMU's virt board: one register that switches the machine off. */
import { registerTable } from './register-table.js';

export const sifiveTestRegisters = registerTable({
  device: 'test',
  widthBytes: 4,
  accessSizes: [2, 4],
  elsewhere: 'zero',
  rows: [
    {
      name: 'FINISH',
      offset: 0,
      access: 'wo',
      reset: 0,
      fields: [
        {
          name: 'status',
          high: 15,
          low: 0,
          doc: '0x5555 passes, 0x3333 fails, 0x7777 resets the board.',
        },
        { name: 'code', high: 31, low: 16, doc: 'Exit code of a failure.' },
      ],
      doc: 'A write ends the run.',
    },
  ],
});
