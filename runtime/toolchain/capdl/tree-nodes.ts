/**
 * Ways through the tree of a capDL text that need not know its shapes. Offsets of a node count from its
 * block; what is given back here counts from the start of the text. For an editor.
 */
import type { Span } from '../text/source-text.js';
import type { BlockNode, CapdlTree, PlacedBlock } from './tree.js';

export interface PlacedNode {
  readonly span: Span;
  readonly node: { readonly kind?: string };
}

/** The index of the block that an offset is in; of two that meet there, the first. */
export function blockIndexAt({ blocks }: CapdlTree, offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((blocks[middle]?.start ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

/** The blocks that show something between two offsets. */
export function blocksBetween(tree: CapdlTree, { start, end }: Span): readonly PlacedBlock[] {
  const first = blockIndexAt(tree, start);
  const last = blockIndexAt(tree, end);
  return tree.blocks.slice(first, last + 1);
}

/** The nodes around an offset, the outermost first; each holds the next. */
export function nodesAt(tree: CapdlTree, offset: number): PlacedNode[] {
  const placed = tree.blocks[blockIndexAt(tree, offset)];
  if (placed === undefined) return [];
  const inBlock = offset - placed.start;
  const path: PlacedNode[] = [];
  let inside: readonly SpannedNode[] = [placed.block.node];
  for (;;) {
    const next = inside.find(({ start, end }) => start <= inBlock && inBlock <= end);
    if (next === undefined) return path;
    const span = { start: placed.start + next.start, end: placed.start + next.end };
    path.push({ span, node: next });
    inside = childrenOf(next);
  }
}

interface SpannedNode extends Span {
  readonly kind?: string;
}

function childrenOf(node: BlockNode | SpannedNode): SpannedNode[] {
  const children: SpannedNode[] = [];
  for (const value of Object.values(node) as unknown[])
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
      if (isNode(each)) children.push(each);
  return children;
}

const isNode = (value: unknown): value is SpannedNode =>
  typeof value === 'object' && value !== null && 'start' in value && 'end' in value;
