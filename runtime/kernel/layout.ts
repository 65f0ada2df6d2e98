/**
 * Every structure that the kernel keeps in emulated RAM: one table (D3). Objects lie at their physical
 * address inside the untyped they were made from; a pointer in kernel memory is a physical address.
 * Offsets are those of seL4 16.0 MCS without FPU (sel4-inspect.md), so a decoder for one reads the other, except that
 * a scheduling context has one member more in front of its refills; the kernel region is our own. It is at the bottom
 * of RAM: an empty page table, then the globals.
 */
import { slotBits, tcbBits } from '../abi/object-types.js';
import { savedRegisters, type SavedRegister } from '../abi/user-context.js';
import type { PhysAddr } from '../base/address.js';
import type { Board } from '../machine/boards/board.js';
import { configuration } from './configuration.js';

export interface Field {
  readonly offset: number;
  readonly bytes: number;
  readonly doc: string;
}

export interface Structure<Names extends string = string> {
  readonly name: string;
  readonly bytes: number;
  readonly doc: string;
  readonly fields: Readonly<Record<Names, Field>>;
}

const field = (offset: number, doc: string, bytes = 4): Field => ({ offset, bytes, doc });

const offsetsOf = <Names extends string>(
  structure: Structure<Names>,
): Readonly<Record<Names, number>> =>
  Object.fromEntries(
    Object.entries<Field>(structure.fields).map(([name, { offset }]) => [name, offset]),
  ) as Record<Names, number>;

// ---- slots -------------------------------------------------------------------------------------

export const slotBytes = 1 << slotBits;

export const slotStructure = {
  name: 'slot',
  bytes: slotBytes,
  doc: 'A place for one capability (cte_t): the capability and its node in the derivation tree.',
  fields: {
    w0: field(
      0,
      'Capability, word 0: the type tag and fields by type (capabilities/capability.ts).',
    ),
    w1: field(4, 'Capability, word 1.'),
    previous: field(8, 'Slot before this one in the derivation list [31:3]; 0 for none.'),
    next: field(
      12,
      'Slot after [31:3]; bit 1: may be a parent (revocable); bit 0: first with its badge.',
    ),
  },
} as const satisfies Structure;
export const slot = offsetsOf(slotStructure);

// ---- threads -----------------------------------------------------------------------------------

/** A TCB pointer, as capabilities and queues hold it, is this far into the object: slots come first. */
export const tcbOffset = 1 << (tcbBits - 1);
export const tcbObjectBase = (tcbPointer: number): number => tcbPointer - tcbOffset;

/** Slots at the base of a TCB object, by index. */
export const tcbSlots = [
  'cspace',
  'vspace',
  'ipcBuffer',
  'faultHandler',
  'timeoutHandler',
] as const;
export type TcbSlot = (typeof tcbSlots)[number];
export const tcbSlotIndex: Readonly<Record<TcbSlot, number>> = {
  cspace: 0,
  vspace: 1,
  ipcBuffer: 2,
  faultHandler: 3,
  timeoutHandler: 4,
};
export const tcbSlot = (tcbPointer: number, name: TcbSlot): number =>
  tcbPointer - tcbOffset + tcbSlotIndex[name] * slotBytes;

const namesOffset = tcbSlots.length * slotBytes;
/** Offsets from the object base: the list of all threads, and the name. */
export const tcbDebugStructure = {
  name: 'tcb debug part',
  bytes: tcbOffset - namesOffset,
  doc: 'After the slots of a TCB object: what only debuggers need. Offsets from the object base.',
  fields: {
    next: field(namesOffset, 'Next in the list of all threads; newest first.'),
    previous: field(namesOffset + 4, 'Previous in that list; 0 for the first.'),
    name: field(namesOffset + 8, 'Name, ended by a zero byte.', tcbOffset - namesOffset - 8),
  },
} as const satisfies Structure;
export const tcbDebug = offsetsOf(tcbDebugStructure);
export const tcbNameBytes = tcbDebugStructure.fields.name.bytes;

export const tcbStructure = {
  name: 'tcb',
  bytes: 208,
  doc: 'A thread. Offsets from the TCB pointer, which is the middle of the object.',
  fields: {
    registers: field(0, 'Saved registers in the order of abi/user-context.ts.', 140),
    state: field(140, 'Object that the thread blocks on [31:4]; state [3:0], see threadStates.'),
    reply: field(144, 'Reply object [31:4]; bit 1: in a ready queue; bit 0: in the release queue.'),
    ipc: field(
      148,
      'While it blocks on a send: badge [31:4], can grant [3], can grant reply [2], is call [1].',
    ),
    flags: field(152, 'Feature flags: none, since there is no FPU to disable.'),
    boundNotification: field(156, 'Notification bound to the thread, or 0.'),
    fault0: field(160, 'Fault type [3:0] and fields by type (faults/fault.ts); 0 for none.'),
    fault1: field(164, 'Fault, word 1.'),
    lookupFailure0: field(168, 'Lookup failure of a CapFault: type - 1 [1:0] and fields.'),
    lookupFailure1: field(172, 'Lookup failure, word 1.'),
    domain: field(176, 'Domain.'),
    mcp: field(180, 'Maximum controlled priority.'),
    priority: field(184, 'Priority, 0 to 255.'),
    schedContext: field(188, 'Scheduling context that the thread runs on, or 0.'),
    yieldTo: field(192, 'Scheduling context that the thread yields to, or 0.'),
    ipcBuffer: field(
      196,
      'Virtual address of the IPC buffer; only the offset in the frame counts.',
    ),
    next: field(
      200,
      'Next in the queue that the thread is in: ready, release, endpoint or notification.',
    ),
    previous: field(204, 'Previous in that queue.'),
  },
} as const satisfies Structure;
export const tcb = offsetsOf(tcbStructure);

/** Offset of a saved register from the TCB pointer. */
export const registerOffset = (name: SavedRegister): number => 4 * savedRegisters.indexOf(name);

export const threadStates = [
  'inactive',
  'running',
  'restart',
  'blockedOnReceive',
  'blockedOnSend',
  'blockedOnReply',
  'blockedOnNotification',
  'idle',
] as const;
export type ThreadStateName = (typeof threadStates)[number];
export const threadState = {
  inactive: 0,
  running: 1,
  restart: 2,
  blockedOnReceive: 3,
  blockedOnSend: 4,
  blockedOnReply: 5,
  blockedOnNotification: 6,
  idle: 7,
} as const satisfies Record<ThreadStateName, number>;

// ---- other objects -----------------------------------------------------------------------------

export const endpointStructure = {
  name: 'endpoint',
  bytes: 16,
  doc: 'Threads that wait to send, or to receive; by priority, then in order of arrival.',
  fields: {
    tail: field(0, 'Last thread [31:4]; state [1:0]: 0 idle, 1 send, 2 receive.'),
    head: field(4, 'First thread [31:4].'),
  },
} as const satisfies Structure;
export const endpoint = offsetsOf(endpointStructure);
export const endpointState = { idle: 0, send: 1, receive: 2 } as const;

export const notificationStructure = {
  name: 'notification',
  bytes: 32,
  doc: 'A word of signal bits, and the threads that wait for one.',
  fields: {
    tail: field(0, 'Last thread [31:4]; state [1:0]: 0 idle, 1 waiting, 2 active.'),
    head: field(4, 'First thread [31:4].'),
    badge: field(8, 'Signal bits, while active.'),
    boundThread: field(12, 'Thread that signals may wake from a receive, or 0.'),
    schedContext: field(16, 'Scheduling context lent to the thread that a signal wakes, or 0.'),
  },
} as const satisfies Structure;
export const notification = offsetsOf(notificationStructure);
export const notificationState = { idle: 0, waiting: 1, active: 2 } as const;

export const replyStructure = {
  name: 'reply',
  bytes: 16,
  doc: 'The way back to a caller. Replies whose callers lent the same scheduling context form a stack.',
  fields: {
    thread: field(0, 'Thread that waits for the reply, or that receives with this object; or 0.'),
    previous: field(4, 'Reply below in the call stack [31:4].'),
    next: field(
      8,
      'Reply above [31:4]; or the scheduling context when bit 0 is set (top of the stack).',
    ),
  },
} as const satisfies Structure;
export const reply = offsetsOf(replyStructure);

export const schedContextStructure = {
  name: 'sched_context',
  // seL4's has 56 bytes, which leaves 8 unused in an object of any size: as many refills fit behind 64.
  bytes: 64,
  doc: 'Processor time: refills in a ring behind the header. Times are ticks of the time CSR, 64 bits.',
  fields: {
    period: field(0, 'Period; 0 for round robin.', 8),
    consumed: field(8, 'Time used since it was last asked for.', 8),
    core: field(16, 'Core; 0.'),
    thread: field(20, 'Thread that runs on it, or 0.'),
    reply: field(24, 'Top of the stack of replies that return it, or 0.'),
    notification: field(28, 'Notification that lends it, or 0.'),
    badge: field(32, 'Badge of its timeout faults.'),
    yieldFrom: field(36, 'Thread that yielded to it, or 0.'),
    refillMax: field(40, 'Refills in use; 0 while it is not configured.'),
    refillHead: field(44, 'Index of the first refill.'),
    refillTail: field(48, 'Index of the last refill.'),
    sporadic: field(52, '1 for a sporadic server.'),
    told: field(56, 'Time used before it was last asked for. Not in seL4.', 8),
  },
} as const satisfies Structure;
export const schedContext = offsetsOf(schedContextStructure);

export const refillStructure = {
  name: 'refill',
  bytes: 16,
  doc: 'An amount of time that may be used from some moment on.',
  fields: { time: field(0, 'When.', 8), amount: field(8, 'How much.', 8) },
} as const satisfies Structure;
export const refill = offsetsOf(refillStructure);

// ---- the kernel region -------------------------------------------------------------------------

const asidTableOffset = 0x60;
const asidTableBytes = configuration.asidPools * 4;
const irqStatesOffset = asidTableOffset + asidTableBytes;
const irqStatesBytes = 256 * 4;
const irqSlotsOffset = irqStatesOffset + irqStatesBytes;
const irqSlotsBytes = 256 * slotBytes;
const idleThreadOffset = alignUpTo(irqSlotsOffset + irqSlotsBytes, 1 << tcbBits);
const idleSchedContextOffset = idleThreadOffset + (1 << tcbBits);
const domainScheduleOffset = idleSchedContextOffset + 128;
const domainScheduleBytes = configuration.longestDomainSchedule * 16;
// What there is once a domain comes last, so that the number of domains moves nothing else.
const readyBitmapOffset = domainScheduleOffset + domainScheduleBytes;
const readyBitmapBytes = configuration.priorities / 8;
const readyQueuesOffset = readyBitmapOffset + readyBitmapBytes;
const readyQueuesBytes = configuration.priorities * 8;
/** From the bitmap or the queues of one domain to those of the next. */
export const domainStride = readyBitmapBytes + readyQueuesBytes;
const globalsBytes = readyBitmapOffset + domainStride;

function alignUpTo(value: number, size: number): number {
  return Math.ceil(value / size) * size;
}

export const globalsStructure = {
  name: 'kernel globals',
  bytes: globalsBytes,
  doc: 'Offsets from the second page of RAM, with one domain. Times are ticks, 64 bits.',
  fields: {
    currentThread: field(0x00, 'Thread that runs; the idle thread when none can.'),
    currentSchedContext: field(0x04, 'Scheduling context that pays.'),
    schedulerAction: field(
      0x08,
      '0: resume the current thread; 1: choose; else the thread to switch to.',
    ),
    reprogram: field(0x0c, '1 when the timer deadline must be set anew.'),
    releaseHead: field(0x10, 'First thread whose budget is not yet there, by time.'),
    releaseTail: field(0x14, 'Last such thread.'),
    allThreads: field(0x18, 'Newest thread; the list goes on through the debug part of the TCB.'),
    addressSpace: field(0x1c, 'Root page table in satp.'),
    currentTime: field(0x20, 'Time at the last kernel entry.', 8),
    consumed: field(0x28, 'Time used since the current scheduling context was charged.', 8),
    domainTime: field(0x30, 'Time left in the current domain.', 8),
    currentDomain: field(0x38, 'Current domain.'),
    domainScheduleIndex: field(0x3c, 'Entry of the domain schedule in force.'),
    domainScheduleStart: field(0x40, 'Entry that follows the end marker.'),
    workUnits: field(0x44, 'Work done in this kernel entry, see configuration.ts.'),
    irqLimit: field(
      0x48,
      'Highest interrupt number: that of the timer, one above the last PLIC source.',
    ),
    domains: field(0x4c, 'Domains that there are.'),
    domainScheduleLength: field(
      0x50,
      'Entries of the domain schedule that may be used, the last as an end marker only.',
    ),
    asidTable: field(
      asidTableOffset,
      'ASID pools: a page with 16 root page tables each; 0 for none.',
      asidTableBytes,
    ),
    irqStates: field(
      irqStatesOffset,
      'By interrupt: 0 inactive, 1 signal, 2 timer, 3 reserved.',
      irqStatesBytes,
    ),
    irqSlots: field(
      irqSlotsOffset,
      'By interrupt: slot with the notification to signal.',
      irqSlotsBytes,
    ),
    idleThread: field(idleThreadOffset, 'TCB object of the idle thread.', 1 << tcbBits),
    idleSchedContext: field(idleSchedContextOffset, 'Scheduling context of the idle thread.', 128),
    domainSchedule: field(
      domainScheduleOffset,
      'Entries: domain word, padding, duration; duration 0 ends it.',
      domainScheduleBytes,
    ),
    readyBitmap: field(
      readyBitmapOffset,
      'Of domain 0: one bit a priority, set when its ready queue is not empty.',
      readyBitmapBytes,
    ),
    readyQueues: field(
      readyQueuesOffset,
      'Of domain 0: head and tail of a queue for each priority. Those of other domains follow.',
      readyQueuesBytes,
    ),
  },
} as const satisfies Structure;
export const globals = offsetsOf(globalsStructure);

export const irqState = { inactive: 0, signal: 1, timer: 2, reserved: 3 } as const;

export const structures: readonly Structure[] = [
  slotStructure,
  tcbStructure,
  tcbDebugStructure,
  endpointStructure,
  notificationStructure,
  replyStructure,
  schedContextStructure,
  refillStructure,
  globalsStructure,
];

/** Bytes at the bottom of RAM that belong to a kernel with so many domains. */
export const kernelRegionBytes = (domains: number): number =>
  0x1000 + alignUpTo(globalsBytes + (domains - 1) * domainStride, 0x1000);

/** A page table without entries: the address space of a thread that has none. */
export const emptyPageTable = (board: Board): PhysAddr => board.ram.base;
export const globalsAddress = (board: Board): PhysAddr => (board.ram.base + 0x1000) as PhysAddr;
export const idleThreadPointer = (board: Board): PhysAddr =>
  (globalsAddress(board) + globals.idleThread + tcbOffset) as PhysAddr;
