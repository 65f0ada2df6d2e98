/**
 * How wide a word is. riscv has both widths and capDL does not say which: guards tell, because those of a
 * root CNode fill the word, and so do frames that only one of the two has.
 */
import { typeOf, type Linked } from './linked.js';
import { wordBits } from './object-kinds.js';

export function wordBitsOf({ architecture, capabilities, objects }: Linked): number {
  if (architecture === undefined) return 64;
  if (architecture !== 'riscv') return wordBits[architecture];
  let narrow = 0;
  let wide = 0;
  for (const { object, facts } of capabilities) {
    if (facts.guardSize === undefined || typeOf(object) !== 'cnode') continue;
    const sum = facts.guardSize + (object?.declaration.sizeBits ?? 0);
    if (sum === 32) narrow += 1;
    else if (sum === 64) wide += 1;
  }
  if (narrow !== wide) return narrow > wide ? 32 : 64;
  for (const { declaration } of objects.values()) {
    if (declaration.type === 'frame' && declaration.sizeBits === 22) return 32;
    const { sizeBits, type, physicalAddress } = declaration;
    if (type === 'frame' && (sizeBits === 21 || sizeBits === 30)) return 64;
    if (physicalAddress !== undefined && physicalAddress >> 34n > 0n) return 64;
  }
  // Nothing tells: the wider one lets more pass.
  return 64;
}
