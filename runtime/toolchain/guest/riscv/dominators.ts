/**
 * Which blocks lie on every way to a block: the algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance
 * Algorithm" (2001).
 */
import { at } from './at.js';
import type { Block, Graph } from './graph.js';
import { successors } from './graph.js';

export interface Dominators {
  /** Each block after its dominators. */
  readonly order: readonly Block[];
  /** The nearest dominator; of the entry itself. */
  readonly parent: ReadonlyMap<Block, Block>;
  dominates(above: Block, below: Block): boolean;
}

export function dominatorsOf(graph: Graph): Dominators {
  const order = reversePostorder(graph.entry);
  const index = new Map(order.map((block, at) => [block, at]));
  const before = order.map(({ predecessors }) =>
    predecessors.flatMap((block) => index.get(block) ?? []),
  );
  const parents = new Int32Array(order.length).fill(-1);
  parents[0] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let block = 1; block < order.length; block++) {
      let parent = -1;
      for (const from of at(before, block)) {
        if (parents[from] === -1) continue;
        parent = parent === -1 ? from : meet(parents, parent, from);
      }
      if (parents[block] === parent) continue;
      parents[block] = parent;
      changed = true;
    }
  }
  const spans = treeSpans(parents);
  const parent = new Map(order.map((block, i) => [block, at(order, parents[i] ?? 0)]));
  const dominates = (above: Block, below: Block): boolean => {
    const [a, b] = [index.get(above), index.get(below)];
    if (a === undefined || b === undefined) return false;
    const [first, inner] = [spans.first[a] ?? 0, spans.first[b] ?? 0];
    return first <= inner && inner <= (spans.last[a] ?? 0);
  };
  return { order, parent, dominates };
}

function meet(parents: Int32Array, one: number, other: number): number {
  let [a, b] = [one, other];
  while (a !== b) {
    while (a > b) a = parents[a] ?? 0;
    while (b > a) b = parents[b] ?? 0;
  }
  return a;
}

/** Numbers of the tree in preorder: a subtree is the span from the first to the last number in it. */
function treeSpans(parents: Int32Array): { readonly first: Int32Array; readonly last: Int32Array } {
  const sizes = new Int32Array(parents.length).fill(1);
  for (let block = parents.length - 1; block > 0; block--) {
    const parent = parents[block] ?? 0;
    sizes[parent] = (sizes[parent] ?? 0) + (sizes[block] ?? 0);
  }
  const first = new Int32Array(parents.length);
  const next = new Int32Array(parents.length).fill(1);
  for (let block = 1; block < parents.length; block++) {
    const parent = parents[block] ?? 0;
    first[block] = (first[parent] ?? 0) + (next[parent] ?? 1);
    next[parent] = (next[parent] ?? 1) + (sizes[block] ?? 1);
  }
  return { first, last: first.map((number, block) => number + (sizes[block] ?? 1) - 1) };
}

function reversePostorder(entry: Block): Block[] {
  const seen = new Set<Block>([entry]);
  const done: Block[] = [];
  const open: { readonly block: Block; readonly next: Block[] }[] = [
    { block: entry, next: successors(entry.exit) },
  ];
  for (let top = open[open.length - 1]; top !== undefined; top = open[open.length - 1]) {
    const next = top.next.pop();
    if (next === undefined) {
      done.push(top.block);
      open.pop();
    } else if (!seen.has(next)) {
      seen.add(next);
      open.push({ block: next, next: successors(next.exit) });
    }
  }
  return done.reverse();
}
