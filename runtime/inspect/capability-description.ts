/** One capability in the words of the seL4 manual: type, object, rights, badge, guard, mapping. */
import { formatAddress } from '../base/address.js';
import { endpointState, notificationState } from '../kernel/layout.js';
import type { CapabilityType } from '../kernel/capabilities/capability.js';
import type { Platform } from '../platform.js';
import type { DecodedCapability } from './capability-layout.js';
import { objectBits, objectPointer, tcbOffset, type KernelSource } from './kernel-source.js';
import { threadName, threadOf } from './thread-state.js';
import { describeSchedContext, viewThread } from './threads.js';

export interface CapabilityDescription {
  readonly type: string;
  /** `Endpoint 0x10034000, RWG-, badge 7`. */
  readonly label: string;
  /** Physical address of the object; absent for a capability to no memory. */
  readonly object?: number;
  readonly sizeBytes?: number;
  /** Of `RWGP`, a dash for each right that is missing; P is grant-reply. */
  readonly rights?: string;
  readonly badge?: number;
  readonly guard?: { readonly value: number; readonly sizeBits: number };
  readonly mapping?: string;
  readonly details: readonly { readonly name: string; readonly value: string }[];
  /** Set for a CNode: the argument of `viewSlots`. */
  readonly cnode?: number;
}

/** An address space by the threads that run in it, and its root page table. */
export interface SpaceName {
  readonly name: string;
  readonly root: number;
}

/** The manual's names, one word each, as a tree of slots shows them. */
const typeWords: Readonly<Record<CapabilityType, string>> = {
  null: 'Null',
  frame: 'Frame',
  untyped: 'Untyped',
  pageTable: 'PageTable',
  endpoint: 'Endpoint',
  notification: 'Notification',
  reply: 'Reply',
  cnode: 'CNode',
  asidControl: 'ASIDControl',
  thread: 'TCB',
  asidPool: 'ASIDPool',
  irqControl: 'IRQControl',
  irqHandler: 'IRQHandler',
  zombie: 'Zombie',
  domain: 'Domain',
  schedContext: 'SchedContext',
  schedControl: 'SchedControl',
};

type Facts = Omit<CapabilityDescription, 'type' | 'label' | 'object' | 'sizeBytes' | 'details'> & {
  readonly details?: CapabilityDescription['details'];
  /** What the label says besides type, object, rights and badge. */
  readonly remark?: string;
};

export function describeCapability(
  platform: Platform,
  kernel: KernelSource,
  capability: DecodedCapability,
  spaces: ReadonlyMap<number, SpaceName>,
): CapabilityDescription {
  const type = typeWords[capability.type];
  const pointer = objectPointer(kernel, capability);
  const object = pointer === undefined ? undefined : kernel.physical(pointer);
  const { remark, ...facts } = factsOf(platform, kernel, capability, spaces);
  const name = object === undefined ? type : `${type} ${formatAddress(object)}`;
  const parts = [
    name,
    facts.rights,
    facts.badge === undefined || facts.badge === 0 ? undefined : `badge ${facts.badge}`,
    remark,
  ];
  return {
    details: [],
    ...facts,
    type,
    label: parts.filter((part) => part !== undefined).join(', '),
    ...(object === undefined ? {} : { object, sizeBytes: 2 ** objectBits(kernel, capability) }),
  };
}

function factsOf(
  platform: Platform,
  kernel: KernelSource,
  capability: DecodedCapability,
  spaces: ReadonlyMap<number, SpaceName>,
): Facts {
  const { fields } = capability;
  const { pointer = 0 } = fields;
  switch (capability.type) {
    case 'untyped': {
      const size = 2 ** (fields.sizeBits ?? 0);
      const free = size - untypedUsedBytes(capability);
      const device = fields.isDevice === 1;
      return {
        remark: `${formatSize(size)}${device ? ' of device registers' : ''}`,
        details: [{ name: 'free', value: `${formatSize(free)} of ${formatSize(size)}` }],
      };
    }
    case 'endpoint':
      return {
        rights: letters(capability),
        badge: fields.badge ?? 0,
        details: queueOf(kernel, pointer),
      };
    case 'notification':
      return {
        rights: letters(capability),
        badge: fields.badge ?? 0,
        details: signalsOf(kernel, pointer),
      };
    case 'reply':
      return { rights: letters(capability), details: callerOf(platform, kernel, pointer) };
    case 'cnode': {
      const slots = 2 ** (fields.radix ?? 0);
      return {
        remark: `${slots} slots`,
        guard: { value: fields.guard ?? 0, sizeBits: fields.guardSize ?? 0 },
        cnode: kernel.physical(pointer),
        details: [{ name: 'slots', value: `${slots}` }],
      };
    }
    case 'thread': {
      const thread = viewThread(platform, kernel.physical(pointer - tcbOffset(kernel)));
      return {
        remark: thread.name,
        details: [
          { name: 'thread', value: thread.name },
          { name: 'state', value: thread.state },
          { name: 'priority', value: `${thread.priority ?? 0}` },
        ],
      };
    }
    case 'frame': {
      const mapping = mappingOf(kernel, capability, spaces);
      const device = fields.isDevice === 1;
      return {
        rights: letters(capability),
        mapping,
        remark: device ? `device, ${mapping}` : mapping,
        details: device ? [{ name: 'memory', value: 'device registers' }] : [],
      };
    }
    case 'pageTable': {
      const mapping = mappingOf(kernel, capability, spaces);
      return { mapping, remark: mapping };
    }
    case 'asidPool':
      return { details: [{ name: 'first ASID', value: `${fields.firstAsid ?? 0}` }] };
    case 'irqHandler': {
      const irq = `${fields.irq ?? 0}`;
      return { remark: `interrupt ${irq}`, details: [{ name: 'interrupt', value: irq }] };
    }
    case 'schedContext': {
      const budget = describeSchedContext(kernel, pointer);
      return { details: budget === undefined ? [] : [{ name: 'budget', value: budget }] };
    }
    case 'null':
    case 'asidControl':
    case 'irqControl':
    case 'zombie':
    case 'domain':
    case 'schedControl':
      return {};
  }
}

/** The watermark counts in units of 16 bytes. */
export const untypedUsedBytes = ({ fields }: DecodedCapability): number =>
  (fields.freeIndex ?? 0) * 16;

/** What a capability lets its holder do; all false for a type without rights. */
export interface Rights {
  readonly read: boolean;
  readonly write: boolean;
  readonly grant: boolean;
  readonly grantReply: boolean;
}

export function rightsOf({ type, fields }: DecodedCapability): Rights {
  const isReply = type === 'reply';
  return {
    read: fields.receive === 1 || (fields.frameRights ?? 0) >= frameReads,
    // A reply is always sent; frames say what may be done with memory.
    write: isReply || fields.send === 1 || fields.frameRights === frameWrites,
    grant: fields.grant === 1,
    grantReply: fields.grantReply === 1,
  };
}

const frameReads = 2;
const frameWrites = 3;

/** `RWGP`, a dash for each right that is missing. */
function letters(capability: DecodedCapability): string {
  const { read, write, grant, grantReply } = rightsOf(capability);
  return `${read ? 'R' : '-'}${write ? 'W' : '-'}${grant ? 'G' : '-'}${grantReply ? 'P' : '-'}`;
}

/** A frame is mapped when it has an ASID. A page table that is itself a root covers its whole space. */
function mappingOf(
  kernel: KernelSource,
  { type, fields }: DecodedCapability,
  spaces: ReadonlyMap<number, SpaceName>,
): string {
  const { asid = 0, vaddr = 0, pointer = 0 } = fields;
  const isMapped = type === 'frame' ? asid !== 0 : fields.isMapped === 1;
  if (!isMapped) return 'not mapped';
  const owner = spaces.get(asid);
  const space =
    owner === undefined ? `address space ${asid}` : `the address space of ${owner.name}`;
  if (type === 'pageTable' && kernel.physical(pointer) === owner?.root) return `root of ${space}`;
  return `mapped at ${formatAddress(vaddr)} in ${space}`;
}

function queueOf(kernel: KernelSource, pointer: number): CapabilityDescription['details'] {
  const state = kernel.word(pointer + kernel.layout.endpoint.tail) & 3;
  if (state === endpointState.idle) return [{ name: 'state', value: 'idle' }];
  const verb = state === endpointState.send ? 'send' : 'receive';
  return [{ name: 'state', value: `threads wait to ${verb}` }];
}

function signalsOf(kernel: KernelSource, pointer: number): CapabilityDescription['details'] {
  const { notification } = kernel.layout;
  const state = kernel.word(pointer + notification.tail) & 3;
  if (state === notificationState.waiting) return [{ name: 'state', value: 'threads wait' }];
  if (state === notificationState.idle) return [{ name: 'state', value: 'idle' }];
  const badge = kernel.word(pointer + notification.badge);
  return [{ name: 'state', value: `active, signal bits 0x${badge.toString(16)}` }];
}

/** Without MCS the capability itself names the caller. */
function callerOf(
  platform: Platform,
  kernel: KernelSource,
  pointer: number,
): CapabilityDescription['details'] {
  const { reply } = kernel.layout;
  const caller = reply === undefined ? pointer : kernel.word(pointer + reply.thread);
  if (caller === 0) return [{ name: 'caller', value: 'none' }];
  return [{ name: 'caller', value: threadName(platform, threadOf(kernel, caller)) }];
}

/** `12 KiB`, `4 MiB`, `96 bytes`: the largest unit that leaves no fraction. */
function formatSize(bytes: number): string {
  if (bytes >= 2 ** 20 && bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20} MiB`;
  if (bytes >= 2 ** 10 && bytes % 2 ** 10 === 0) return `${bytes / 2 ** 10} KiB`;
  return `${bytes} bytes`;
}
