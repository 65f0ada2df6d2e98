/**
 * Writes lists of address ranges, and of where a variable is in each: one table for all, whose entries count from
 * address 0, the base of the unit. DWARF 5, sections 7.25, 7.28 and 7.29.
 */
import { ByteWriter } from './byte-writer.js';
import { locationEntry, rangeEntry } from './constants.js';
import type { AddressRange, LocatedRange } from './address-lists.js';

export interface ListWriter {
  /** Where the list begins in its section. */
  addRanges(ranges: readonly AddressRange[]): number;
  addLocations(locations: readonly LocatedRange[]): number;
  finish(): { readonly rangeLists: Uint8Array; readonly locationLists: Uint8Array };
}

export function listWriter(): ListWriter {
  const ranges = header();
  const locations = header();
  return {
    addRanges(list) {
      const offset = ranges.length;
      for (const { from, to } of list) ranges.u8(rangeEntry.offsetPair).uleb(from).uleb(to);
      ranges.u8(rangeEntry.endOfList);
      return offset;
    },
    addLocations(list) {
      const offset = locations.length;
      for (const { from, to, expression } of list) {
        locations.u8(locationEntry.offsetPair).uleb(from).uleb(to);
        locations.uleb(expression.length).raw(expression);
      }
      locations.u8(locationEntry.endOfList);
      return offset;
    },
    finish() {
      for (const table of [ranges, locations]) table.patchU32(0, table.length - 4);
      return { rangeLists: ranges.bytes(), locationLists: locations.bytes() };
    },
  };
}

/** Without the table of offsets that only index forms need. */
const header = (): ByteWriter => new ByteWriter().u32(0).u16(5).u8(4).u8(0).u32(0);
