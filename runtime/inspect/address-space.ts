/**
 * Where a debugger's addresses lead: an Sv32 table in RAM, or physical memory itself. Unlike the
 * hart's own walk this one asks for no permission, because a debugger may read what the program may
 * only execute. Changes nothing. Privileged spec, section "Sv32: Page-Based 32-bit Virtual-Memory
 * Systems".
 */
import { bits, bit } from '../base/bits.js';
import { physAddr, virtAddr, type PhysAddr, type VirtAddr } from '../base/address.js';
import type { Platform } from '../platform.js';

export type AddressSpace =
  { readonly kind: 'physical' } | { readonly kind: 'sv32'; readonly root: PhysAddr };

export interface Translation {
  readonly physical: PhysAddr;
  /** `rwx` with a dash for each that is missing; from the leaf entry. */
  readonly rights: string;
  /** Whether programs may use the page, and not only a kernel. */
  readonly isUser: boolean;
  /** Bytes from the address to the end of its page. */
  readonly restOfPageBytes: number;
}

/** A run of pages with the same rights whose physical addresses follow each other. */
export interface Mapping {
  readonly start: VirtAddr;
  readonly sizeBytes: number;
  readonly physical: PhysAddr;
  readonly rights: string;
}

const satp = 0x180;
const pageBytes = 0x1000;
const megapageBytes = 0x40_0000;
const entriesPerTable = 1024;

/** What the hart's own loads see now; a hart in M-mode, or with satp.MODE bare, sees physical memory. */
export function hartSpace(platform: Platform, hartId = 0): AddressSpace {
  const hart = platform.machine.harts[hartId];
  const value = hart?.readCsr(satp) ?? 0;
  if (hart === undefined || hart.privilege === 3 || bit(value, 31) === 0) {
    return { kind: 'physical' };
  }
  return { kind: 'sv32', root: physAddr(bits(value, 21, 0) * pageBytes) };
}

export function translate(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): Translation | undefined {
  if (space.kind === 'physical') {
    const restOfPageBytes = pageBytes - (address % pageBytes);
    return { physical: physAddr(address), rights: 'rwx', isUser: true, restOfPageBytes };
  }
  const upper = entryOf(platform, space.root, bits(address, 31, 22));
  if (upper === undefined) return undefined;
  if (isLeaf(upper)) {
    // A megapage whose low PPN bits are set is malformed: the hart would raise a page fault.
    return bits(upper, 19, 10) === 0 ? leaf(upper, address, megapageBytes) : undefined;
  }
  const lower = entryOf(platform, tableOf(upper), bits(address, 21, 12));
  return lower === undefined || !isLeaf(lower) ? undefined : leaf(lower, address, pageBytes);
}

/** Everything that the tables of a space map, in address order, neighbours joined. */
export function viewMappings(platform: Platform, space: AddressSpace): Mapping[] {
  if (space.kind === 'physical') {
    const { base, sizeBytes } = platform.machine.board.ram;
    return [{ start: virtAddr(base), sizeBytes, physical: base, rights: 'rwx' }];
  }
  const mappings: Mapping[] = [];
  for (let index = 0; index < entriesPerTable; index += 1) {
    const upper = entryOf(platform, space.root, index);
    if (upper === undefined) continue;
    const start = index * megapageBytes;
    if (isLeaf(upper)) {
      join(mappings, start, megapageBytes, upper);
      continue;
    }
    for (let page = 0; page < entriesPerTable; page += 1) {
      const lower = entryOf(platform, tableOf(upper), page);
      if (lower !== undefined && isLeaf(lower)) {
        join(mappings, start + page * pageBytes, pageBytes, lower);
      }
    }
  }
  return mappings;
}

/** A valid entry of one page table. */
export type TableEntry = {
  readonly start: VirtAddr;
  readonly physical: PhysAddr;
} & (
  | { readonly kind: 'table' }
  | { readonly kind: 'page'; readonly sizeBits: number; readonly rights: string }
);

/** Of a root table; of a second-level table with the first address that it maps. */
export function viewTableEntries(
  platform: Platform,
  table: PhysAddr,
  second?: VirtAddr,
): TableEntry[] {
  const stepBytes = second === undefined ? megapageBytes : pageBytes;
  const entries: TableEntry[] = [];
  for (let index = 0; index < entriesPerTable; index += 1) {
    const entry = entryOf(platform, table, index);
    if (entry === undefined) continue;
    const start = virtAddr((second ?? 0) + index * stepBytes);
    if (isLeaf(entry)) {
      const { physical, rights } = leaf(entry, start, stepBytes);
      entries.push({ kind: 'page', start, physical, rights, sizeBits: Math.log2(stepBytes) });
    } else if (second === undefined) {
      entries.push({ kind: 'table', start, physical: tableOf(entry) });
    }
  }
  return entries;
}

function join(mappings: Mapping[], start: number, sizeBytes: number, entry: number): void {
  const { physical, rights } = leaf(entry, virtAddr(start), sizeBytes);
  const last = mappings.at(-1);
  const follows =
    last?.rights === rights &&
    last.start + last.sizeBytes === start &&
    last.physical + last.sizeBytes === physical;
  if (follows) mappings[mappings.length - 1] = { ...last, sizeBytes: last.sizeBytes + sizeBytes };
  else mappings.push({ start: virtAddr(start), sizeBytes, physical, rights });
}

/** A valid entry, or undefined; a table outside RAM has none. */
function entryOf(platform: Platform, table: PhysAddr, index: number): number | undefined {
  const address = physAddr(table + index * 4);
  const { memory } = platform.machine;
  if (!memory.contains(address, 4)) return undefined;
  const entry = memory.read32(address);
  return bit(entry, 0) === 1 ? entry : undefined;
}

/** Sv32 physical addresses have 34 bits; the boards decode 32 of them. */
const tableOf = (entry: number): PhysAddr => physAddr(bits(entry, 31, 10) * pageBytes);

/** "A leaf PTE is any with R or X set"; W alone is reserved. */
const isLeaf = (entry: number): boolean => (entry & 0b1010) !== 0;

function leaf(entry: number, address: VirtAddr, sizeBytes: number): Translation {
  const offset = address % sizeBytes;
  const letter = (index: number, name: string): string => (bit(entry, index) === 1 ? name : '-');
  return {
    physical: physAddr(tableOf(entry) + offset),
    rights: letter(1, 'r') + letter(2, 'w') + letter(3, 'x'),
    isUser: bit(entry, 4) === 1,
    restOfPageBytes: sizeBytes - offset,
  };
}
