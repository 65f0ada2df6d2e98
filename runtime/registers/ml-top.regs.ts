/**
 * The control block of the vector core: it is held in reset and frozen until software says where it begins. Names and
 * order are those of Springbok's block, which the driver of the SMC core uses; the program counter and the banks are as
 * wide as on Nexus, whose core has 4 MiB.
 */
import { bit, interruptRows } from './opentitan-rows.js';
import { registerTable } from './register-table.js';

export const mlTopRegisters = registerTable({
  device: 'ml_top',
  widthBytes: 4,
  accessSizes: [4],
  elsewhere: 'busError',
  rows: [
    ...interruptRows(
      [
        bit('host_req', 0, 'The core asks for something, and is frozen.'),
        bit('finish', 1, 'The core is done, and is frozen and in reset.'),
        bit(
          'instruction_fault',
          2,
          'The core met an instruction that it has not, and is in reset.',
        ),
        bit('data_fault', 3, 'The core reached for memory that it has not, and is in reset.'),
      ],
      'One bit per cause, set when it happens; write one to clear.',
      'A one sets the INTR_STATE bit as if it had happened.',
    ),
    {
      name: 'CTRL',
      offset: 0x0c,
      access: 'rw',
      reset: 3,
      fields: [
        bit('freeze', 0, 'The core does not go on.'),
        bit('vc_reset', 1, 'The core is in reset; it begins when this bit falls.'),
        { name: 'pc_start', high: 23, low: 2, doc: 'The word in its memory that it begins with.' },
      ],
      doc: 'Lets the core go, or holds it.',
    },
    {
      name: 'MEMORY_BANK_CTRL',
      offset: 0x10,
      access: 'rw',
      reset: 0xffff,
      fields: [{ name: 'd_mem_enable', high: 15, low: 0, doc: 'A bit per bank of the memory.' }],
      doc: 'Which banks of the memory have power.',
    },
    {
      name: 'ERROR_STATUS',
      offset: 0x14,
      access: 'ro',
      reset: 0,
      doc: 'Accesses out of range, and to banks without power: none, where nothing runs.',
    },
    {
      name: 'INIT_START',
      offset: 0x18,
      access: 'rw',
      reset: 0,
      fields: [
        { name: 'address', high: 21, low: 0, doc: 'The first byte.' },
        bit('imem_dmem_sel', 22, 'Which memory, where there are two.'),
      ],
      doc: 'Where the hardware begins to clear the memory.',
    },
    {
      name: 'INIT_END',
      offset: 0x1c,
      access: 'rw',
      reset: 0,
      fields: [
        { name: 'address', high: 21, low: 0, doc: 'The byte behind the last.' },
        bit('valid', 22, 'A one begins.'),
      ],
      doc: 'Where the hardware ends to clear the memory, and whether it begins now.',
    },
    {
      name: 'INIT_STATUS',
      offset: 0x20,
      access: 'ro',
      reset: 1,
      fields: [bit('init_done', 0, 'The memory is cleared.')],
      doc: 'Whether the memory is being cleared.',
    },
  ],
});
