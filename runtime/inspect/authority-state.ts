/**
 * The capability state of a running kernel as the analysis of authority takes it: one component a thread. It
 * is read from CNodes, TCBs and page tables; what a page table maps counts with the rights of its entry,
 * which may be fewer than those of the capability.
 */
import { formatAddress, physAddr, virtAddr } from '../base/address.js';
import {
  threadSlots,
  type CapabilityState,
  type StateCapability,
  type StateObjectType,
  type StateRights,
} from '../image/capability-state.js';
import type { CapabilityType } from '../kernel/capabilities/capability.js';
import { configuration } from '../kernel/configuration.js';
import type { Platform } from '../platform.js';
import { viewTableEntries } from './address-space.js';
import { rightsOf } from './capability-description.js';
import { indexCapabilities, pathOf, slotOf } from './capability-index.js';
import type { DecodedCapability } from './capability-layout.js';
import {
  capabilityAt,
  kernelSource,
  lookupSlot,
  objectBits,
  objectPointer,
  tcbCapability,
  tcbWord,
  type KernelSource,
} from './kernel-source.js';
import { tcbPointer, threadName, threadsOf } from './thread-state.js';

/** Undefined without a kernel that the views can read. */
export function capabilityStateOf(platform: Platform): CapabilityState | undefined {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return undefined;
  const index = indexCapabilities(platform, kernel);
  const objects = new Objects(kernel);
  const threads = threadsOf(platform);
  const names = uniqueNames(threads.map((id) => [id, threadName(platform, id)]));
  for (const id of threads) {
    objects.addNamed(`thread ${formatAddress(id)}`, 'thread', names.get(id) ?? '', {
      base: id,
      sizeBits: kernel.layout.tcbBits,
    });
  }
  for (const way of new Map(index.cnodes.map((each) => [each.cnode, each])).values()) {
    const cnode = objects.addNamed(
      `cnode ${formatAddress(kernel.physical(way.cnode))}`,
      'cnode',
      `CNode ${formatAddress(kernel.physical(way.cnode))}`,
      { base: kernel.physical(way.cnode), sizeBits: way.radix + kernel.layout.slotBits },
    );
    for (const slot of way.filled) {
      const capability = capabilityAt(kernel, slotOf(kernel, way, slot));
      objects.put(cnode, pathOf({ path: '', radix: way.radix }, slot), capability);
    }
  }
  threads.forEach((id, thread) => {
    addInstalled(platform, kernel, objects, id, thread);
  });
  return {
    components: threads.map((id, thread) => ({ name: names.get(id) ?? '', threads: [thread] })),
    objects: objects.finish(),
    hasReplyObjects: kernel.layout.reply !== undefined,
  };
}

function addInstalled(
  platform: Platform,
  kernel: KernelSource,
  objects: Objects,
  id: number,
  thread: number,
): void {
  const tcb = tcbPointer(kernel, id);
  for (const name of kernel.layout.tcbSlots) {
    const capability = tcbCapability(kernel, tcb, name);
    const isSlot = (each: string): each is keyof typeof threadSlots => each in threadSlots;
    if (!isSlot(name) || capability.type === 'null') continue;
    objects.put(thread, threadSlots[name], capability);
    if (name === 'vspace' && capability.fields.isMapped === 1) {
      addMappings(platform, objects, kernel.physical(capability.fields.pointer ?? 0));
    }
  }
  // Without MCS a fault handler is a capability pointer in the thread's own CSpace.
  const handler = tcbWord(kernel, tcb, 'faultHandler');
  const handlerSlot =
    handler === 0 ? undefined : lookupSlot(kernel, tcbCapability(kernel, tcb, 'cspace'), handler);
  if (handlerSlot !== undefined) {
    objects.put(thread, threadSlots.faultHandler, capabilityAt(kernel, handlerSlot));
  }
  const link = (
    field: 'boundNotification' | 'schedContext',
    type: CapabilityType,
    sizeBits: number,
  ): void => {
    const pointer = tcbWord(kernel, tcb, field);
    if (pointer === 0) return;
    objects.put(thread, threadSlots[field], { type, fields: { pointer, sizeBits } });
  };
  link('boundNotification', 'notification', kernel.layout.notificationBits);
  link('schedContext', 'schedContext', 0);
}

function addMappings(platform: Platform, objects: Objects, root: number): void {
  const rootTable = objects.addTable(root);
  if (objects.hasSlots(rootTable)) return;
  for (const entry of viewTableEntries(platform, physAddr(root))) {
    // A real kernel maps itself into every address space, above those of users.
    if (entry.start >= configuration.userTop) break;
    const slot = formatAddress(entry.start);
    if (entry.kind === 'table') {
      const table = objects.addTable(entry.physical);
      objects.putObject(rootTable, slot, table, all);
      for (const page of viewTableEntries(platform, physAddr(entry.physical), entry.start)) {
        if (page.kind === 'page') objects.putFrame(table, page);
      }
    } else objects.putFrame(rootTable, entry);
  }
}

const all: StateRights = { read: true, write: true, grant: true, grantReply: true };

const stateTypes: Readonly<Partial<Record<CapabilityType, StateObjectType>>> = {
  frame: 'frame',
  untyped: 'untyped',
  pageTable: 'pageTable',
  endpoint: 'endpoint',
  notification: 'notification',
  reply: 'reply',
  cnode: 'cnode',
  asidControl: 'asidControl',
  thread: 'thread',
  asidPool: 'asidPool',
  irqControl: 'irqControl',
  irqHandler: 'irqHandler',
  domain: 'domain',
  schedContext: 'schedContext',
  schedControl: 'schedControl',
};

const typeWords: Readonly<Record<StateObjectType, string>> = {
  thread: 'thread',
  cnode: 'CNode',
  endpoint: 'endpoint',
  notification: 'notification',
  reply: 'reply object',
  schedContext: 'scheduling context',
  pageTable: 'page table',
  frame: 'frame',
  untyped: 'untyped memory',
  asidPool: 'ASID pool',
  asidControl: 'ASID control',
  irqHandler: 'interrupt',
  irqControl: 'interrupt control',
  schedControl: 'scheduling control',
  domain: 'domain control',
};

interface Extent {
  readonly base: number;
  readonly sizeBits: number;
}

/** The list of objects while it grows: each is there once, whoever names it. */
class Objects {
  private readonly kernel: KernelSource;
  private readonly byKey = new Map<string, number>();
  private readonly list: {
    readonly name: string;
    readonly type: StateObjectType;
    readonly slots: StateCapability[];
    readonly extent?: Extent;
  }[] = [];

  constructor(kernel: KernelSource) {
    this.kernel = kernel;
  }

  /** Threads must come first: their index is their number among the threads. */
  addNamed(key: string, type: StateObjectType, name: string, extent?: Extent): number {
    const known = this.byKey.get(key);
    if (known !== undefined) return known;
    this.byKey.set(key, this.list.length);
    this.list.push({ name, type, slots: [], ...(extent === undefined ? {} : { extent }) });
    return this.list.length - 1;
  }

  addTable(base: number): number {
    return this.addAt('pageTable', { base, sizeBits: 12 });
  }

  private addAt(type: StateObjectType, extent: Extent): number {
    const at = formatAddress(extent.base);
    const key = type === 'untyped' ? `${type} ${at} ${extent.sizeBits}` : `${type} ${at}`;
    return this.addNamed(key, type, `${typeWords[type]} ${at}`, extent);
  }

  put(holder: number, slot: string, capability: DecodedCapability): void {
    const type = stateTypes[capability.type];
    if (type === undefined) return;
    const pointer = objectPointer(this.kernel, capability);
    const object =
      pointer === undefined
        ? this.addWithoutMemory(type, capability)
        : this.addAt(type, {
            base: this.kernel.physical(pointer),
            sizeBits: objectBits(this.kernel, capability),
          });
    const { badge } = capability.fields;
    this.slotsOf(holder).push({
      slot,
      object,
      rights: hasRights.has(type) ? rightsOf(capability) : all,
      ...(badge === undefined || badge === 0 ? {} : { badge }),
    });
  }

  putObject(holder: number, slot: string, object: number, rights: StateRights): void {
    this.slotsOf(holder).push({ slot, object, rights });
  }

  putFrame(
    table: number,
    page: { start: number; physical: number; sizeBits: number; rights: string },
  ): void {
    const frame = this.addAt('frame', { base: page.physical, sizeBits: page.sizeBits });
    const rights = {
      read: /[rx]/.test(page.rights),
      write: page.rights.includes('w'),
      grant: false,
      grantReply: false,
    };
    this.putObject(table, formatAddress(virtAddr(page.start)), frame, rights);
  }

  hasSlots(object: number): boolean {
    return this.slotsOf(object).length > 0;
  }

  finish(): CapabilityState['objects'] {
    const parents = this.smallestUntypeds();
    return this.list.map(({ name, type, slots }, index) => {
      const madeFrom = parents.get(index);
      return { name, type, slots, ...(madeFrom === undefined ? {} : { madeFrom }) };
    });
  }

  private slotsOf(object: number): StateCapability[] {
    return this.list[object]?.slots ?? [];
  }

  private addWithoutMemory(type: StateObjectType, { fields }: DecodedCapability): number {
    const which = type === 'irqHandler' ? ` ${fields.irq ?? 0}` : '';
    return this.addNamed(`${type}${which}`, type, `${typeWords[type]}${which}`);
  }

  /** One pass in address order with a stack of the untypeds that are open; the larger ones come first. */
  private smallestUntypeds(): ReadonlyMap<number, number> {
    const placed = this.list.flatMap(({ type, extent }, index) =>
      extent === undefined ? [] : [{ index, type, ...extent }],
    );
    const rank = (type: StateObjectType): number => (type === 'untyped' ? 0 : 1);
    placed.sort(
      (a, b) => a.base - b.base || b.sizeBits - a.sizeBits || rank(a.type) - rank(b.type),
    );
    const parents = new Map<number, number>();
    const open: { readonly index: number; readonly end: number }[] = [];
    for (const { index, type, base, sizeBits } of placed) {
      while ((open.at(-1)?.end ?? Infinity) <= base) open.pop();
      const around = open.at(-1);
      if (around !== undefined) parents.set(index, around.index);
      if (type === 'untyped') open.push({ index, end: base + 2 ** sizeBits });
    }
    return parents;
  }
}

/** Of the other types a capability lets do everything with the object. */
const hasRights: ReadonlySet<StateObjectType> = new Set([
  'endpoint',
  'notification',
  'reply',
  'frame',
]);

/** Threads of one name are told apart by the addresses of their TCBs. */
function uniqueNames(threads: readonly (readonly [number, string])[]): ReadonlyMap<number, string> {
  const counts = new Map<string, number>();
  for (const [, name] of threads) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    threads.map(([id, name]) => [
      id,
      counts.get(name) === 1 ? name : `${name} ${formatAddress(id)}`,
    ]),
  );
}
