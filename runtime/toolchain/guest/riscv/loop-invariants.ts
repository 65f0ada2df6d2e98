/**
 * What is the same in each round of a loop is computed before it. Surprising choice: also what some rounds would not
 * have computed, since nothing that is moved here can trap.
 */
import { at } from './at.js';
import { dominatorsOf } from './dominators.js';
import type { Block, Graph, GraphNode, Loop } from './graph.js';
import { isInside, isPlaceless, isPure } from './graph.js';

/** More would only be put into the frame. */
const mostMoved = 12;

export function moveInvariants(graph: Graph): void {
  const moved = new Map<Loop, number>();
  const { order } = dominatorsOf(graph);
  for (const block of order) {
    if (block.loop === undefined) continue;
    const staying: GraphNode[] = [];
    for (const node of block.nodes) {
      const target = destination(node, moved);
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
function destination(node: GraphNode, moved: Map<Loop, number>): Block | undefined {
  if (!isPure(node.op) || isPlaceless(node.op)) return undefined;
  let target: Block | undefined;
  for (let loop = node.block.loop; loop !== undefined; loop = loop.outer) {
    const inner = loop;
    if (node.args.some((arg) => !isPlaceless(arg.op) && isInside(arg.block, inner))) break;
    const before = blockBefore(inner);
    const count = moved.get(inner) ?? 0;
    if (before === undefined || count >= mostMoved) break;
    moved.set(inner, count + 1);
    target = before;
  }
  return target;
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
