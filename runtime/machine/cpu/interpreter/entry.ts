/**
 * The two words of a decoded instruction. Word 0: op (bits 7:0), rd (13:8, 32 for x0: the sink), rs1 (19:14),
 * rs2 (25:20). Word 1: the immediate; for a CSR instruction the CSR number, and then the rs1 field holds
 * the 5-bit immediate of its immediate form; for a word that is no instruction the word.
 */
import type { Decoded } from '../../../isa/instruction.js';
import { instructions } from '../../../isa/table.js';
import { hartWord } from '../../memory/layout.js';

/** Ops that are not rows of the instruction table; rows follow from `firstRow` in table order. */
export const op = {
  /** Decode in place and do it again. */
  undecoded: 0,
  /** Go on at the block's pc: look its page up. */
  reload: 1,
  /** pc ran off the decoded page. */
  pageEnd: 2,
  /** The instruction continues in the next page, which is looked up each time. */
  single: 3,
  breakpoint: 4,
  illegal: 5,
  firstRow: 6,
} as const;

const opOfRow = new Map(instructions.map((row, index) => [row, op.firstRow + index]));

export const entryWord0 = (opNumber: number, rd: number, rs1: number, rs2: number): number =>
  opNumber | ((rd === 0 ? hartWord.sink : rd) << 8) | (rs1 << 14) | (rs2 << 20);

export function writeEntry(
  entries: Int32Array,
  index: number,
  decoded: Decoded | undefined,
  word: number,
): void {
  if (decoded === undefined) {
    entries[index] = op.illegal;
    entries[index + 1] = (word & 3) === 3 ? word : word & 0xffff;
    return;
  }
  const { row, rd, rs1, rs2, imm, csr } = decoded;
  const isCsr = row.format === 'csr' || row.format === 'csrImmediate';
  entries[index] = entryWord0(
    opOfRow.get(row) ?? op.illegal,
    rd,
    row.format === 'csrImmediate' ? imm : rs1,
    rs2,
  );
  entries[index + 1] = isCsr ? csr : imm;
}
