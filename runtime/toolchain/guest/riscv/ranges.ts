/**
 * Between which numbers a word with a sign lies in a block. Asked for, not computed for all: each question looks at a
 * bounded number of nodes. Of a value that changes from round to round, a range is guessed as if sums never
 * overflowed, and then proved as they are.
 */
import { at } from './at.js';
import type { Dominators } from './dominators.js';
import type { Fact } from './facts.js';
import { factsAt } from './facts.js';
import { constantOf } from './fold.js';
import type { Block, GraphNode } from './graph.js';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What a question may cost, and what it has assumed so far. */
export interface Question {
  readonly dominators: Dominators;
  readonly assumed: ReadonlyMap<GraphNode, Range>;
  /** `guess`: as if sums stayed in their word. */
  readonly mode: 'proof' | 'guess';
  readonly budget: { left: number };
  readonly depth: number;
}

const least = -0x8000_0000;
const most = 0x7fff_ffff;
export const anyWord: Range = { low: least, high: most };
const deepest = 12;

export const newQuestion = (dominators: Dominators): Question => ({
  dominators,
  assumed: new Map(),
  mode: 'proof',
  budget: { left: 400 },
  depth: 0,
});

export function rangeAt(question: Question, node: GraphNode, block: Block): Range {
  const number = constantOf(node);
  if (number !== undefined) return { low: number, high: number };
  if (question.depth >= deepest || question.budget.left-- <= 0) return anyWord;
  const deeper = { ...question, depth: question.depth + 1 };
  let range = rangeOf(deeper, node, block);
  for (const fact of factsAt(block, question.dominators)) {
    if (question.budget.left <= 0) break;
    range = refined(deeper, node, range, fact, block);
  }
  return range.low > range.high ? anyWord : range;
}

/** By what the node computes. */
function rangeOf(question: Question, node: GraphNode, block: Block): Range {
  const assumed = question.assumed.get(node);
  if (assumed !== undefined) return assumed;
  const [left, right] = node.args;
  switch (node.op) {
    case 'lbu':
      return { low: 0, high: 0xff };
    case 'lhu':
      return { low: 0, high: 0xffff };
    case 'lb':
      return { low: -0x80, high: 0x7f };
    case 'lh':
      return { low: -0x8000, high: 0x7fff };
    case 'slt':
    case 'sltu':
    case 'seq':
    case 'sne':
      return { low: 0, high: 1 };
    case 'lw':
      // The header of an object holds its size, which is below 2^30.
      return node.region === 'fixed' && node.imm === -4 ? { low: 0, high: 0x3fff_ffff } : anyWord;
    case 'phi':
      return rangeOfPhi(question, node);
    default:
      if (left === undefined || right === undefined) return anyWord;
      return rangeOfBinary(question, node, left, right, block);
  }
}

function rangeOfBinary(
  question: Question,
  { op }: GraphNode,
  left: GraphNode,
  right: GraphNode,
  block: Block,
): Range {
  const a = (): Range => rangeAt(question, left, block);
  const b = (): Range => rangeAt(question, right, block);
  const number = constantOf(right);
  switch (op) {
    case 'add': {
      const [x, y] = [a(), b()];
      return inWord(question, x.low + y.low, x.high + y.high);
    }
    case 'sub': {
      const [x, y] = [a(), b()];
      return inWord(question, x.low - y.high, x.high - y.low);
    }
    case 'mul': {
      const [x, y] = [a(), b()];
      const products = [x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high];
      return inWord(question, Math.min(...products), Math.max(...products));
    }
    case 'sll': {
      if (number === undefined) return anyWord;
      const { low, high } = a();
      return inWord(question, low * 2 ** (number & 31), high * 2 ** (number & 31));
    }
    case 'and': {
      const [x, y] = [a(), b()];
      if (x.low >= 0 && y.low >= 0) return { low: 0, high: Math.min(x.high, y.high) };
      if (x.low >= 0) return { low: 0, high: x.high };
      return y.low >= 0 ? { low: 0, high: y.high } : anyWord;
    }
    case 'srl': {
      if (number === undefined || (number & 31) === 0) return anyWord;
      const { low, high } = a();
      if (low >= 0) return { low: low >>> (number & 31), high: high >>> (number & 31) };
      return { low: 0, high: 2 ** (32 - (number & 31)) - 1 };
    }
    case 'sra': {
      if (number === undefined) return anyWord;
      const { low, high } = a();
      return { low: low >> (number & 31), high: high >> (number & 31) };
    }
    case 'remu':
      return number !== undefined && number > 0 ? { low: 0, high: number - 1 } : anyWord;
    case 'divu':
      return number !== undefined && number > 1
        ? { low: 0, high: Math.floor(0xffff_ffff / number) }
        : anyWord;
    default:
      return anyWord;
  }
}

function inWord({ mode }: Question, low: number, high: number): Range {
  if (low >= least && high <= most) return { low, high };
  if (mode === 'proof') return anyWord;
  return { low: Math.max(low, least), high: Math.min(high, most) };
}

const joined = (a: Range, b: Range): Range => ({
  low: Math.min(a.low, b.low),
  high: Math.max(a.high, b.high),
});

const isWithin = (inner: Range, outer: Range): boolean =>
  inner.low >= outer.low && inner.high <= outer.high;

function rangeOfPhi(question: Question, phi: GraphNode): Range {
  const { block } = phi;
  const ways = phi.args.map((arg, way) => ({ arg, from: at(block.predecessors, way) }));
  const { loop } = block;
  const isAround = (from: Block): boolean => question.dominators.dominates(block, from);
  const entering = ways.filter(({ from }) => !isAround(from));
  const returning = ways.filter(({ from, arg }) => isAround(from) && arg !== phi);
  let first: Range | undefined;
  for (const { arg, from } of entering) {
    const range = rangeAt(question, arg, from);
    first = first === undefined ? range : joined(first, range);
  }
  if (first === undefined) return anyWord;
  if (returning.length === 0) return first;
  if (loop?.header !== block || isWithin(anyWord, first)) return anyWord;
  const start = first;
  const around = (assumption: Range, mode: Question['mode']): Range => {
    const assumed = new Map(question.assumed).set(phi, assumption);
    const asked = { ...question, assumed, mode };
    return returning.map(({ arg, from }) => rangeAt(asked, arg, from)).reduce(joined);
  };
  const guess = around({ low: start.low, high: most }, 'guess');
  const down = around({ low: least, high: start.high }, 'guess');
  const candidates: readonly Range[] = [
    { low: start.low, high: Math.max(start.high, guess.high) },
    { low: Math.min(start.low, down.low), high: start.high },
    { low: start.low, high: most },
    { low: least, high: start.high },
  ];
  // What was only guessed is left to whoever asked for the guess to prove.
  const proved = candidates.find(
    (candidate) =>
      !isWithin(anyWord, candidate) && isWithin(around(candidate, question.mode), candidate),
  );
  return proved ?? anyWord;
}

/** What a fact about the node, or about it and a number, leaves of its range. */
function refined(
  question: Question,
  node: GraphNode,
  range: Range,
  { relation, isSigned, left, right }: Fact,
  block: Block,
): Range {
  const below = distance(node, left);
  const above = distance(node, right);
  let { low, high } = range;
  // left = node + below: at most `bound`, so the node is at most `bound - below`, if the sum stays in its word.
  if (below !== undefined && staysInWord(question, range, below)) {
    const limit = rangeAt(question, right, block);
    if (relation === 'equal') {
      low = Math.max(low, limit.low - below);
      high = Math.min(high, limit.high - below);
    } else if (relation !== 'different' && (isSigned || limit.low >= 0)) {
      const bound = relation === 'less' ? limit.high - 1 : limit.high;
      high = Math.min(high, bound - below);
      if (!isSigned) low = Math.max(low, -below);
    }
  }
  if (above !== undefined && staysInWord(question, range, above)) {
    const limit = rangeAt(question, left, block);
    if (relation === 'equal') {
      low = Math.max(low, limit.low - above);
      high = Math.min(high, limit.high - above);
    } else if (relation !== 'different') {
      const isOrdered = isSigned || (limit.low >= 0 && low + above >= 0);
      const bound = relation === 'less' ? limit.low + 1 : limit.low;
      if (isOrdered) low = Math.max(low, bound - above);
    }
  }
  return { low, high };
}

const staysInWord = ({ mode }: Question, { low, high }: Range, offset: number): boolean =>
  offset === 0 || mode === 'guess' || (low + offset >= least && high + offset <= most);

/** How much is added to a node to get the other, where that is a number; as words, not more than half of all. */
export function distance(from: GraphNode, to: GraphNode): number | undefined {
  if (from === to) return 0;
  const [a, b] = [baseOf(from), baseOf(to)];
  return a.base === b.base ? b.offset - a.offset : undefined;
}

function baseOf(node: GraphNode): { readonly base: GraphNode; readonly offset: number } {
  if (node.op !== 'add') return { base: node, offset: 0 };
  const number = constantOf(at(node.args, 1));
  return number === undefined
    ? { base: node, offset: 0 }
    : { base: at(node.args, 0), offset: number };
}
