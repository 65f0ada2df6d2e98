/**
 * Every capability space, slot by slot, in the words of the seL4 manual. A CSpace is a root CNode with
 * the threads that use it; nested CNodes are found through it. The index is made anew for each
 * question, so it never disagrees with memory; its cost is one pass over the slots.
 */
import type { Platform } from '../platform.js';
import { describeCapability, type CapabilityDescription } from './capability-description.js';
import {
  indexCapabilities,
  labelOf,
  pathOf,
  placeOf,
  slotOf,
  type CapabilityIndex,
  type Way,
} from './capability-index.js';
import { capabilityAt, kernelSource } from './kernel-source.js';

export interface CSpaceView {
  /** Physical address of the root CNode. */
  readonly cnode: number;
  /** The names of its threads. */
  readonly label: string;
  readonly threads: readonly { readonly id: number; readonly name: string }[];
  readonly sizeBits: number;
  readonly guard: { readonly value: number; readonly sizeBits: number };
  readonly filled: number;
}

export interface SlotView {
  readonly index: number;
  /** The capability pointer of depth 32; absent where more than 32 bits would be needed. */
  readonly cptr?: number;
  /** `0x003`, in a nested CNode `0x010/0x2`. */
  readonly path: string;
  readonly capability: CapabilityView;
}

export interface CapabilityView extends CapabilityDescription {
  readonly parent?: SlotReference;
  /** The first of those derived from it directly, see `childCount`. */
  readonly children: readonly SlotReference[];
  readonly childCount: number;
}

export interface SlotReference {
  /** `rootserver 0x012`, `fault handler of worker`, `interrupt 1`. */
  readonly place: string;
  readonly label: string;
}

const mostChildren = 32;

export function viewCSpaces(platform: Platform): CSpaceView[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  const index = indexCapabilities(platform, kernel);
  return index.roots.map(({ cnode, capability: { fields }, threads }) => ({
    cnode: kernel.physical(cnode),
    label: labelOf(threads),
    threads,
    sizeBits: fields.radix ?? 0,
    guard: { value: fields.guard ?? 0, sizeBits: fields.guardSize ?? 0 },
    filled: index.cnodes.find((way) => way.cnode === cnode)?.filled.length ?? 0,
  }));
}

/**
 * The filled slots of one CNode. `path` is that of the slot which holds a nested CNode; without it the
 * CNode is looked at as a root, if it is one.
 */
export function viewSlots(
  platform: Platform,
  cnode: number,
  {
    path = '',
    start = 0,
    count = Infinity,
  }: { path?: string; start?: number; count?: number } = {},
): { readonly slots: readonly SlotView[]; readonly total: number } {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return { slots: [], total: 0 };
  const index = indexCapabilities(platform, kernel);
  const ways = index.cnodes.filter((candidate) => kernel.physical(candidate.cnode) === cnode);
  const way = ways.find((candidate) => candidate.path === path) ?? ways[0];
  if (way === undefined) return { slots: [], total: 0 };
  const { filled } = way;
  const slots = filled
    .slice(start, start + count)
    .map((slotIndex) => slotView(platform, index, way, slotIndex));
  return { slots, total: filled.length };
}

function slotView(
  platform: Platform,
  index: CapabilityIndex,
  way: Way,
  slotIndex: number,
): SlotView {
  const at = slotOf(index.kernel, way, slotIndex);
  const bits = way.prefixBits + way.radix;
  // A shorter address is padded on the right: the lookup ignores what a non-CNode does not need.
  const cptr =
    bits <= 32 ? (way.prefix * 2 ** way.radix + slotIndex) * 2 ** (32 - bits) : undefined;
  return {
    index: slotIndex,
    path: pathOf(way, slotIndex),
    ...(cptr === undefined ? {} : { cptr }),
    capability: capabilityView(platform, index, at),
  };
}

function capabilityView(platform: Platform, index: CapabilityIndex, at: number): CapabilityView {
  const { derivation } = index;
  const parent = derivation.parentOf(at);
  const children = derivation.childrenOf(at);
  return {
    ...describe(platform, index, at),
    ...(parent === undefined ? {} : { parent: referenceTo(platform, index, parent) }),
    children: children.slice(0, mostChildren).map((child) => referenceTo(platform, index, child)),
    childCount: children.length,
  };
}

const describe = (
  platform: Platform,
  { kernel, spaces }: CapabilityIndex,
  at: number,
): CapabilityDescription => describeCapability(platform, kernel, capabilityAt(kernel, at), spaces);

function referenceTo(platform: Platform, index: CapabilityIndex, at: number): SlotReference {
  return { place: placeOf(index, at), label: describe(platform, index, at).label };
}
