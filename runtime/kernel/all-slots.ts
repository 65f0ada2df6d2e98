/**
 * Every slot that holds a capability: from the threads and the interrupts, through CNodes and zombies, and
 * along the derivation list. For invariants and views; the kernel itself never needs it.
 */
import {
  cnodePointer,
  cnodeRadix,
  readCapability,
  slotAddress,
  slotIsEmpty,
  tag,
  tagOf,
  zombiePointer,
  zombieSlots,
  type Capability,
} from './capabilities/capability.js';
import { nextSlot, previousSlot } from './capabilities/derivation.js';
import type { KernelState } from './kernel-state.js';
import { globals, slotBytes, tcbDebug, tcbObjectBase, tcbSlot, tcbSlots } from './layout.js';
import { irqSlot } from './objects/irq.js';

/** Newest first. */
export function allThreads(k: KernelState): readonly number[] {
  const threads = new Set<number>();
  for (
    let thread = k.global(globals.allThreads);
    thread !== 0 && !threads.has(thread);
    thread = k.read(tcbObjectBase(thread) + tcbDebug.next)
  ) {
    threads.add(thread);
  }
  return [...threads];
}

/** In the order of discovery. */
export function allSlots(k: KernelState): ReadonlyMap<number, Capability> {
  const found = new Map<number, Capability>();
  const pending: number[] = [];
  for (const thread of allThreads(k)) {
    for (const name of tcbSlots) pending.push(tcbSlot(thread, name));
  }
  for (let irq = 1; irq < 256; irq += 1) pending.push(irqSlot(k, irq));
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (at === 0 || found.has(at) || !readable(k, at) || slotIsEmpty(k, at)) continue;
    const capability = readCapability(k, at);
    found.set(at, capability);
    pending.push(previousSlot(k, at), nextSlot(k, at));
    pushSlotsInside(k, capability, pending);
  }
  return found;
}

const readable = (k: KernelState, at: number): boolean => at % 8 === 0 && k.memory.contains(at, 16);

/** Adds the slots that an object consists of, without those that are empty: most are. */
function pushSlotsInside(k: KernelState, capability: Capability, pending: number[]): void {
  const { w0, w1 } = capability;
  switch (tagOf(w0)) {
    case tag.cnode:
      pushFilled(k, cnodePointer(w0), 2 ** cnodeRadix(w1), pending);
      break;
    case tag.zombie:
      pushFilled(k, zombiePointer(capability), zombieSlots(capability), pending);
      break;
    default:
      break;
  }
}

function pushFilled(k: KernelState, first: number, count: number, pending: number[]): void {
  if (!k.memory.contains(first, count * slotBytes)) return;
  for (let index = 0; index < count; index += 1) {
    const at = slotAddress(first, index);
    if (!slotIsEmpty(k, at)) pending.push(at);
  }
}
