/**
 * What is the same in each round of a loop is computed before it. Surprising choice: also what some rounds would not
 * have computed, where it cannot trap; loads are moved where each round makes them before it can leave the loop, but for
 * a failed check of an index.
 */
import { at } from './at.js';
import type { Dominators } from './dominators.js';
import { dominatorsOf } from './dominators.js';
import type { Block, Graph, GraphNode, Loop } from './graph.js';
import { isInside, isPlaceless, isPure, isStore, successors } from './graph.js';
import type { MemoryStates } from './memory-states.js';
import { memoryStates } from './memory-states.js';
import { trapKinds } from './trap-kinds.js';

/** More would only be put into the frame. */
const mostMoved = 12;

interface Moving {
  readonly moved: Map<Loop, number>;
  readonly dominators: Dominators;
  readonly memory: MemoryStates;
  /** Of each loop, the blocks that its rounds end in. */
  readonly leaving: Map<Loop, readonly Block[]>;
}

export function moveInvariants(graph: Graph): void {
  const dominators = dominatorsOf(graph);
  const memory = memoryStates(dominators);
  const moving: Moving = { moved: new Map(), dominators, memory, leaving: new Map() };
  for (const block of dominators.order) {
    if (block.loop === undefined) continue;
    const staying: GraphNode[] = [];
    for (const node of block.nodes) {
      const target = destination(node, moving);
      if (target === undefined) staying.push(node);
      else {
        node.block = target;
        target.nodes.push(node);
      }
    }
    block.nodes = staying;
  }
}

/** The block before the outermost loop that a value does not change in. */
function destination(node: GraphNode, moving: Moving): Block | undefined {
  const isLoad = node.region !== 'plain' && !isStore(node.op);
  if ((!isPure(node.op) && !isLoad) || isPlaceless(node.op)) return undefined;
  const { moved, memory } = moving;
  let target: Block | undefined;
  for (let loop = node.block.loop; loop !== undefined; loop = loop.outer) {
    const inner = loop;
    if (node.args.some((arg) => !isPlaceless(arg.op) && isInside(arg.block, inner))) break;
    if (isLoad && (memory.changesIn(inner, node) || !runsInEachRound(node.block, inner, moving)))
      break;
    const before = blockBefore(inner);
    const count = moved.get(inner) ?? 0;
    if (before === undefined || count >= mostMoved) break;
    moved.set(inner, count + 1);
    target = before;
  }
  return target;
}

function runsInEachRound(block: Block, loop: Loop, moving: Moving): boolean {
  const { dominators, leaving } = moving;
  const ends = leaving.get(loop) ?? dominators.order.filter((other) => endsRound(other, loop));
  leaving.set(loop, ends);
  return ends.every((end) => dominators.dominates(block, end));
}

function endsRound(block: Block, loop: Loop): boolean {
  const { exit } = block;
  if (!isInside(block, loop)) return false;
  if (exit.kind === 'trap') return exit.trap !== trapKinds.index;
  if (exit.kind === 'return') return true;
  return successors(exit).some((next) => next === loop.header || !isInside(next, loop));
}

/** The one block that leads into a loop, and nowhere else. */
export function blockBefore(loop: Loop): Block | undefined {
  const { header } = loop;
  if (header === undefined) return undefined;
  const outside = header.predecessors.filter((block) => !isInside(block, loop));
  if (outside.length !== 1) return undefined;
  const before = at(outside, 0);
  return before.exit.kind === 'jump' ? before : undefined;
}
