/**
 * What an address space shall map beside the program itself: stacks, IPC buffers, shared and device memory,
 * and holes. Each is a symbol of the program whose pages are given; where the symbol lies, the layout says.
 */
import type { Origin } from '../../capdl/spec.js';
import type { Instance } from '../system.js';
import type { DraftCapability, DraftObject } from './object-space.js';

export interface AddressSpace {
  /** The name of the instance or group. */
  readonly key: string;
  readonly root: DraftObject;
  /** By symbol, in the order in which they were asked for. */
  readonly regions: Map<string, Region>;
}

export interface Region {
  readonly symbol: string;
  readonly pageBits: number;
  readonly pages: readonly RegionPage[];
  readonly origin: Origin;
}

export interface RegionPage {
  /** Undefined for a page that stays unmapped. */
  readonly capability: DraftCapability | undefined;
  /** Its capability is in the CNode and remembers where it is mapped; the page table gets a copy. */
  readonly isInCNode: boolean;
}

export const hole: RegionPage = { capability: undefined, isInCNode: false };

export function addRegion(space: AddressSpace, region: Region): void {
  space.regions.set(region.symbol, region);
}

/**
 * The name that a symbol of an instance has in its program. Instances of a group are one program, so there
 * the instance's name is before it: two of them may have interfaces of one name.
 */
export const symbolOf = (instance: Instance, symbol: string): string =>
  instance.addressSpace === instance.name ? symbol : `${instance.name}.${symbol}`;

export const entrySymbolOf = (instance: Instance): string =>
  `camkes ${instance.name} _camkes_start`;
