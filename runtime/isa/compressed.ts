/**
 * How 16-bit instructions relate to 32-bit ones. Each stands for exactly one wide instruction with the
 * operands that the decoder already gives it, so a name is all that an expansion needs. Unprivileged manual 16.
 */
import type { Decoded, Instruction } from './instruction.js';
import { instructions } from './table.js';

/** Where the wide mnemonic is not the compressed one without its `c.`. */
const otherNames: Readonly<Record<string, string>> = {
  'c.addi4spn': 'addi',
  'c.nop': 'addi',
  'c.li': 'addi',
  'c.addi16sp': 'addi',
  'c.j': 'jal',
  'c.beqz': 'beq',
  'c.bnez': 'bne',
  'c.lwsp': 'lw',
  'c.swsp': 'sw',
  'c.jr': 'jalr',
  'c.mv': 'add',
};

const expansionName = (row: Instruction): string => otherNames[row.name] ?? row.name.slice(2);

const wideRows: ReadonlyMap<string, Instruction> = new Map(
  instructions.filter(({ lengthBytes }) => lengthBytes === 4).map((row) => [row.name, row]),
);

const narrowRows = instructions.filter(({ lengthBytes }) => lengthBytes === 2);

const formsByWideName: ReadonlyMap<string, readonly Instruction[]> = new Map(
  [...wideRows.keys()].map((name) => [
    name,
    narrowRows.filter((row) => expansionName(row) === name),
  ]),
);

/** The wide instruction that does the same; a wide one is its own expansion. */
export function expand(decoded: Decoded): Decoded {
  if (decoded.row.lengthBytes === 4) return decoded;
  const row = wideRows.get(expansionName(decoded.row));
  return row === undefined ? decoded : { ...decoded, row };
}

/** The rows that may stand for a wide instruction, in the order of preference. */
export const compressedForms = (wide: Instruction): readonly Instruction[] =>
  formsByWideName.get(wide.name) ?? [];

/** Compressed words without an effect, which are free for hints to the hardware; assemblers avoid them. 16.6. */
export function isHint({ row, rd, imm }: Decoded): boolean {
  switch (row.format) {
    case 'CI':
      return row.name === 'c.nop' ? imm !== 0 : rd === 0 || (row.name === 'c.addi' && imm === 0);
    case 'CR':
    case 'CLUI':
      return rd === 0;
    case 'CSHIFT':
    case 'CBSHIFT':
      return rd === 0 || imm === 0;
    default:
      return false;
  }
}
