/** RISCV_ASIDControl_MakePool and RISCV_ASIDPool_Assign. sel4-abi section 9. */
import { asidPoolBits } from '../../abi/object-types.js';
import type { PhysAddr } from '../../base/address.js';
import { ok } from '../../base/result.js';
import {
  asidPoolCapability,
  asidPoolFirst,
  asidPoolPointer,
  pageTableCapability,
  pageTableFields,
  pageTableIsMapped,
  readCapability,
  slotIsEmpty,
  tag,
  tagOf,
  typeName,
  untypedBase,
  untypedIsDevice,
  untypedSizeBits,
  withFreeOffset,
  writeCapability,
} from '../capabilities/capability.js';
import { hasChildren, insertDerived } from '../capabilities/derivation.js';
import { lookupInCNode } from '../capabilities/lookup.js';
import { configuration } from '../configuration.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { asidTableEntry, poolOf } from '../objects/address-space.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';

export interface MakePoolPlan {
  readonly untyped: number;
  readonly destination: number;
  readonly pool: number;
}

export interface AssignPlan {
  readonly table: number;
  readonly pool: number;
  readonly asid: number;
}

export function decodeAsidControl(k: KernelState, invocation: Invocation): Decoded<MakePoolPlan> {
  const method = methodOf(invocation);
  if (invocation.row?.name !== 'RISCVASIDControlMakePool') {
    return illegal(() => `${method}: ASID control has no such operation`);
  }
  const untyped = extraCapability(k, invocation, 0);
  const root = extraCapability(k, invocation, 1);
  if (invocation.length < 2 || untyped === undefined || root === undefined) {
    return truncated(method, 'a slot address, an untyped and the root of the destination');
  }
  let pool = 0;
  while (pool < configuration.asidPools && k.read(asidTableEntry(k, pool)) !== 0) pool += 1;
  if (pool === configuration.asidPools) {
    return refuse(
      'DeleteFirst',
      [],
      () => `${method}: all ${String(pool)} ASID pools exist already`,
    );
  }
  const { w0, w1 } = untyped.capability;
  if (tagOf(w0) !== tag.untyped) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the ${typeName(w0)} given as memory is no untyped`,
    );
  }
  const sizeBits = untypedSizeBits(w1);
  if (sizeBits !== asidPoolBits) {
    return refuse(
      'InvalidCapability',
      [1],
      () =>
        `${method}: a pool takes an untyped of 4096 bytes; this one has ${String(2 ** sizeBits)}`,
    );
  }
  if (untypedIsDevice(w1)) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: a pool takes an untyped of RAM; this one is of a device`,
    );
  }
  if (hasChildren(k, untyped.slot)) {
    return refuse('RevokeFirst', [], () => `${method}: the untyped is in use`);
  }
  const found = lookupInCNode(
    k,
    root.capability,
    argument(k, invocation, 0),
    argument(k, invocation, 1),
    { method, role: 'destination' },
  );
  if (!found.ok) return found;
  if (!slotIsEmpty(k, found.value)) {
    return refuse('DeleteFirst', [], () => `${method}: the destination slot is not empty`);
  }
  return ok({ untyped: untyped.slot, destination: found.value, pool });
}

export function performMakePool(k: KernelState, plan: MakePoolPlan): Performed {
  const untyped = readCapability(k, plan.untyped);
  const base = untypedBase(untyped.w0);
  writeCapability(k, plan.untyped, withFreeOffset(untyped, 2 ** asidPoolBits));
  k.memory.fill(base as PhysAddr, 2 ** asidPoolBits, 0);
  insertDerived(
    k,
    asidPoolCapability(base, plan.pool * configuration.asidsPerPool),
    plan.untyped,
    plan.destination,
  );
  k.write(asidTableEntry(k, plan.pool), base);
  return 'done';
}

export function decodeAsidPool(k: KernelState, invocation: Invocation): Decoded<AssignPlan> {
  const method = methodOf(invocation);
  if (invocation.row?.name !== 'RISCVASIDPoolAssign') {
    return illegal(() => `${method}: an ASID pool has no such operation`);
  }
  const table = extraCapability(k, invocation, 0);
  if (table === undefined) return truncated(method, 'the page table');
  const { w0 } = table.capability;
  if (tagOf(w0) !== tag.pageTable) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the ${typeName(w0)} is no page table`,
    );
  }
  if (pageTableIsMapped(w0)) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the page table is mapped or assigned already`,
    );
  }
  // The next two checks are seL4's, and no sequence of calls fails them, on seL4 as here (VM-2). MakePool takes an
  // entry of the table that is empty, and in the same kernel entry fills it and makes the first capability to the
  // pool. The entry is emptied only where the last capability to its pool is deleted, in one kernel entry again:
  // that is when neither neighbour in the derivation list is of the same pool. Copies go right behind their source
  // and are moved in place, so all that are of one pool are neighbours. So while there is one to invoke, the entry
  // is its pool. (seL4: vspace.c, performASIDControlInvocation; objecttype.c, Arch_finaliseCap; cnode.c,
  // isFinalCapability, cteInsert.)
  const first = asidPoolFirst(invocation.capability.w1);
  const pool = k.read(asidTableEntry(k, poolOf(first)));
  if (pool === 0) {
    return refuse('FailedLookup', [0, 1], () => `${method}: the pool is not in the ASID table`);
  }
  if (pool !== asidPoolPointer(invocation.capability.w0)) {
    return refuse('InvalidCapability', [0], () => `${method}: another pool has taken these ASIDs`);
  }
  for (let index = 0; index < configuration.asidsPerPool; index += 1) {
    // ASID 0 means none.
    if (first + index !== 0 && k.read(pool + 4 * index) === 0) {
      return ok({ table: table.slot, pool, asid: first + index });
    }
  }
  return refuse('DeleteFirst', [], () => `${method}: all ASIDs of the pool are assigned`);
}

export function performAssign(k: KernelState, plan: AssignPlan): Performed {
  const table = pageTableFields(readCapability(k, plan.table));
  writeCapability(
    k,
    plan.table,
    pageTableCapability({ base: table.base, isMapped: true, asid: plan.asid, vaddr: 0 }),
  );
  k.write(plan.pool + 4 * (plan.asid % configuration.asidsPerPool), table.base);
  return 'done';
}
