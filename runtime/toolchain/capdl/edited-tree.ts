/**
 * The tree of a text that was edited, made from the tree before: blocks in front of the change and behind
 * it stay the very same, and only what lies between is read again. The result is that of reading everything;
 * a property compares them.
 */
import { isDumpText, parseBlocks, parseText } from './parse.js';
import type { CapdlTree, PlacedBlock } from './tree.js';

export function editedTree(before: CapdlTree, oldText: string, newText: string): CapdlTree {
  if (oldText === newText) return before;
  const { blocks } = before;
  const changed = changeBetween(oldText, newText);
  const kept = countBefore(blocks, changed.start);
  const last = blocks[kept - 1];
  if (last === undefined) return parseText(newText);
  const offset = last.start + last.block.length;
  const made: PlacedBlock[] = blocks.slice(0, kept);
  const shift = newText.length - oldText.length;
  const isDump = isDumpText(newText);
  let next = kept;
  let rest: number | undefined;
  parseBlocks(newText, { offset, context: last.block.after, cut: copied }, (start, block) => {
    made.push({ start, block });
    const end = start + block.length;
    if (end < changed.newEnd) return true;
    // Behind the change the old blocks go on as they were, if one began just here, in the same section.
    while ((blocks[next]?.start ?? Infinity) + shift < end) next += 1;
    const old = blocks[next];
    const isSame = old?.start === end - shift && old.block.before === block.after;
    // The last block is the end of the text, which the parser may just have reached.
    if (isSame && old.start >= changed.oldEnd && next < blocks.length - 1) rest = next;
    return rest === undefined;
  });
  if (rest !== undefined)
    for (const { start, block } of blocks.slice(rest)) made.push({ start: start + shift, block });
  return { isDump, blocks: made };
}

/** A slice would keep the whole text alive, each version of it, for as long as a name of it is in use. */
const copied = (text: string, start: number, end: number): string =>
  ` ${text.slice(start, end)}`.slice(1);

interface Change {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** What is not the same at the start and at the end of two texts. */
function changeBetween(oldText: string, newText: string): Change {
  const shorter = Math.min(oldText.length, newText.length);
  const start = longest(shorter, (length) => oldText.slice(0, length) === newText.slice(0, length));
  const same = longest(
    shorter - start,
    (length) => oldText.slice(oldText.length - length) === newText.slice(newText.length - length),
  );
  return { start, oldEnd: oldText.length - same, newEnd: newText.length - same };
}

/** The largest number up to `most` that holds, where each smaller one holds, too; comparing slices is fast. */
function longest(most: number, holds: (length: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (holds(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Blocks for which nothing was looked at from the change on. What they look at only grows with them. */
function countBefore(blocks: readonly PlacedBlock[], change: number): number {
  let count = 0;
  while (count < blocks.length) {
    const placed = blocks[count];
    if (placed === undefined || placed.start + placed.block.reach > change) break;
    count += 1;
  }
  return count;
}
