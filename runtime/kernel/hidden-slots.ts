/**
 * Capabilities that nobody can reach any more, but that are there: those in CNodes that only each other hold. No
 * thread leads to them and no link of the derivation list, so they are looked for in RAM: a CNode capability counts
 * when it lies in a CNode of which such a capability counts, too. Slow; for invariants that found something amiss.
 */
import {
  cnodePointer,
  cnodeRadix,
  frameBits,
  frameIsDevice,
  mappedBase,
  readCapability,
  slotIsEmpty,
  tag,
  tagOf,
  zombiePointer,
  zombieSlots,
  type Capability,
} from './capabilities/capability.js';
import { nextSlot, previousSlot } from './capabilities/derivation.js';
import type { KernelState } from './kernel-state.js';
import { kernelRegionBytes, slotBytes } from './layout.js';

/** By the address of their slots; none of `visible` is among them. */
export function hiddenSlots(
  k: KernelState,
  visible: ReadonlyMap<number, Capability>,
): ReadonlyMap<number, Capability> {
  const found = new Map<number, Capability>();
  for (const { start, end } of cnodesThatHoldEachOther(candidates(k, visible))) {
    for (let at = start; at < end; at += slotBytes) {
      if (!visible.has(at) && !slotIsEmpty(k, at)) found.set(at, readCapability(k, at));
    }
  }
  return found;
}

interface Candidate {
  /** Where the capability lies. */
  readonly at: number;
  /** The slots that it leads to. */
  readonly start: number;
  readonly end: number;
}

/** Whatever in RAM has the shape of a capability to slots; bytes of programs do not count. */
function candidates(k: KernelState, visible: ReadonlyMap<number, Capability>): Candidate[] {
  const found: Candidate[] = [];
  const { base, sizeBytes } = k.board.ram;
  const pages = pagesOf(visible);
  for (let at = base + kernelRegionBytes(k.domains); at < base + sizeBytes; at += slotBytes) {
    if (at % pageBytes === 0 && pages.has(at)) {
      at += pageBytes - slotBytes;
      continue;
    }
    if (visible.has(at)) continue;
    const slots = slotsOf(readCapability(k, at));
    if (
      slots !== undefined &&
      k.memory.contains(slots.start, slots.end - slots.start) &&
      isLinked(k, at)
    )
      found.push({ at, ...slots });
  }
  return found;
}

const pageBytes = 0x1000;

function pagesOf(visible: ReadonlyMap<number, Capability>): ReadonlySet<number> {
  const pages = new Set<number>();
  for (const capability of visible.values()) {
    if (tagOf(capability.w0) !== tag.frame || frameIsDevice(capability.w0)) continue;
    const base = mappedBase(capability.w1);
    for (let at = base; at < base + 2 ** frameBits(capability.w0); at += pageBytes) pages.add(at);
  }
  return pages;
}

function slotsOf(capability: Capability): { start: number; end: number } | undefined {
  const { w0, w1 } = capability;
  const of = (start: number, count: number) => ({ start, end: start + count * slotBytes });
  switch (tagOf(w0)) {
    case tag.cnode:
      return of(cnodePointer(w0), 2 ** cnodeRadix(w1));
    case tag.zombie:
      return of(zombiePointer(capability), zombieSlots(capability));
    default:
      return undefined;
  }
}

/** Both neighbours in the derivation list know the slot (CDT-1). */
function isLinked(k: KernelState, at: number): boolean {
  const [previous, next] = [previousSlot(k, at), nextSlot(k, at)];
  const knows = (neighbour: number, link: (k: KernelState, at: number) => number): boolean =>
    neighbour === 0 || (k.memory.contains(neighbour, slotBytes) && link(k, neighbour) === at);
  return knows(previous, nextSlot) && knows(next, previousSlot);
}

/** Takes away whoever lies in none of the others' slots, until no more do. */
function cnodesThatHoldEachOther(all: readonly Candidate[]): readonly Candidate[] {
  let left = all;
  for (;;) {
    const held = left.filter(({ at }) => left.some(({ start, end }) => at >= start && at < end));
    if (held.length === left.length) return left;
    left = held;
  }
}
