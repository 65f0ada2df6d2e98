/**
 * Every capability space, slot by slot, in the words of the seL4 manual. A CSpace is a root CNode with
 * the threads that use it; nested CNodes are found through it. The index is made anew for each
 * question, so it never disagrees with memory; its cost is one pass over the slots.
 */
import { formatAddress } from '../base/address.js';
import { slotBits } from '../abi/object-types.js';
import {
  cnodeGuard,
  cnodeGuardSize,
  cnodePointer,
  cnodeRadix,
  mappedAsid,
  mappedBase,
  pageTableIsMapped,
  readCapability,
  slotAddress,
  slotIsEmpty,
  tag,
  tagOf,
  type Capability,
} from '../kernel/capabilities/capability.js';
import type { KernelState } from '../kernel/kernel-state.js';
import { globals, slotBytes, tcbOffset, tcbSlot, tcbSlots } from '../kernel/layout.js';
import type { Platform } from '../platform.js';
import {
  describeCapability,
  type CapabilityDescription,
  type SpaceName,
} from './capability-description.js';
import { viewDerivation, type Derivation } from './derivation.js';
import { hasKernel, kernelState, threadName, threadsOf } from './thread-state.js';

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
/** More CNodes than any sensible system has: a bound for memory that a guest has filled with them. */
const mostCNodes = 1024;

export function viewCSpaces(platform: Platform): CSpaceView[] {
  if (!hasKernel(platform)) return [];
  const index = indexOf(platform);
  return index.roots.map(({ cnode, capability, threads }) => ({
    cnode,
    label: labelOf(threads),
    threads,
    sizeBits: cnodeRadix(capability.w1),
    guard: { value: cnodeGuard(capability.w1), sizeBits: cnodeGuardSize(capability.w1) },
    filled: filledSlots(index.kernel, cnode, 2 ** cnodeRadix(capability.w1)).length,
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
  if (!hasKernel(platform)) return { slots: [], total: 0 };
  const index = indexOf(platform);
  const ways = index.cnodes.filter((candidate) => candidate.cnode === cnode);
  const way = ways.find((candidate) => candidate.path === path) ?? ways[0];
  if (way === undefined) return { slots: [], total: 0 };
  const filled = filledSlots(index.kernel, cnode, 2 ** way.radix);
  const slots = filled
    .slice(start, start + count)
    .map((slotIndex) => slotView(platform, index, way, slotIndex));
  return { slots, total: filled.length };
}

/** One way to a CNode: through a root, then through slots of CNodes on the way. */
interface Way {
  readonly cnode: number;
  readonly radix: number;
  /** Empty for a root CNode. */
  readonly path: string;
  readonly owner: string;
  /** The address bits that lead here, this CNode's guard included. */
  readonly prefix: number;
  readonly prefixBits: number;
}

interface CapabilityIndex {
  readonly kernel: KernelState;
  readonly roots: readonly {
    readonly cnode: number;
    readonly capability: Capability;
    readonly threads: readonly { readonly id: number; readonly name: string }[];
  }[];
  readonly cnodes: readonly Way[];
  readonly derivation: Derivation;
  /** Threads by the ASID of their address space. */
  readonly spaces: ReadonlyMap<number, SpaceName>;
}

function indexOf(platform: Platform): CapabilityIndex {
  const kernel = kernelState(platform);
  const threads = threadsOf(platform).map((id) => ({ id, name: threadName(platform, id) }));
  const roots = rootsOf(kernel, threads);
  const cnodes = roots.flatMap((root) => waysFrom(kernel, root.capability, labelOf(root.threads)));
  const ownSlots = threads.flatMap(({ id }) =>
    tcbSlots.map((name) => tcbSlot(id + tcbOffset, name)),
  );
  const allSlots = cnodes.flatMap(({ cnode, radix }) =>
    filledSlots(kernel, cnode, 2 ** radix).map((slotIndex) => slotAddress(cnode, slotIndex)),
  );
  return {
    kernel,
    roots,
    cnodes,
    derivation: viewDerivation(kernel, [
      ...allSlots,
      ...ownSlots.filter((at) => !slotIsEmpty(kernel, at)),
    ]),
    spaces: spacesOf(kernel, threads),
  };
}

function rootsOf(
  kernel: KernelState,
  threads: readonly { readonly id: number; readonly name: string }[],
): CapabilityIndex['roots'] {
  const byCNode = new Map<
    number,
    { capability: Capability; threads: { id: number; name: string }[] }
  >();
  for (const thread of threads) {
    const capability = readCapability(kernel, tcbSlot(thread.id + tcbOffset, 'cspace'));
    if (tagOf(capability.w0) !== tag.cnode) continue;
    const known = byCNode.get(cnodePointer(capability.w0));
    if (known === undefined) {
      byCNode.set(cnodePointer(capability.w0), { capability, threads: [thread] });
    } else known.threads.push(thread);
  }
  return [...byCNode].map(([cnode, root]) => ({ cnode, ...root }));
}

/** Breadth first; a CNode that was reached already is not entered again, so rings end. */
function waysFrom(kernel: KernelState, root: Capability, owner: string): Way[] {
  const ways: Way[] = [wayThrough(root, { owner, path: '', prefix: 0, prefixBits: 0 })];
  const reached = new Set(ways.map(({ cnode }) => cnode));
  for (const way of ways) {
    for (const slotIndex of filledSlots(kernel, way.cnode, 2 ** way.radix)) {
      const capability = readCapability(kernel, slotAddress(way.cnode, slotIndex));
      if (tagOf(capability.w0) !== tag.cnode) continue;
      if (reached.has(cnodePointer(capability.w0)) || ways.length >= mostCNodes) continue;
      reached.add(cnodePointer(capability.w0));
      ways.push(
        wayThrough(capability, {
          owner,
          path: pathOf(way, slotIndex),
          prefix: way.prefix * 2 ** way.radix + slotIndex,
          prefixBits: way.prefixBits + way.radix,
        }),
      );
    }
  }
  return ways;
}

function wayThrough(
  { w0, w1 }: Capability,
  from: Pick<Way, 'owner' | 'path' | 'prefix' | 'prefixBits'>,
): Way {
  return {
    ...from,
    cnode: cnodePointer(w0),
    radix: cnodeRadix(w1),
    prefix: from.prefix * 2 ** cnodeGuardSize(w1) + cnodeGuard(w1),
    prefixBits: from.prefixBits + cnodeGuardSize(w1),
  };
}

function slotView(
  platform: Platform,
  index: CapabilityIndex,
  way: Way,
  slotIndex: number,
): SlotView {
  const at = slotAddress(way.cnode, slotIndex);
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

const describe = (platform: Platform, index: CapabilityIndex, at: number): CapabilityDescription =>
  describeCapability(platform, index.kernel, readCapability(index.kernel, at), index.spaces);

function referenceTo(platform: Platform, index: CapabilityIndex, at: number): SlotReference {
  return { place: placeOf(platform, index, at), label: describe(platform, index, at).label };
}

const tcbSlotWords: Readonly<Record<(typeof tcbSlots)[number], string>> = {
  cspace: 'CSpace',
  vspace: 'VSpace',
  ipcBuffer: 'IPC buffer',
  faultHandler: 'fault handler',
  timeoutHandler: 'timeout handler',
};

/** The name of a slot: in a CNode, inside a TCB, in the interrupt table, or in kernel memory. */
function placeOf(platform: Platform, index: CapabilityIndex, at: number): string {
  const way = index.cnodes.find(
    ({ cnode, radix }) => at >= cnode && at < cnode + 2 ** (radix + slotBits),
  );
  if (way !== undefined) return `${way.owner} ${pathOf(way, (at - way.cnode) / slotBytes)}`;
  const owner = threadsOf(platform).find((id) => at >= id && at < id + tcbSlots.length * slotBytes);
  const inTcb = owner === undefined ? undefined : tcbSlots[(at - owner) / slotBytes];
  if (owner !== undefined && inTcb !== undefined) {
    return `${tcbSlotWords[inTcb]} of ${threadName(platform, owner)}`;
  }
  const irqSlots = index.kernel.globals + globals.irqSlots;
  if (at >= irqSlots && at < irqSlots + 256 * slotBytes) {
    return `interrupt ${(at - irqSlots) / slotBytes}`;
  }
  return `slot at ${formatAddress(at)}`;
}

/** Digits enough for the CNode's largest index: `0x003` among 4096 slots. */
function pathOf(way: Pick<Way, 'path' | 'radix'>, slotIndex: number): string {
  const digits = Math.max(1, Math.ceil(way.radix / 4));
  const own = `0x${slotIndex.toString(16).padStart(digits, '0')}`;
  return way.path === '' ? own : `${way.path}/${own}`;
}

function filledSlots(kernel: KernelState, cnode: number, count: number): number[] {
  const filled: number[] = [];
  if (!kernel.memory.contains(cnode, count * slotBytes)) return filled;
  for (let slotIndex = 0; slotIndex < count; slotIndex += 1) {
    if (!slotIsEmpty(kernel, slotAddress(cnode, slotIndex))) filled.push(slotIndex);
  }
  return filled;
}

function spacesOf(
  kernel: KernelState,
  threads: readonly { readonly id: number; readonly name: string }[],
): Map<number, SpaceName> {
  const spaces = new Map<number, SpaceName>();
  for (const { id, name } of threads) {
    const root = readCapability(kernel, tcbSlot(id + tcbOffset, 'vspace'));
    if (tagOf(root.w0) !== tag.pageTable || !pageTableIsMapped(root.w0)) continue;
    const known = spaces.get(mappedAsid(root.w1));
    spaces.set(mappedAsid(root.w1), {
      name: known === undefined ? name : `${known.name}, ${name}`,
      root: mappedBase(root.w1),
    });
  }
  return spaces;
}

const labelOf = (threads: readonly { readonly name: string }[]): string =>
  threads.map(({ name }) => name).join(', ');
