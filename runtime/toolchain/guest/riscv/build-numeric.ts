/** Numeric instructions of WebAssembly, with the traps that their definition asks for. Core specification 4.3.2. */
import { op } from '../wasm/opcodes.js';
import type { WasmInstruction } from '../wasm/module.js';
import { at } from './at.js';
import { callRoutine } from './build-call.js';
import { diamond, pop, push, trapWhen } from './builder.js';
import type { Builder } from './builder.js';
import { binary, binaryImmediate, constant, constantOf } from './fold.js';
import type { BinaryOp, GraphNode } from './graph.js';
import { trapKinds } from './trap-kinds.js';
import {
  addWide,
  eachHalf,
  equalWide,
  lessWide,
  multiplyWide,
  rotateWide,
  shiftWide,
  signExtended,
  subtractWide,
  wide,
  wideConstant,
  wideConstantOf,
  zeroExtended,
} from './wide.js';
import type { Wide } from './wide.js';

/** False for an instruction of another kind. */
export function compileNumeric(builder: Builder, { opcode, value }: WasmInstruction): boolean {
  if (opcode === op.i32Const) push(builder, constant(builder, Number(value)));
  else if (opcode === op.i64Const) pushWide(builder, wideConstant(builder, value));
  else if (opcode >= 0x45 && opcode <= 0x4f) compileCompare(builder, opcode);
  else if (opcode >= 0x50 && opcode <= 0x5a) compileWideCompare(builder, opcode);
  else if (opcode >= 0x67 && opcode <= 0x69) compileCount(builder, opcode);
  else if (opcode >= 0x6a && opcode <= 0x78) compileWord(builder, opcode);
  else if (opcode >= 0x79 && opcode <= 0x7b) compileWideCount(builder, opcode);
  else if (opcode >= 0x7c && opcode <= 0x8a) compileWide(builder, opcode);
  else if (opcode >= 0xa7 && opcode <= 0xc4) compileConversion(builder, opcode);
  else return false;
  return true;
}

function popWide(builder: Builder): Wide {
  const words = pop(builder);
  return wide(words[0], at(words, 1));
}

export const pushWide = (builder: Builder, { low, high }: Wide): void => push(builder, low, high);

const not = (builder: Builder, truth: GraphNode): GraphNode =>
  binaryImmediate(builder, 'seq', truth, 0);

/** In the order of the opcodes from eq on: the operation, whether the sides change places, whether it is negated. */
const comparisons: readonly (readonly [
  op: 'seq' | 'sne' | 'slt' | 'sltu',
  swapped: 0 | 1,
  negated: 0 | 1,
])[] = [
  ['seq', 0, 0],
  ['sne', 0, 0],
  ['slt', 0, 0],
  ['sltu', 0, 0],
  ['slt', 1, 0],
  ['sltu', 1, 0],
  ['slt', 1, 1],
  ['sltu', 1, 1],
  ['slt', 0, 1],
  ['sltu', 0, 1],
];

function compileCompare(builder: Builder, opcode: number): void {
  const [right] = pop(builder);
  if (opcode === 0x45) {
    push(builder, not(builder, right));
    return;
  }
  const [left] = pop(builder);
  const [operation, swapped, negated] = at(comparisons, opcode - 0x46);
  const truth = swapped
    ? binary(builder, operation, right, left)
    : binary(builder, operation, left, right);
  push(builder, negated ? not(builder, truth) : truth);
}

function compileWideCompare(builder: Builder, opcode: number): void {
  const right = popWide(builder);
  if (opcode === 0x50) {
    push(builder, not(builder, binary(builder, 'or', right.low, right.high)));
    return;
  }
  const left = popWide(builder);
  const [operation, swapped, negated] = at(comparisons, opcode - 0x51);
  const truth =
    operation === 'seq' || operation === 'sne'
      ? equalWide(builder, operation, left, right)
      : swapped
        ? lessWide(builder, operation, right, left)
        : lessWide(builder, operation, left, right);
  push(builder, negated ? not(builder, truth) : truth);
}

const wordOps: readonly (BinaryOp | 'rotl' | 'rotr')[] = [
  ...(['add', 'sub', 'mul', 'div', 'divu', 'rem', 'remu', 'and', 'or', 'xor'] as const),
  ...(['sll', 'sra', 'srl', 'rotl', 'rotr'] as const),
];

function compileWord(builder: Builder, opcode: number): void {
  const [right] = pop(builder);
  const [left] = pop(builder);
  const operation = at(wordOps, opcode - 0x6a);
  switch (operation) {
    case 'rotl':
    case 'rotr':
      push(builder, rotate(builder, operation, left, right));
      return;
    case 'div':
    case 'divu':
    case 'rem':
    case 'remu':
      trapWhen(builder, not(builder, right), trapKinds.divisionByZero);
      if (operation === 'div') trapOnOverflow(builder, left, right);
      push(builder, binary(builder, operation, left, right));
      return;
    default:
      push(builder, binary(builder, operation, left, right));
  }
}

function rotate(
  builder: Builder,
  direction: 'rotl' | 'rotr',
  value: GraphNode,
  amount: GraphNode,
): GraphNode {
  if (((constantOf(amount) ?? 1) & 31) === 0) return value;
  const back = binary(builder, 'sub', constant(builder, 0), amount);
  const left = binary(builder, 'sll', value, direction === 'rotl' ? amount : back);
  const right = binary(builder, 'srl', value, direction === 'rotl' ? back : amount);
  return binary(builder, 'or', left, right);
}

/** The quotient of the least number and -1 has no representation. */
function trapOnOverflow(builder: Builder, left: GraphNode, right: GraphNode): void {
  const isMinusOne = binaryImmediate(builder, 'seq', right, -1);
  if (constantOf(isMinusOne) === 0) return;
  const isLeast = (): GraphNode => binaryImmediate(builder, 'seq', left, -0x8000_0000);
  if (constantOf(isMinusOne) === 1) {
    trapWhen(builder, isLeast(), trapKinds.integerOverflow);
    return;
  }
  if (constantOf(isLeast()) === 0) return;
  // The first comparison nearly always decides, so the second stands behind it.
  diamond(
    builder,
    isMinusOne,
    () => {
      trapWhen(builder, isLeast(), trapKinds.integerOverflow);
      return [];
    },
    () => [],
  );
}

/** clz, ctz, popcnt. */
const counts = ['clz', 'ctz', 'popcnt'] as const;

function compileCount(builder: Builder, opcode: number): void {
  const [value] = pop(builder);
  push(builder, count(builder, at(counts, opcode - 0x67), value));
}

function count(builder: Builder, kind: (typeof counts)[number], value: GraphNode): GraphNode {
  const known = constantOf(value);
  if (known !== undefined) return constant(builder, countOf(kind, known));
  return at(callRoutine(builder, `__guest_${kind}`, [value], 1), 0);
}

function countOf(kind: (typeof counts)[number], value: number): number {
  if (kind === 'clz') return Math.clz32(value);
  if (kind === 'ctz') return value === 0 ? 32 : 31 - Math.clz32(value & -value);
  let ones = 0;
  for (let rest = value >>> 0; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}

function compileWideCount(builder: Builder, opcode: number): void {
  const { low, high } = popWide(builder);
  const kind = at(counts, opcode - 0x79);
  const sum = (): GraphNode => {
    if (kind === 'popcnt')
      return binary(builder, 'add', count(builder, kind, low), count(builder, kind, high));
    const [first, second] = kind === 'clz' ? [high, low] : [low, high];
    const [result] = diamond(
      builder,
      first,
      () => [count(builder, kind, first)],
      () => [binaryImmediate(builder, 'add', count(builder, kind, second), 32)],
    );
    return result ?? first;
  };
  pushWide(builder, zeroExtended(builder, sum()));
}

function compileWide(builder: Builder, opcode: number): void {
  const right = popWide(builder);
  const left = popWide(builder);
  const operation = at(wordOps, opcode - 0x7c);
  switch (operation) {
    case 'add':
      pushWide(builder, addWide(builder, left, right));
      return;
    case 'sub':
      pushWide(builder, subtractWide(builder, left, right));
      return;
    case 'mul':
      pushWide(builder, multiplyWide(builder, left, right));
      return;
    case 'and':
    case 'or':
    case 'xor':
      pushWide(builder, eachHalf(builder, operation, left, right));
      return;
    case 'sll':
    case 'srl':
    case 'sra':
      pushWide(builder, shiftWide(builder, operation, left, right.low));
      return;
    case 'rotl':
      pushWide(builder, rotateWide(builder, left, right.low));
      return;
    case 'rotr': {
      const back = binary(builder, 'sub', constant(builder, 0), right.low);
      pushWide(builder, rotateWide(builder, left, back));
      return;
    }
    case 'div':
    case 'divu':
    case 'rem':
    case 'remu':
      pushWide(builder, divideWide(builder, operation, left, right));
      return;
    default:
      return;
  }
}

function divideWide(
  builder: Builder,
  operation: 'div' | 'divu' | 'rem' | 'remu',
  left: Wide,
  right: Wide,
): Wide {
  const isZero = not(builder, binary(builder, 'or', right.low, right.high));
  trapWhen(builder, isZero, trapKinds.divisionByZero);
  if (operation === 'div') {
    const ones = binary(builder, 'and', right.low, right.high);
    const lowest = binaryImmediate(builder, 'xor', left.high, -0x8000_0000);
    const isLeast = not(builder, binary(builder, 'or', lowest, left.low));
    const overflows = binary(builder, 'and', binaryImmediate(builder, 'seq', ones, -1), isLeast);
    trapWhen(builder, overflows, trapKinds.integerOverflow);
  }
  const divisor = wideConstantOf(right);
  if (divisor !== undefined && (operation === 'divu' || operation === 'remu')) {
    const positive = BigInt.asUintN(64, divisor);
    if (positive > 0n && (positive & (positive - 1n)) === 0n) {
      const shift = positive.toString(2).length - 1;
      return operation === 'divu'
        ? shiftWide(builder, 'srl', left, constant(builder, shift))
        : eachHalf(builder, 'and', left, wideConstant(builder, positive - 1n));
    }
  }
  const words = callRoutine(
    builder,
    `__guest_${operation}64`,
    [left.low, left.high, right.low, right.high],
    2,
  );
  return wide(at(words, 0), at(words, 1));
}

function compileConversion(builder: Builder, opcode: number): void {
  const extend = (word: GraphNode, width: number): GraphNode => {
    const shifted = binaryImmediate(builder, 'sll', word, 32 - width);
    return binaryImmediate(builder, 'sra', shifted, 32 - width);
  };
  const [word] = pop(builder);
  switch (opcode) {
    case 0xa7:
      push(builder, word);
      return;
    case 0xac:
    case 0xc4:
      pushWide(builder, signExtended(builder, word));
      return;
    case 0xad:
      pushWide(builder, zeroExtended(builder, word));
      return;
    case 0xc0:
      push(builder, extend(word, 8));
      return;
    case 0xc1:
      push(builder, extend(word, 16));
      return;
    case 0xc2:
      pushWide(builder, signExtended(builder, extend(word, 8)));
      return;
    default:
      pushWide(builder, signExtended(builder, extend(word, 16)));
  }
}
