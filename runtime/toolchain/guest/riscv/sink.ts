/**
 * A value that only one later block reads is computed there, so that ways which do not lead there do not pay for it;
 * never into a loop that it is not in.
 */
import { at } from './at.js';
import type { Block, Graph, GraphNode } from './graph.js';
import { exitValues, isPlaceless, isPure } from './graph.js';

export function sinkValues(graph: Graph): void {
  const readers = readersOf(graph);
  for (const block of [...graph.blocks].reverse()) {
    const staying: GraphNode[] = [];
    // From the last to the first, so that what a moved value reads can move behind it.
    for (const node of [...block.nodes].reverse()) {
      const target = onlyReader(node, readers);
      if (target === undefined || target === block || target.loop !== block.loop)
        staying.push(node);
      else if (isWayBack(target)) staying.push(node);
      else if (!isPure(node.op) || isPlaceless(node.op)) staying.push(node);
      else {
        node.block = target;
        target.nodes.unshift(node);
        for (const arg of node.args) moveReader(readers, arg, { from: block, to: target });
      }
    }
    block.nodes = staying.reverse();
  }
}

/** A way to another round takes no jump as long as it has no instructions. */
const isWayBack = ({ exit, loop }: Block): boolean =>
  exit.kind === 'jump' && exit.to === loop?.header;

/** How often each block reads each value; a phi reads at the end of the block that its value comes from. */
type Readers = Map<GraphNode, Map<Block, number>>;

function readersOf(graph: Graph): Readers {
  const readers: Readers = new Map();
  const read = (node: GraphNode, block: Block): void => {
    const blocks = readers.get(node) ?? new Map<Block, number>();
    readers.set(node, blocks);
    blocks.set(block, (blocks.get(block) ?? 0) + 1);
  };
  for (const block of graph.blocks) {
    for (const phi of block.phis)
      phi.args.forEach((arg, way) => {
        read(arg, at(block.predecessors, way));
      });
    for (const node of block.nodes) for (const arg of node.args) read(arg, block);
    for (const value of exitValues(block.exit)) read(value, block);
  }
  return readers;
}

function onlyReader(node: GraphNode, readers: Readers): Block | undefined {
  const blocks = readers.get(node);
  if (blocks?.size !== 1) return undefined;
  const [only] = blocks.keys();
  return only;
}

function moveReader(
  readers: Readers,
  node: GraphNode,
  { from, to }: { readonly from: Block; readonly to: Block },
): void {
  const blocks = readers.get(node);
  if (blocks === undefined) return;
  const left = (blocks.get(from) ?? 1) - 1;
  if (left === 0) blocks.delete(from);
  else blocks.set(from, left);
  blocks.set(to, (blocks.get(to) ?? 0) + 1);
}
