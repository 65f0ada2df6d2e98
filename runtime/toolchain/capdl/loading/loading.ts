/** What the parts of a load plan share while it is made: the specification, the places, and the steps so far. */
import { cnodeData, allRights } from '../../../abi/cap-rights.js';
import type { SpecSpace } from '../address-spaces.js';
import type { CapdlCapability, CapdlObject, CapdlRights, CapdlSpec } from '../spec.js';
import type { Contents } from './contents.js';
import { objectCNode, placePointer, type Places } from './places.js';
import type { LoadStep } from './steps.js';

export interface Loading {
  readonly spec: CapdlSpec;
  readonly objects: ReadonlyMap<string, CapdlObject>;
  readonly spaces: readonly SpecSpace[];
  readonly contents: Contents;
  readonly places: Places;
  readonly steps: LoadStep[];
  /** Places whose capability the loader has used up and gives up at the end. */
  readonly copies: { readonly place: number; readonly name: string }[];
  /** Copies of frames that are mapped, by the slot of the page table: they go into CNodes. */
  readonly mapped: Map<string, number>;
  /** Frames whose first capability is mapped and so has to stay. */
  readonly mappedFirst: Set<string>;
  problem(object: CapdlObject, code: string, message: string): void;
}

export const mappingKey = (table: string, slot: number): string => `${table} ${String(slot)}`;

/** In a rights word write comes first. Without rights in the text a capability has all. */
export const rightsWord = (rights: CapdlRights | undefined): number =>
  rights === undefined
    ? allRights
    : (rights.write ? 1 : 0) |
      (rights.read ? 2 : 0) |
      (rights.grant ? 4 : 0) |
      (rights.grantReply ? 8 : 0);

/** The word of Mint that gives a badge or a guard. */
export const dataWord = (
  { badge, guard = 0n, guardSize = 0 }: CapdlCapability,
  type: CapdlObject['type'] | undefined,
): number => (type === 'cnode' ? cnodeData(Number(guard), guardSize) : Number(badge ?? 0n));

/** Copies a place to another as it is, as a child of it. */
export function copyToSpare(loading: Loading, name: string, rights: number, data: number): number {
  const { places, steps } = loading;
  const to = places.spare(name);
  steps.push({
    kind: 'CNodeMint',
    about: name,
    holder: loaderName,
    target: objectCNode,
    capabilities: [objectCNode],
    words: [to, 'depth', places.of(name), 'depth', rights, data],
  });
  return to;
}

export const loaderName = 'the loader';

export const pointerTo = ({ places }: Loading, name: string): number =>
  placePointer(places.of(name));
