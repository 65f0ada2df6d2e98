/**
 * The two words of a decoded instruction. Word 0: op (bits 7:0), rd (13:8, 32 for x0: the sink), rs1 (18:14),
 * rs2 (23:19), and the length (31:24): how many instructions are left in its basic block, itself
 * included. Word 1: the immediate; for a CSR instruction the CSR number, and then the rs1 field holds the
 * 5-bit immediate of its immediate form; for a word that is no instruction the word. Entries that are no
 * instructions have the length 0: a block ends before them.
 */
import type { Decoded } from '../../../isa/instruction.js';
import { instructions } from '../../../isa/table.js';
import { entryLengthShift, undecoded } from '../../memory/code-cache.js';
import { hartWord } from '../../memory/layout.js';
import { decidesPc, parseExecute } from './semantics.js';

/** Ops that are not rows of the instruction table; rows follow from `firstRow` in table order. */
export const op = {
  /** Decode the block that begins here, and do it again. */
  undecoded,
  /** Go on at the block's pc: look its page up. */
  reload: 1,
  /** pc ran off the decoded page. */
  pageEnd: 2,
  /** Executed by itself, fetched each time: it continues in the next page, or its block would be too long. */
  single: 3,
  breakpoint: 4,
  illegal: 5,
  firstRow: 6,
} as const;

/** The length of an entry that `writeEntry` wrote; at most `longestBlock`. */
export function setEntryLength(entries: Int32Array, index: number, length: number): void {
  entries[index] = (entries[index]! & ((1 << entryLengthShift) - 1)) | (length << entryLengthShift);
}

const opOfRow = new Map(instructions.map((row, index) => [row, op.firstRow + index]));

/** What goes on elsewhere than behind itself ends a block. */
const blockEnds = new Set(instructions.filter((row) => parseExecute(row.execute).some(decidesPc)));

export const endsBlock = (decoded: Decoded | undefined): boolean =>
  decoded === undefined || blockEnds.has(decoded.row);

/** Writes a block of this one instruction. */
export function writeEntry(
  entries: Int32Array,
  index: number,
  decoded: Decoded | undefined,
  word: number,
): void {
  if (decoded === undefined) {
    entries[index] = op.illegal | (1 << entryLengthShift);
    entries[index + 1] = (word & 3) === 3 ? word : word & 0xffff;
    return;
  }
  const { row, rd, rs1, rs2, imm, csr } = decoded;
  const isCsr = row.format === 'csr' || row.format === 'csrImmediate';
  entries[index] =
    (opOfRow.get(row) ?? op.illegal) |
    ((rd === 0 ? hartWord.sink : rd) << 8) |
    ((row.format === 'csrImmediate' ? imm : rs1) << 14) |
    (rs2 << 19) |
    (1 << entryLengthShift);
  entries[index + 1] = isCsr ? csr : imm;
}
