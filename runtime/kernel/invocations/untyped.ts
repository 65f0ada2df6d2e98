/** Untyped_Retype. Order of checks and error words as in seL4; sel4-abi section 8. */
import {
  maxUntypedBits,
  objectSizeBits,
  objectTypes,
  type ObjectTypeName,
} from '../../abi/object-types.js';
import { alignUp } from '../../base/bits.js';
import { ok } from '../../base/result.js';
import {
  cnodePointer,
  cnodeRadix,
  readCapability,
  slotAddress,
  slotIsEmpty,
  tag,
  tagOf,
  typeName,
  untypedBase,
  untypedFreeOffset,
  untypedIsDevice,
  untypedSizeBits,
  withFreeOffset,
  writeCapability,
} from '../capabilities/capability.js';
import { workIsDone } from '../capabilities/delete.js';
import { hasChildren, insertOriginal } from '../capabilities/derivation.js';
import { lookupInCNode } from '../capabilities/lookup.js';
import { configuration } from '../configuration.js';
import { costs } from '../costs.js';
import { hex, illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { createObject, resetUntyped } from '../objects/untyped.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';

export interface RetypePlan {
  readonly untyped: number;
  /** Nothing of the untyped is in use: what was used before is cleared first. */
  readonly resets: boolean;
  readonly type: ObjectTypeName;
  readonly userBits: number;
  readonly objectBits: number;
  readonly firstObject: number;
  readonly firstSlot: number;
  readonly count: number;
  readonly isDevice: boolean;
}

export function decodeUntyped(k: KernelState, invocation: Invocation): Decoded<RetypePlan> {
  const method = methodOf(invocation);
  if (invocation.row?.name !== 'UntypedRetype') {
    return illegal(() => `${method}: an untyped has no such operation`);
  }
  const root = extraCapability(k, invocation, 0);
  if (invocation.length < 6 || root === undefined) {
    return truncated(method, 'six words and the root of the destination');
  }
  const type = argument(k, invocation, 0);
  const userBits = argument(k, invocation, 1);
  const row = objectTypes[type];
  if (row === undefined) {
    return refuse(
      'InvalidArgument',
      [0],
      () => `${method}: there is no object type ${String(type)}`,
    );
  }
  const objectBits = objectSizeBits(row, userBits);
  // Also of an object of one size only.
  if (userBits >= 32) {
    return refuse(
      'RangeError',
      [0, maxUntypedBits],
      () => `${method}: size_bits ${String(userBits)} is above 31`,
    );
  }
  if (objectBits > maxUntypedBits) {
    return refuse(
      'RangeError',
      [0, maxUntypedBits],
      () => `${method}: size_bits ${String(userBits)} is too large for ${row.name}`,
    );
  }
  if (row.size.kind === 'user' && userBits < row.size.minimum) {
    const minimum = row.size.minimum;
    return refuse(
      'InvalidArgument',
      [1],
      () =>
        `${method}: ${row.name} needs size_bits of at least ${String(minimum)}, not ${String(userBits)}`,
    );
  }
  const window = decodeWindow(k, invocation, root.capability, method);
  if (!window.ok) return window;
  const { firstSlot, count } = window.value;

  const { w0, w1 } = invocation.capability;
  const resets = !hasChildren(k, invocation.slot);
  const used = resets ? 0 : untypedFreeOffset(w1);
  const free = 2 ** untypedSizeBits(w1) - used;
  if (Math.floor(free / 2 ** objectBits) < count) {
    return refuse(
      'NotEnoughMemory',
      [free],
      () =>
        `${method}: ${String(count)} × ${String(2 ** objectBits)} bytes for ${row.name} are needed, ${String(free)} are free`,
    );
  }
  const isDevice = untypedIsDevice(w1);
  if (isDevice && row.name !== 'Untyped' && row.name !== '4K_Page' && row.name !== 'Mega_Page') {
    return refuse(
      'InvalidArgument',
      [1],
      () => `${method}: device memory can become frames and untypeds only, not ${row.name}`,
    );
  }
  const firstObject = alignUp(untypedBase(w0) + used, objectBits);
  return ok({
    untyped: invocation.slot,
    resets,
    type: row.name,
    userBits,
    objectBits,
    firstObject,
    firstSlot,
    count,
    isDevice,
  });
}

/** The slots that the new capabilities go to: all in one CNode, and empty. */
function decodeWindow(
  k: KernelState,
  invocation: Invocation,
  root: { readonly w0: number; readonly w1: number },
  method: string,
): Decoded<{ readonly firstSlot: number; readonly count: number }> {
  const depth = argument(k, invocation, 3);
  const offset = argument(k, invocation, 4);
  const count = argument(k, invocation, 5);
  let node = root;
  if (depth !== 0) {
    const found = lookupInCNode(k, root, argument(k, invocation, 2), depth, {
      method,
      role: 'destination',
    });
    if (!found.ok) return found;
    node = readCapability(k, found.value);
  }
  if (tagOf(node.w0) !== tag.cnode) {
    return refuse(
      'FailedLookup',
      [0, 2, depth],
      () => `${method}: the destination is no CNode (${typeName(node.w0)})`,
    );
  }
  const slots = 2 ** cnodeRadix(node.w1);
  if (offset > slots - 1) {
    return refuse(
      'RangeError',
      [0, slots - 1],
      () =>
        `${method}: node_offset ${String(offset)} is beyond the ${String(slots)} slots of the destination`,
    );
  }
  if (count < 1 || count > configuration.retypeFanOutLimit) {
    return refuse(
      'RangeError',
      [1, configuration.retypeFanOutLimit],
      () =>
        `${method}: num_objects ${String(count)} is outside 1 to ${String(configuration.retypeFanOutLimit)}`,
    );
  }
  if (count > slots - offset) {
    return refuse(
      'RangeError',
      [1, slots - offset],
      () =>
        `${method}: ${String(count)} objects do not fit into the ${String(slots - offset)} slots from ${String(offset)} on`,
    );
  }
  const firstSlot = slotAddress(cnodePointer(node.w0), offset);
  for (let index = 0; index < count; index += 1) {
    if (!slotIsEmpty(k, slotAddress(firstSlot, index))) {
      return refuse(
        'DeleteFirst',
        [],
        () => `${method}: destination slot ${hex(offset + index)} already holds a capability`,
      );
    }
  }
  return ok({ firstSlot, count });
}

export function performRetype(k: KernelState, plan: RetypePlan): Performed {
  if (plan.resets && !resetUntyped(k, plan.untyped, workIsDone)) return 'preempted';
  const objectBytes = 2 ** plan.objectBits;
  const capability = readCapability(k, plan.untyped);
  const end = plan.firstObject + plan.count * objectBytes;
  writeCapability(
    k,
    plan.untyped,
    // The watermark counts units of 16 bytes, the smallest object.
    withFreeOffset(capability, end - untypedBase(capability.w0)),
  );
  for (let index = 0; index < plan.count; index += 1) {
    const made = createObject(
      k,
      plan.type,
      plan.firstObject + index * objectBytes,
      plan.userBits,
      plan,
    );
    insertOriginal(k, made, plan.untyped, slotAddress(plan.firstSlot, index));
    k.charge(costs.deriveCapability);
  }
  return 'done';
}
