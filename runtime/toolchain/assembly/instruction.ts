/**
 * One instruction statement: chooses the form that the operands fit, checks every range, and emits the
 * words with their relocations. Where an immediate is symbolic it must have an operator such as `%lo`;
 * jump targets may be any label, and their size is left to layout.
 */
import { findCsr } from '../../isa/csrs.js';
import type { Operands } from '../../isa/instruction.js';
import type { RelocationType } from '../object-file.js';
import { noteLine, problemInNobits, type AssemblyState } from './assembly-state.js';
import type { Cursor } from './cursor.js';
import { evaluate, isNumber, type Value } from './evaluate.js';
import { fenceSet, findForms, type Form, type Part, type Step } from './forms.js';
import { parseOperands, type Operand } from './operand.js';
import type { Token } from './token.js';
import { emit, emitHint, rowNamed, type Chosen, type InstructionContext } from './emit.js';
import { readImmediate } from './immediate.js';
import { fits, isZero, reportMismatch, reportUnknown } from './operand-mismatch.js';
import { assembleJump } from './jump.js';
import { assembleComputed, assembleUnimplemented } from './computed.js';

const orderings: Readonly<Record<string, number>> = { aq: 2, rl: 1, aqrl: 3 };

export function assembleInstruction(context: InstructionContext, mnemonic: Token): void {
  const { state, cursor } = context;
  if (mnemonic.text === 'unimp' || mnemonic.text === 'c.unimp') {
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
  const takesPlt = forms.some(({ pseudo }) => pseudo?.computed === 'call');
  const operands = parseOperands(cursor, state.names, { takesPlt });
  if (cursor.hasFailed()) return;
  const form = chooseForm(forms, operands);
  if (form === undefined) {
    reportMismatch(cursor, mnemonic, forms, operands);
    return;
  }
  const registerForms = formsWithRegister(state, form, forms, operands);
  if (registerForms.length > 0) {
    reportMismatch(cursor, mnemonic, registerForms, operands);
    return;
  }
  const chosen = readOperands(context, form, operands);
  if (chosen === undefined) return;
  if (!hasExtensions(context, form, mnemonic)) return;
  noteLine(state, cursor);
  const { section } = state.current;
  section.alignmentBits = Math.max(section.alignmentBits, state.instructionAlignmentBits);
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

/**
 * The forms with a register where `form` takes a number, when the operand is a name that nobody defined:
 * in `add a0, a0, q7` a register is misspelt rather than a constant missing.
 */
function formsWithRegister(
  state: AssemblyState,
  form: Form,
  forms: readonly Form[],
  operands: readonly Operand[],
): Form[] {
  const index = form.parts.indexOf('imm');
  const operand = operands[index];
  if (operand?.kind !== 'value' || operand.name === undefined || operand.modifier !== undefined) {
    return [];
  }
  const symbol = state.symbols.all.get(operand.name.text);
  if (symbol !== undefined && symbol.definition.kind !== 'undefined') return [];
  return forms.filter(
    ({ parts }) => parts.length === operands.length && parts[index]?.startsWith('rs'),
  );
}

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
  // With rd = zero the encoding of c.addi is that of c.nop, as the manual has it.
  const isNop = step.row.name === 'c.addi' && chosen.registers.rd === 0;
  const row = isNop ? rowNamed('c.nop') : step.row;
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
  if (form.name === 'add' && row.name === 'addi' && operands.imm === 0) {
    // A sum with the number 0 is a hint on its own register, and otherwise not a copy.
    if (mayCompress && emitHint(context, operands)) return true;
    mayCompress = false;
  } else if (form.name === 'add' && row.name === 'addi' && operands.rs1 === 0) mayCompress = false;
  return emit(context, row, operands, { mayCompress, relocation }, chosen);
}
