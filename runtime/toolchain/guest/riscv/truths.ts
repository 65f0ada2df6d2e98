/**
 * Truths, values that are 0 or 1, and the branches on them: a branch on "both" is two branches, which are cheaper and
 * say more of what holds behind them; a way that is only there to compute the second of two truths is none.
 */
import { at } from './at.js';
import { binary, binaryImmediate, constant, constantOf, significantBits } from './fold.js';
import type { Cursor } from './fold.js';
import type { Block, Exit, Graph, GraphNode } from './graph.js';
import { isPlaceless, isPure, newBlock, resolve } from './graph.js';

const isTruth = (node: GraphNode): boolean => significantBits(node) <= 1;

/** `uses` counts how often a value is read. */
export function splitBranches(graph: Graph, uses: ReadonlyMap<GraphNode, number>): void {
  for (const block of [...graph.blocks]) {
    let last: Block | undefined = block;
    // What a split leaves may be split again.
    for (let splits = 0; splits < 8 && last !== undefined; splits++)
      last = split(graph, last, uses);
  }
}

/** Branches on the first truth; gives the block that branches on the second. */
function split(
  graph: Graph,
  block: Block,
  uses: ReadonlyMap<GraphNode, number>,
): Block | undefined {
  const { exit } = block;
  if (exit.kind !== 'branch' || constantOf(exit.right) !== 0) return undefined;
  if (exit.test !== 'bne' && exit.test !== 'beq') return undefined;
  const { left } = exit;
  if ((left.op !== 'and' && left.op !== 'or') || uses.get(left) !== 1) return undefined;
  const [first, second] = [at(left.args, 0), at(left.args, 1)];
  if (!isComparison(first) || !isComparison(second)) return undefined;
  const [whenTrue, whenFalse] =
    exit.test === 'bne' ? [exit.then, exit.otherwise] : [exit.otherwise, exit.then];
  // Where the first truth decides alone.
  const decided = left.op === 'and' ? whenFalse : whenTrue;
  if (decided.phis.length > 0 || whenTrue === whenFalse) return undefined;
  const middle = newBlock(graph, block.loop);
  middle.exitOffset = block.exitOffset;
  graph.blocks.splice(graph.blocks.indexOf(block) + 1, 0, middle);
  const [early, late] = [0, 1].map(() => passage(graph, block, decided));
  if (early === undefined || late === undefined) return undefined;
  const undecided = left.op === 'and' ? whenTrue : whenFalse;
  decided.predecessors = decided.predecessors.filter((from) => from !== block);
  decided.predecessors.push(early, late);
  undecided.predecessors = undecided.predecessors.map((from) => (from === block ? middle : from));
  const branch = (test: GraphNode, from: Block, other: Block, way: Block): Exit => ({
    kind: 'branch',
    test: 'bne',
    left: test,
    right: constant({ graph, block: from, offset: from.exitOffset }, 0),
    then: left.op === 'and' ? other : way,
    otherwise: left.op === 'and' ? way : other,
  });
  block.exit = branch(first, block, middle, early);
  middle.exit = branch(second, middle, undecided, late);
  middle.predecessors.push(block);
  early.predecessors.push(block);
  late.predecessors.push(middle);
  return middle;
}

const isComparison = (node: GraphNode): boolean =>
  isTruth(node) && node.op !== 'const' && node.op !== 'phi';

/** A block with nothing in it; no way may lead from a block with several ways out to one with several in. */
function passage(graph: Graph, before: Block, to: Block): Block {
  const made = newBlock(graph, before.loop);
  made.exit = { kind: 'jump', to };
  made.exitOffset = before.exitOffset;
  graph.blocks.splice(graph.blocks.indexOf(before) + 1, 0, made);
  return made;
}

/** More instructions than a branch costs are not made for nothing. */
const mostEarly = 2;

/** `a ? b : 0` and `a ? 1 : b` of truths, where b is computed in a few instructions: `a & b`, `a | b`. */
export function joinTruths(graph: Graph): void {
  for (const block of graph.blocks) {
    const { exit } = block;
    if (exit.kind !== 'branch' || exit.then === exit.otherwise) continue;
    const { then, otherwise } = exit;
    if (then.exit.kind !== 'jump' || otherwise.exit.kind !== 'jump') continue;
    const join = then.exit.to;
    const [phi, ...others] = join.phis;
    if (join !== otherwise.exit.to || join.predecessors.length !== 2 || others.length > 0) continue;
    if (phi === undefined || then.predecessors.length !== 1 || otherwise.predecessors.length !== 1)
      continue;
    const early = [...then.nodes, ...otherwise.nodes].filter(({ op }) => !isPlaceless(op));
    if (early.length > mostEarly || !early.every(({ op }) => isPure(op))) continue;
    const whenTrue = resolve(at(phi.args, join.predecessors.indexOf(then)));
    const whenFalse = resolve(at(phi.args, join.predecessors.indexOf(otherwise)));
    if (!isTruth(whenTrue) || !isTruth(whenFalse)) continue;
    const cursor: Cursor = { graph, block, offset: block.exitOffset };
    const [one, zero] = [constantOf(whenTrue), constantOf(whenFalse)];
    if (one === undefined && zero === undefined) continue;
    for (const node of early) {
      node.block = block;
      block.nodes.push(node);
    }
    then.nodes = then.nodes.filter(({ op }) => isPlaceless(op));
    otherwise.nodes = otherwise.nodes.filter(({ op }) => isPlaceless(op));
    const truth = truthOfBranch(cursor, exit);
    const lie = (): GraphNode => binaryImmediate(cursor, 'seq', truth, 0);
    phi.replacement =
      zero === 0
        ? binary(cursor, 'and', truth, whenTrue)
        : one === 1
          ? binary(cursor, 'or', truth, whenFalse)
          : one === 0
            ? binary(cursor, 'and', lie(), whenFalse)
            : binary(cursor, 'or', lie(), whenTrue);
    join.phis = [];
    block.exit = { kind: 'jump', to: then };
    otherwise.predecessors = [];
    join.predecessors = [then];
  }
}

function truthOfBranch(
  cursor: Cursor,
  { test, left, right }: Exit & { readonly kind: 'branch' },
): GraphNode {
  switch (test) {
    case 'beq':
      return binary(cursor, 'seq', left, right);
    case 'bne':
      return binary(cursor, 'sne', left, right);
    case 'blt':
      return binary(cursor, 'slt', left, right);
    case 'bltu':
      return binary(cursor, 'sltu', left, right);
    case 'bge':
      return binaryImmediate(cursor, 'seq', binary(cursor, 'slt', left, right), 0);
    case 'bgeu':
      return binaryImmediate(cursor, 'seq', binary(cursor, 'sltu', left, right), 0);
  }
}
