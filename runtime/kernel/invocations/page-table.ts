/** RISCV_PageTable_Map and Unmap. Order of checks and error words as in seL4; sel4-abi section 9. */
import type { PhysAddr } from '../../base/address.js';
import { pageTableBits } from '../../abi/object-types.js';
import { ok } from '../../base/result.js';
import {
  pageTableCapability,
  pageTableFields,
  pageTableIsMapped,
  tag,
  tagOf,
  typeName,
  writeCapability,
  type Capability,
  type PageTableFields,
} from '../capabilities/capability.js';
import { isFinal } from '../capabilities/derivation.js';
import { configuration } from '../configuration.js';
import { hex, illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { pte, pteFor, rootOfAsid, unmapTable, walk, writeEntry } from '../objects/address-space.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';

export type PageTablePlan =
  | {
      readonly kind: 'map';
      readonly slot: number;
      readonly capability: Capability;
      /** Where in the root table, and what. */
      readonly at: number;
      readonly entry: number;
    }
  | { readonly kind: 'unmap'; readonly slot: number; readonly table: PageTableFields };

export function decodePageTable(k: KernelState, invocation: Invocation): Decoded<PageTablePlan> {
  const method = methodOf(invocation);
  const table = pageTableFields(invocation.capability);
  switch (invocation.row?.name) {
    case 'RISCVPageTableUnmap':
      if (!isFinal(k, invocation.slot)) {
        return refuse(
          'RevokeFirst',
          [],
          () => `${method}: there are copies of the page table capability`,
        );
      }
      if (table.isMapped && rootOfAsid(k, table.asid) === table.base) {
        return refuse(
          'RevokeFirst',
          [],
          () => `${method}: the page table is the root of an address space`,
        );
      }
      return ok({ kind: 'unmap', slot: invocation.slot, table });
    case 'RISCVPageTableMap':
      return decodeMap(k, invocation, table, method);
    default:
      return illegal(() => `${method}: a page table has no such operation`);
  }
}

function decodeMap(
  k: KernelState,
  invocation: Invocation,
  table: PageTableFields,
  method: string,
): Decoded<PageTablePlan> {
  const vspace = extraCapability(k, invocation, 0);
  if (invocation.length < 2 || vspace === undefined) {
    return truncated(method, 'an address, attributes and the address space');
  }
  if (table.isMapped) {
    return refuse('InvalidCapability', [0], () => `${method}: the page table is mapped already`);
  }
  const vaddr = argument(k, invocation, 0);
  const notRoot = expectPageTable(vspace.capability, method);
  if (notRoot !== undefined) return notRoot;
  if (vaddr >= configuration.userTop) {
    return refuse('InvalidArgument', [0], () => `${method}: ${hex(vaddr)} is not a user address`);
  }
  const root = decodeRoot(k, vspace.capability, method);
  if (!root.ok) return root;
  const found = walk(k, root.value.base, vaddr);
  if (found.bitsLeft === 12) {
    return refuse(
      'DeleteFirst',
      [],
      () => `${method}: another page table is mapped at ${hex(vaddr)}`,
    );
  }
  if ((found.entry & pte.valid) !== 0) {
    return refuse('DeleteFirst', [], () => `${method}: a 4 MiB frame is mapped at ${hex(vaddr)}`);
  }
  const capability = pageTableCapability({
    base: table.base,
    isMapped: true,
    asid: root.value.asid,
    vaddr: ((vaddr >>> 22) << 22) >>> 0,
  });
  const entry = pteFor(table.base, pte.valid);
  return ok({ kind: 'map', slot: invocation.slot, capability, at: found.at, entry });
}

/** Capability 1 must be a page table that is mapped or a root. */
export function expectPageTable(capability: Capability, method: string) {
  const { w0 } = capability;
  if (tagOf(w0) !== tag.pageTable) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the ${typeName(w0)} given as address space is no page table`,
    );
  }
  if (!pageTableIsMapped(w0)) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the page table given as address space has no ASID`,
    );
  }
  return undefined;
}

/** Capability 1 must be the root that its ASID leads to. */
export function decodeRoot(
  k: KernelState,
  capability: Capability,
  method: string,
): Decoded<PageTableFields> {
  const table = pageTableFields(capability);
  const root = rootOfAsid(k, table.asid);
  if (root === 0) {
    return refuse(
      'FailedLookup',
      [0, 1],
      () => `${method}: ASID ${String(table.asid)} of the address space is not assigned any more`,
    );
  }
  if (root !== table.base) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the page table is not the root of its address space`,
    );
  }
  return ok(table);
}

export function performPageTable(k: KernelState, plan: PageTablePlan): Performed {
  if (plan.kind === 'map') {
    writeCapability(k, plan.slot, plan.capability);
    writeEntry(k, plan.at, plan.entry);
    return 'done';
  }
  const { table } = plan;
  if (table.isMapped) {
    unmapTable(k, table.base, table.asid, table.vaddr);
    k.memory.fill(table.base as PhysAddr, 2 ** pageTableBits, 0);
    k.flushTranslations();
  }
  // Address and ASID stay in the capability, as in seL4: only the flag counts.
  writeCapability(k, plan.slot, pageTableCapability({ ...table, isMapped: false }));
  return 'done';
}
