/**
 * The tree of a text that was edited, made from the tree before: blocks in front of the change and behind
 * it stay the very same, and only what lies between is read again. Those behind it are moved, so the tree
 * before does not hold any more. The result is that of reading everything; a property compares them.
 */
import { changeBetween } from '../text/text-change.js';
import { isDumpText, readBlocks } from './parse.js';
import type { CapdlTree, PlacedBlock } from './tree.js';

export interface EditedTree {
  readonly tree: CapdlTree;
  /** So many blocks, from the first that is not the same, were replaced by those that were added. */
  readonly first: number;
  readonly count: number;
  readonly added: readonly PlacedBlock[];
}

export function editedTree(
  before: CapdlTree,
  oldText: string,
  newText: string,
  changed = changeBetween(oldText, newText),
): EditedTree {
  const { blocks } = before;
  if (oldText === newText) return { tree: before, first: blocks.length, count: 0, added: [] };
  const first = countBefore(blocks, changed.start);
  const last = blocks[first - 1];
  const [offset, context] =
    last === undefined ? [0, 'top' as const] : [last.start + last.block.length, last.block.after];
  const added: PlacedBlock[] = [];
  const shift = newText.length - oldText.length;
  let next = first;
  let rest = blocks.length;
  for (const placed of readBlocks(newText, { offset, context, cut: copied })) {
    added.push(placed);
    const { start, block } = placed;
    const end = start + block.length;
    if (end < changed.newEnd) continue;
    // Behind the change the old blocks go on as they were, if one began just here, in the same section.
    while ((blocks[next]?.start ?? Infinity) + shift < end) next += 1;
    const old = blocks[next];
    const isSame = old?.start === end - shift && old.block.before === block.after;
    // The last block is the end of the text, which the parser may just have reached.
    if (!isSame || old.start < changed.oldEnd || next >= blocks.length - 1) continue;
    rest = next;
    break;
  }
  const behind = blocks.slice(rest);
  if (shift !== 0) for (const placed of behind) placed.start += shift;
  return {
    tree: {
      isDump: isDumpText(newText),
      blocks: blocks.slice(0, first).concat(added, behind),
    },
    first,
    count: rest - first,
    added,
  };
}

/** A slice would keep the whole text alive, each version of it, for as long as a name of it is in use. */
const copied = (text: string, start: number, end: number): string =>
  ` ${text.slice(start, end)}`.slice(1);

/** Blocks for which nothing was looked at from the change on. What they look at only grows with them. */
function countBefore(blocks: readonly PlacedBlock[], change: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const placed = blocks[middle];
    if (placed !== undefined && placed.start + placed.block.reach <= change) low = middle + 1;
    else high = middle;
  }
  return low;
}
