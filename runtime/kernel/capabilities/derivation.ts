/**
 * The derivation tree: one doubly linked list of slots in preorder, where parenthood is decided by the
 * capabilities themselves. A child stands right after its parent; so a slot's descendants are contiguous
 * after it (CDT-2), and revoke can stop at the first that is none. seL4 manual 3.1.2; sel4-abi section 8.
 */
import type { PhysAddr } from '../../base/address.js';
import { invariant } from '../../base/invariant.js';
import type { KernelState } from '../kernel-state.js';
import { slot } from '../layout.js';
import {
  asidPoolPointer,
  cnodePointer,
  cnodeRadix,
  endpointBadge,
  endpointPointer,
  frameBits,
  frameIsDevice,
  irqHandlerNumber,
  mappedBase,
  notificationBadge,
  notificationPointer,
  nullCapability,
  objectBase,
  objectBits,
  readCapability,
  replyPointer,
  schedContextPointer,
  schedContextSizeBits,
  slotIsEmpty,
  tag,
  tagOf,
  threadPointer,
  typeName,
  untypedBase,
  untypedSizeBits,
  withFreeOffset,
  writeCapability,
  type Capability,
} from './capability.js';

const revocable = 2;
const firstBadged = 1;

export const previousSlot = (k: KernelState, at: number): number =>
  (k.read(at + slot.previous) & ~7) >>> 0;
export const nextSlot = (k: KernelState, at: number): number => (k.read(at + slot.next) & ~7) >>> 0;
export const isRevocable = (k: KernelState, at: number): boolean =>
  (k.read(at + slot.next) & revocable) !== 0;
export const isFirstBadged = (k: KernelState, at: number): boolean =>
  (k.read(at + slot.next) & firstBadged) !== 0;

const setPrevious = (k: KernelState, at: number, previous: number): void => {
  k.write(at + slot.previous, previous);
};
const setNext = (k: KernelState, at: number, next: number): void => {
  k.write(at + slot.next, next | (k.read(at + slot.next) & 7));
};

/** Whether the memory or the thing behind `b` lies inside what `a` stands for. */
export function sameRegion(a: Capability, b: Capability): boolean {
  const tagA = tagOf(a.w0);
  const tagB = tagOf(b.w0);
  switch (tagA) {
    case tag.untyped: {
      const base = objectBase(b);
      if (base === undefined) return false;
      const start = untypedBase(a.w0);
      return start <= base && base + 2 ** objectBits(b) <= start + 2 ** untypedSizeBits(a.w1);
    }
    case tag.irqControl:
      return tagB === tag.irqControl || tagB === tag.irqHandler;
    case tag.frame:
      return (
        tagB === tag.frame &&
        mappedBase(a.w1) <= mappedBase(b.w1) &&
        mappedBase(b.w1) + 2 ** frameBits(b.w0) <= mappedBase(a.w1) + 2 ** frameBits(a.w0)
      );
    default:
      break;
  }
  if (tagA !== tagB) return false;
  switch (tagA) {
    case tag.endpoint:
      return endpointPointer(a.w1) === endpointPointer(b.w1);
    case tag.notification:
      return notificationPointer(a.w0) === notificationPointer(b.w0);
    case tag.cnode:
      return cnodePointer(a.w0) === cnodePointer(b.w0) && cnodeRadix(a.w1) === cnodeRadix(b.w1);
    case tag.thread:
      return threadPointer(a.w0) === threadPointer(b.w0);
    case tag.reply:
      return replyPointer(a.w1) === replyPointer(b.w1);
    case tag.irqHandler:
      return irqHandlerNumber(a.w1) === irqHandlerNumber(b.w1);
    case tag.schedContext:
      return (
        schedContextPointer(a.w1) === schedContextPointer(b.w1) &&
        schedContextSizeBits(a.w0) === schedContextSizeBits(b.w0)
      );
    case tag.pageTable:
      return mappedBase(a.w1) === mappedBase(b.w1);
    case tag.asidPool:
      return asidPoolPointer(a.w0) === asidPoolPointer(b.w0);
    case tag.domain:
    case tag.schedControl:
    case tag.asidControl:
      return true;
    default:
      return false;
  }
}

/** Whether two capabilities are to one object. An untyped is never the same as another: it only contains. */
export function sameObject(a: Capability, b: Capability): boolean {
  const tagA = tagOf(a.w0);
  if (tagA === tag.untyped || tagA === tag.irqControl) return false;
  if (tagA === tag.frame) {
    return (
      tagOf(b.w0) === tag.frame &&
      mappedBase(a.w1) === mappedBase(b.w1) &&
      frameBits(a.w0) === frameBits(b.w0) &&
      frameIsDevice(a.w0) === frameIsDevice(b.w0)
    );
  }
  return sameRegion(a, b);
}

export function isParent(k: KernelState, parent: number, child: number): boolean {
  if (!isRevocable(k, parent)) return false;
  const a = readCapability(k, parent);
  const b = readCapability(k, child);
  if (!sameRegion(a, b)) return false;
  switch (tagOf(a.w0)) {
    case tag.endpoint: {
      const badge = endpointBadge(a.w0);
      return badge === 0 || (badge === endpointBadge(b.w0) && !isFirstBadged(k, child));
    }
    case tag.notification: {
      const badge = notificationBadge(a.w1);
      return badge === 0 || (badge === notificationBadge(b.w1) && !isFirstBadged(k, child));
    }
    default:
      return true;
  }
}

export function hasChildren(k: KernelState, at: number): boolean {
  const next = nextSlot(k, at);
  return next !== 0 && isParent(k, at, next);
}

/** Whether no other slot holds a capability to the same object: copies are neighbours in the list. */
export function isFinal(k: KernelState, at: number): boolean {
  const own = readCapability(k, at);
  const previous = previousSlot(k, at);
  if (previous !== 0 && sameObject(readCapability(k, previous), own)) return false;
  const next = nextSlot(k, at);
  return next === 0 || !sameObject(own, readCapability(k, next));
}

/** A derived capability may be a parent itself where it starts something new: a badge, a handler, an untyped. */
function startsFamily(derived: Capability, source: Capability): boolean {
  switch (tagOf(derived.w0)) {
    case tag.endpoint:
      return endpointBadge(derived.w0) !== endpointBadge(source.w0);
    case tag.notification:
      return notificationBadge(derived.w1) !== notificationBadge(source.w1);
    case tag.irqHandler:
      return tagOf(source.w0) === tag.irqControl;
    case tag.untyped:
      return true;
    default:
      return false;
  }
}

/** Puts a capability derived from the one at `source` into the empty slot `to`, right after its source. */
export function insertDerived(
  k: KernelState,
  capability: Capability,
  source: number,
  to: number,
): void {
  const from = readCapability(k, source);
  expectEmpty(k, to);
  const next = nextSlot(k, source);
  const bits = startsFamily(capability, from) ? revocable | firstBadged : 0;
  // Two untypeds over one region must not both make objects there: the source counts as used up.
  if (
    tagOf(from.w0) === tag.untyped &&
    tagOf(capability.w0) === tag.untyped &&
    untypedBase(from.w0) === untypedBase(capability.w0) &&
    untypedSizeBits(from.w1) === untypedSizeBits(capability.w1)
  ) {
    writeCapability(k, source, withFreeOffset(from, 2 ** untypedSizeBits(from.w1)));
  }
  link(k, capability, source, to, next, bits);
}

/** Puts the first capability to a new object into the empty slot `to`, as a child of the untyped at `parent`. */
export function insertOriginal(
  k: KernelState,
  capability: Capability,
  parent: number,
  to: number,
): void {
  expectEmpty(k, to);
  link(k, capability, parent, to, nextSlot(k, parent), revocable | firstBadged);
}

/** Puts a capability that nothing precedes into an empty slot. Boot only. */
export function insertRoot(k: KernelState, capability: Capability, to: number): void {
  writeCapability(k, to, capability);
  k.write(to + slot.previous, 0);
  k.write(to + slot.next, revocable | firstBadged);
}

function link(
  k: KernelState,
  capability: Capability,
  previous: number,
  to: number,
  next: number,
  bits: number,
): void {
  writeCapability(k, to, capability);
  k.write(to + slot.previous, previous);
  k.write(to + slot.next, next | bits);
  setNext(k, previous, to);
  if (next !== 0) setPrevious(k, next, to);
  if (k.isTraced) tracePlace(k, 'derived', capability, previous, to);
}

/** Moves what `source` holds to the empty slot `to`, as `capability`; its place in the tree stays. */
export function moveSlot(k: KernelState, capability: Capability, source: number, to: number): void {
  expectEmpty(k, to);
  const previous = k.read(source + slot.previous);
  const next = k.read(source + slot.next);
  writeCapability(k, to, capability);
  k.write(to + slot.previous, previous);
  k.write(to + slot.next, next);
  clearSlot(k, source);
  relinkNeighbours(k, to);
  if (k.isTraced) tracePlace(k, 'moved', capability, source, to);
}

function tracePlace(
  k: KernelState,
  kind: 'derived' | 'moved',
  { w0 }: Capability,
  from: number,
  to: number,
): void {
  k.trace({ kind, type: typeName(w0), from: from as PhysAddr, to: to as PhysAddr });
}

/** Exchanges two slots, each with its place in the tree; the capabilities may change on the way. */
export function swapSlots(
  k: KernelState,
  first: number,
  second: number,
  intoSecond: Capability = readCapability(k, first),
  intoFirst: Capability = readCapability(k, second),
): void {
  writeCapability(k, first, intoFirst);
  writeCapability(k, second, intoSecond);
  // The neighbours of the first are pointed at the second before the nodes change places: so two slots
  // that are neighbours themselves come out right.
  const firstPrevious = k.read(first + slot.previous);
  const firstNext = k.read(first + slot.next);
  pointAt(k, firstPrevious, firstNext, second);
  const secondPrevious = k.read(second + slot.previous);
  const secondNext = k.read(second + slot.next);
  k.write(first + slot.previous, secondPrevious);
  k.write(first + slot.next, secondNext);
  k.write(second + slot.previous, firstPrevious);
  k.write(second + slot.next, firstNext);
  pointAt(k, secondPrevious, secondNext, first);
}

function pointAt(k: KernelState, previous: number, next: number, to: number): void {
  const before = (previous & ~7) >>> 0;
  const after = (next & ~7) >>> 0;
  if (before !== 0) setNext(k, before, to);
  if (after !== 0) setPrevious(k, after, to);
}

function relinkNeighbours(k: KernelState, at: number): void {
  pointAt(k, k.read(at + slot.previous), k.read(at + slot.next), at);
}

/** Takes a slot out of the list and clears it. The next slot inherits being the first with its badge. */
export function unlinkSlot(k: KernelState, at: number): void {
  if (k.isTraced) {
    k.trace({ kind: 'deleted', type: typeName(k.read(at + slot.w0)), slot: at as PhysAddr });
  }
  const previous = previousSlot(k, at);
  const next = nextSlot(k, at);
  if (previous !== 0) setNext(k, previous, next);
  if (next !== 0) {
    setPrevious(k, next, previous);
    if (isFirstBadged(k, at)) k.write(next + slot.next, k.read(next + slot.next) | firstBadged);
  }
  clearSlot(k, at);
}

function clearSlot(k: KernelState, at: number): void {
  writeCapability(k, at, nullCapability);
  k.write(at + slot.previous, 0);
  k.write(at + slot.next, 0);
}

function expectEmpty(k: KernelState, at: number): void {
  invariant(
    slotIsEmpty(k, at) && k.read(at + slot.previous) === 0 && k.read(at + slot.next) === 0,
    'CDT-3',
    () => `slot at 0x${at.toString(16)} is not empty`,
  );
}
