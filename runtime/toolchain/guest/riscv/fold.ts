/**
 * Makes nodes, but simpler ones where it can: constants are computed, and what has no effect on a value is left
 * out. Each rule looks at most two nodes deep, so the work is bounded.
 */
import type { ArgumentPlace } from './calling-convention.js';
import type { BinaryOp, Block, Graph, GraphNode, NodeOp, Region } from './graph.js';
import { at } from './at.js';

/** Where nodes are put: at the end of a block. */
export interface Cursor {
  readonly graph: Graph;
  block: Block;
  /** Of the WebAssembly instruction that is being compiled. */
  offset: number;
}

export interface NodeExtras {
  readonly imm?: number;
  readonly symbol?: string;
  readonly places?: readonly ArgumentPlace[];
  readonly region?: Region;
}

/** A node as it is said, not simplified. */
export function addNode(
  cursor: Cursor,
  op: NodeOp,
  args: readonly GraphNode[],
  extras: NodeExtras = {},
): GraphNode {
  const node: GraphNode = {
    id: cursor.graph.nextNode++,
    op,
    args: [...args],
    imm: extras.imm ?? 0,
    symbol: extras.symbol,
    places: extras.places ?? [],
    block: cursor.block,
    region: extras.region ?? 'plain',
    offset: cursor.offset,
    replacement: undefined,
  };
  (op === 'phi' ? cursor.block.phis : cursor.block.nodes).push(node);
  return node;
}

export const constant = (cursor: Cursor, value: number): GraphNode =>
  addNode(cursor, 'const', [], { imm: value | 0 });

export const constantOf = (node: GraphNode): number | undefined =>
  node.op === 'const' ? node.imm : undefined;

const commutative: ReadonlySet<BinaryOp> = new Set<BinaryOp>([
  ...(['add', 'and', 'or', 'xor', 'mul', 'mulh', 'mulhu', 'seq', 'sne'] as const),
]);

export function binary(cursor: Cursor, op: BinaryOp, left: GraphNode, right: GraphNode): GraphNode {
  const [a, b] =
    commutative.has(op) && left.op === 'const' && right.op !== 'const'
      ? [right, left]
      : [left, right];
  const [x, y] = [constantOf(a), constantOf(b)];
  if (x !== undefined && y !== undefined) return constant(cursor, evaluate(op, x, y));
  return (
    (y !== undefined ? withConstant(cursor, op, a, y) : undefined) ??
    (x !== undefined ? constantFirst(cursor, op, x, b) : undefined) ??
    (a === b ? withItself(cursor, op, a) : undefined) ??
    masked(cursor, op, a, b) ??
    between(cursor, op, a, b) ??
    constantOutwards(cursor, op, a, b) ??
    addNode(cursor, op, [a, b])
  );
}

/** A binary operation with a number on the right. */
export const binaryImmediate = (
  cursor: Cursor,
  op: BinaryOp,
  left: GraphNode,
  right: number,
): GraphNode => binary(cursor, op, left, constant(cursor, right));

/** What RV32M computes, which is also what WebAssembly does wherever that does not trap. */
export function evaluate(op: BinaryOp, a: number, b: number): number {
  switch (op) {
    case 'add':
      return (a + b) | 0;
    case 'sub':
      return (a - b) | 0;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
    case 'sll':
      return a << b;
    case 'srl':
      return (a >>> b) | 0;
    case 'sra':
      return a >> b;
    case 'slt':
      return Number(a < b);
    case 'sltu':
      return Number(a >>> 0 < b >>> 0);
    case 'seq':
      return Number(a === b);
    case 'sne':
      return Number(a !== b);
    case 'mul':
      return Math.imul(a, b);
    case 'mulh':
      return high(BigInt(a) * BigInt(b));
    case 'mulhsu':
      return high(BigInt(a) * BigInt(b >>> 0));
    case 'mulhu':
      return high(BigInt(a >>> 0) * BigInt(b >>> 0));
    case 'div':
      return b === 0 ? -1 : (a / b) | 0;
    case 'divu':
      return b === 0 ? -1 : ((a >>> 0) / (b >>> 0)) | 0;
    case 'rem':
      return b === 0 ? a : (a % b) | 0;
    case 'remu':
      return b === 0 ? a : ((a >>> 0) % (b >>> 0)) | 0;
  }
}

const high = (product: bigint): number => Number(BigInt.asIntN(32, product >> 32n));

/** How many of a value's low bits may be set. */
export function significantBits(node: GraphNode): number {
  switch (node.op) {
    case 'const':
      return 32 - Math.clz32(node.imm);
    case 'lbu':
      return 8;
    case 'lhu':
      return 16;
    case 'slt':
    case 'sltu':
    case 'seq':
    case 'sne':
      return 1;
    case 'and': {
      const [left, right] = [shallowBits(at(node.args, 0)), shallowBits(at(node.args, 1))];
      return Math.min(left, right);
    }
    case 'or':
    case 'xor':
      return Math.max(shallowBits(at(node.args, 0)), shallowBits(at(node.args, 1)));
    case 'srl': {
      const amount = constantOf(at(node.args, 1));
      return amount === undefined ? 32 : 32 - (amount & 31);
    }
    default:
      return 32;
  }
}

/** Without a look at what the node is made of. */
const shallowBits = (node: GraphNode): number =>
  node.op === 'and' || node.op === 'or' || node.op === 'xor' ? 32 : significantBits(node);

/** The left side and the number on the right of a node that is such an operation. */
function parts(node: GraphNode, op: BinaryOp): readonly [GraphNode, number] | undefined {
  if (node.op !== op) return undefined;
  const number = constantOf(at(node.args, 1));
  return number === undefined ? undefined : [at(node.args, 0), number];
}

function withConstant(
  cursor: Cursor,
  op: BinaryOp,
  a: GraphNode,
  y: number,
): GraphNode | undefined {
  const zero = (): GraphNode => constant(cursor, 0);
  const immediate = (other: BinaryOp, node: GraphNode, value: number): GraphNode =>
    binaryImmediate(cursor, other, node, value);
  switch (op) {
    case 'add': {
      if (y === 0) return a;
      const inner = parts(a, 'add');
      return inner && immediate('add', inner[0], inner[1] + y);
    }
    case 'sub':
      return immediate('add', a, -y);
    case 'and': {
      if (y === 0) return zero();
      const width = significantBits(a);
      if (width < 32 && ((2 ** width - 1) & ~y) === 0) return a;
      if (y === -1) return a;
      const inner = parts(a, 'and');
      return inner && immediate('and', inner[0], inner[1] & y);
    }
    case 'or': {
      if (y === 0) return a;
      return y === -1 ? constant(cursor, -1) : undefined;
    }
    case 'xor': {
      if (y === 0) return a;
      const inner = parts(a, 'xor');
      return inner && immediate('xor', inner[0], inner[1] ^ y);
    }
    case 'sll':
    case 'srl':
    case 'sra':
      return shiftBy(cursor, op, a, y & 31);
    case 'slt':
      // a < 1 is "not 0 < a", which needs no register for the number.
      if (y === 1) return immediate('seq', binary(cursor, 'slt', zero(), a), 0);
      return y === -0x8000_0000 ? zero() : undefined;
    case 'sltu':
      if (y === 0) return zero();
      return y === 1 ? immediate('seq', a, 0) : undefined;
    case 'seq':
    case 'sne':
      return compareEqual(cursor, op, a, y);
    case 'mul':
      return multiplyBy(cursor, a, y);
    case 'mulh':
      return y === 0 ? zero() : undefined;
    case 'mulhu':
    case 'mulhsu':
      return y === 0 || (y === 1 && op === 'mulhu') ? zero() : undefined;
    case 'div':
    case 'divu':
    case 'rem':
    case 'remu':
      return divideBy(cursor, op, a, y);
  }
}

function shiftBy(
  cursor: Cursor,
  op: 'sll' | 'srl' | 'sra',
  a: GraphNode,
  amount: number,
): GraphNode | undefined {
  if (amount === 0) return a;
  const inner = parts(a, op);
  if (inner !== undefined) {
    const total = (inner[1] & 31) + amount;
    if (total < 32) return binaryImmediate(cursor, op, inner[0], total);
    return op === 'sra' ? binaryImmediate(cursor, op, inner[0], 31) : constant(cursor, 0);
  }
  const sum = op === 'sll' ? parts(a, 'add') : undefined;
  if (sum !== undefined && isOffset(sum[1]) && isOffset(sum[1] << amount)) {
    const shifted = binaryImmediate(cursor, 'sll', sum[0], amount);
    return binaryImmediate(cursor, 'add', shifted, sum[1] << amount);
  }
  const left = parts(a, 'sll');
  if (op === 'srl' && left?.[1] === amount && amount >= 21)
    return binaryImmediate(cursor, 'and', left[0], 2 ** (32 - amount) - 1);
  if (op === 'sra' && left?.[1] === amount) {
    const source = left[0];
    if ((source.op === 'lb' && amount <= 24) || (source.op === 'lh' && amount <= 16)) return source;
    if (significantBits(source) < 32 - amount) return source;
  }
  return op === 'srl' && significantBits(a) <= amount ? constant(cursor, 0) : undefined;
}

function compareEqual(
  cursor: Cursor,
  op: 'seq' | 'sne',
  a: GraphNode,
  y: number,
): GraphNode | undefined {
  const isTruth = significantBits(a) <= 1;
  if (isTruth && y !== 0 && y !== 1) return constant(cursor, Number(op === 'sne'));
  // Equal to 0 or different from 1: the opposite; equal to 1 or different from 0: itself.
  if (!isTruth) return undefined;
  if ((op === 'seq') === (y === 1)) return a;
  if (a.op === 'seq') return binary(cursor, 'sne', at(a.args, 0), at(a.args, 1));
  if (a.op === 'sne') return binary(cursor, 'seq', at(a.args, 0), at(a.args, 1));
  return y === 0 && op === 'seq' ? undefined : binaryImmediate(cursor, 'seq', a, 0);
}

function multiplyBy(cursor: Cursor, a: GraphNode, y: number): GraphNode | undefined {
  if (y === 0) return constant(cursor, 0);
  if (y === -1) return binary(cursor, 'sub', constant(cursor, 0), a);
  const shift = powerOfTwo(y);
  return shift === undefined ? undefined : binaryImmediate(cursor, 'sll', a, shift);
}

function divideBy(
  cursor: Cursor,
  op: 'div' | 'divu' | 'rem' | 'remu',
  a: GraphNode,
  y: number,
): GraphNode | undefined {
  const shift = powerOfTwo(y);
  if (shift === undefined) return undefined;
  if (op === 'divu') return binaryImmediate(cursor, 'srl', a, shift);
  if (op === 'remu') return binaryImmediate(cursor, 'and', a, y - 1);
  if (y < 0) return undefined;
  if (shift === 0) return op === 'div' ? a : constant(cursor, 0);
  // Towards zero: 2^shift - 1 is added to a negative number before it is shifted.
  const sign = binaryImmediate(cursor, 'sra', a, 31);
  const bias = binaryImmediate(cursor, 'srl', sign, 32 - shift);
  const biased = binary(cursor, 'add', a, bias);
  if (op === 'div') return binaryImmediate(cursor, 'sra', biased, shift);
  const rounded = binaryImmediate(cursor, 'and', biased, -y);
  return binary(cursor, 'sub', a, rounded);
}

/** Also of 2^31, which is negative as a word. */
function powerOfTwo(value: number): number | undefined {
  return value !== 0 && (value & (value - 1)) === 0 ? 31 - Math.clz32(value) : undefined;
}

function constantFirst(
  cursor: Cursor,
  op: BinaryOp,
  x: number,
  b: GraphNode,
): GraphNode | undefined {
  switch (op) {
    case 'sll':
    case 'srl':
      return x === 0 ? constant(cursor, 0) : undefined;
    case 'sra':
      return x === 0 || x === -1 ? constant(cursor, x) : undefined;
    case 'slt':
      // -1 < b is "not b < 0".
      return x === -1
        ? binaryImmediate(cursor, 'seq', binaryImmediate(cursor, 'slt', b, 0), 0)
        : undefined;
    case 'sltu':
      if (x === 0) return binaryImmediate(cursor, 'sne', b, 0);
      return x === -1 ? constant(cursor, 0) : undefined;
    default:
      return undefined;
  }
}

function withItself(cursor: Cursor, op: BinaryOp, a: GraphNode): GraphNode | undefined {
  switch (op) {
    case 'sub':
    case 'xor':
    case 'slt':
    case 'sltu':
    case 'sne':
      return constant(cursor, 0);
    case 'seq':
      return constant(cursor, 1);
    case 'and':
    case 'or':
      return a;
    default:
      return undefined;
  }
}

/** (x + 1) + y becomes (x + y) + 1, so that the number ends up in the offset of an access, and x + y is shared. */
function constantOutwards(
  cursor: Cursor,
  op: BinaryOp,
  a: GraphNode,
  b: GraphNode,
): GraphNode | undefined {
  if (op !== 'add') return undefined;
  const [left, right] = [parts(a, 'add'), parts(b, 'add')];
  if (left !== undefined && isOffset(left[1])) {
    const sum = binary(cursor, 'add', left[0], b);
    return binaryImmediate(cursor, 'add', sum, left[1]);
  }
  if (right !== undefined && isOffset(right[1])) {
    const sum = binary(cursor, 'add', a, right[0]);
    return binaryImmediate(cursor, 'add', sum, right[1]);
  }
  return undefined;
}

const isOffset = (value: number): boolean => value >= -2048 && value <= 2047;

/** `a >= low && a <= high` without a sign is `a - low <= high - low`. */
function between(cursor: Cursor, op: BinaryOp, a: GraphNode, b: GraphNode): GraphNode | undefined {
  if (op !== 'and') return undefined;
  const [x, y] = [bound(a), bound(b)];
  if (x === undefined || y?.value !== x.value || x.side === y.side) return undefined;
  const [low, high] = x.side === 'low' ? [x.limit, y.limit] : [y.limit, x.limit];
  if (high < low || high - low + 1 > 0x7fff_ffff) return undefined;
  const offset = binaryImmediate(cursor, 'add', x.value, -low);
  return binaryImmediate(cursor, 'sltu', offset, high - low + 1);
}

interface Bound {
  readonly value: GraphNode;
  readonly side: 'low' | 'high';
  /** Without a sign. */
  readonly limit: number;
}

/** What an unsigned comparison of a value with a number, or its opposite, says. */
function bound(truth: GraphNode): Bound | undefined {
  const negated = parts(truth, 'seq');
  const isNegated = negated?.[1] === 0;
  const { op, args } = isNegated ? negated[0] : truth;
  if (op !== 'sltu') return undefined;
  const [left, right] = [at(args, 0), at(args, 1)];
  const [before, behind] = [constantOf(left), constantOf(right)];
  if (behind !== undefined)
    return isNegated
      ? { value: left, side: 'low', limit: behind >>> 0 }
      : { value: left, side: 'high', limit: (behind >>> 0) - 1 };
  if (before === undefined) return undefined;
  return isNegated
    ? { value: right, side: 'high', limit: before >>> 0 }
    : { value: right, side: 'low', limit: (before >>> 0) + 1 };
}

/** Shifts look at five bits of their amount anyway. */
function masked(cursor: Cursor, op: BinaryOp, a: GraphNode, b: GraphNode): GraphNode | undefined {
  if (op !== 'sll' && op !== 'srl' && op !== 'sra') return undefined;
  const mask = parts(b, 'and');
  return mask !== undefined && (mask[1] & 31) === 31 ? binary(cursor, op, a, mask[0]) : undefined;
}
