/**
 * Address spaces: ASID pools lead from an ASID to a root page table, and page tables are real Sv32 tables
 * that the hart's MMU walks. A page table is root and second level alike: 1024 entries of one word.
 * Privileged spec 4.3; sel4-abi section 9.
 */
import type { PhysAddr } from '../../base/address.js';
import {
  pageTableIsMapped,
  mappedAsid,
  mappedBase,
  tag,
  tagOf,
} from '../capabilities/capability.js';
import { configuration } from '../configuration.js';
import { costs } from '../costs.js';
import type { KernelState } from '../kernel-state.js';
import { globals, slot, slotBytes, tcbOffset, tcbSlotIndex } from '../layout.js';

/** Sv32 entry bits. */
export const pte = { valid: 1, read: 2, write: 4, execute: 8, user: 16, accessed: 64, dirty: 128 };

export const pteIsTable = (entry: number): boolean => (entry & 0xf) === pte.valid;
export const pteAddress = (entry: number): number => ((entry >>> 10) * 0x1000) % 0x1_0000_0000;
export const pteFor = (address: number, bits: number): number =>
  (((address >>> 12) << 10) | bits) >>> 0;

/** Address of the word for a pool in the ASID table. */
export const asidTableEntry = (k: KernelState, pool: number): number =>
  k.globals + globals.asidTable + 4 * pool;

export const poolOf = (asid: number): number => Math.floor(asid / configuration.asidsPerPool);
export const indexInPool = (asid: number): number => asid % configuration.asidsPerPool;

/** Root page table of an ASID, or 0. */
export const rootOfAsid = (k: KernelState, asid: number): number => signedRootOfAsid(k, asid) >>> 0;

function signedRootOfAsid(k: KernelState, asid: number): number {
  const { words, signedBase } = k;
  const pool = words[k.globalsIndex + ((globals.asidTable + 4 * poolOf(asid)) >>> 2)] ?? 0;
  if (pool === 0) return 0;
  return words[(((pool - signedBase) | 0) >>> 2) + indexInPool(asid)] ?? 0;
}

export interface PageTableSlot {
  /** Address of the entry. */
  readonly at: number;
  readonly entry: number;
  /** 22 in the root, 12 in a second-level table. */
  readonly bitsLeft: number;
}

/** The last entry on the way from a root to a virtual address. */
export function walk(k: KernelState, root: number, vaddr: number): PageTableSlot {
  const top = root + 4 * (vaddr >>> 22);
  const entry = k.read(top);
  if (!pteIsTable(entry)) return { at: top, entry, bitsLeft: 22 };
  const at = pteAddress(entry) + 4 * ((vaddr >>> 12) & 0x3ff);
  return { at, entry: k.read(at), bitsLeft: 12 };
}

export function writeEntry(k: KernelState, at: number, entry: number): void {
  k.write(at, entry);
  k.charge(costs.mapPage);
  k.flushTranslations();
}

/** Root page table of a thread's address space; an empty table for a thread that has none. */
export function addressSpaceOf(k: KernelState, thread: number): number {
  return rootOf(k, vspaceSlotIndex(k, thread)) >>> 0;
}

/** Gives the hart the address space of the thread that runs next. Part of every return to a program, so by word. */
export function activateAddressSpace(k: KernelState, thread: number): void {
  const { words } = k;
  const at = vspaceSlotIndex(k, thread);
  const root = rootOf(k, at);
  const active = k.globalsIndex + (globals.addressSpace >>> 2);
  if (words[active] === root) return;
  words[active] = root;
  const asid = root === (k.emptyPageTable | 0) ? 0 : mappedAsid(words[at + (slot.w1 >>> 2)] ?? 0);
  k.hart?.setAddressSpace((root >>> 0) as PhysAddr, asid);
  k.charge(costs.addressSpace);
}

/** As an index of a word of RAM. */
const vspaceSlotIndex = (k: KernelState, thread: number): number =>
  (thread - tcbOffset + tcbSlotIndex.vspace * slotBytes - k.ramBase) >>> 2;

/** The root that the capability there gives, signed: the ASID must still lead to it. */
function rootOf(k: KernelState, at: number): number {
  const { words } = k;
  const w0 = words[at + (slot.w0 >>> 2)] ?? 0;
  const empty = k.emptyPageTable | 0;
  if (tagOf(w0) !== tag.pageTable || !pageTableIsMapped(w0)) return empty;
  const w1 = words[at + (slot.w1 >>> 2)] ?? 0;
  const asid = mappedAsid(w1);
  const root = mappedBase(w1) | 0;
  return signedRootOfAsid(k, asid) === root ? root : empty;
}

/** Removes the mapping of a frame, where it is still there: the table may have been unmapped before. */
export function unmapFrame(
  k: KernelState,
  frame: {
    readonly base: number;
    readonly asid: number;
    readonly vaddr: number;
    readonly bits: number;
  },
): void {
  const root = rootOfAsid(k, frame.asid);
  if (root === 0) return;
  const found = walk(k, root, frame.vaddr);
  if (found.bitsLeft !== frame.bits || (found.entry & pte.valid) === 0) return;
  if (pteIsTable(found.entry) || pteAddress(found.entry) !== frame.base) return;
  writeEntry(k, found.at, 0);
}

/** Takes a second-level table out of its root, where it is still there. */
export function unmapTable(k: KernelState, table: number, asid: number, vaddr: number): void {
  const root = rootOfAsid(k, asid);
  if (root === 0) return;
  const at = root + 4 * (vaddr >>> 22);
  const entry = k.read(at);
  if (pteIsTable(entry) && pteAddress(entry) === table) writeEntry(k, at, 0);
}

/** Takes a root out of its ASID pool: threads in that address space lose it at once. */
export function deleteAsid(k: KernelState, asid: number, root: number): void {
  if (rootOfAsid(k, asid) !== root) return;
  const pool = k.read(asidTableEntry(k, poolOf(asid)));
  k.write(pool + 4 * indexInPool(asid), 0);
  k.flushTranslations();
}

export function deleteAsidPool(k: KernelState, firstAsid: number, pool: number): void {
  const at = asidTableEntry(k, poolOf(firstAsid));
  if (k.read(at) === pool) k.write(at, 0);
  k.flushTranslations();
}
