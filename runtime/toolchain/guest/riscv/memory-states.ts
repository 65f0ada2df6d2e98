/**
 * Which loads see the same memory. Where memory may have changed it has a new number: after a store or call, and where
 * ways with different numbers meet. Loads of what is not `plain` with the same number give the same.
 */
import type { Dominators } from './dominators.js';
import type { Block, GraphNode, Loop } from './graph.js';
import { isStore } from './graph.js';

/** Of what can change: a number for each. */
interface State {
  element: number;
  field: number;
}

export interface MemoryStates {
  /** Undefined for what is no load that can be shared. */
  readonly stateOf: (node: GraphNode) => number | undefined;
  /** Whether what a load reads may change in a loop. */
  readonly changesIn: (loop: Loop, node: GraphNode) => boolean;
}

/** Whether a node may change what is in memory there. */
export function changes({ op, region }: GraphNode, kind: keyof State): boolean {
  if (isStore(op)) return region === 'plain' || region === kind;
  return op === 'call' || op === 'callRegister' || op === 'ecall' || op === 'fence';
}

export function memoryStates(dominators: Dominators): MemoryStates {
  const { order } = dominators;
  const loops = changingLoops(order);
  const states = new Map<GraphNode, number>();
  const atEnd = new Map<Block, State>();
  let next = 1;
  const merged = (block: Block, kind: keyof State): number => {
    let common: number | undefined;
    for (const from of block.predecessors) {
      if (dominators.dominates(block, from)) {
        if (block.loop?.header !== block || loops[kind].has(block.loop)) return next++;
        continue;
      }
      const state = atEnd.get(from)?.[kind];
      if (state === undefined || (common !== undefined && common !== state)) return next++;
      common = state;
    }
    return common ?? 0;
  };
  for (const block of order) {
    const state = { element: merged(block, 'element'), field: merged(block, 'field') };
    for (const node of block.nodes) {
      if (node.region === 'fixed') states.set(node, 0);
      else if (node.region !== 'plain' && !isStore(node.op)) states.set(node, state[node.region]);
      if (changes(node, 'element')) state.element = next++;
      if (changes(node, 'field')) state.field = next++;
      // What has just been stored is what a load would see.
      if (node.region === 'element' && isStore(node.op)) states.set(node, state.element);
    }
    atEnd.set(block, state);
  }
  return {
    stateOf: (node) => states.get(node),
    changesIn: (loop, node) =>
      node.region === 'plain' || (node.region !== 'fixed' && loops[node.region].has(loop)),
  };
}

function changingLoops(blocks: readonly Block[]): Record<keyof State, ReadonlySet<Loop>> {
  const element = new Set<Loop>();
  const field = new Set<Loop>();
  const mark = (block: Block, loops: Set<Loop>): void => {
    for (let { loop } = block; loop !== undefined && !loops.has(loop); loop = loop.outer)
      loops.add(loop);
  };
  for (const block of blocks) {
    if (block.loop === undefined) continue;
    if (block.nodes.some((node) => changes(node, 'element'))) mark(block, element);
    if (block.nodes.some((node) => changes(node, 'field'))) mark(block, field);
  }
  return { element, field };
}
