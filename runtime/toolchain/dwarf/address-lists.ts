/**
 * Lists of address ranges, and of where a variable is in each of them, in the two forms that there are: pairs of
 * words up to version 4, and coded entries from version 5 on. Indexed addresses, which only split files have, end
 * a list. DWARF 5, sections 7.25 and 7.29; DWARF 4, sections 2.6.2 and 2.17.3.
 */
import { ByteCursor } from './byte-cursor.js';

export interface AddressRange {
  readonly from: number;
  readonly to: number;
}

export interface LocatedRange extends AddressRange {
  readonly expression: Uint8Array;
}

export interface ListSections {
  readonly ranges: Uint8Array | undefined;
  readonly rangeLists: Uint8Array | undefined;
  readonly locations: Uint8Array | undefined;
  readonly locationLists: Uint8Array | undefined;
}

const mostEntries = 10_000;
const largestAddress = 0xffff_ffff;

/** `base` is the unit's own address. */
export function readRangeList(
  sections: ListSections,
  version: number,
  offset: number,
  base: number,
): AddressRange[] {
  const bytes = version >= 5 ? sections.rangeLists : sections.ranges;
  if (bytes === undefined) return [];
  const cursor = new ByteCursor(bytes, offset);
  return version >= 5
    ? codedEntries(cursor, base, rangeCodes, () => ({}))
    : pairs(cursor, base, () => ({}));
}

export function readLocationList(
  sections: ListSections,
  version: number,
  offset: number,
  base: number,
): LocatedRange[] {
  const bytes = version >= 5 ? sections.locationLists : sections.locations;
  if (bytes === undefined) return [];
  const cursor = new ByteCursor(bytes, offset);
  return version >= 5
    ? codedEntries(cursor, base, locationCodes, () => ({
        expression: block(cursor, cursor.uleb()),
      }))
    : pairs(cursor, base, () => ({ expression: block(cursor, cursor.u16()) }));
}

function block(cursor: ByteCursor, length: number): Uint8Array {
  const start = cursor.offset;
  cursor.skip(length);
  return cursor.overrun ? new Uint8Array(0) : cursor.bytes.subarray(start, start + length);
}

function pairs<T>(cursor: ByteCursor, unitBase: number, rest: () => T): (AddressRange & T)[] {
  const list: (AddressRange & T)[] = [];
  let base = unitBase;
  while (!cursor.atEnd && list.length < mostEntries) {
    const [from, to] = [cursor.u32(), cursor.u32()];
    if (from === largestAddress) base = to;
    else if (from === 0 && to === 0) break;
    else {
      const range = { from: base + from, to: base + to, ...rest() };
      if (!cursor.overrun && range.to > range.from) list.push(range);
    }
  }
  return list;
}

interface Codes {
  readonly offsetPair: number;
  readonly base: number;
  readonly startEnd: number;
  readonly startLength: number;
  readonly always?: number;
  readonly viewPair?: number;
}

const rangeCodes: Codes = { offsetPair: 4, base: 5, startEnd: 6, startLength: 7 };
const locationCodes: Codes = {
  offsetPair: 4,
  always: 5,
  base: 6,
  startEnd: 7,
  startLength: 8,
  viewPair: 9,
};

function codedEntries<T>(
  cursor: ByteCursor,
  unitBase: number,
  codes: Codes,
  rest: () => T,
): (AddressRange & T)[] {
  const list: (AddressRange & T)[] = [];
  let base = unitBase;
  const add = (from: number, to: number): void => {
    const range = { from, to, ...rest() };
    if (!cursor.overrun && to > from) list.push(range);
  };
  while (!cursor.atEnd && list.length < mostEntries) {
    const code = cursor.u8();
    if (code === codes.offsetPair) {
      const from = base + cursor.uleb();
      add(from, base + cursor.uleb());
    } else if (code === codes.base) base = cursor.u32();
    else if (code === codes.startEnd) {
      const from = cursor.u32();
      add(from, cursor.u32());
    } else if (code === codes.startLength) {
      const from = cursor.u32();
      add(from, from + cursor.uleb());
    } else if (code === codes.always) add(0, largestAddress);
    else if (code === codes.viewPair) {
      cursor.uleb();
      cursor.uleb();
    } else break;
  }
  return list;
}
