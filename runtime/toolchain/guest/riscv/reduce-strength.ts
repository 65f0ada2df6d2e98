/**
 * A value that grows by the same amount in each round of a loop, as `base + 4 * i` does with `i`, is kept in a register
 * and added to, where computing it anew takes two instructions or more.
 */
import { at } from './at.js';
import { addNode, binary, binaryImmediate, constant, constantOf } from './fold.js';
import type { Cursor } from './fold.js';
import type { Block, Graph, GraphNode, Loop } from './graph.js';
import { exitValues, isInside, isPlaceless } from './graph.js';
import { blockBefore } from './loop-invariants.js';

/** Each takes a register. */
const mostReduced = 6;
const longestChain = 8;

export function reduceStrength(graph: Graph): void {
  const loops = new Set<Loop>();
  for (const { loop } of graph.blocks) if (loop !== undefined) loops.add(loop);
  const innerFirst = [...loops].sort((a, b) => b.depth - a.depth);
  for (const loop of innerFirst) reduceLoop(graph, loop);
}

interface Linear {
  readonly phi: GraphNode;
  /** How much it grows by when the phi grows by one. */
  readonly scale: number;
  /** How many instructions of the loop it takes. */
  readonly cost: number;
}

interface LoopPlace {
  readonly loop: Loop;
  readonly header: Block;
  readonly before: Block;
  readonly latch: Block;
}

function placeOf(loop: Loop): LoopPlace | undefined {
  const { header } = loop;
  const before = blockBefore(loop);
  if (header?.predecessors.length !== 2 || before === undefined) return undefined;
  const latch = header.predecessors.find((block) => block !== before);
  if (latch?.exit.kind !== 'jump') return undefined;
  return { loop, header, before, latch };
}

function reduceLoop(graph: Graph, loop: Loop): void {
  const place = placeOf(loop);
  if (place === undefined) return;
  const steps = stepsOf(place);
  if (steps.size === 0) return;
  const blocks = graph.blocks.filter((block) => isInside(block, loop));
  const linear = linearValues(blocks, loop, steps);
  const wanted = candidates(blocks, linear, steps);
  for (const node of wanted.slice(0, mostReduced)) {
    const known = linear.get(node);
    const step = known && steps.get(known.phi);
    if (known !== undefined && step !== undefined) reduce(graph, place, node, known, step);
  }
}

/** Phis that grow by a constant in each round, with that. */
function stepsOf({ header, latch }: LoopPlace): ReadonlyMap<GraphNode, number> {
  const way = header.predecessors.indexOf(latch);
  const steps = new Map<GraphNode, number>();
  for (const phi of header.phis) {
    const next = phi.args[way];
    if (next?.op !== 'add' || next.args[0] !== phi) continue;
    const step = constantOf(at(next.args, 1));
    if (step !== undefined) steps.set(phi, step);
  }
  return steps;
}

function linearValues(
  blocks: readonly Block[],
  loop: Loop,
  steps: ReadonlyMap<GraphNode, number>,
): Map<GraphNode, Linear> {
  const linear = new Map<GraphNode, Linear>();
  for (const phi of steps.keys()) linear.set(phi, { phi, scale: 1, cost: 0 });
  const isFixed = (node: GraphNode): boolean => isPlaceless(node.op) || !isInside(node.block, loop);
  for (const block of blocks)
    for (const node of block.nodes) {
      if (node.args.length !== 2) continue;
      const [a, b] = [at(node.args, 0), at(node.args, 1)];
      const [first, second] = [linear.get(a), linear.get(b)];
      const known = first ?? second;
      if (known === undefined || known.cost >= longestChain) continue;
      const cost = known.cost + 1;
      const number = constantOf(b);
      if (node.op === 'add' && isFixed(first === undefined ? a : b))
        linear.set(node, { ...known, cost });
      else if (first === undefined) continue;
      else if (node.op === 'sub' && isFixed(b)) linear.set(node, { ...known, cost });
      else if (node.op === 'sll' && number !== undefined)
        linear.set(node, { ...known, scale: known.scale << (number & 31), cost });
      else if (node.op === 'mul' && number !== undefined)
        linear.set(node, { ...known, scale: Math.imul(known.scale, number), cost: cost + 1 });
    }
  return linear;
}

/** Linear values that something reads that is not linear, the costliest first. */
function candidates(
  blocks: readonly Block[],
  linear: ReadonlyMap<GraphNode, Linear>,
  steps: ReadonlyMap<GraphNode, number>,
): GraphNode[] {
  const wanted = new Set<GraphNode>();
  const use = (node: GraphNode): void => {
    const known = linear.get(node);
    if (known !== undefined && known.cost >= 2 && !steps.has(node)) wanted.add(node);
  };
  for (const block of blocks) {
    for (const node of block.nodes) if (!linear.has(node)) node.args.forEach(use);
    exitValues(block.exit).forEach(use);
  }
  return [...wanted].sort((a, b) => (linear.get(b)?.cost ?? 0) - (linear.get(a)?.cost ?? 0));
}

function reduce(
  graph: Graph,
  { header, before, latch }: LoopPlace,
  node: GraphNode,
  { phi, scale }: Linear,
  step: number,
): void {
  const { offset } = node;
  const early: Cursor = { graph, block: before, offset };
  const first = evaluateWith(early, node, phi, at(phi.args, header.predecessors.indexOf(before)));
  const grown = addNode({ graph, block: header, offset }, 'phi', []);
  const late: Cursor = { graph, block: lateBlock(latch), offset };
  const next = addNode(late, 'add', [grown, constant(late, Math.imul(scale, step))]);
  grown.args = header.predecessors.map((from) => (from === before ? first : next));
  node.replacement = grown;
  for (const block of graph.blocks) {
    const use = (arg: GraphNode): GraphNode => (arg === node ? grown : arg);
    for (const other of block.phis) other.args = other.args.map(use);
    for (const other of block.nodes) other.args = other.args.map(use);
    const { exit } = block;
    if (exit.kind === 'branch') {
      exit.left = use(exit.left);
      exit.right = use(exit.right);
    } else if (exit.kind === 'switch') exit.index = use(exit.index);
    else if (exit.kind !== 'jump')
      exit.values.forEach((value, at) => (exit.values[at] = use(value)));
  }
}

/**
 * Where a value for the next round is made. Before the test for another round where that comes last: a way back
 * without instructions of its own takes no jump.
 */
function lateBlock(latch: Block): Block {
  const [before, ...others] = latch.predecessors;
  return before?.exit.kind === 'branch' &&
    others.length === 0 &&
    latch.nodes.every(({ op }) => isPlaceless(op)) &&
    before.loop === latch.loop
    ? before
    : latch;
}

/** The same computation with another value for the phi; as deep as the chain is long. */
function evaluateWith(
  cursor: Cursor,
  node: GraphNode,
  phi: GraphNode,
  value: GraphNode,
): GraphNode {
  if (node === phi) return value;
  if (!dependsOn(node, phi, longestChain + 2)) return node;
  const [a, b] = node.args.map((arg) => evaluateWith(cursor, arg, phi, value));
  if (a === undefined || b === undefined) return node;
  return node.op === 'sll' || node.op === 'mul' || node.op === 'sub'
    ? binary(cursor, node.op, a, b)
    : node.op === 'add'
      ? binary(cursor, 'add', a, b)
      : binaryImmediate(cursor, 'add', a, 0);
}

function dependsOn(node: GraphNode, phi: GraphNode, depth: number): boolean {
  if (node === phi) return true;
  if (depth === 0 || node.op === 'phi' || node.args.length !== 2) return false;
  if (node.op !== 'add' && node.op !== 'sub' && node.op !== 'sll' && node.op !== 'mul')
    return false;
  return node.args.some((arg) => dependsOn(arg, phi, depth - 1));
}
