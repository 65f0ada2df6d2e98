/**
 * How wide a word is. riscv has both widths and capDL does not say which: guards tell, because those of a
 * root CNode fill the word, and so do frames that only one of the two has.
 */
import { addToList, blocksInOrder } from './block-index.js';
import type { BlockLink, LinkState, Steps, WidthHint } from './link-state.js';
import { typeOf, type LinkedObject } from './linked.js';
import { wordBits } from './object-kinds.js';

/** Finds out of blocks that were linked what they tell. */
export function* noteWidths(state: LinkState, blocks: readonly BlockLink[]): Steps {
  for (const link of blocks) {
    yield;
    const hint = hintOf(link);
    link.width = hint;
    if (hint !== undefined) addToList(state.telling, link);
  }
}

function hintOf({ capabilities, objects }: BlockLink): WidthHint | undefined {
  let narrow = 0;
  let wide = 0;
  for (const { object, facts } of capabilities ?? []) {
    if (facts.guardSize === undefined || typeOf(object) !== 'cnode') continue;
    const sum = facts.guardSize + (object?.declaration.sizeBits ?? 0);
    if (sum === 32) narrow += 1;
    else if (sum === 64) wide += 1;
  }
  const ofMemory = objects && widthOf(objects);
  return narrow + wide === 0 && ofMemory === undefined ? undefined : { narrow, wide, ofMemory };
}

function widthOf(objects: readonly LinkedObject[]): 32 | 64 | undefined {
  for (const { declaration } of objects) {
    const { sizeBits, type, physicalAddress } = declaration;
    if (type === 'frame' && sizeBits === 22) return 32;
    if (type === 'frame' && (sizeBits === 21 || sizeBits === 30)) return 64;
    if (physicalAddress !== undefined && physicalAddress >> 34n > 0n) return 64;
  }
  return undefined;
}

export function wordBitsOf({ architecture, telling }: LinkState): number {
  if (architecture === undefined) return 64;
  if (architecture !== 'riscv') return wordBits[architecture];
  let narrow = 0;
  let wide = 0;
  for (const { width } of telling.blocks) {
    narrow += width?.narrow ?? 0;
    wide += width?.wide ?? 0;
  }
  if (narrow !== wide) return narrow > wide ? 32 : 64;
  // Where nothing tells, the wider one lets more pass.
  for (const { width } of blocksInOrder(telling))
    if (width?.ofMemory !== undefined) return width.ofMemory;
  return 64;
}
