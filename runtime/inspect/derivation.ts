/**
 * The derivation tree as parents and children of slots. The kernel keeps it as lists in preorder, in
 * which parenthood follows from the capabilities; one walk along each list with a stack of ancestors
 * finds every parent. seL4 manual section 3.1.2; the rules are in sel4-abi section 8.
 */
import type { DecodedCapability } from './capability-layout.js';
import {
  capabilityAt,
  objectBits,
  objectPointer,
  slotBytes,
  type KernelSource,
} from './kernel-source.js';

/** Slots are named by the kernel's pointers. */
export interface Derivation {
  parentOf(slot: number): number | undefined;
  /** Directly derived, in the order of the list. */
  childrenOf(slot: number): readonly number[];
  /** Every slot of every list that was walked, in preorder. */
  readonly slots: readonly number[];
}

/** Walks every list that one of `slots` is in. */
export function viewDerivation(kernel: KernelSource, slots: Iterable<number>): Derivation {
  const parents = new Map<number, number>();
  const children = new Map<number, number[]>();
  const seen = new Set<number>();
  for (const start of slots) {
    if (seen.has(start)) continue;
    const ancestors: Ancestor[] = [];
    let at = headOf(kernel, start);
    while (isSlot(kernel, at) && !seen.has(at)) {
      seen.add(at);
      const node = nodeAt(kernel, at);
      let parent = ancestors.at(-1);
      while (parent !== undefined && !isParent(kernel, parent, node)) {
        ancestors.pop();
        parent = ancestors.at(-1);
      }
      if (parent !== undefined) {
        parents.set(at, parent.at);
        const siblings = children.get(parent.at);
        if (siblings === undefined) children.set(parent.at, [at]);
        else siblings.push(at);
      }
      ancestors.push(node);
      at = nextSlot(kernel, at);
    }
    seen.add(start);
  }
  return {
    parentOf: (slot) => parents.get(slot),
    childrenOf: (slot) => children.get(slot) ?? [],
    slots: [...seen],
  };
}

const nextSlot = (kernel: KernelSource, at: number): number =>
  (kernel.word(at + kernel.layout.slot.next) & ~7) >>> 0;
const previousSlot = (kernel: KernelSource, at: number): number =>
  (kernel.word(at + kernel.layout.slot.previous) & ~7) >>> 0;

interface Ancestor {
  readonly at: number;
  readonly capability: DecodedCapability;
  readonly isRevocable: boolean;
  readonly isFirstBadged: boolean;
}

function nodeAt(kernel: KernelSource, at: number): Ancestor {
  const flags = kernel.word(at + kernel.layout.slot.next);
  return {
    at,
    capability: capabilityAt(kernel, at),
    isRevocable: (flags & 2) !== 0,
    isFirstBadged: (flags & 1) !== 0,
  };
}

function isParent(kernel: KernelSource, parent: Ancestor, child: Ancestor): boolean {
  const { type, fields } = parent.capability;
  if (!parent.isRevocable || !covers(kernel, parent.capability, child.capability)) return false;
  if (type !== 'endpoint' && type !== 'notification') return true;
  const { badge = 0 } = fields;
  return badge === 0 || (badge === child.capability.fields.badge && !child.isFirstBadged);
}

/** Whether what `b` is to lies inside what `a` stands for. */
function covers(kernel: KernelSource, a: DecodedCapability, b: DecodedCapability): boolean {
  switch (a.type) {
    case 'null':
    case 'zombie':
      return false;
    case 'untyped':
      return contains(kernel, a, b);
    case 'frame':
      return b.type === 'frame' && contains(kernel, a, b);
    case 'irqControl':
      return b.type === 'irqControl' || b.type === 'irqHandler';
    case 'irqHandler':
      return b.type === 'irqHandler' && a.fields.irq === b.fields.irq;
    case 'cnode':
      return sameObject(a, b) && a.fields.radix === b.fields.radix;
    case 'schedContext':
      return sameObject(a, b) && a.fields.sizeBits === b.fields.sizeBits;
    default:
      return sameObject(a, b);
  }
}

const sameObject = (a: DecodedCapability, b: DecodedCapability): boolean =>
  a.type === b.type && a.fields.pointer === b.fields.pointer;

function contains(kernel: KernelSource, a: DecodedCapability, b: DecodedCapability): boolean {
  const start = objectPointer(kernel, a);
  const inner = objectPointer(kernel, b);
  if (start === undefined || inner === undefined) return false;
  const end = start + 2 ** objectBits(kernel, a);
  return start <= inner && inner + 2 ** objectBits(kernel, b) <= end;
}

/** The first slot of the list; a list that a stray store bent into a ring begins anywhere. */
function headOf(kernel: KernelSource, slot: number): number {
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

const isSlot = (kernel: KernelSource, at: number): boolean =>
  at !== 0 && kernel.contains(at, slotBytes(kernel));
