/**
 * 64-bit arithmetic as 32-bit arithmetic on halves. Shifts by an unknown amount have no branch: both cases are
 * computed, and bit 5 of the amount, spread over a word, chooses. Division is a routine (`routines.ts`).
 */
import { at } from './at.js';
import { binary, binaryImmediate, constant, constantOf } from './fold.js';
import type { Cursor } from './fold.js';
import type { BinaryOp, GraphNode } from './graph.js';

export interface Wide {
  readonly low: GraphNode;
  readonly high: GraphNode;
}

export const wide = (low: GraphNode, high: GraphNode): Wide => ({ low, high });

export const wideConstant = (cursor: Cursor, value: bigint): Wide => ({
  low: constant(cursor, Number(BigInt.asIntN(32, value))),
  high: constant(cursor, Number(BigInt.asIntN(32, value >> 32n))),
});

export function wideConstantOf({ low, high }: Wide): bigint | undefined {
  const [lowValue, highValue] = [constantOf(low), constantOf(high)];
  if (lowValue === undefined || highValue === undefined) return undefined;
  return (BigInt(highValue) << 32n) | BigInt(lowValue >>> 0);
}

export const signExtended = (cursor: Cursor, low: GraphNode): Wide => ({
  low,
  high: binaryImmediate(cursor, 'sra', low, 31),
});

export const zeroExtended = (cursor: Cursor, low: GraphNode): Wide => ({
  low,
  high: constant(cursor, 0),
});

export function addWide(cursor: Cursor, a: Wide, b: Wide): Wide {
  const low = binary(cursor, 'add', a.low, b.low);
  const high = binary(cursor, 'add', a.high, b.high);
  // The sum is below an addend exactly when it wrapped; adding nothing never wraps.
  if (low === a.low || low === b.low) return { low, high };
  const carry = binary(cursor, 'sltu', low, b.low);
  return { low, high: binary(cursor, 'add', high, carry) };
}

export function subtractWide(cursor: Cursor, a: Wide, b: Wide): Wide {
  const subtrahend = wideConstantOf(b);
  if (subtrahend !== undefined) return addWide(cursor, a, wideConstant(cursor, -subtrahend));
  const borrow = binary(cursor, 'sltu', a.low, b.low);
  const low = binary(cursor, 'sub', a.low, b.low);
  const high = binary(cursor, 'sub', a.high, b.high);
  return { low, high: binary(cursor, 'sub', high, borrow) };
}

export function multiplyWide(cursor: Cursor, a: Wide, b: Wide): Wide {
  const low = binary(cursor, 'mul', a.low, b.low);
  if (isSignExtended(a) && isSignExtended(b))
    return { low, high: binary(cursor, 'mulh', a.low, b.low) };
  const upper = binary(cursor, 'mulhu', a.low, b.low);
  const first = binary(cursor, 'mul', a.low, b.high);
  const second = binary(cursor, 'mul', a.high, b.low);
  const cross = binary(cursor, 'add', first, second);
  return { low, high: binary(cursor, 'add', upper, cross) };
}

function isSignExtended({ low, high }: Wide): boolean {
  const [lowValue, highValue] = [constantOf(low), constantOf(high)];
  if (lowValue !== undefined && highValue !== undefined) return highValue === lowValue >> 31;
  return high.op === 'sra' && at(high.args, 0) === low && constantOf(at(high.args, 1)) === 31;
}

/** `and`, `or`, `xor`. */
export const eachHalf = (cursor: Cursor, op: BinaryOp, a: Wide, b: Wide): Wide => ({
  low: binary(cursor, op, a.low, b.low),
  high: binary(cursor, op, a.high, b.high),
});

export type ShiftOp = 'sll' | 'srl' | 'sra';

export function shiftWide(cursor: Cursor, op: ShiftOp, a: Wide, amount: GraphNode): Wide {
  const known = constantOf(amount);
  if (known !== undefined) return shiftByConstant(cursor, op, a, known & 63);
  return op === 'sll' ? shiftLeft(cursor, a, amount) : shiftRight(cursor, op, a, amount);
}

function shiftByConstant(cursor: Cursor, op: ShiftOp, { low, high }: Wide, amount: number): Wide {
  if (amount === 0) return { low, high };
  const shift = (which: ShiftOp, node: GraphNode, by: number): GraphNode =>
    binaryImmediate(cursor, which, node, by);
  if (op === 'sll') {
    if (amount >= 32) return { low: constant(cursor, 0), high: shift('sll', low, amount - 32) };
    const carried = shift('srl', low, 32 - amount);
    return {
      low: shift('sll', low, amount),
      high: binary(cursor, 'or', shift('sll', high, amount), carried),
    };
  }
  const filler = op === 'sra' ? shift('sra', high, 31) : constant(cursor, 0);
  if (amount >= 32)
    return { low: amount === 32 ? high : shift(op, high, amount - 32), high: filler };
  const carried = shift('sll', high, 32 - amount);
  return {
    low: binary(cursor, 'or', shift('srl', low, amount), carried),
    high: shift(op, high, amount),
  };
}

/** All ones when bit 5 of the amount is set. */
const crossesHalf = (cursor: Cursor, amount: GraphNode): GraphNode =>
  binaryImmediate(cursor, 'sra', binaryImmediate(cursor, 'sll', amount, 26), 31);

/** `whenSet` where the mask is ones, else `whenClear`. */
function choose(
  cursor: Cursor,
  mask: GraphNode,
  whenSet: GraphNode,
  whenClear: GraphNode,
): GraphNode {
  const difference = binary(cursor, 'xor', whenSet, whenClear);
  return binary(cursor, 'xor', whenClear, binary(cursor, 'and', difference, mask));
}

function shiftLeft(cursor: Cursor, { low, high }: Wide, amount: GraphNode): Wide {
  const mask = crossesHalf(cursor, amount);
  const shifted = binary(cursor, 'sll', low, amount);
  // low >> (32 - amount), but right for amount 0, too: one step, and then 31 - amount.
  const half = binaryImmediate(cursor, 'srl', low, 1);
  const carried = binary(cursor, 'srl', half, binaryImmediate(cursor, 'xor', amount, -1));
  const upper = binary(cursor, 'or', binary(cursor, 'sll', high, amount), carried);
  const clear = binaryImmediate(cursor, 'xor', mask, -1);
  return {
    low: binary(cursor, 'and', shifted, clear),
    high: choose(cursor, mask, shifted, upper),
  };
}

function shiftRight(
  cursor: Cursor,
  op: 'srl' | 'sra',
  { low, high }: Wide,
  amount: GraphNode,
): Wide {
  const mask = crossesHalf(cursor, amount);
  const shifted = binary(cursor, op, high, amount);
  const half = binaryImmediate(cursor, 'sll', high, 1);
  const carried = binary(cursor, 'sll', half, binaryImmediate(cursor, 'xor', amount, -1));
  const lower = binary(cursor, 'or', binary(cursor, 'srl', low, amount), carried);
  const filler = op === 'sra' ? binaryImmediate(cursor, 'sra', high, 31) : constant(cursor, 0);
  return {
    low: choose(cursor, mask, shifted, lower),
    high: choose(cursor, mask, filler, shifted),
  };
}

/** Left; to the right it is by the negated amount. */
export function rotateWide(cursor: Cursor, a: Wide, amount: GraphNode): Wide {
  const known = constantOf(amount);
  if (known !== undefined && (known & 63) === 32) return { low: a.high, high: a.low };
  const back = binary(cursor, 'sub', constant(cursor, 0), amount);
  return eachHalf(
    cursor,
    'or',
    shiftWide(cursor, 'sll', a, amount),
    shiftWide(cursor, 'srl', a, back),
  );
}

export function equalWide(cursor: Cursor, op: 'seq' | 'sne', a: Wide, b: Wide): GraphNode {
  const low = binary(cursor, 'xor', a.low, b.low);
  const high = binary(cursor, 'xor', a.high, b.high);
  return binaryImmediate(cursor, op, binary(cursor, 'or', low, high), 0);
}

/** Whether a < b. */
export function lessWide(cursor: Cursor, op: 'slt' | 'sltu', a: Wide, b: Wide): GraphNode {
  const above = binary(cursor, op, a.high, b.high);
  const low = binary(cursor, 'sltu', a.low, b.low);
  if (constantOf(low) === 0) return above;
  const same = binary(cursor, 'seq', a.high, b.high);
  return binary(cursor, 'or', above, binary(cursor, 'and', same, low));
}
