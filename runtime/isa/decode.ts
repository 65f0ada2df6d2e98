/**
 * From an instruction word to its row and operands. Total: a word that is reserved or belongs to an
 * extension that is not here gives undefined, which a hart answers with an illegal-instruction trap.
 */
import { unpackOperands } from './format.js';
import type { Decoded, Instruction } from './instruction.js';
import { instructions } from './table.js';

/** Unprivileged manual 1.5: the two lowest bits are 11 for a 32-bit instruction. */
export const instructionLength = (word: number): 2 | 4 => ((word & 3) === 3 ? 4 : 2);

/** Rows by what every row of the same length fixes: the opcode, or quadrant and funct3. In table order. */
const rowsByKey: ReadonlyMap<number, readonly Instruction[]> = new Map(
  instructions.map(({ match }) => [
    keyOf(match),
    instructions.filter((row) => keyOf(row.match) === keyOf(match)),
  ]),
);

/** `word` is the 32 bits at pc; the upper half does not matter to a 16-bit instruction. */
export function decode(word: number): Decoded | undefined {
  const own = ownBits(word);
  const row = decodeRow(own);
  const operands = row && unpackOperands(row.format, own);
  return operands && { row, ...operands };
}

/** The row alone, for those who know the operands. */
export function decodeRow(word: number): Instruction | undefined {
  const own = ownBits(word);
  return rowsByKey.get(keyOf(own))?.find(({ mask, match }) => (own & mask) === match);
}

const ownBits = (word: number): number => (instructionLength(word) === 4 ? word : word & 0xffff);

function keyOf(word: number): number {
  return instructionLength(word) === 4 ? word & 0x7f : 0x80 | (word & 3) | ((word >>> 11) & 0x1c);
}
