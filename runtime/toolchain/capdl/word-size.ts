/**
 * How wide a word is. riscv has both widths and capDL does not say which: guards tell, because those of a
 * root CNode fill the word, and so do frames that only one of the two has.
 */
import type { BlockLink, LinkState, Steps } from './link-state.js';
import { typeOf } from './linked.js';
import { wordBits } from './object-kinds.js';

/** Finds in blocks that were linked the capabilities that tell. */
export function* noteGuards(blocks: readonly BlockLink[]): Steps {
  for (const link of blocks) {
    yield;
    for (const capability of link.capabilities ?? []) {
      if (capability.facts.guardSize === undefined || typeOf(capability.object) !== 'cnode')
        continue;
      (link.guards ??= []).push(capability);
    }
  }
}

export function wordBitsOf({ architecture, blocks }: LinkState): number {
  if (architecture === undefined) return 64;
  if (architecture !== 'riscv') return wordBits[architecture];
  let narrow = 0;
  let wide = 0;
  for (const { guards } of blocks) {
    if (guards === undefined) continue;
    for (const { object, facts } of guards) {
      const sum = (facts.guardSize ?? 0) + (object?.declaration.sizeBits ?? 0);
      if (sum === 32) narrow += 1;
      else if (sum === 64) wide += 1;
    }
  }
  if (narrow !== wide) return narrow > wide ? 32 : 64;
  return wordBitsOfMemory(blocks) ?? 64;
}

/** Where nothing tells, the wider one lets more pass. */
function wordBitsOfMemory(blocks: readonly BlockLink[]): number | undefined {
  for (const { objects } of blocks) {
    for (const { declaration } of objects ?? []) {
      const { sizeBits, type, physicalAddress } = declaration;
      if (type === 'frame' && sizeBits === 22) return 32;
      if (type === 'frame' && (sizeBits === 21 || sizeBits === 30)) return 64;
      if (physicalAddress !== undefined && physicalAddress >> 34n > 0n) return 64;
    }
  }
  return undefined;
}
