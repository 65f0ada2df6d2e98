/**
 * From a row and its operands to the instruction word. An operand out of range is the source's fault,
 * so it comes back as a sentence that names the allowed values.
 */
import { fail, ok } from '../base/result.js';
import type { Result } from '../base/result.js';
import { compressedForms, isHint } from './compressed.js';
import { decode, decodeRow } from './decode.js';
import { layouts, packOperands } from './format.js';
import type { Field } from './format.js';
import type { Instruction, Operands } from './instruction.js';
import { registers } from './registers.js';
import { instructions } from './table.js';

export interface EncodeError {
  readonly operand: keyof Operands;
  /** A sentence with the allowed range. */
  readonly message: string;
}

const rowsByName: ReadonlyMap<string, Instruction> = new Map(
  instructions.map((row) => [row.name, row]),
);

export const findInstruction = (name: string): Instruction | undefined =>
  rowsByName.get(name.toLowerCase());

/**
 * The word, unsigned. Operands that are left out are 0; those that the format implies (sp, the
 * destination that is also a source) are not looked at.
 */
export function encode(row: Instruction, operands: Partial<Operands>): Result<number, EncodeError> {
  for (const field of layouts[row.format].fields) {
    const value = valueOf(row, operands, field);
    if (!isAllowed(field, value)) {
      return fail({ operand: field.operand, message: describeRange(row, field, value) });
    }
  }
  const word = row.match | packOperands(row.format, operands);
  const meaning = decodeRow(word);
  if (meaning !== row) {
    const other = meaning === undefined ? 'reserved' : meaning.name;
    const message = `\`${row.name}\` has no encoding for these operands: the word would be ${other}.`;
    return fail({ operand: 'rd', message });
  }
  return ok(word >>> 0);
}

/**
 * The 16-bit form that GNU as chooses under `.option rvc`, or undefined where it keeps the wide one. GNU as
 * compresses jal and jalr only where the source writes an alias (`j x`, `jal x`, `jr a0`, `jalr a0`, `ret`);
 * the spelling is the caller's to know.
 */
export function compress(row: Instruction, operands: Operands): number | undefined {
  for (const same of equivalents(row, operands)) {
    for (const form of compressedForms(same.row)) {
      const encoded = encode(form, same);
      const meaning = encoded.ok ? decode(encoded.value) : undefined;
      if (encoded.ok && meaning && sameOperands(meaning, same) && !isHint(meaning)) {
        return encoded.value;
      }
    }
  }
  return undefined;
}

/** Other ways to write the instruction, of which a compressed form may exist. */
function equivalents(
  row: Instruction,
  operands: Operands,
): readonly (Operands & { readonly row: Instruction })[] {
  const written = { row, ...operands };
  const { rs1, rs2 } = operands;
  const add = rowsByName.get('add');
  switch (row.name) {
    case 'add':
    case 'and':
    case 'or':
    case 'xor':
      // With zero on the right GNU as sees no copy in it, so neither do we.
      return rs2 === 0 ? [written] : [written, { ...written, rs1: rs2, rs2: rs1 }];
    case 'addi':
      // A register copy: GNU as spells mv as addi, and the compressed copy expands to add.
      return operands.imm === 0 && rs1 !== 0 && add !== undefined
        ? [written, { ...written, row: add, rs1: 0, rs2: rs1 }]
        : [written];
    default:
      return [written];
  }
}

const sameOperands = (a: Operands, b: Operands): boolean =>
  a.rd === b.rd && a.rs1 === b.rs1 && a.rs2 === b.rs2 && a.imm === b.imm;

/** The value of a field; upper constants may also be given unsigned, as assemblers compute them. */
function valueOf(row: Instruction, operands: Partial<Operands>, { operand }: Field): number {
  const value = operands[operand] ?? 0;
  const isUpper = row.format === 'U' && value > 0x7fffffff && value <= 0xffffffff;
  return isUpper ? value | 0 : value;
}

const isAllowed = ({ low, high, step, except }: Field, value: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high && value % step === 0
    ? !except.includes(value)
    : false;

function describeRange(row: Instruction, field: Field, value: number): string {
  const { operand, low, high, step, except } = field;
  if (operand === 'rd' || operand === 'rs1' || operand === 'rs2') {
    const excluded = except.length === 0 ? '' : `, but not ${except.map(registerName).join(', ')}`;
    const range = `${registerName(low)} to ${registerName(high)} (x${low} to x${high})${excluded}`;
    return `\`${row.name}\` takes a register from ${range} as ${operand}, not ${registerName(value)}.`;
  }
  const excluded = except.length === 0 ? '' : `, but not ${except.join(', ')}`;
  if (operand === 'csr') {
    return `A CSR number is from 0 to 0xfff, not ${value}.`;
  }
  if (row.format === 'U' || row.format === 'CLUI') {
    return `The constant of \`${row.name}\` is ${describeUpper(row)}${excluded}, not ${value / 4096}.`;
  }
  const what = row.syntax.includes('target') ? 'The distance to the target' : 'The constant';
  const kind = step === 1 ? 'from' : `a multiple of ${step} from`;
  return `${what} of \`${row.name}\` is ${kind} ${low} to ${high}${excluded}, not ${value}.`;
}

/** In the source's terms: the constant before it is shifted left by 12. */
const describeUpper = ({ format }: Instruction): string =>
  format === 'U' ? 'from 0 to 1048575' : 'from -32 to 31 (or 1048544 to 1048575)';

const registerName = (number: number): string => registers[number]?.abiName ?? `register ${number}`;
