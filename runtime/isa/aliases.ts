/**
 * Other names of an instruction with certain operands: `ret` is `jalr` with rd = zero, rs1 = ra and
 * imm = 0. One alias stands for one instruction, so printing and parsing are inverse; pseudo-instructions
 * that expand to several belong to the assembler. Unprivileged manual 25, table 25.2 and 25.3.
 */
import type { Operands } from './instruction.js';

export interface Alias {
  readonly name: string;
  /** The instruction that it stands for. */
  readonly of: string;
  /** The operands that the alias fixes. */
  readonly fixed: Partial<Operands>;
  /** The operands that are written, as in the instruction table. */
  readonly syntax: string;
  /** One sentence for a hover. */
  readonly doc: string;
}

type Row = readonly [
  name: string,
  of: string,
  fixed: Partial<Operands>,
  syntax: string,
  doc: string,
];

const [zero, ra] = [0, 1];

/** The first row that fits is the one to print. */
const rows: readonly Row[] = [
  ['nop', 'addi', { rd: zero, rs1: zero, imm: 0 }, '', 'Does nothing.'],
  [
    'li',
    'addi',
    { rs1: zero },
    'rd, imm',
    'Loads a constant from -2048 to 2047; the assembler also takes larger ones and uses two instructions.',
  ],
  ['mv', 'addi', { imm: 0 }, 'rd, rs1', 'Copies rs1 to rd.'],
  ['not', 'xori', { imm: -1 }, 'rd, rs1', 'Inverts every bit.'],
  ['zext.b', 'andi', { imm: 255 }, 'rd, rs1', 'Keeps the lowest byte.'],
  ['seqz', 'sltiu', { imm: 1 }, 'rd, rs1', 'Sets rd to 1 when rs1 is zero, else to 0.'],
  [
    'snez',
    'sltu',
    { rs1: zero },
    'rd, rs2',
    'Sets rd to 1 when the register is not zero, else to 0.',
  ],
  ['sltz', 'slt', { rs2: zero }, 'rd, rs1', 'Sets rd to 1 when rs1 is negative, else to 0.'],
  [
    'sgtz',
    'slt',
    { rs1: zero },
    'rd, rs2',
    'Sets rd to 1 when the register is positive, else to 0.',
  ],
  ['neg', 'sub', { rs1: zero }, 'rd, rs2', 'Negates a register.'],
  ['j', 'jal', { rd: zero }, 'target', 'Jumps to the target.'],
  ['jal', 'jal', { rd: ra }, 'target', 'Calls the target: keeps the return address in ra.'],
  [
    'ret',
    'jalr',
    { rd: zero, rs1: ra, imm: 0 },
    '',
    'Returns from a function: jumps to the address in ra.',
  ],
  ['jr', 'jalr', { rd: zero, imm: 0 }, 'rs1', 'Jumps to the address in rs1.'],
  ['jr', 'jalr', { rd: zero }, 'imm(rs1)', 'Jumps to the address rs1 + imm.'],
  ['jalr', 'jalr', { rd: ra, imm: 0 }, 'rs1', 'Calls the function at the address in rs1.'],
  ['jalr', 'jalr', { rd: ra }, 'imm(rs1)', 'Calls the function at the address rs1 + imm.'],
  [
    'jalr',
    'jalr',
    { imm: 0 },
    'rd, rs1',
    'Jumps to the address in rs1 and keeps the return address in rd.',
  ],
  ['beqz', 'beq', { rs2: zero }, 'rs1, target', 'Branches when rs1 is zero.'],
  ['bnez', 'bne', { rs2: zero }, 'rs1, target', 'Branches when rs1 is not zero.'],
  ['blez', 'bge', { rs1: zero }, 'rs2, target', 'Branches when the register is zero or negative.'],
  ['bgez', 'bge', { rs2: zero }, 'rs1, target', 'Branches when rs1 is zero or positive.'],
  ['bltz', 'blt', { rs2: zero }, 'rs1, target', 'Branches when rs1 is negative.'],
  ['bgtz', 'blt', { rs1: zero }, 'rs2, target', 'Branches when the register is positive.'],
  ['rdcycle', 'csrrs', { rs1: zero, csr: 0xc00 }, 'rd', 'Reads the low word of the cycle counter.'],
  ['rdtime', 'csrrs', { rs1: zero, csr: 0xc01 }, 'rd', 'Reads the low word of the timer.'],
  [
    'rdinstret',
    'csrrs',
    { rs1: zero, csr: 0xc02 },
    'rd',
    'Reads the low word of the counter of retired instructions.',
  ],
  [
    'rdcycleh',
    'csrrs',
    { rs1: zero, csr: 0xc80 },
    'rd',
    'Reads the high word of the cycle counter.',
  ],
  ['rdtimeh', 'csrrs', { rs1: zero, csr: 0xc81 }, 'rd', 'Reads the high word of the timer.'],
  [
    'rdinstreth',
    'csrrs',
    { rs1: zero, csr: 0xc82 },
    'rd',
    'Reads the high word of the counter of retired instructions.',
  ],
  [
    'unimp',
    'csrrw',
    { rd: zero, rs1: zero, csr: 0xc00 },
    '',
    'Always raises an illegal-instruction trap, by a write to a read-only register.',
  ],
  ['csrr', 'csrrs', { rs1: zero }, 'rd, csr', 'Reads a CSR.'],
  ['csrw', 'csrrw', { rd: zero }, 'csr, rs1', 'Writes a CSR.'],
  ['csrs', 'csrrs', { rd: zero }, 'csr, rs1', 'Sets the bits of a CSR that rs1 has.'],
  ['csrc', 'csrrc', { rd: zero }, 'csr, rs1', 'Clears the bits of a CSR that rs1 has.'],
  ['csrwi', 'csrrwi', { rd: zero }, 'csr, imm', 'Writes a constant from 0 to 31 to a CSR.'],
  [
    'csrsi',
    'csrrsi',
    { rd: zero },
    'csr, imm',
    'Sets the bits of a CSR that a constant from 0 to 31 has.',
  ],
  [
    'csrci',
    'csrrci',
    { rd: zero },
    'csr, imm',
    'Clears the bits of a CSR that a constant from 0 to 31 has.',
  ],
  [
    'sfence.vma',
    'sfence.vma',
    { rs1: zero, rs2: zero },
    '',
    'Makes page-table stores take effect on every address translation.',
  ],
  [
    'sfence.vma',
    'sfence.vma',
    { rs2: zero },
    'rs1',
    'Makes page-table stores take effect on the translation of the address in rs1.',
  ],
  [
    'fence',
    'fence',
    { rd: zero, rs1: zero, imm: 0xff },
    '',
    'Orders all earlier memory and device accesses before all later ones.',
  ],
];

export const aliases: readonly Alias[] = rows.map(([name, of, fixed, syntax, doc]) => ({
  name,
  of,
  fixed,
  syntax,
  doc,
}));
