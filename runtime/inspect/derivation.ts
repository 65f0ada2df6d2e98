/**
 * The derivation tree as parents and children of slots. The kernel keeps it as lists in preorder, in
 * which parenthood follows from the capabilities; one walk along each list with a stack of ancestors
 * finds every parent. seL4 manual section 3.1.2.
 */
import { isParent, nextSlot, previousSlot } from '../kernel/capabilities/derivation.js';
import type { KernelState } from '../kernel/kernel-state.js';
import { slotBytes } from '../kernel/layout.js';

/** Slots are named by their physical address. */
export interface Derivation {
  parentOf(slot: number): number | undefined;
  /** Directly derived, in the order of the list. */
  childrenOf(slot: number): readonly number[];
}

/** Walks every list that one of `slots` is in. */
export function viewDerivation(kernel: KernelState, slots: Iterable<number>): Derivation {
  const parents = new Map<number, number>();
  const children = new Map<number, number[]>();
  const seen = new Set<number>();
  for (const start of slots) {
    if (seen.has(start)) continue;
    const ancestors: number[] = [];
    let at = headOf(kernel, start);
    while (isSlot(kernel, at) && !seen.has(at)) {
      seen.add(at);
      let parent = ancestors.at(-1);
      while (parent !== undefined && !isParent(kernel, parent, at)) {
        ancestors.pop();
        parent = ancestors.at(-1);
      }
      if (parent !== undefined) {
        parents.set(at, parent);
        const siblings = children.get(parent);
        if (siblings === undefined) children.set(parent, [at]);
        else siblings.push(at);
      }
      ancestors.push(at);
      at = nextSlot(kernel, at);
    }
    seen.add(start);
  }
  return {
    parentOf: (slot) => parents.get(slot),
    childrenOf: (slot) => children.get(slot) ?? [],
  };
}

/** The first slot of the list; a list that a stray store bent into a ring begins anywhere. */
function headOf(kernel: KernelState, slot: number): number {
  const seen = new Set<number>();
  let at = slot;
  while (!seen.has(at)) {
    seen.add(at);
    const previous = previousSlot(kernel, at);
    if (!isSlot(kernel, previous)) return at;
    at = previous;
  }
  return slot;
}

const isSlot = (kernel: KernelState, at: number): boolean =>
  at !== 0 && kernel.memory.contains(at, slotBytes);
