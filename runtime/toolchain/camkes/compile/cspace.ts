/**
 * The CNode of an address space while capabilities are put in. Slots are given in the order in which they are
 * asked for, from 1; slot 0 stays empty, as a null capability pointer has to be invalid. Asking again under the
 * same key gives the same slot, with the rights of both.
 */
import type { DraftCapability, DraftObject } from './object-space.js';
import { joinedRights } from './object-space.js';

export interface CSpace {
  readonly cnode: DraftObject;
  /** Slots that are given; some of them are to stay empty. */
  nextSlot: number;
  readonly slotByKey: Map<string, number>;
  /** Capabilities to this very CNode: their guards depend on its size. */
  readonly toItself: DraftCapability[];
  /** Free slots that shall be there above the last one. */
  headroom: number;
  /** What an assembly asked for. */
  sizeBits: number | undefined;
}

export const newCSpace = (cnode: DraftObject): CSpace => ({
  cnode,
  nextSlot: 1,
  slotByKey: new Map(),
  toItself: [],
  headroom: 0,
  sizeBits: undefined,
});

/** A new slot. Without a capability it stays empty, for the program to use. */
export function takeSlot(cspace: CSpace, capability: DraftCapability | undefined): number {
  const slot = cspace.nextSlot;
  cspace.nextSlot += 1;
  if (capability !== undefined) cspace.cnode.slots.set(slot, capability);
  return slot;
}

/** The slot of this key, a new one at the first time. */
export function obtainSlot(
  cspace: CSpace,
  key: string,
  capability: DraftCapability | undefined,
): { readonly slot: number; readonly isNew: boolean } {
  const known = cspace.slotByKey.get(key);
  if (known === undefined) {
    const slot = takeSlot(cspace, capability);
    cspace.slotByKey.set(key, slot);
    return { slot, isNew: true };
  }
  const held = cspace.cnode.slots.get(known);
  if (held?.rights !== undefined && capability?.rights !== undefined)
    held.rights = joinedRights(held.rights, capability.rights);
  return { slot: known, isNew: false };
}

/** Settles the size of the CNode, and with it the guards that lead to it. */
export function finishCSpace(cspace: CSpace, wordBits: number): { readonly neededBits: number } {
  const neededBits = bitsFor(Math.max(cspace.nextSlot - 1, 0));
  const sizeBits = cspace.sizeBits ?? bitsFor(cspace.nextSlot - 1 + cspace.headroom);
  cspace.cnode.sizeBits = sizeBits;
  for (const capability of cspace.toItself) {
    capability.guard = 0n;
    capability.guardSize = wordBits - sizeBits;
  }
  return { neededBits };
}

/** The bits of the smallest CNode that has a slot of this number; at least two. */
const bitsFor = (lastSlot: number): number => Math.floor(Math.log2(Math.max(lastSlot, 2))) + 1;
