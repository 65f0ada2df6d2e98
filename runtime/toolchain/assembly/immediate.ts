/**
 * The immediate operand of an instruction: a number in the range of the format, or part of an address
 * by way of `%hi`, `%lo`, `%pcrel_hi` or `%pcrel_lo`.
 */
import type { Format, Instruction } from '../../isa/instruction.js';
import type { RelocationType } from '../object-file.js';
import type { Place } from '../text/source-line.js';
import type { Cursor } from './cursor.js';
import { describeUnknown, evaluate, fold, isNumber, type Value } from './evaluate.js';
import type { Modifier } from './operand.js';
import type { Chosen, InstructionContext } from './emit.js';

export interface Immediate {
  readonly imm: number;
  readonly mayCompress: boolean;
  readonly relocation: { type: RelocationType; value: Value } | undefined;
}

export function readImmediate(
  { state, cursor }: InstructionContext,
  row: Instruction,
  { expression, modifier, place }: NonNullable<Chosen['immediate']>,
): Immediate | undefined {
  const evaluated = evaluate(expression, state.evaluation);
  if (!evaluated.ok) {
    cursor.problemAtPlace(place(), evaluated.error.code, evaluated.error.message);
    return undefined;
  }
  const value = fold(evaluated.value, state.evaluation);
  if (modifier !== undefined) return readModified(cursor, row, modifier, value, place);
  if (!isNumber(value)) {
    const { code, message } = describeUnknown(value);
    const operators = modifiersOf(row.format).map((one) => `\`%${one}\``);
    const hint =
      operators.length > 0 ? ` For part of an address write ${operators.join(' or ')}.` : '';
    cursor.problemAtPlace(place(), code, message + hint);
    return undefined;
  }
  return plainImmediate(cursor, row, value.number, place);
}

function plainImmediate(
  cursor: Cursor,
  row: Instruction,
  number: bigint,
  place: () => Place,
): Immediate | undefined {
  const none = { relocation: undefined };
  if (row.format === 'U') {
    if (number < 0n || number > 0xfffffn) {
      const message = `The constant of \`${row.name}\` is from 0 to 0xfffff (1048575), not ${number}: it becomes the upper 20 bits.`;
      cursor.problemAtPlace(place(), 'operand-out-of-range', message);
      return undefined;
    }
    return { imm: Number(number) << 12, mayCompress: true, ...none };
  }
  if (row.format === 'CLUI') {
    const isUpper = (number > 0n && number < 32n) || (number >= 0xfffe0n && number <= 0xfffffn);
    if (!isUpper) {
      const message = `The constant of \`${row.name}\` is from 1 to 31 or from 0xfffe0 to 0xfffff, not ${number}.`;
      cursor.problemAtPlace(place(), 'operand-out-of-range', message);
      return undefined;
    }
    return { imm: Number(number) << 12, mayCompress: false, ...none };
  }
  if (row.format === 'CSHIFT' || row.format === 'CBSHIFT') {
    if (number < 1n || number > 31n) {
      const message = `The distance of \`${row.name}\` is from 1 to 31, not ${number}.`;
      cursor.problemAtPlace(place(), 'operand-out-of-range', message);
      return undefined;
    }
  }
  // A constant may be written as an unsigned 32-bit number: 0xffffffff is -1. GNU as then keeps the
  // four-byte form, because only the wide operands are brought into range.
  const takesUnsigned = modifiersOf(row.format).length > 0;
  const isUnsigned = number > 0x7fffffffn && number <= 0xffffffffn;
  if (takesUnsigned && isUnsigned) {
    return { imm: Number(BigInt.asIntN(32, number)), mayCompress: false, ...none };
  }
  return { imm: Number(number), mayCompress: true, ...none };
}

/** The operators that an immediate of this format takes. */
function modifiersOf(format: Format): readonly Modifier[] {
  switch (format) {
    case 'U':
      return ['hi', 'pcrel_hi'];
    case 'I':
    case 'load':
    case 'jalr':
    case 'S':
      return ['lo', 'pcrel_lo'];
    default:
      return [];
  }
}

function readModified(
  cursor: Cursor,
  row: Instruction,
  modifier: Modifier,
  value: Value,
  place: () => Place,
): Immediate | undefined {
  const allowed = modifiersOf(row.format);
  if (!allowed.includes(modifier)) {
    const expected =
      allowed.length === 0
        ? 'a number'
        : `${allowed.map((one) => `\`%${one}\``).join(' or ')}, or a number`;
    const message = `\`${row.name}\` cannot take \`%${modifier}\`; it takes ${expected}.`;
    cursor.problemAtPlace(place(), 'wrong-modifier', message);
    return undefined;
  }
  const number = Number(BigInt.asIntN(32, value.number));
  const isHigh = modifier === 'hi' || modifier === 'pcrel_hi';
  const imm = isHigh ? (number + 0x800) & ~0xfff : (number << 20) >> 20;
  if (isNumber(value) && (modifier === 'hi' || modifier === 'lo')) {
    return { imm, mayCompress: false, relocation: undefined };
  }
  const type = relocationOf(modifier, row.format === 'S');
  const isPcRelative = modifier === 'pcrel_hi' || modifier === 'pcrel_lo';
  return {
    imm: isPcRelative ? 0 : imm,
    mayCompress: false,
    relocation: { type, value },
  };
}

export function relocationOf(modifier: Modifier, isStore: boolean): RelocationType {
  switch (modifier) {
    case 'hi':
      return 'R_RISCV_HI20';
    case 'lo':
      return isStore ? 'R_RISCV_LO12_S' : 'R_RISCV_LO12_I';
    case 'pcrel_hi':
      return 'R_RISCV_PCREL_HI20';
    case 'pcrel_lo':
      return isStore ? 'R_RISCV_PCREL_LO12_S' : 'R_RISCV_PCREL_LO12_I';
  }
}
