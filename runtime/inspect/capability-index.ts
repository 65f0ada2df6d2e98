/**
 * Every capability space and its slots, gathered in one pass over kernel memory: what the views of
 * capabilities, memory and authority are made from. Made anew for each question, so it never disagrees
 * with memory. Slots and objects are named by the kernel's pointers.
 */
import { formatAddress } from '../base/address.js';
import type { Platform } from '../platform.js';
import type { DecodedCapability } from './capability-layout.js';
import type { SpaceName } from './capability-description.js';
import { viewDerivation, type Derivation } from './derivation.js';
import type { TcbSlotName } from './kernel-layout.js';
import {
  capabilityAt,
  slotBytes,
  tcbCapability,
  tcbOffset,
  type KernelSource,
} from './kernel-source.js';
import { tcbPointer, threadName, threadsOf } from './thread-state.js';

export interface CapabilityIndex {
  readonly kernel: KernelSource;
  readonly threads: readonly IndexedThread[];
  readonly roots: readonly {
    readonly cnode: number;
    readonly capability: DecodedCapability;
    readonly threads: readonly IndexedThread[];
  }[];
  /** By root, in the order of discovery. */
  readonly cnodes: readonly Way[];
  readonly derivation: Derivation;
  /** Threads by the ASID of their address space. */
  readonly spaces: ReadonlyMap<number, SpaceName>;
}

export interface IndexedThread {
  readonly id: number;
  readonly name: string;
}

/** One way to a CNode: through a root, then through slots of CNodes on the way. */
export interface Way {
  readonly cnode: number;
  readonly radix: number;
  /** Empty for a root CNode. */
  readonly path: string;
  readonly owner: string;
  /** The address bits that lead here, this CNode's guard included. */
  readonly prefix: number;
  readonly prefixBits: number;
  /** Indices of the slots that hold something. */
  readonly filled: readonly number[];
}

/** More CNodes than any sensible system has: a bound for memory that a guest has filled with them. */
const mostCNodes = 1024;

export function indexCapabilities(platform: Platform, kernel: KernelSource): CapabilityIndex {
  const threads = threadsOf(platform).map((id) => ({ id, name: threadName(platform, id) }));
  const roots = rootsOf(kernel, threads);
  const cnodes = roots.flatMap((root) => waysFrom(kernel, root.capability, labelOf(root.threads)));
  const inCNodes = cnodes.flatMap((way) => way.filled.map((index) => slotOf(kernel, way, index)));
  const inTcbs = threads
    .flatMap((thread) => ownSlots(kernel, thread))
    .filter((at) => !isEmpty(kernel, at));
  return {
    kernel,
    threads,
    roots,
    cnodes,
    derivation: viewDerivation(kernel, [...inCNodes, ...inTcbs]),
    spaces: spacesOf(kernel, threads),
  };
}

export const labelOf = (threads: readonly IndexedThread[]): string =>
  threads.map(({ name }) => name).join(', ');

/** Indices of the slots that hold something; none for a CNode outside RAM. */
function filledSlots(kernel: KernelSource, cnode: number, radix: number): number[] {
  const filled: number[] = [];
  const { slot, slotBits } = kernel.layout;
  const bytes = 2 ** slotBits;
  const count = 2 ** radix;
  if (!kernel.contains(cnode, count * bytes)) return filled;
  // Most slots of most CNodes are empty, so this looks at the tag alone.
  for (let index = 0, at = cnode + slot.w0; index < count; index += 1, at += bytes) {
    if ((kernel.word(at) & 0xf) !== 0) filled.push(index);
  }
  return filled;
}

export const slotOf = (
  kernel: KernelSource,
  { cnode }: Pick<Way, 'cnode'>,
  index: number,
): number => cnode + index * slotBytes(kernel);

/** Digits enough for the CNode's largest index: `0x003` among 4096 slots. */
export function pathOf(way: Pick<Way, 'path' | 'radix'>, index: number): string {
  const digits = Math.max(1, Math.ceil(way.radix / 4));
  const own = `0x${index.toString(16).padStart(digits, '0')}`;
  return way.path === '' ? own : `${way.path}/${own}`;
}

const tcbSlotWords: Readonly<Record<TcbSlotName, string>> = {
  cspace: 'CSpace',
  vspace: 'VSpace',
  ipcBuffer: 'IPC buffer',
  faultHandler: 'fault handler',
  timeoutHandler: 'timeout handler',
  reply: 'reply slot',
  caller: 'caller slot',
};

/** The name of a slot: in a CNode, inside a TCB, in the interrupt table, or in kernel memory. */
export function placeOf({ kernel, cnodes, threads }: CapabilityIndex, at: number): string {
  const { layout } = kernel;
  const bytes = slotBytes(kernel);
  const way = cnodes.find(
    ({ cnode, radix }) => at >= cnode && at < cnode + 2 ** (radix + layout.slotBits),
  );
  if (way !== undefined) return `${way.owner} ${pathOf(way, (at - way.cnode) / bytes)}`;
  const physical = kernel.physical(at);
  const owner = threads.find(
    ({ id }) => physical >= id && physical < id + layout.tcbSlots.length * bytes,
  );
  const inTcb = owner && layout.tcbSlots[(physical - owner.id) / bytes];
  if (owner !== undefined && inTcb !== undefined) {
    return `${tcbSlotWords[inTcb]} of ${owner.name}`;
  }
  const irq = (at - layout.globals.irqSlots) / bytes;
  if (irq >= 0 && irq <= layout.highestInterrupt) return `interrupt ${irq}`;
  return `slot at ${formatAddress(physical)}`;
}

function rootsOf(
  kernel: KernelSource,
  threads: readonly IndexedThread[],
): CapabilityIndex['roots'] {
  const byCNode = new Map<number, { capability: DecodedCapability; threads: IndexedThread[] }>();
  for (const thread of threads) {
    const capability = tcbCapability(kernel, tcbPointer(kernel, thread.id), 'cspace');
    if (capability.type !== 'cnode') continue;
    const cnode = capability.fields.pointer ?? 0;
    const known = byCNode.get(cnode);
    if (known === undefined) byCNode.set(cnode, { capability, threads: [thread] });
    else known.threads.push(thread);
  }
  return [...byCNode].map(([cnode, root]) => ({ cnode, ...root }));
}

/** Breadth first; a CNode that was reached already is not entered again, so rings end. */
function waysFrom(kernel: KernelSource, root: DecodedCapability, owner: string): Way[] {
  const ways: Way[] = [wayThrough(kernel, root, { owner, path: '', prefix: 0, prefixBits: 0 })];
  const reached = new Set(ways.map(({ cnode }) => cnode));
  for (const way of ways) {
    for (const index of way.filled) {
      const capability = capabilityAt(kernel, slotOf(kernel, way, index));
      const { pointer = 0 } = capability.fields;
      if (capability.type !== 'cnode' || reached.has(pointer) || ways.length >= mostCNodes) {
        continue;
      }
      reached.add(pointer);
      ways.push(
        wayThrough(kernel, capability, {
          owner,
          path: pathOf(way, index),
          prefix: way.prefix * 2 ** way.radix + index,
          prefixBits: way.prefixBits + way.radix,
        }),
      );
    }
  }
  return ways;
}

function wayThrough(
  kernel: KernelSource,
  { fields }: DecodedCapability,
  from: Pick<Way, 'owner' | 'path' | 'prefix' | 'prefixBits'>,
): Way {
  const { pointer = 0, radix = 0, guard = 0, guardSize = 0 } = fields;
  return {
    ...from,
    cnode: pointer,
    radix,
    prefix: from.prefix * 2 ** guardSize + guard,
    prefixBits: from.prefixBits + guardSize,
    filled: filledSlots(kernel, pointer, radix),
  };
}

function spacesOf(kernel: KernelSource, threads: readonly IndexedThread[]): Map<number, SpaceName> {
  const spaces = new Map<number, SpaceName>();
  for (const { id, name } of threads) {
    const { type, fields } = tcbCapability(kernel, tcbPointer(kernel, id), 'vspace');
    if (type !== 'pageTable' || fields.isMapped !== 1) continue;
    const { asid = 0, pointer = 0 } = fields;
    const known = spaces.get(asid);
    spaces.set(asid, {
      name: known === undefined ? name : `${known.name}, ${name}`,
      root: kernel.physical(pointer),
    });
  }
  return spaces;
}

function ownSlots(kernel: KernelSource, { id }: IndexedThread): number[] {
  const base = tcbPointer(kernel, id) - tcbOffset(kernel);
  return kernel.layout.tcbSlots.map((_name, index) => base + index * slotBytes(kernel));
}

const isEmpty = (kernel: KernelSource, at: number): boolean =>
  (kernel.word(at + kernel.layout.slot.w0) & 0xf) === 0;
