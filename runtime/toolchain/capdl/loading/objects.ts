/**
 * The steps that make every object. Those at physical addresses come first, then the large before the
 * small, so that alignment leaves no gaps; what an untyped of the specification covers is made from it.
 */
import { initialSlot } from '../../../abi/boot-info.js';
import { maxUntypedBits, minUntypedBits, pageTableBits } from '../../../abi/object-types.js';
import type { CapdlObject } from '../spec.js';
import { hex } from './check.js';
import { loaderName, type Loading } from './loading.js';
import { loadedKindOf, typeNumber, type LoadedKind } from './object-sizes.js';
import { objectCNode, placePointer } from './places.js';

/** Objects that the loader needs beside those of the specification. */
export interface ExtraObjects {
  /** Page table of the window through which frames are filled. */
  readonly window: number | undefined;
  readonly pools: readonly number[];
}

export function createObjects(
  loading: Loading,
  wanted: { readonly window: boolean; readonly pools: number },
): ExtraObjects {
  const { spec, places } = loading;
  const free: Making[] = [];
  const fixed: Making[] = [];
  const covered = new Map<string, Making[]>();
  for (const object of spec.objects) {
    const kind = loadedKindOf(object);
    if (kind === undefined) {
      places.assign(object.name);
      continue;
    }
    const making: Making = { object, name: object.name, kind };
    const cover = object.coveredBy;
    if (cover !== undefined && loading.objects.get(cover)?.type === 'ut') {
      const siblings = covered.get(cover);
      if (siblings === undefined) covered.set(cover, [making]);
      else siblings.push(making);
    } else if (object.physicalAddress !== undefined) fixed.push(making);
    else free.push(making);
  }
  const window = wanted.window ? { name: `${loaderName}'s window`, kind: tableKind } : undefined;
  const pools = Array.from({ length: wanted.pools }, () => ({ name: poolName, kind: poolKind }));
  free.push(...(window === undefined ? [] : [window]), ...pools);
  createFixed(loading, fixed);
  const placed = createFree(loading, free);
  createCovered(loading, covered);
  for (const { object } of [...fixed, ...free, ...[...covered.values()].flat()]) {
    if (object?.type === 'asid_pool') makePool(loading, object.name, places.of(object.name));
  }
  return {
    window: window === undefined ? undefined : placed.get(window),
    pools: pools.map((pool) => makePool(loading, poolName, placed.get(pool) ?? 0)),
  };
}

interface Making {
  /** Absent for what the loader needs for itself. */
  readonly object?: CapdlObject;
  readonly name: string;
  readonly kind: LoadedKind;
}

const tableKind: LoadedKind = { objectType: 'PageTable', userBits: 0, objectBits: pageTableBits };
const poolName = 'a pool of ASIDs';
const poolKind: LoadedKind = { objectType: 'Untyped', userBits: 12, objectBits: 12 };

function createFixed({ places, steps }: Loading, fixed: readonly Making[]): void {
  const address = ({ object }: Making): number => Number(object?.physicalAddress ?? 0n);
  for (const making of fixed.toSorted((a, b) => address(a) - address(b))) {
    const { objectType, userBits, objectBits } = making.kind;
    const place = places.assign(making.name);
    steps.push({
      kind: 'createAt',
      about: making.name,
      target: 0,
      words: [typeNumber(objectType), userBits, objectBits, place, address(making)],
    });
  }
}

/** Objects of one kind have places one after the other: the loader makes as many at once as it can. */
function createFree({ places, steps }: Loading, free: readonly Making[]): Map<Making, number> {
  const placed = new Map<Making, number>();
  const sorted = free.toSorted(
    (a, b) =>
      b.kind.objectBits - a.kind.objectBits ||
      typeNumber(a.kind.objectType) - typeNumber(b.kind.objectType),
  );
  for (let first = 0; first < sorted.length;) {
    const making = sorted[first];
    if (making === undefined) break;
    const { objectType, userBits, objectBits } = making.kind;
    let count = 0;
    let place = 0;
    for (; isSameKind(sorted[first + count], making); count += 1) {
      const next = sorted[first + count];
      if (next === undefined) break;
      const at = next.object === undefined ? places.spare(next.name) : places.assign(next.name);
      if (count === 0) place = at;
      placed.set(next, at);
    }
    steps.push({
      kind: 'create',
      about: making.name,
      holder: loaderName,
      target: 0,
      words: [typeNumber(objectType), userBits, objectBits, place, count],
    });
    first += count;
  }
  return placed;
}

const isSameKind = (a: Making | undefined, b: Making): boolean =>
  a?.kind.objectType === b.kind.objectType && a.kind.userBits === b.kind.userBits;

/** An untyped before what it covers. */
function createCovered(loading: Loading, covered: ReadonlyMap<string, readonly Making[]>): void {
  const open = [...covered.keys()].filter((name) => !isCovered(loading, name));
  for (const name of open) {
    const children = covered.get(name) ?? [];
    const untyped = loading.objects.get(name);
    if (untyped === undefined) continue;
    coverOne(loading, untyped, children);
    open.push(...children.map((child) => child.name).filter((child) => covered.has(child)));
  }
}

const isCovered = ({ objects }: Loading, name: string): boolean => {
  const cover = objects.get(name)?.coveredBy;
  return cover !== undefined && objects.get(cover)?.type === 'ut';
};

function coverOne(loading: Loading, untyped: CapdlObject, children: readonly Making[]): void {
  const { places, steps } = loading;
  const base = Number(untyped.physicalAddress ?? 0n);
  const size = 2 ** (untyped.sizeBits ?? 0);
  const retype = (type: number, userBits: number, place: number, name: string): void => {
    steps.push({
      kind: 'UntypedRetype',
      about: name,
      holder: untyped.name,
      target: placePointer(places.of(untyped.name)),
      capabilities: [objectCNode],
      words: [type, userBits, 0, 0, place, 1],
    });
  };
  let at = 0;
  for (const { object, name, kind } of inOrderOfAddress(children)) {
    const place = places.assign(name);
    const address = object?.physicalAddress;
    if (address !== undefined) {
      const wanted = Number(address) - base;
      if (untyped.physicalAddress === undefined || wanted < at || wanted >= size) {
        loading.problem(
          untyped,
          'load-cover',
          `${name} lies at ${hex(address)}, which ${untyped.name} does not cover, or something else of it is there.`,
        );
        return;
      }
      // What lies below is skipped by smaller untypeds.
      for (let piece = pieceBits(at, wanted); at < wanted; piece = pieceBits(at, wanted)) {
        const skipped = places.spare(untyped.name);
        retype(typeNumber('Untyped'), piece, skipped, name);
        loading.copies.push({ place: skipped, name });
        at += 2 ** piece;
      }
    }
    at = Math.ceil(at / 2 ** kind.objectBits) * 2 ** kind.objectBits + 2 ** kind.objectBits;
    retype(typeNumber(kind.objectType), kind.userBits, place, name);
  }
  if (at > size)
    loading.problem(
      untyped,
      'load-cover',
      `${untyped.name} has ${String(size)} bytes; what it covers needs ${String(at)}, ${String(at - size)} more.`,
    );
}

function inOrderOfAddress(children: readonly Making[]): readonly Making[] {
  const address = ({ object }: Making): number =>
    object?.physicalAddress === undefined ? Infinity : Number(object.physicalAddress);
  return children.toSorted((a, b) => {
    const [first, second] = [address(a), address(b)];
    if (first !== second) return first - second;
    return b.kind.objectBits - a.kind.objectBits;
  });
}

/** The largest block that begins at `at` and does not reach beyond `end`. */
function pieceBits(at: number, end: number): number {
  let piece: number = minUntypedBits;
  while (piece < maxUntypedBits && at % 2 ** (piece + 1) === 0 && at + 2 ** (piece + 1) <= end) {
    piece += 1;
  }
  return piece;
}

/** Turns the untyped at a place into a pool at another, which becomes the object's. */
function makePool({ places, steps, copies }: Loading, name: string, untyped: number): number {
  const pool = name === poolName ? places.spare(name) : places.assign(name);
  steps.push({
    kind: 'RISCVASIDControlMakePool',
    about: name,
    holder: loaderName,
    target: initialSlot.asidControl,
    capabilities: [placePointer(untyped), objectCNode],
    words: [pool, 'depth'],
  });
  copies.push({ place: untyped, name });
  return pool;
}
