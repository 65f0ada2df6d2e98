/** Branches and jumps to a label. Their size depends on the distance, so layout chooses it. */
import { compress, encode, findInstruction } from '../../isa/encode.js';
import type { Instruction, Operands } from '../../isa/instruction.js';
import { decodeRow } from '../../isa/decode.js';
import { closeFragment } from './assembly-state.js';
import { evaluate, fold } from './evaluate.js';
import type { Form } from './forms.js';
import type { Chosen, InstructionContext } from './emit.js';

export function assembleJump(
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
  return word === undefined ? undefined : decodeRow(word);
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
