/**
 * Capability address resolution: CNode by CNode, guard then index, most significant bits first.
 * The happy path makes no object: a lookup answers the slot, or 0, and `explain…` walks again to say why.
 * seL4 manual section 3.4; sel4-abi section 8.
 */
import { ok } from '../../base/result.js';
import { hex, refuse, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { slot, slotBytes, tcbOffset, tcbSlot, tcbSlotIndex } from '../layout.js';
import {
  cnodeGuard,
  cnodeGuardSize,
  cnodePointer,
  cnodeRadix,
  slotAddress,
  tag,
  tagOf,
  typeName,
  type Capability,
} from './capability.js';

/** As abi/lookup-failures.ts, with its words. */
export interface LookupFailure {
  readonly type: 1 | 2 | 3 | 4;
  readonly words: readonly number[];
}

export const invalidRoot: LookupFailure = { type: 1, words: [] };
export const missingCapability = (bitsLeft: number): LookupFailure => ({
  type: 2,
  words: [bitsLeft],
});

/** The slot that the thread's capability space has at an address, or 0. Bits after a non-CNode are ignored. */
export function lookupSlot(k: KernelState, thread: number, address: number): number {
  const index = lookupSlotIndex(k, (thread - k.ramBase) >>> 2, address);
  return index === 0 ? 0 : k.ramBase + index * 4;
}

/** The same by indices of words of RAM, which are small integers; a lookup is a part of every system call. */
export function lookupSlotIndex(k: KernelState, thread: number, address: number): number {
  const { words, signedBase } = k;
  let at = thread - ((tcbOffset - tcbSlotIndex.cspace * slotBytes) >>> 2);
  let bitsLeft = 32;
  for (;;) {
    const w0 = words[at + (slot.w0 >>> 2)] ?? 0;
    // The root alone must be a CNode.
    if (tagOf(w0) !== tag.cnode) return bitsLeft === 32 ? 0 : at;
    const w1 = words[at + (slot.w1 >>> 2)] ?? 0;
    const guardSize = cnodeGuardSize(w1);
    const radix = cnodeRadix(w1);
    if (guardSize > bitsLeft || field(address, bitsLeft, guardSize) !== cnodeGuard(w1)) return 0;
    if (radix + guardSize > bitsLeft) return 0;
    const index = field(address, bitsLeft - guardSize, radix);
    at = ((((cnodePointer(w0) | 0) - signedBase) | 0) >>> 2) + index * (slotBytes >>> 2);
    bitsLeft -= radix + guardSize;
    if (bitsLeft === 0) return at;
  }
}

/** The `width` bits of an address whose top `bitsLeft` bits from the bottom remain. */
function field(address: number, bitsLeft: number, width: number): number {
  // Example: 32 bits left, width 12: bits 31:20.
  return (address >>> (bitsLeft - width)) & ((1 << width) - 1);
}

export interface Resolution {
  readonly slot: number;
  readonly bitsLeft: number;
}

/** One walk from a root capability over `depth` bits, with the reason when it fails. */
export function resolve(
  k: KernelState,
  root: Capability,
  address: number,
  depth: number,
): Resolution | LookupFailure {
  let node = root;
  let bitsLeft = depth;
  if (tagOf(node.w0) !== tag.cnode) return invalidRoot;
  for (;;) {
    const guardSize = cnodeGuardSize(node.w1);
    const guard = cnodeGuard(node.w1);
    const radix = cnodeRadix(node.w1);
    if (guardSize > bitsLeft || field(address, bitsLeft, guardSize) !== guard) {
      return { type: 4, words: [bitsLeft, guard, guardSize] };
    }
    if (guardSize + radix > bitsLeft) return { type: 3, words: [bitsLeft, guardSize + radix] };
    const at = slotAddress(cnodePointer(node.w0), field(address, bitsLeft - guardSize, radix));
    bitsLeft -= guardSize + radix;
    if (bitsLeft === 0) return { slot: at, bitsLeft };
    const next = { w0: k.read(at + slot.w0), w1: k.read(at + slot.w1) };
    if (tagOf(next.w0) !== tag.cnode) return { slot: at, bitsLeft };
    node = next;
  }
}

/** Why `lookupSlot` answered 0. */
export function explainLookup(k: KernelState, thread: number, address: number): LookupFailure {
  const root = tcbSlot(thread, 'cspace');
  const capability = { w0: k.read(root + slot.w0), w1: k.read(root + slot.w1) };
  const found = resolve(k, capability, address, 32);
  return 'slot' in found ? missingCapability(found.bitsLeft) : found;
}

/** The slot that a CNode operation names: exactly `depth` bits must lead to it. */
export function lookupInCNode(
  k: KernelState,
  root: Capability,
  address: number,
  depth: number,
  what: { readonly method: string; readonly role: 'source' | 'destination' | 'pivot' },
): Decoded<number> {
  // A pivot counts as a source in the answer.
  const wasSource = what.role === 'destination' ? 0 : 1;
  if (tagOf(root.w0) !== tag.cnode) {
    return refuse(
      'FailedLookup',
      [wasSource, invalidRoot.type],
      () =>
        `${what.method}: the root of the ${what.role} is no CNode but an object of type ${typeName(root.w0)}`,
    );
  }
  if (depth < 1 || depth > 32) {
    return refuse(
      'RangeError',
      [1, 32],
      () => `${what.method}: depth ${String(depth)} of the ${what.role} is outside 1 to 32`,
    );
  }
  const found = resolve(k, root, address, depth);
  if (!('slot' in found)) {
    return refuse(
      'FailedLookup',
      [wasSource, found.type, ...found.words],
      () =>
        `${what.method}: ${what.role} ${hex(address)} at depth ${String(depth)}: ${describeFailure(found)}`,
    );
  }
  if (found.bitsLeft !== 0) {
    const failure: LookupFailure = { type: 3, words: [found.bitsLeft, 0] };
    return refuse(
      'FailedLookup',
      [wasSource, failure.type, ...failure.words],
      () =>
        `${what.method}: ${what.role} ${hex(address)} at depth ${String(depth)}: ${describeFailure(failure)}`,
    );
  }
  return ok(found.slot);
}

export function describeFailure(failure: LookupFailure): string {
  const [bitsLeft = 0, second = 0, third = 0] = failure.words;
  switch (failure.type) {
    case 1:
      return 'there is no CNode at the root';
    case 2:
      return `the slot is empty or does not fit, with ${String(bitsLeft)} address bits left`;
    case 3:
      return second === 0
        ? `the way ends ${String(bitsLeft)} bits early, at a slot without a CNode`
        : `${String(bitsLeft)} address bits are left where the CNode takes ${String(second)}`;
    case 4:
      return third > bitsLeft
        ? `guard ${hex(second)} of ${String(third)} bits is longer than the ${String(bitsLeft)} bits left`
        : `the address differs from guard ${hex(second)} of ${String(third)} bits, with ${String(bitsLeft)} bits left`;
  }
}
