/**
 * `.insn`: an instruction by its format and fields, or by its number, for what has no mnemonic.
 * Manual of GNU as, "RISC-V Instruction Formats".
 */
import { findRegister } from '../../isa/registers.js';
import { noteLine, putData, type AssemblyState } from './assembly-state.js';
import type { Cursor } from './cursor.js';
import { expectEnd, placeBetween, readNumber, type DirectiveContext } from './directive.js';
import { evaluate, fold, isNumber } from './evaluate.js';
import { parseExpression } from './expression.js';
import { parseOperands, type Operand } from './operand.js';

/** A field of the word: `high:low` bits take the operand's value. */
type FieldKind =
  | 'opcode'
  | 'funct3'
  | 'funct7'
  | 'funct2'
  | 'rd'
  | 'rs1'
  | 'rs2'
  | 'rs3'
  | 'immI'
  | 'immS'
  | 'immB'
  | 'immU'
  | 'immJ';

/** The operands of each format, in the order in which they are written. */
const formats: Readonly<Record<string, readonly (readonly FieldKind[])[]>> = {
  r: [
    ['opcode', 'funct3', 'funct7', 'rd', 'rs1', 'rs2'],
    ['opcode', 'funct3', 'funct2', 'rd', 'rs1', 'rs2', 'rs3'],
  ],
  r4: [['opcode', 'funct3', 'funct2', 'rd', 'rs1', 'rs2', 'rs3']],
  i: [['opcode', 'funct3', 'rd', 'rs1', 'immI']],
  s: [['opcode', 'funct3', 'rs2', 'immS']],
  sb: [['opcode', 'funct3', 'rs1', 'rs2', 'immB']],
  b: [['opcode', 'funct3', 'rs1', 'rs2', 'immB']],
  u: [['opcode', 'rd', 'immU']],
  uj: [['opcode', 'rd', 'immJ']],
  j: [['opcode', 'rd', 'immJ']],
};

const opcodeNames: Readonly<Record<string, number>> = {
  LOAD: 0x03,
  LOAD_FP: 0x07,
  CUSTOM_0: 0x0b,
  MISC_MEM: 0x0f,
  OP_IMM: 0x13,
  AUIPC: 0x17,
  OP_IMM_32: 0x1b,
  STORE: 0x23,
  STORE_FP: 0x27,
  CUSTOM_1: 0x2b,
  AMO: 0x2f,
  OP: 0x33,
  LUI: 0x37,
  OP_32: 0x3b,
  MADD: 0x43,
  MSUB: 0x47,
  NMADD: 0x4f,
  NMSUB: 0x4b,
  OP_FP: 0x53,
  CUSTOM_2: 0x5b,
  BRANCH: 0x63,
  JALR: 0x67,
  JAL: 0x6f,
  SYSTEM: 0x73,
  CUSTOM_3: 0x7b,
};

interface Range {
  readonly low: number;
  readonly high: number;
  readonly place: (value: number) => number;
}

const fields: Readonly<Record<Exclude<FieldKind, 'rd' | 'rs1' | 'rs2' | 'rs3'>, Range>> = {
  opcode: { low: 0, high: 0x7f, place: (value) => value },
  funct3: { low: 0, high: 7, place: (value) => value << 12 },
  funct7: { low: 0, high: 0x7f, place: (value) => value << 25 },
  funct2: { low: 0, high: 3, place: (value) => value << 25 },
  immI: { low: -2048, high: 2047, place: (value) => value << 20 },
  immS: {
    low: -2048,
    high: 2047,
    place: (value) => ((value & 31) << 7) | ((value >> 5) << 25),
  },
  immB: {
    low: -4096,
    high: 4094,
    place: (value) =>
      (((value >> 11) & 1) << 7) |
      (((value >> 1) & 15) << 8) |
      (((value >> 5) & 63) << 25) |
      (((value >> 12) & 1) << 31),
  },
  immU: { low: 0, high: 0xfffff, place: (value) => value << 12 },
  immJ: {
    low: -1048576,
    high: 1048574,
    place: (value) =>
      (((value >> 12) & 0xff) << 12) |
      (((value >> 11) & 1) << 20) |
      (((value >> 1) & 0x3ff) << 21) |
      (((value >> 20) & 1) << 31),
  },
};

const registerShift = { rd: 7, rs1: 15, rs2: 20, rs3: 27 } as const;

export function assembleInsn(context: DirectiveContext): void {
  const { state, cursor } = context;
  const format = cursor.peek();
  if (format?.kind !== 'name') {
    assembleRaw(context);
    return;
  }
  cursor.next('keyword');
  const choices = formats[format.text.toLowerCase()];
  if (choices === undefined) {
    cursor.problemAt(
      format,
      'unknown-format',
      `\`${format.text}\` is not a format that \`.insn\` knows here; those are ${Object.keys(formats).join(', ')}, or a number.`,
    );
    return;
  }
  const operands = splitAddresses(parseOperands(cursor, state.names));
  if (cursor.hasFailed()) return;
  const kinds =
    choices.find(({ length }) => length + (hasAddress(format.text) ? 1 : 0) === operands.length) ??
    choices.find(({ length }) => length === operands.length);
  if (kinds === undefined) {
    const written = choices.map((one) => one.join(', ')).join('`, or `');
    cursor.problemAt(format, 'operand-count', `\`.insn ${format.text}\` takes \`${written}\`.`);
    return;
  }
  const all = orderFor(format.text.toLowerCase(), kinds, operands);
  let word = 0;
  const targets: { kind: FieldKind; operand: Operand & { kind: 'value' } }[] = [];
  for (const [index, kind] of all.entries()) {
    const operand = operands[index];
    if (operand?.kind === 'value' && isLabel(state, operand, kind)) {
      targets.push({ kind, operand });
      continue;
    }
    const value = operand && fieldValue(state, cursor, kind, operand);
    if (value === undefined) return;
    word |= value;
  }
  noteLine(state, cursor);
  const { fragment } = state;
  const offset = fragment.size;
  putData(state, 4, word >>> 0, cursor);
  for (const { kind, operand } of targets) {
    const value = evaluate(operand.expression, state.evaluation);
    if (!value.ok || value.value.subtract !== undefined) continue;
    fragment.fixups.push({
      kind: 'relocation',
      offset,
      type: kind === 'immB' ? 'R_RISCV_BRANCH' : 'R_RISCV_JAL',
      symbol: value.value.add,
      addend: Number(BigInt.asIntN(32, value.value.number)),
      place: operand.place(),
    });
  }
}

/** Whether a branch or jump field names a place in the code; a plain number is a distance. */
function isLabel(
  state: AssemblyState,
  { expression }: Operand & { kind: 'value' },
  kind: FieldKind,
): boolean {
  if (kind !== 'immB' && kind !== 'immJ') return false;
  const value = evaluate(expression, state.evaluation);
  return value.ok && value.value.add !== undefined && value.value.subtract === undefined;
}

const hasAddress = (format: string): boolean => format.toLowerCase() === 's';

/** `imm(rs1)` counts as two operands: `s opcode, funct3, rs2, imm(rs1)`. */
function splitAddresses(operands: readonly Operand[]): Operand[] {
  return operands.flatMap((operand) => {
    if (operand.kind !== 'address') return [operand];
    const { expression, modifier, base, place } = operand;
    const offset: Operand = {
      kind: 'value',
      expression: expression ?? { kind: 'number', value: 0n },
      modifier,
      name: undefined,
      place,
    };
    const token = { kind: 'name', text: `x${base}`, start: 0, end: 0 } as const;
    return [offset, { kind: 'register', number: base, token, place }];
  });
}

/** An address puts the immediate before the register, in an `i` format as in a load. */
function orderFor(
  format: string,
  kinds: readonly FieldKind[],
  operands: readonly Operand[],
): readonly FieldKind[] {
  if (format === 's') return ['opcode', 'funct3', 'rs2', 'immS', 'rs1'];
  if (format === 'i' && operands.at(-1)?.kind === 'register') {
    return ['opcode', 'funct3', 'rd', 'immI', 'rs1'];
  }
  return kinds;
}

function fieldValue(
  state: AssemblyState,
  cursor: Cursor,
  kind: FieldKind,
  operand: Operand,
): number | undefined {
  if (kind === 'rd' || kind === 'rs1' || kind === 'rs2' || kind === 'rs3') {
    const number = registerOf(operand);
    if (number !== undefined) return number << registerShift[kind];
    cursor.problemAtPlace(operand.place(), 'operand-shape', `A register was expected as ${kind}.`);
    return undefined;
  }
  if (operand.kind !== 'value') {
    cursor.problemAtPlace(operand.place(), 'operand-shape', `A number was expected as ${kind}.`);
    return undefined;
  }
  const named = kind === 'opcode' && operand.name ? opcodeNames[operand.name.text] : undefined;
  if (named !== undefined) return named;
  const evaluated = evaluate(operand.expression, state.evaluation);
  const value = evaluated.ok ? fold(evaluated.value, state.evaluation) : undefined;
  if (value === undefined || !isNumber(value)) {
    cursor.problemAtPlace(
      operand.place(),
      'not-constant',
      `A number that is known here was expected as ${kind}; \`.insn\` takes no relocations.`,
    );
    return undefined;
  }
  const { low, high, place } = fields[kind];
  const number = Number(value.number);
  if (number >= low && number <= high) return place(number);
  cursor.problemAtPlace(
    operand.place(),
    'operand-out-of-range',
    `The field ${kind} is from ${low} to ${high}, not ${value.number}.`,
  );
  return undefined;
}

/** `.insn` writes registers as numbers too: `x5` or `5`. */
function registerOf(operand: Operand): number | undefined {
  if (operand.kind === 'register') return operand.number;
  if (operand.kind !== 'value' || operand.name === undefined) return undefined;
  return findRegister(operand.name.text)?.number;
}

/** `.insn 0x00000013`, or `.insn 4, 0x00000013` with the length first. */
function assembleRaw(context: DirectiveContext): void {
  const { state, cursor } = context;
  const start = cursor.position();
  const first = readNumber(context);
  if (first === undefined) return;
  let word = first;
  let length = (first & 3n) === 3n ? 4 : 2;
  if (cursor.take(',')) {
    const second = evaluate(parseExpression(cursor, state.names), state.evaluation);
    if (!second.ok || !isNumber(second.value)) {
      cursor.problem('not-constant', 'The instruction after the length must be a number.');
      return;
    }
    word = second.value.number;
    if (first !== BigInt((word & 3n) === 3n ? 4 : 2)) {
      cursor.problemAtPlace(
        placeBetween(cursor, start),
        'operand-out-of-range',
        `The length is ${first}, but an instruction that ends in the bits ${(word & 3n).toString(2).padStart(2, '0')} has ${(word & 3n) === 3n ? 4 : 2} bytes.`,
      );
      return;
    }
    length = Number(first);
  }
  expectEnd(cursor);
  if (word < 0n || word >= 1n << BigInt(length * 8)) {
    cursor.problemAtPlace(
      placeBetween(cursor, start),
      'number-too-large',
      `${word} is not an instruction of ${length} bytes.`,
    );
  }
  if (cursor.hasFailed()) return;
  noteLine(state, cursor);
  putData(state, length, word, cursor);
}
