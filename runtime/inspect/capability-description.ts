/** One capability in the words of the seL4 manual: type, object, rights, badge, guard, mapping. */
import { formatAddress } from '../base/address.js';
import {
  cnodeGuard,
  cnodeGuardSize,
  cnodePointer,
  cnodeRadix,
  endpointBadge,
  endpointPointer,
  endpointRight,
  asidPoolFirst,
  frameIsDevice,
  frameRights,
  frameRightsOf,
  irqHandlerNumber,
  mappedAddress,
  mappedAsid,
  mappedBase,
  notificationBadge,
  notificationPointer,
  objectBase,
  objectBits,
  pageTableIsMapped,
  replyCanGrant,
  replyPointer,
  schedContextPointer,
  tag,
  tagOf,
  threadPointer,
  typeOf,
  untypedFreeOffset,
  untypedIsDevice,
  untypedSizeBits,
  type Capability,
  type CapabilityType,
} from '../kernel/capabilities/capability.js';
import type { KernelState } from '../kernel/kernel-state.js';
import {
  endpoint,
  endpointState,
  notification,
  notificationState,
  reply,
  tcbObjectBase,
} from '../kernel/layout.js';
import type { Platform } from '../platform.js';
import { threadName } from './thread-state.js';
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
  kernel: KernelState,
  capability: Capability,
  spaces: ReadonlyMap<number, SpaceName>,
): CapabilityDescription {
  const type = typeWords[typeOf(capability.w0)];
  const object = objectBase(capability);
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
    ...(object === undefined ? {} : { object, sizeBytes: 2 ** objectBits(capability) }),
  };
}

function factsOf(
  platform: Platform,
  kernel: KernelState,
  capability: Capability,
  spaces: ReadonlyMap<number, SpaceName>,
): Facts {
  const { w0, w1 } = capability;
  switch (typeOf(w0)) {
    case 'untyped': {
      const size = 2 ** untypedSizeBits(w1);
      const free = size - untypedFreeOffset(w1);
      const device = untypedIsDevice(w1);
      return {
        remark: `${formatSize(size)}${device ? ' of device registers' : ''}`,
        details: [{ name: 'free', value: `${formatSize(free)} of ${formatSize(size)}` }],
      };
    }
    case 'endpoint':
      return {
        rights: letters(w1, endpointRight),
        badge: endpointBadge(w0),
        details: queueOf(kernel, endpointPointer(w1)),
      };
    case 'notification':
      return {
        rights: letters(w1, { ...endpointRight, grant: 0, grantReply: 0 }),
        badge: notificationBadge(w1),
        details: signalsOf(kernel, notificationPointer(w0)),
      };
    case 'reply':
      return {
        rights: replyCanGrant(w0) ? '-WG-' : '-W--',
        details: callerOf(platform, kernel, replyPointer(w1)),
      };
    case 'cnode': {
      const slots = 2 ** cnodeRadix(w1);
      return {
        remark: `${slots} slots`,
        guard: { value: cnodeGuard(w1), sizeBits: cnodeGuardSize(w1) },
        cnode: cnodePointer(w0),
        details: [{ name: 'slots', value: `${slots}` }],
      };
    }
    case 'thread': {
      const thread = viewThread(platform, tcbObjectBase(threadPointer(w0)));
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
      const mapping = mappingOf(capability, mappedAsid(w1) !== 0, spaces);
      const device = frameIsDevice(w0);
      return {
        rights: frameLetters(frameRightsOf(w0)),
        mapping,
        remark: device ? `device, ${mapping}` : mapping,
        details: device ? [{ name: 'memory', value: 'device registers' }] : [],
      };
    }
    case 'pageTable': {
      const mapping = mappingOf(capability, pageTableIsMapped(w0), spaces);
      return { mapping, remark: mapping };
    }
    case 'asidPool':
      return { details: [{ name: 'first ASID', value: `${asidPoolFirst(w1)}` }] };
    case 'irqHandler':
      return {
        remark: `interrupt ${irqHandlerNumber(w1)}`,
        details: [{ name: 'interrupt', value: `${irqHandlerNumber(w1)}` }],
      };
    case 'schedContext': {
      const budget = describeSchedContext(platform, schedContextPointer(w1));
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

/** `RWGP` for the bits of `right` that are set; a right that the type lacks has bit 0 here. */
function letters(
  word: number,
  right: Readonly<Record<keyof typeof endpointRight, number>>,
): string {
  const letter = (bit: number, name: string): string => ((word & bit) !== 0 ? name : '-');
  return (
    letter(right.receive, 'R') +
    letter(right.send, 'W') +
    letter(right.grant, 'G') +
    letter(right.grantReply, 'P')
  );
}

function frameLetters(rights: number): string {
  if (rights === frameRights.readWrite) return 'RW--';
  return rights === frameRights.readOnly ? 'R---' : '----';
}

/** A page table that is itself a root covers its whole space. */
function mappingOf(
  { w0, w1 }: Capability,
  isMapped: boolean,
  spaces: ReadonlyMap<number, SpaceName>,
): string {
  if (!isMapped) return 'not mapped';
  const asid = mappedAsid(w1);
  const owner = spaces.get(asid);
  const space =
    owner === undefined ? `address space ${asid}` : `the address space of ${owner.name}`;
  if (tagOf(w0) === tag.pageTable && mappedBase(w1) === owner?.root) return `root of ${space}`;
  return `mapped at ${formatAddress(mappedAddress(w0))} in ${space}`;
}

function queueOf(kernel: KernelState, pointer: number): CapabilityDescription['details'] {
  const word = wordAt(kernel, pointer + endpoint.tail);
  const state = word & 3;
  if (state === endpointState.idle) return [{ name: 'state', value: 'idle' }];
  const verb = state === endpointState.send ? 'send' : 'receive';
  return [{ name: 'state', value: `threads wait to ${verb}` }];
}

function signalsOf(kernel: KernelState, pointer: number): CapabilityDescription['details'] {
  const state = wordAt(kernel, pointer + notification.tail) & 3;
  if (state === notificationState.waiting) return [{ name: 'state', value: 'threads wait' }];
  if (state === notificationState.idle) return [{ name: 'state', value: 'idle' }];
  const badge = wordAt(kernel, pointer + notification.badge);
  return [{ name: 'state', value: `active, signal bits 0x${badge.toString(16)}` }];
}

function callerOf(
  platform: Platform,
  kernel: KernelState,
  pointer: number,
): CapabilityDescription['details'] {
  const thread = wordAt(kernel, pointer + reply.thread);
  if (thread === 0) return [{ name: 'caller', value: 'none' }];
  return [{ name: 'caller', value: threadName(platform, tcbObjectBase(thread)) }];
}

const wordAt = (kernel: KernelState, address: number): number =>
  kernel.memory.contains(address, 4) ? kernel.read(address) : 0;

/** `12 KiB`, `4 MiB`, `96 bytes`: the largest unit that leaves no fraction. */
function formatSize(bytes: number): string {
  if (bytes >= 2 ** 20 && bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20} MiB`;
  if (bytes >= 2 ** 10 && bytes % 2 ** 10 === 0) return `${bytes / 2 ** 10} KiB`;
  return `${bytes} bytes`;
}
