/**
 * What is known where a block begins: the outcome of each branch that every way to it has taken. Found by walking up
 * the dominators, a bounded way.
 */
import type { Dominators } from './dominators.js';
import type { Block, BranchTest, GraphNode } from './graph.js';

/** `left` compared with `right`, as words with a sign or without. */
export interface Fact {
  readonly relation: 'less' | 'notMore' | 'equal' | 'different';
  readonly isSigned: boolean;
  readonly left: GraphNode;
  readonly right: GraphNode;
}

const mostBlocks = 48;

export function* factsAt(block: Block, dominators: Dominators): Generator<Fact> {
  let at = block;
  for (let steps = 0; steps < mostBlocks; steps++) {
    const fact = factOfEntry(at);
    if (fact !== undefined) yield fact;
    const parent = dominators.parent.get(at);
    if (parent === undefined || parent === at) return;
    at = parent;
  }
}

function factOfEntry(block: Block): Fact | undefined {
  const [from, ...others] = block.predecessors;
  if (from?.exit.kind !== 'branch' || others.length > 0) return undefined;
  const { test, left, right, then, otherwise } = from.exit;
  if (then === otherwise) return undefined;
  return factOf(then === block ? test : opposites[test], left, right);
}

const opposites: Readonly<Record<BranchTest, BranchTest>> = {
  beq: 'bne',
  bne: 'beq',
  blt: 'bge',
  bge: 'blt',
  bltu: 'bgeu',
  bgeu: 'bltu',
};

function factOf(test: BranchTest, left: GraphNode, right: GraphNode): Fact {
  switch (test) {
    case 'beq':
      return { relation: 'equal', isSigned: true, left, right };
    case 'bne':
      return { relation: 'different', isSigned: true, left, right };
    case 'blt':
    case 'bltu':
      return { relation: 'less', isSigned: test === 'blt', left, right };
    case 'bge':
    case 'bgeu':
      return { relation: 'notMore', isSigned: test === 'bge', left: right, right: left };
  }
}
