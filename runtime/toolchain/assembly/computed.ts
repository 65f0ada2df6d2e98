/**
 * Pseudo-instructions whose expansion depends on a value: constants of 32 bits, addresses, far calls,
 * loads and stores of a symbol.
 */
import type { Instruction, Operands } from '../../isa/instruction.js';
import type { RelocationType } from '../object-file.js';
import type { Place } from '../text/source-line.js';
import { labelHere, noteLine, putData } from './assembly-state.js';
import { describeUnknown, evaluate, fold, isNumber, type Value } from './evaluate.js';
import type { Form } from './forms.js';
import type { AssemblySymbol } from './symbol.js';
import { emit, noOperands, rowNamed, type Chosen, type InstructionContext } from './emit.js';
import { readImmediate, relocationOf } from './immediate.js';

export function assembleComputed(context: InstructionContext, form: Form, chosen: Chosen): void {
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
        row: rowNamed('jalr'),
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
        row: rowNamed('addi'),
        operands: { ...noOperands, rd, rs1: rd },
      });
      return;
    case 'load':
      emitPcRelative(context, value, place, {
        base: rd,
        type: 'R_RISCV_PCREL_HI20',
        row: rowNamed(form.name),
        operands: { ...noOperands, rd, rs1: rd },
      });
      return;
    default:
      emitPcRelative(context, value, place, {
        base: rs1,
        type: 'R_RISCV_PCREL_HI20',
        row: rowNamed(form.name),
        operands: { ...noOperands, rs1, rs2 },
      });
  }
}

/** `lui` and `addi`, or only the one that is needed: the same choice as GNU as makes. */
function assembleConstant(context: InstructionContext, chosen: Chosen): void {
  const { state, cursor } = context;
  const { immediate } = chosen;
  if (immediate === undefined) return;
  if (immediate.modifier !== undefined) {
    const addi = rowNamed('addi');
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
    const mayCompress = BigInt(value) === number && rd !== 0;
    emit(
      context,
      rowNamed('addi'),
      { ...noOperands, rd, imm: low },
      { mayCompress, relocation: undefined },
    );
    return;
  }
  emit(
    context,
    rowNamed('lui'),
    { ...noOperands, rd, imm: high },
    { mayCompress: true, relocation: undefined },
  );
  // For the register zero GNU as takes the upper half as not loaded and always adds.
  if (low !== 0 || rd === 0) {
    const operands = { ...noOperands, rd, rs1: rd, imm: low };
    emit(context, rowNamed('addi'), operands, { mayCompress: true, relocation: undefined });
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
  emit(context, rowNamed('auipc'), { ...noOperands, rd: second.base }, wide);
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
export function assembleUnimplemented(context: InstructionContext): void {
  const { state, cursor } = context;
  if (!cursor.atEnd()) {
    cursor.problem('operand-count', '`unimp` takes no operands.');
    return;
  }
  const isShort = cursor.statement.tokens.some(({ text }) => text === 'c.unimp');
  if (isShort && !state.options.extensions.has('c')) {
    const message =
      '`c.unimp` belongs to the extension C, which is off here; `.option rvc` turns it on.';
    cursor.problemAt(cursor.statement.tokens[0], 'extension-off', message);
    return;
  }
  noteLine(state, cursor);
  if (isShort || state.options.extensions.has('c')) putData(state, 2, 0, cursor);
  else
    emit(
      context,
      rowNamed('csrrw'),
      { ...noOperands, csr: 0xc00 },
      { mayCompress: false, relocation: undefined },
    );
}
