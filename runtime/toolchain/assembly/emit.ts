/** Puts encoded instructions into the current fragment: the short form where GNU as takes it. */
import { compress, encode, findInstruction } from '../../isa/encode.js';
import type { Instruction, Operands } from '../../isa/instruction.js';
import { decodeRow } from '../../isa/decode.js';
import type { RelocationType } from '../object-file.js';
import type { Place } from '../text/source-line.js';
import { putData, type AssemblyState } from './assembly-state.js';
import type { Cursor } from './cursor.js';
import type { Value } from './evaluate.js';
import type { Expression } from './expression.js';
import type { Modifier } from './operand.js';

/** What the operands of a chosen form say. */
export interface Chosen {
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

interface EmitOptions {
  readonly mayCompress: boolean;
  readonly relocation: { type: RelocationType; value: Value } | undefined;
}

export function emit(
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
    context.rows.push(decodeRow(short) ?? row);
    putData(state, 2, short, cursor);
  } else {
    context.rows.push(row);
    putData(state, row.lengthBytes, encoded.value, cursor);
  }
  if (relocation !== undefined) addRelocation(context, fragment, offset, relocation);
  return true;
}

/** GNU as writes `add a0, a0, 0` as `c.addi a0, 0`, which `addi a0, a0, 0` never becomes. */
export function emitHint({ state, cursor, rows }: InstructionContext, operands: Operands): boolean {
  const { rd, rs1, imm } = operands;
  if (!state.options.extensions.has('c') || rd === 0 || rd !== rs1 || imm !== 0) return false;
  rows.push(rowNamed('c.addi'));
  putData(state, 2, 1 | (rd << 7), cursor);
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

export function rowNamed(name: string): Instruction {
  const found = findInstruction(name);
  if (found === undefined) throw new Error(`The instruction table has no row ${name}.`);
  return found;
}

export const noOperands: Operands = { rd: 0, rs1: 0, rs2: 0, imm: 0, csr: 0, ordering: 0 };

function cursorPlace(cursor: Cursor): Place {
  const position = cursor.position();
  cursor.moveTo(0);
  const place = cursor.placeHere();
  cursor.moveTo(position);
  return place;
}
