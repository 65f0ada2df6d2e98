/**
 * The steps for address spaces: an ASID for each root, the content of frames, then page tables and frames.
 * A frame capability can be mapped once. The first mapping takes the frame's own; each other one a copy,
 * and so does one whose capability the specification wants in a CNode.
 */
import { allRights } from '../../../abi/cap-rights.js';
import { initialSlot } from '../../../abi/boot-info.js';
import { megaPageBits } from '../../../abi/object-types.js';
import type { SpecPage, SpecSpace } from '../address-spaces.js';
import type { CapdlCapability } from '../spec.js';
import type { ExtraObjects } from './objects.js';
import {
  copyToSpare,
  loaderName,
  mappingKey,
  pointerTo,
  rightsWord,
  type Loading,
} from './loading.js';
import { placePointer } from './places.js';

/** Of the kernel's first pool, one ASID means none and one is the loader's. */
const firstPoolAsids = 14;
const poolAsids = 16;

/** How many pools the loader has to make for roots that are in no pool of the specification. */
export const extraPoolsFor = (loading: Pick<Loading, 'spec' | 'spaces'>): number =>
  Math.max(0, Math.ceil((freeRoots(loading).length - firstPoolAsids) / poolAsids));

export function assignAsids(loading: Loading, pools: readonly number[]): void {
  const { spec, steps } = loading;
  const assign = (root: string, pool: number, holder: string): void => {
    steps.push({
      kind: 'RISCVASIDPoolAssign',
      about: root,
      holder,
      target: pool,
      capabilities: [pointerTo(loading, root)],
      words: [],
    });
  };
  for (const { name, type, slots } of spec.objects) {
    if (type !== 'asid_pool') continue;
    for (const [, { object }] of [...slots].sort(([a], [b]) => a - b))
      assign(object, pointerTo(loading, name), name);
  }
  freeRoots(loading).forEach((root, index) => {
    const extra = pools[Math.floor((index - firstPoolAsids) / poolAsids)];
    const pool =
      index < firstPoolAsids || extra === undefined ? initialSlot.asidPool : placePointer(extra);
    assign(root, pool, loaderName);
  });
}

function freeRoots({ spec, spaces }: Pick<Loading, 'spec' | 'spaces'>): string[] {
  const pooled = new Set(
    spec.objects
      .filter(({ type }) => type === 'asid_pool')
      .flatMap(({ slots }) => [...slots.values()].map(({ object }) => object)),
  );
  return spaces.map(({ root }) => root.name).filter((name) => !pooled.has(name));
}

/** Addresses of the loader's own space, each at the start of 4 MiB in which nothing is mapped. */
const window = 0x7000_0000;
const megaWindow = 0x7040_0000;
const executeNever = 1;

export const needsWindow = ({
  objects,
  contents,
}: Pick<Loading, 'objects' | 'contents'>): boolean =>
  [...contents.byFrame.keys()].some((name) => objects.get(name)?.sizeBits !== megaPageBits);

export function fillFrames(
  loading: Loading,
  extra: ExtraObjects,
  untyped: { readonly firstSlot: number; readonly slots: number },
): void {
  const { objects, contents, steps } = loading;
  const ourSpace = [initialSlot.vspace];
  if (extra.window !== undefined)
    steps.push({
      kind: 'RISCVPageTableMap',
      about: loaderName,
      holder: loaderName,
      target: placePointer(extra.window),
      capabilities: ourSpace,
      words: [window, 0],
    });
  for (const [name, pieces] of contents.byFrame) {
    const at = objects.get(name)?.sizeBits === megaPageBits ? megaWindow : window;
    const target = pointerTo(loading, name);
    steps.push({
      kind: 'RISCVPageMap',
      about: name,
      holder: loaderName,
      target,
      capabilities: ourSpace,
      words: [at, allRights, executeNever],
    });
    for (const piece of pieces) {
      const to = at + piece.destinationOffset;
      const { lengthBytes, offset } = piece;
      steps.push(
        piece.kind === 'bytes'
          ? { kind: 'copy', about: name, target: 0, words: [to, offset, lengthBytes] }
          : {
              kind: 'copyBootInfo',
              about: name,
              target: 0,
              words: [to, piece.id, offset, lengthBytes, untyped.firstSlot, untyped.slots],
            },
      );
    }
    steps.push({ kind: 'RISCVPageUnmap', about: name, target, words: [] });
  }
  if (extra.window === undefined) return;
  const target = placePointer(extra.window);
  steps.push({ kind: 'RISCVPageTableUnmap', about: loaderName, target, words: [] });
  loading.copies.push({ place: extra.window, name: loaderName });
}

export function mapSpaces(loading: Loading): void {
  const owners = ownersOfMappings(loading);
  for (const space of loading.spaces) {
    const vspace = pointerTo(loading, space.root.name);
    for (const { table, virtualAddress } of space.tables)
      loading.steps.push({
        kind: 'RISCVPageTableMap',
        about: table.name,
        holder: space.root.name,
        target: pointerTo(loading, table.name),
        capabilities: [vspace],
        words: [virtualAddress, 0],
      });
    for (const page of space.pages) mapPage(loading, space, page, owners);
  }
}

/** The capabilities in CNodes that are to be the mapped ones, by the slot that they map. */
function ownersOfMappings({ spec }: Loading): ReadonlyMap<string, CapdlCapability> {
  const owners = new Map<string, CapdlCapability>();
  for (const { type, slots } of spec.objects) {
    if (type !== 'cnode') continue;
    for (const capability of slots.values()) {
      const { mapping } = capability;
      if (mapping !== undefined) owners.set(mappingKey(mapping.object, mapping.slot), capability);
    }
  }
  return owners;
}

function mapPage(
  loading: Loading,
  { root }: SpecSpace,
  { frame, virtualAddress, table, slot, capability }: SpecPage,
  owners: ReadonlyMap<string, CapdlCapability>,
): void {
  const key = mappingKey(table.name, slot);
  const owner = owners.get(key);
  let target: number;
  if (owner === undefined && !loading.mappedFirst.has(frame.name)) {
    loading.mappedFirst.add(frame.name);
    target = pointerTo(loading, frame.name);
  } else {
    const copy = copyToSpare(loading, frame.name, rightsWord(owner?.rights), 0);
    if (owner !== undefined) loading.mapped.set(key, copy);
    target = placePointer(copy);
  }
  loading.steps.push({
    kind: 'RISCVPageMap',
    about: frame.name,
    holder: root.name,
    target,
    capabilities: [pointerTo(loading, root.name)],
    words: [
      virtualAddress,
      rightsWord(capability.rights),
      // On a frame, grant means execute.
      capability.rights?.grant === false ? executeNever : 0,
    ],
  });
}
