/** Invocations of CNodes. Order of checks and error words as in seL4; sel4-abi section 8. */
import { ok } from '../../base/result.js';
import type { LabelName } from '../../abi/labels.js';
import type { PhysAddr } from '../../base/address.js';
import {
  endpointBadge,
  endpointPointer,
  readCapability,
  slotIsEmpty,
  tag,
  tagOf,
  typeName,
  type Capability,
} from '../capabilities/capability.js';
import { deleteSlot, revokeSlot } from '../capabilities/delete.js';
import { insertDerived, moveSlot, swapSlots } from '../capabilities/derivation.js';
import { lookupInCNode } from '../capabilities/lookup.js';
import { cannotCopy, derive, maskRights, withData } from '../capabilities/rights.js';
import { costs } from '../costs.js';
import { cancelBadgedSends } from '../ipc/cancel.js';
import { hex, illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';

export type CNodePlan =
  | { readonly kind: 'revoke' | 'delete'; readonly slot: number }
  | { readonly kind: 'cancelBadgedSends'; readonly capability: Capability }
  | {
      readonly kind: 'insert' | 'move';
      readonly capability: Capability;
      readonly source: number;
      readonly destination: number;
    }
  | {
      readonly kind: 'rotate';
      readonly sourceCapability: Capability;
      readonly pivotCapability: Capability;
      readonly source: number;
      readonly pivot: number;
      readonly destination: number;
    };

const allFour = 0xf;

export function decodeCNode(k: KernelState, invocation: Invocation): Decoded<CNodePlan> {
  const method = methodOf(invocation);
  const name = operations.find((operation) => operation === invocation.row?.name);
  if (name === undefined) {
    return illegal(() => `${method}: a CNode has no such operation`);
  }
  if (invocation.length < 2) return truncated(method, 'index and depth of a slot');
  const target = lookupInCNode(
    k,
    invocation.capability,
    argument(k, invocation, 0),
    argument(k, invocation, 1),
    { method, role: 'destination' },
  );
  if (!target.ok) return target;
  switch (name) {
    case 'CNodeRevoke':
      return ok({ kind: 'revoke', slot: target.value });
    case 'CNodeDelete':
      return ok({ kind: 'delete', slot: target.value });
    case 'CNodeCancelBadgedSends':
      return decodeCancel(k, target.value, method);
    case 'CNodeRotate':
      return decodeRotate(k, invocation, target.value, method);
    default:
      return decodeTransfer(k, invocation, name, target.value, method);
  }
}

const operations: readonly LabelName[] = [
  'CNodeRevoke',
  'CNodeDelete',
  'CNodeCancelBadgedSends',
  'CNodeCopy',
  'CNodeMint',
  'CNodeMove',
  'CNodeMutate',
  'CNodeRotate',
];

function decodeCancel(k: KernelState, at: number, method: string): Decoded<CNodePlan> {
  const capability = readCapability(k, at);
  if (tagOf(capability.w0) !== tag.endpoint) {
    return illegal(() => `${method}: the ${typeName(capability.w0)} is no endpoint`);
  }
  if ((capability.w1 & allFour) !== allFour) {
    return illegal(() => `${method}: the endpoint capability lacks some of the four rights`);
  }
  return ok({ kind: 'cancelBadgedSends', capability });
}

/** Copy, Mint, Move and Mutate. */
function decodeTransfer(
  k: KernelState,
  invocation: Invocation,
  name: LabelName,
  destination: number,
  method: string,
): Decoded<CNodePlan> {
  const root = extraCapability(k, invocation, 0);
  if (invocation.length < 4 || root === undefined) {
    return truncated(method, 'two slot addresses and the root of the source');
  }
  if (!slotIsEmpty(k, destination)) return occupied(k, invocation, method, destination, 0);
  const index = argument(k, invocation, 2);
  const depth = argument(k, invocation, 3);
  const found = lookupInCNode(k, root.capability, index, depth, { method, role: 'source' });
  if (!found.ok) return found;
  const source = found.value;
  const capability = readCapability(k, source);
  if (tagOf(capability.w0) === tag.null) {
    return refuse(
      'FailedLookup',
      [1, 2, depth],
      () => `${method}: slot ${hex(index)} of the source is empty`,
    );
  }
  const changed = changeOnTheWay(k, invocation, name, source, capability, method);
  if (!changed.ok) return changed;
  if (tagOf(changed.value.w0) === tag.null) return cannotCopy(capability, method);
  const kind = name === 'CNodeMove' || name === 'CNodeMutate' ? 'move' : 'insert';
  return ok({ kind, capability: changed.value, source, destination });
}

function changeOnTheWay(
  k: KernelState,
  invocation: Invocation,
  name: LabelName,
  source: number,
  capability: Capability,
  method: string,
): Decoded<Capability> {
  switch (name) {
    case 'CNodeCopy':
      if (invocation.length < 5) return truncated(method, 'the rights of the copy');
      return derive(k, source, maskRights(capability, argument(k, invocation, 4)), method);
    case 'CNodeMint': {
      if (invocation.length < 6) return truncated(method, 'the rights and the badge of the copy');
      const masked = maskRights(capability, argument(k, invocation, 4));
      const minted = withData(masked, argument(k, invocation, 5), { isCopy: true });
      return derive(k, source, minted, method);
    }
    case 'CNodeMutate':
      if (invocation.length < 5) return truncated(method, 'the new guard');
      return ok(withData(capability, argument(k, invocation, 4), { isCopy: false }));
    default:
      return ok(capability);
  }
}

function decodeRotate(
  k: KernelState,
  invocation: Invocation,
  destination: number,
  method: string,
): Decoded<CNodePlan> {
  const pivotRoot = extraCapability(k, invocation, 0);
  const sourceRoot = extraCapability(k, invocation, 1);
  if (invocation.length < 8 || pivotRoot === undefined || sourceRoot === undefined) {
    return truncated(method, 'three slot addresses with data and two roots');
  }
  const sourceDepth = argument(k, invocation, 7);
  const sourceFound = lookupInCNode(
    k,
    sourceRoot.capability,
    argument(k, invocation, 6),
    sourceDepth,
    { method, role: 'source' },
  );
  if (!sourceFound.ok) return sourceFound;
  const pivotDepth = argument(k, invocation, 4);
  const pivotFound = lookupInCNode(
    k,
    pivotRoot.capability,
    argument(k, invocation, 3),
    pivotDepth,
    { method, role: 'pivot' },
  );
  if (!pivotFound.ok) return pivotFound;
  const source = sourceFound.value;
  const pivot = pivotFound.value;
  if (pivot === source) {
    return illegal(() => `${method}: the pivot is the same slot as the source`);
  }
  if (pivot === destination) {
    return illegal(() => `${method}: the pivot is the same slot as the destination`);
  }
  if (source !== destination && !slotIsEmpty(k, destination)) {
    return occupied(k, invocation, method, destination, 0);
  }
  const inSource = readCapability(k, source);
  const inPivot = readCapability(k, pivot);
  if (tagOf(inSource.w0) === tag.null) {
    return refuse('FailedLookup', [1, 2, sourceDepth], () => `${method}: the source slot is empty`);
  }
  if (tagOf(inPivot.w0) === tag.null) {
    return refuse('FailedLookup', [0, 2, pivotDepth], () => `${method}: the pivot slot is empty`);
  }
  // The data words are crossed: MR2 is for the capability in the pivot, MR5 for the one in the source.
  const sourceCapability = withData(inSource, argument(k, invocation, 5), { isCopy: false });
  const pivotCapability = withData(inPivot, argument(k, invocation, 2), { isCopy: false });
  if (tagOf(sourceCapability.w0) === tag.null) return cannotCopy(inSource, method);
  if (tagOf(pivotCapability.w0) === tag.null) return cannotCopy(inPivot, method);
  return ok({ kind: 'rotate', sourceCapability, pivotCapability, source, pivot, destination });
}

const occupied = (
  k: KernelState,
  invocation: Invocation,
  method: string,
  at: number,
  index: number,
) => {
  const address = argument(k, invocation, index);
  const type = typeName(readCapability(k, at).w0);
  return refuse(
    'DeleteFirst',
    [],
    () => `${method}: destination slot ${hex(address)} already holds a capability (${type})`,
  );
};

export function performCNode(k: KernelState, plan: CNodePlan): Performed {
  switch (plan.kind) {
    case 'revoke':
      return revoke(k, plan.slot);
    case 'delete':
      return deleteSlot(k, plan.slot);
    case 'cancelBadgedSends': {
      const badge = endpointBadge(plan.capability.w0);
      if (badge !== 0) cancelBadgedSends(k, endpointPointer(plan.capability.w1), badge);
      return 'done';
    }
    case 'insert':
      k.charge(costs.deriveCapability);
      insertDerived(k, plan.capability, plan.source, plan.destination);
      return 'done';
    case 'move':
      moveSlot(k, plan.capability, plan.source, plan.destination);
      return 'done';
    case 'rotate':
      if (plan.source === plan.destination) {
        swapSlots(k, plan.source, plan.pivot, plan.sourceCapability, plan.pivotCapability);
      } else {
        moveSlot(k, plan.pivotCapability, plan.pivot, plan.destination);
        moveSlot(k, plan.sourceCapability, plan.source, plan.pivot);
      }
      return 'done';
  }
}

function revoke(k: KernelState, at: number): Performed {
  const progress = revokeSlot(k, at);
  if (progress === 'done' && k.isTraced) {
    const type = typeName(readCapability(k, at).w0);
    k.trace({ kind: 'revoked', type, slot: at as PhysAddr });
  }
  return progress;
}
