/**
 * Branches whose outcome is certain: above all the checks of indices that cannot be out of range, because a loop or
 * an earlier check has bounded them.
 */
import { at } from './at.js';
import type { Dominators } from './dominators.js';
import { dominatorsOf } from './dominators.js';
import { factsAt } from './facts.js';
import { constant, constantOf } from './fold.js';
import type { Block, Graph, GraphNode } from './graph.js';
import { leadOnlyTo } from './edges.js';
import type { Question } from './ranges.js';
import { distance, newQuestion, rangeAt } from './ranges.js';

export function decideBranches(graph: Graph): void {
  const dominators = dominatorsOf(graph);
  for (const block of dominators.order) {
    for (const phi of block.phis)
      phi.args.forEach((arg, way) => {
        const from = at(block.predecessors, way);
        const truth = truthAt(arg, from, dominators, 3);
        if (truth !== undefined)
          phi.args[way] = constant({ graph, block: from, offset: from.exitOffset }, Number(truth));
      });
    const { exit } = block;
    if (exit.kind !== 'branch') continue;
    const outcome = outcomeOf(block, dominators);
    if (outcome !== undefined) leadOnlyTo(block, outcome ? exit.then : exit.otherwise);
  }
}

function outcomeOf(block: Block, dominators: Dominators): boolean | undefined {
  const { exit } = block;
  if (exit.kind !== 'branch') return undefined;
  const { test, left, right } = exit;
  const question = newQuestion(dominators);
  const a = rangeAt(question, left, block);
  const b = rangeAt(question, right, block);
  switch (test) {
    case 'beq':
    case 'bne':
      if (a.high < b.low || b.high < a.low) return test === 'bne';
      return undefined;
    case 'blt':
    case 'bge':
      if (a.high < b.low) return test === 'blt';
      return a.low >= b.high ? test === 'bge' : undefined;
    case 'bltu':
    case 'bgeu':
      if (isBelow(newQuestion(dominators), left, right, block)) return test === 'bltu';
      return a.low >= b.high && b.low >= 0 ? test === 'bgeu' : undefined;
  }
}

/** What a comparison gives, if a branch has already told. */
function truthAt(
  { op, args }: GraphNode,
  block: Block,
  dominators: Dominators,
  depth: number,
): boolean | undefined {
  const [left, right] = args;
  if (left === undefined || right === undefined || depth === 0) return undefined;
  if (op === 'seq' && constantOf(right) === 0) {
    const inner = truthAt(left, block, dominators, depth - 1);
    if (inner !== undefined) return !inner;
  }
  if (op !== 'slt' && op !== 'sltu' && op !== 'seq' && op !== 'sne') return undefined;
  const isOrder = op === 'slt' || op === 'sltu';
  for (const fact of factsAt(block, dominators)) {
    const isStraight = isSameValue(fact.left, left) && isSameValue(fact.right, right);
    const isTurned = isSameValue(fact.left, right) && isSameValue(fact.right, left);
    if (!isOrder && (isStraight || isTurned)) {
      if (fact.relation === 'equal') return op === 'seq';
      if (fact.relation === 'different') return op === 'sne';
    } else if (isOrder && fact.isSigned === (op === 'slt')) {
      if (isStraight && fact.relation === 'less') return true;
      if (isTurned && fact.relation === 'notMore') return false;
    }
  }
  return undefined;
}

/** Whether a word is certainly less than another in a block, both without a sign. */
function isBelow(question: Question, index: GraphNode, length: GraphNode, block: Block): boolean {
  if (question.depth > 4 || question.budget.left-- <= 0) return false;
  const range = rangeAt(question, index, block);
  const limit = rangeAt(question, length, block);
  if (range.low >= 0 && range.high < limit.low) return true;
  for (const { relation, isSigned, left, right } of factsAt(block, question.dominators)) {
    if (relation !== 'less' || !isSameValue(right, length)) continue;
    const offset = distance(index, left);
    if (offset === undefined || offset < 0) continue;
    if (offset === 0 && !isSigned) return true;
    if (range.low >= 0 && range.high + offset <= 0x7fff_ffff) return true;
  }
  // Both must be of the same round: the length may not be computed anew where the ways meet.
  if (index.op !== 'phi' || !isOlder(question, length, index.block)) return false;
  const deeper = { ...question, depth: question.depth + 1 };
  return index.args.every((arg, way) => {
    const from = at(index.block.predecessors, way);
    return arg === index || isBelow(deeper, arg, length, from);
  });
}

const isOlder = ({ dominators }: Question, node: GraphNode, block: Block): boolean =>
  node.op === 'const' || (node.block !== block && dominators.dominates(node.block, block));

const isSameValue = (a: GraphNode, b: GraphNode): boolean =>
  a === b || (a.op === 'const' && constantOf(a) === constantOf(b));
