/**
 * The address spaces of a specification for riscv: which page tables are roots, and what is mapped where.
 * Sv32 has two levels: an entry of the root is 4 MiB, one of a table below it 4 KiB. In capDL both levels
 * are `pt` objects; what tells a root is that no other table holds it.
 */
import type { CapdlCapability, CapdlObject, CapdlSpec } from './spec.js';
import { tcbSlots } from './tcb-slots.js';

export interface SpecSpace {
  readonly root: CapdlObject;
  readonly tables: readonly SpecTable[];
  readonly pages: readonly SpecPage[];
}

export interface SpecTable {
  readonly table: CapdlObject;
  readonly virtualAddress: number;
}

export interface SpecPage {
  readonly frame: CapdlObject;
  readonly virtualAddress: number;
  /** The slot of the page table that maps it. */
  readonly table: CapdlObject;
  readonly slot: number;
  readonly capability: CapdlCapability;
}

export const entriesOfTable = 1024;
const megaPageBits = 22;
const pageBits = 12;

export function addressSpacesOf(spec: CapdlSpec): readonly SpecSpace[] {
  const objects = new Map(spec.objects.map((object) => [object.name, object]));
  const inner = new Set<string>();
  const asked = new Set<string>();
  for (const { type, slots } of spec.objects) {
    const vspace = type === 'tcb' ? slots.get(tcbSlots.vspace) : undefined;
    if (vspace !== undefined) asked.add(vspace.object);
    for (const { object } of slots.values()) {
      if (type === 'asid_pool') asked.add(object);
      if (type === 'pt' && objects.get(object)?.type === 'pt') inner.add(object);
    }
  }
  return spec.objects
    .filter(
      ({ name, type, slots }) =>
        type === 'pt' && !inner.has(name) && (asked.has(name) || slots.size > 0),
    )
    .map((root) => spaceOf(root, objects));
}

function spaceOf(root: CapdlObject, objects: ReadonlyMap<string, CapdlObject>): SpecSpace {
  const tables: SpecTable[] = [];
  const pages: SpecPage[] = [];
  const add = (table: CapdlObject, base: number, entryBits: number): void => {
    for (const [slot, capability] of [...table.slots].sort(([a], [b]) => a - b)) {
      const mapped = objects.get(capability.object);
      const virtualAddress = base + slot * 2 ** entryBits;
      if (mapped?.type === 'frame') {
        pages.push({ frame: mapped, virtualAddress, table, slot, capability });
      } else if (mapped?.type === 'pt' && table === root) {
        tables.push({ table: mapped, virtualAddress });
        add(mapped, virtualAddress, pageBits);
      }
    }
  };
  add(root, 0, megaPageBits);
  return { root, tables, pages };
}

/** The page that a virtual address of a space lies in. */
export const pageAt = ({ pages }: SpecSpace, address: number): SpecPage | undefined =>
  pages.find(
    ({ virtualAddress, frame }) =>
      address >= virtualAddress && address < virtualAddress + 2 ** (frame.sizeBits ?? pageBits),
  );
