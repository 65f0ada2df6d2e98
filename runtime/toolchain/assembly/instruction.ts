/**
 * One instruction statement: chooses the form that the operands fit, checks every range, and emits the
 * words with their relocations. Where an immediate is symbolic it must have an operator such as `%lo`;
 * jump targets may be any label, and their size is left to layout.
 */
import { findCsr } from '../../isa/csrs.js';
import { compress, encode, findInstruction } from '../../isa/encode.js';
import type { Format, Instruction, Operands } from '../../isa/instruction.js';
import { decode } from '../../isa/decode.js';
import { findRegister } from '../../isa/registers.js';
import type { RelocationType } from '../object-file.js';
import type { Place } from '../text/source-line.js';
import {
  closeFragment,
  labelHere,
  noteLine,
  problemInNobits,
  putData,
  type AssemblyState,
} from './assembly-state.js';
import type { Cursor } from './cursor.js';
import { describeUnknown, evaluate, fold, isNumber, type Value } from './evaluate.js';
import type { Expression } from './expression.js';
import { fenceSet, findForms, mnemonics, type Form, type Part, type Step } from './forms.js';
import { parseOperands, type Modifier, type Operand } from './operand.js';
import { nearestName } from './suggest.js';
import type { AssemblySymbol } from './symbol.js';
import type { Token } from './token.js';

/** What the operands of a chosen form say. */
interface Chosen {
  readonly registers: Record<'rd' | 'rs1' | 'rs2', number>;
  immediate:
    { expression: Expression; modifier: Modifier | undefined; place: () => Place } | undefined;
  target: { expression: Expression; place: () => Place } | undefined;
  /** The same target as an operand's name for `call`, `la` and loads of a symbol. */
  csr: number;
  fence: number;
  readonly places: Partial<Record<keyof Operands, () => Place>>;
}

export interface InstructionContext {
  readonly state: AssemblyState;
  readonly cursor: Cursor;
  /** The rows that the statement was assembled to, for the editor. */
  readonly rows: Instruction[];
}

const orderings: Readonly<Record<string, number>> = { aq: 2, rl: 1, aqrl: 3 };

export function assembleInstruction(context: InstructionContext, mnemonic: Token): void {
  const { state, cursor } = context;
  if (mnemonic.text === 'unimp') {
    cursor.mark(mnemonic, 'mnemonic');
    assembleUnimplemented(context);
    return;
  }
  const { name, ordering } = splitOrdering(mnemonic.text);
  const forms = findForms(name);
  if (forms === undefined) {
    reportUnknown(context, mnemonic);
    return;
  }
  cursor.mark(mnemonic, 'mnemonic');
  const operands = parseOperands(cursor, state.names);
  if (cursor.failed) return;
  const form = chooseForm(forms, operands);
  if (form === undefined) {
    reportMismatch(cursor, mnemonic, forms, operands);
    return;
  }
  const chosen = readOperands(context, form, operands);
  if (chosen === undefined) return;
  if (!hasExtensions(context, form, mnemonic)) return;
  noteLine(state, cursor);
  const { section } = state.current;
  const alignmentBits = state.options.extensions.has('c') ? 1 : 2;
  section.alignmentBits = Math.max(section.alignmentBits, alignmentBits);
  if (section.kind === 'nobits') {
    problemInNobits(state, cursor);
    return;
  }
  if (form.pseudo?.computed !== undefined) {
    assembleComputed(context, form, chosen);
    return;
  }
  for (const step of form.steps) {
    if (!assembleStep(context, form, step, chosen, ordering)) return;
  }
}

/** `amoadd.w.aqrl`: the suffix is an operand of the row `amoadd.w`. */
function splitOrdering(text: string): { name: string; ordering: number } {
  const match = /^((?:amo\w+|lr|sc)\.w)\.(aq|rl|aqrl)$/.exec(text);
  const [, name, suffix] = match ?? [];
  if (name === undefined || suffix === undefined) return { name: text, ordering: 0 };
  return { name, ordering: orderings[suffix] ?? 0 };
}

/** The first form whose parts fit the operands, as GNU as tries them in the order of its table. */
function chooseForm(forms: readonly Form[], operands: readonly Operand[]): Form | undefined {
  return forms.find(
    ({ parts }) =>
      parts.length === operands.length &&
      parts.every((part, index) => {
        const operand = operands[index];
        return operand !== undefined && fits(part, operand);
      }),
  );
}

function fits(part: Part, operand: Operand): boolean {
  switch (part) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return operand.kind === 'register';
    case 'sp':
      return operand.kind === 'register' && operand.number === 2;
    case 'imm(rs1)':
      return operand.kind === 'address';
    case '(rs1)':
      return operand.kind === 'address' && isZero(operand.expression);
    case 'imm(sp)':
      return operand.kind === 'address' && operand.base === 2;
    case 'imm':
    case 'constant':
    case 'csr':
    case 'pred':
    case 'succ':
    case 'target':
    case 'symbol':
      return operand.kind === 'value';
  }
}

const isZero = (expression: Expression | undefined): boolean =>
  expression === undefined || (expression.kind === 'number' && expression.value === 0n);

function readOperands(
  { state, cursor }: InstructionContext,
  form: Form,
  operands: readonly Operand[],
): Chosen | undefined {
  const chosen: Chosen = {
    registers: { rd: 0, rs1: 0, rs2: 0 },
    immediate: undefined,
    target: undefined,
    csr: 0,
    fence: 0,
    places: {},
  };
  for (const [index, part] of form.parts.entries()) {
    const operand = operands[index];
    if (operand === undefined) continue;
    switch (operand.kind) {
      case 'register':
        if (part === 'rd' || part === 'rs1' || part === 'rs2') {
          chosen.registers[part] = operand.number;
          chosen.places[part] = operand.place;
        } else chosen.registers.rs1 = operand.number;
        break;
      case 'address':
        chosen.registers.rs1 = operand.base;
        chosen.places.rs1 = operand.place;
        chosen.places.imm = operand.place;
        if (operand.expression !== undefined) {
          chosen.immediate = {
            expression: operand.expression,
            modifier: operand.modifier,
            place: operand.place,
          };
        }
        break;
      case 'value':
        if (!readValue(state, cursor, part, operand, chosen)) return undefined;
    }
  }
  if (form.parts.includes('sp')) chosen.registers.rs1 = 2;
  return chosen;
}

function readValue(
  state: AssemblyState,
  cursor: Cursor,
  part: Part,
  operand: Operand & { kind: 'value' },
  chosen: Chosen,
): boolean {
  const { expression, modifier, place, name } = operand;
  switch (part) {
    case 'csr': {
      chosen.places.csr = place;
      const number = csrNumber(state, cursor, operand);
      if (number === undefined) return false;
      chosen.csr = number;
      return true;
    }
    case 'pred':
    case 'succ': {
      const set = name ? fenceSet(name.text) : isZero(expression) ? 0 : undefined;
      if (set === undefined) {
        cursor.problemAtPlace(
          place(),
          'bad-fence-set',
          `This is not a set of accesses: write some of the letters i, o, r, w in this order, such as \`rw\`.`,
        );
        return false;
      }
      if (name !== undefined) cursor.mark(name, 'keyword');
      chosen.fence |= part === 'pred' ? set << 4 : set;
      return true;
    }
    case 'target':
    case 'symbol':
      if (modifier !== undefined) {
        cursor.problemAtPlace(
          place(),
          'syntax',
          `A target is a plain symbol, without \`%${modifier}\`.`,
        );
        return false;
      }
      chosen.target = { expression, place };
      chosen.places.imm = place;
      return true;
    default:
      chosen.immediate = { expression, modifier, place };
      chosen.places.imm = place;
      return true;
  }
}

function csrNumber(
  state: AssemblyState,
  cursor: Cursor,
  { expression, name, place }: Operand & { kind: 'value' },
): number | undefined {
  const named = name && findCsr(name.text);
  if (name !== undefined && named !== undefined) {
    cursor.mark(name, 'csr');
    return named.number;
  }
  const value = evaluate(expression, state.evaluation);
  if (value.ok && isNumber(value.value)) {
    const { number } = value.value;
    if (number >= 0n && number <= 0xfffn) return Number(number);
    cursor.problemAtPlace(
      place(),
      'operand-out-of-range',
      `A CSR number is from 0 to 0xfff, not ${number}.`,
    );
    return undefined;
  }
  cursor.problemAtPlace(
    place(),
    'unknown-csr',
    `\`${name?.text ?? 'This'}\` is not the name of a CSR, nor a number from 0 to 0xfff.`,
  );
  return undefined;
}

function hasExtensions(
  { state, cursor }: InstructionContext,
  form: Form,
  mnemonic: Token,
): boolean {
  const { extensions } = state.options;
  for (const { row } of form.steps) {
    const needed = row.extension.toLowerCase();
    if (needed === 'privileged' || extensions.has(needed)) continue;
    const change = needed === 'c' ? '`.option rvc`' : `\`.option arch, +${needed}\``;
    cursor.problemAt(
      mnemonic,
      'extension-off',
      `\`${mnemonic.text}\` belongs to the extension ${row.extension}, which is off here; ${change} turns it on.`,
    );
    return false;
  }
  return true;
}

/** Emits one instruction; false after a problem. */
function assembleStep(
  context: InstructionContext,
  form: Form,
  step: Step,
  chosen: Chosen,
  ordering: number,
): boolean {
  const { row } = step;
  const operands: Record<keyof Operands, number> = {
    rd: 0,
    rs1: row.format === 'CIW' || chosen.registers.rs1 === 2 ? chosen.registers.rs1 : 0,
    rs2: 0,
    imm: 0,
    csr: step.takesCsr ? chosen.csr : 0,
    ordering,
    ...step.fixed,
  };
  for (const [to, source] of step.from) operands[to] = chosen.registers[source];
  if (row.format === 'fence' && form.pseudo === undefined && form.parts.length > 0) {
    operands.imm = chosen.fence;
  }
  if (step.takesTarget && chosen.target !== undefined) {
    return assembleJump(context, form, row, operands, chosen.target, chosen);
  }
  // `mv a0, zero` stays an addi in GNU as, although `li a0, 0` is the same instruction.
  const isCopy = form.name === 'mv' || form.name === 'move';
  let mayCompress = form.mayCompress && !(isCopy && operands.rs1 === 0);
  let relocation: { type: RelocationType; value: Value } | undefined;
  if (step.takesImmediate && chosen.immediate !== undefined) {
    const immediate = readImmediate(context, row, chosen.immediate);
    if (immediate === undefined) return false;
    operands.imm = immediate.imm;
    mayCompress &&= immediate.mayCompress;
    relocation = immediate.relocation;
  }
  return emit(context, row, operands, { mayCompress, relocation }, chosen);
}

interface Immediate {
  readonly imm: number;
  readonly mayCompress: boolean;
  readonly relocation: { type: RelocationType; value: Value } | undefined;
}

function readImmediate(
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

function relocationOf(modifier: Modifier, isStore: boolean): RelocationType {
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

interface EmitOptions {
  readonly mayCompress: boolean;
  readonly relocation: { type: RelocationType; value: Value } | undefined;
}

function emit(
  context: InstructionContext,
  row: Instruction,
  operands: Operands,
  { mayCompress, relocation }: EmitOptions,
  chosen?: Chosen,
): boolean {
  const { state, cursor } = context;
  const encoded = encode(row, operands);
  if (!encoded.ok) {
    const { operand, message } = encoded.error;
    const place = chosen?.places[operand]?.();
    if (place) cursor.problemAtPlace(place, 'operand-out-of-range', message);
    else cursor.problemAt(cursor.statement.tokens[0], 'operand-out-of-range', message);
    return false;
  }
  // GNU as takes a sum with zero on the right for a sum, one with zero on the left for a copy.
  const isSumWithZero = row.name === 'add' && operands.rs2 === 0;
  const short =
    mayCompress && !isSumWithZero && row.lengthBytes === 4 && state.options.extensions.has('c')
      ? compress(row, operands)
      : undefined;
  const offset = state.fragment.size;
  const { fragment } = state;
  if (short !== undefined) {
    context.rows.push(decode(short)?.row ?? row);
    putData(state, 2, short, cursor);
  } else {
    context.rows.push(row);
    putData(state, row.lengthBytes, encoded.value, cursor);
  }
  if (relocation !== undefined) addRelocation(context, fragment, offset, relocation);
  return true;
}

function addRelocation(
  { cursor }: InstructionContext,
  fragment: AssemblyState['fragment'],
  offset: number,
  { type, value }: { type: RelocationType; value: Value },
): void {
  const first = cursor.statement.tokens[0];
  if (value.subtract !== undefined) {
    cursor.problemAt(
      first,
      'not-computable',
      `The difference of two symbols cannot be relocated in an instruction.`,
    );
    return;
  }
  fragment.fixups.push({
    kind: 'relocation',
    offset,
    type,
    symbol: value.add,
    addend: Number(BigInt.asIntN(32, value.number)),
    place: cursorPlace(cursor),
  });
}

function assembleJump(
  context: InstructionContext,
  form: Form,
  row: Instruction,
  operands: Operands,
  target: NonNullable<Chosen['target']>,
  chosen: Chosen,
): boolean {
  const { state, cursor } = context;
  const evaluated = evaluate(target.expression, state.evaluation);
  if (!evaluated.ok) {
    cursor.problemAtPlace(target.place(), evaluated.error.code, evaluated.error.message);
    return false;
  }
  const value = fold(evaluated.value, state.evaluation);
  if (value.subtract !== undefined) {
    cursor.problemAtPlace(
      target.place(),
      'not-computable',
      'A jump goes to a symbol, not to a difference of symbols.',
    );
    return false;
  }
  const isJump = row.format === 'J' || row.format === 'CJ';
  const wide = row.lengthBytes === 4 ? row : wideRowOf(row);
  const wideOperands = wide === row ? operands : wideOperandsOf(row, operands);
  const short =
    row.lengthBytes === 2
      ? row
      : form.mayCompress && state.options.extensions.has('c')
        ? shortRowOf(row, operands)
        : undefined;
  if (row.lengthBytes === 2) {
    const encoded = encode(row, operands);
    if (!encoded.ok) {
      const place = chosen.places[encoded.error.operand]?.() ?? target.place();
      cursor.problemAtPlace(place, 'operand-out-of-range', encoded.error.message);
      return false;
    }
  }
  context.rows.push(short ?? wide);
  closeFragment(state, {
    kind: 'branch',
    row: wide,
    operands: wideOperands,
    compressed: short,
    isJump,
    symbol: value.add,
    addend: Number(BigInt.asIntN(32, value.number)),
    place: target.place(),
  });
  state.totalBytes += 8;
  return true;
}

/** The compressed row that can hold these registers, whatever the distance turns out to be. */
function shortRowOf(row: Instruction, operands: Operands): Instruction | undefined {
  const word = compress(row, { ...operands, imm: 0 });
  if (word !== undefined) return decode(word)?.row;
  return undefined;
}

function wideRowOf(row: Instruction): Instruction {
  const names: Record<string, string> = {
    'c.j': 'jal',
    'c.jal': 'jal',
    'c.beqz': 'beq',
    'c.bnez': 'bne',
  };
  return findInstruction(names[row.name] ?? '') ?? row;
}

function wideOperandsOf(row: Instruction, operands: Operands): Operands {
  return { ...operands, rd: row.name === 'c.jal' ? 1 : 0, rs2: 0 };
}

/** `lui` and `addi`, or only the one that is needed: the same choice as GNU as makes. */
function assembleConstant(context: InstructionContext, chosen: Chosen): void {
  const { state, cursor } = context;
  const { immediate } = chosen;
  if (immediate === undefined) return;
  if (immediate.modifier !== undefined) {
    const addi = row('addi');
    const read = readImmediate(context, addi, immediate);
    if (read === undefined) return;
    const operands = { ...noOperands, rd: chosen.registers.rd, imm: read.imm };
    emit(context, addi, operands, { mayCompress: false, relocation: read.relocation }, chosen);
    return;
  }
  const evaluated = evaluate(immediate.expression, state.evaluation);
  if (!evaluated.ok) {
    cursor.problemAtPlace(immediate.place(), evaluated.error.code, evaluated.error.message);
    return;
  }
  const value = fold(evaluated.value, state.evaluation);
  if (!isNumber(value)) {
    const { code, message } = describeUnknown(value);
    cursor.problemAtPlace(immediate.place(), code, `${message} For an address write \`la\`.`);
    return;
  }
  loadConstant(context, chosen, value.number, immediate.place);
}

function loadConstant(
  context: InstructionContext,
  chosen: Chosen,
  number: bigint,
  place: () => Place,
): void {
  if (number < -0x80000000n || number > 0xffffffffn) {
    context.cursor.problemAtPlace(
      place(),
      'operand-out-of-range',
      `\`li\` loads 32 bits: from -2147483648 to 4294967295, not ${number}.`,
    );
    return;
  }
  const { rd } = chosen.registers;
  const value = Number(BigInt.asIntN(32, number));
  const low = (value << 20) >> 20;
  const high = (value - low) | 0;
  if (high === 0) {
    // -1 is one two-byte instruction, 0xffffffff a four-byte one: see plainImmediate.
    const mayCompress = BigInt(value) === number;
    emit(
      context,
      row('addi'),
      { ...noOperands, rd, imm: low },
      { mayCompress, relocation: undefined },
    );
    return;
  }
  emit(
    context,
    row('lui'),
    { ...noOperands, rd, imm: high },
    { mayCompress: true, relocation: undefined },
  );
  if (low !== 0) {
    const operands = { ...noOperands, rd, rs1: rd, imm: low };
    emit(context, row('addi'), operands, { mayCompress: true, relocation: undefined });
  }
}

const noOperands: Operands = { rd: 0, rs1: 0, rs2: 0, imm: 0, csr: 0, ordering: 0 };

function assembleComputed(context: InstructionContext, form: Form, chosen: Chosen): void {
  if (form.pseudo?.computed === 'constant') {
    assembleConstant(context, chosen);
    return;
  }
  const { state, cursor } = context;
  const { target } = chosen;
  if (target === undefined) return;
  const evaluated = evaluate(target.expression, state.evaluation);
  if (!evaluated.ok) {
    cursor.problemAtPlace(target.place(), evaluated.error.code, evaluated.error.message);
    return;
  }
  const value = fold(evaluated.value, state.evaluation);
  const { rd, rs1, rs2 } = chosen.registers;
  const place = target.place();
  switch (form.pseudo?.computed) {
    case 'call': {
      const link =
        form.name === 'jump' || form.name === 'tail' ? 0 : form.parts[0] === 'rd' ? rd : 1;
      const through = form.name === 'jump' ? rs1 : link === 1 && form.parts[0] !== 'rd' ? 1 : 6;
      emitPcRelative(context, value, place, {
        base: through,
        type: 'R_RISCV_CALL_PLT',
        row: row('jalr'),
        operands: { ...noOperands, rd: link, rs1: through },
      });
      return;
    }
    case 'address':
      if (isNumber(value)) {
        loadConstant(context, chosen, value.number, target.place);
        return;
      }
      emitPcRelative(context, value, place, {
        base: rd,
        type: 'R_RISCV_PCREL_HI20',
        row: row('addi'),
        operands: { ...noOperands, rd, rs1: rd },
      });
      return;
    case 'load':
      emitPcRelative(context, value, place, {
        base: rd,
        type: 'R_RISCV_PCREL_HI20',
        row: row(form.name),
        operands: { ...noOperands, rd, rs1: rd },
      });
      return;
    default:
      emitPcRelative(context, value, place, {
        base: rs1,
        type: 'R_RISCV_PCREL_HI20',
        row: row(form.name),
        operands: { ...noOperands, rs1, rs2 },
      });
  }
}

/** `auipc` with the upper part of the distance and an instruction with the lower. */
function emitPcRelative(
  context: InstructionContext,
  value: Value,
  place: Place,
  second: { base: number; type: RelocationType; row: Instruction; operands: Operands },
): void {
  const { state, cursor } = context;
  if (value.subtract !== undefined) {
    cursor.problemAtPlace(
      place,
      'not-computable',
      'An address is a symbol plus a number, not a difference of symbols.',
    );
    return;
  }
  if (second.type === 'R_RISCV_PCREL_HI20' && isNumber(value)) {
    cursor.problemAtPlace(
      place,
      'operand-shape',
      `A number was found where a symbol was expected; for a fixed address write \`offset(register)\`.`,
    );
    return;
  }
  const wide = { mayCompress: false, relocation: undefined };
  const { fragment } = state;
  const offset = fragment.size;
  const needsLabel = second.type === 'R_RISCV_PCREL_HI20';
  const label: AssemblySymbol | undefined = needsLabel
    ? labelHere(state, state.symbols.anonymous('.L0 '))
    : undefined;
  fragment.fixups.push({
    kind: 'relocation',
    offset,
    type: second.type,
    symbol: value.add,
    addend: Number(BigInt.asIntN(32, value.number)),
    place,
  });
  emit(context, row('auipc'), { ...noOperands, rd: second.base }, wide);
  if (label !== undefined) {
    fragment.fixups.push({
      kind: 'relocation',
      offset: state.fragment.size,
      type: relocationOf('pcrel_lo', second.row.format === 'S'),
      symbol: label,
      addend: 0,
      place,
    });
  }
  emit(context, second.row, second.operands, wide);
}

/** The all-zero halfword is defined to be illegal; without the C extension, a write to a read-only CSR. */
function assembleUnimplemented(context: InstructionContext): void {
  const { state, cursor } = context;
  if (!cursor.atEnd()) {
    cursor.problem('operand-count', '`unimp` takes no operands.');
    return;
  }
  noteLine(state, cursor);
  if (state.options.extensions.has('c')) putData(state, 2, 0, cursor);
  else
    emit(
      context,
      row('csrrw'),
      { ...noOperands, csr: 0xc00 },
      { mayCompress: false, relocation: undefined },
    );
}

function row(name: string): Instruction {
  const found = findInstruction(name);
  if (found === undefined) throw new Error(`The instruction table has no row ${name}.`);
  return found;
}

function cursorPlace(cursor: Cursor): Place {
  const position = cursor.position();
  cursor.moveTo(0);
  const place = cursor.placeHere();
  cursor.moveTo(position);
  return place;
}

function reportUnknown({ cursor }: InstructionContext, mnemonic: Token): void {
  const { text } = mnemonic;
  const guess = nearestName(text.toLowerCase(), mnemonics);
  const hint = guess === undefined ? '' : `; did you mean \`${guess}\`?`;
  cursor.mark(mnemonic, 'mnemonic');
  cursor.problemAt(
    mnemonic,
    'unknown-instruction',
    `\`${text}\` is not an instruction or pseudo-instruction of RV32IMAC${hint === '' ? '.' : hint}`,
  );
}

/** No form fits: says what is wrong with the one that comes nearest. */
function reportMismatch(
  cursor: Cursor,
  mnemonic: Token,
  forms: readonly Form[],
  operands: readonly Operand[],
): void {
  const name = mnemonic.text;
  const syntaxes = [
    ...new Set(forms.map(({ syntax }) => `\`${name}${syntax === '' ? '' : ` ${syntax}`}\``)),
  ];
  const counted = forms.filter(({ parts }) => parts.length === operands.length);
  if (counted.length === 0) {
    const counts = [...new Set(forms.map(({ parts }) => parts.length))].sort((a, b) => a - b);
    const found = operands.length === 0 ? 'none was found' : `${operands.length} were found`;
    const place = operands.at(Math.max(...counts))?.place();
    const message = `\`${name}\` takes ${counts.join(' or ')} operand${counts.at(-1) === 1 ? '' : 's'}, but ${operands.length === 1 ? 'one was found' : found}: ${syntaxes.join(', ')}.`;
    if (place) cursor.problemAtPlace(place, 'operand-count', message);
    else cursor.problemAt(mnemonic, 'operand-count', message);
    return;
  }
  const matched = counted.map((form) =>
    form.parts.findIndex((part, index) => {
      const operand = operands[index];
      return operand === undefined || !fits(part, operand);
    }),
  );
  const furthest = Math.max(...matched);
  const wanted = counted
    .filter((_, index) => matched[index] === furthest)
    .map(({ parts }) => parts[furthest]);
  const operand = operands[furthest];
  if (operand === undefined) return;
  const expected = [...new Set(wanted.map(describePart))].join(' or ');
  if (
    operand.kind === 'value' &&
    operand.name !== undefined &&
    wanted.some((part) => part === 'rd' || part === 'rs1' || part === 'rs2')
  ) {
    const guess = nearestName(operand.name.text, registerNames);
    cursor.problemAtPlace(
      operand.place(),
      'unknown-register',
      `\`${operand.name.text}\` is not a register${guess === undefined ? '' : `; did you mean \`${guess}\`?`} ${expected.charAt(0).toUpperCase()}${expected.slice(1)} was expected: ${syntaxes.join(', ')}.`.replace(
        'register A',
        'register. A',
      ),
    );
    return;
  }
  cursor.problemAtPlace(
    operand.place(),
    'operand-shape',
    `${describeOperand(operand)} was found where ${expected} was expected: ${syntaxes.join(', ')}.`,
  );
}

const registerNames: readonly string[] = Array.from({ length: 32 }, (_, number) => {
  const register = findRegister(`x${number}`);
  return register === undefined ? [] : [register.name, register.abiName];
}).flat();

function describeOperand(operand: Operand): string {
  switch (operand.kind) {
    case 'register':
      return `The register \`${operand.token.text}\``;
    case 'address':
      return 'An address with a base register';
    case 'value':
      return operand.name === undefined ? 'A number' : `The symbol \`${operand.name.text}\``;
  }
}

function describePart(part: Part | undefined): string {
  switch (part) {
    case 'rd':
    case 'rs1':
    case 'rs2':
      return 'a register';
    case 'sp':
      return 'the register `sp`';
    case 'imm':
    case 'constant':
      return 'a number';
    case 'imm(rs1)':
      return 'an address `offset(register)`';
    case '(rs1)':
      return 'an address `(register)` without an offset';
    case 'imm(sp)':
      return 'an address `offset(sp)`';
    case 'target':
    case 'symbol':
      return 'a label';
    case 'csr':
      return 'a CSR';
    case 'pred':
    case 'succ':
    case undefined:
      return 'a set of accesses such as `rw`';
  }
}
