/**
 * Where a seL4 kernel keeps what the views read: one shape for our kernel, whose table is `kernel/layout.ts`,
 * and for a real one, whose table comes from its debug information. Offsets are bytes; those of a TCB
 * count from the TCB pointer, which lies inside the object. An absent field is one that the kernel lacks.
 */
import { slotBits, tcbBits } from '../abi/object-types.js';
import { savedRegisters } from '../abi/user-context.js';
import { configuration } from '../kernel/configuration.js';
import {
  endpoint,
  globals,
  globalsAddress,
  idleThreadPointer,
  notification,
  notificationStructure,
  refill,
  refillStructure,
  reply,
  schedContext,
  schedContextStructure,
  slot,
  tcb,
  tcbDebug,
  tcbNameBytes,
  tcbSlots as tcbSlotNames,
  type TcbSlot,
} from '../kernel/layout.js';
import type { Board } from '../machine/boards/board.js';
import { mcsCapabilities, type CapabilityLayout } from './capability-layout.js';

export interface KernelLayout {
  readonly capabilities: CapabilityLayout;
  /** log2 of the bytes of a slot. */
  readonly slotBits: number;
  readonly slot: Readonly<Record<'w0' | 'w1' | 'previous' | 'next', number>>;
  /** log2 of the bytes of a TCB object. */
  readonly tcbBits: number;
  /** Slots at the base of a TCB object, in order. */
  readonly tcbSlots: readonly TcbSlotName[];
  readonly tcb: Readonly<Record<RequiredTcbField, number>> &
    Readonly<Partial<Record<OptionalTcbField, number>>>;
  /** Offsets from the base of a TCB object; absent in a kernel without debug support. */
  readonly debug?: {
    readonly next: number;
    readonly name: number;
    readonly nameBytes: number;
  };
  readonly endpoint: Readonly<Record<'tail' | 'head', number>>;
  readonly notificationBits: number;
  readonly notification: Readonly<Record<'tail' | 'head' | 'badge' | 'boundThread', number>> & {
    readonly schedContext?: number;
  };
  /** These three are absent without MCS. */
  readonly reply?: Readonly<Record<'thread' | 'previous' | 'next', number>>;
  readonly schedContext?: Readonly<
    Record<
      | 'period'
      | 'consumed'
      | 'thread'
      | 'reply'
      | 'notification'
      | 'badge'
      | 'refillMax'
      | 'refillHead'
      | 'refillTail'
      | 'sporadic'
      | 'refills',
      number
    >
  >;
  readonly refill?: Readonly<Record<'time' | 'amount' | 'bytes', number>>;
  readonly asids: { readonly pools: number; readonly perPool: number };
  readonly globals: Readonly<Record<RequiredGlobal, number>> &
    Readonly<Partial<Record<OptionalGlobal, number>>>;
  /** TCB pointer of the thread that waits when no other runs; 0 while there is none. */
  readonly idleThread: number;
  /** Interrupts are numbered from 1 to this one. */
  readonly highestInterrupt: number;
}

export type TcbSlotName = TcbSlot | 'reply' | 'caller';

type RequiredTcbField =
  | 'registers'
  /** Blocking object [31:4] and state [3:0]; then the reply object; then the sender's badge and rights. */
  | 'state'
  | 'reply'
  | 'ipc'
  | 'boundNotification'
  | 'fault0'
  | 'fault1'
  | 'lookupFailure0'
  | 'lookupFailure1'
  | 'domain'
  | 'mcp'
  | 'priority'
  | 'ipcBuffer'
  /** In a ready or release queue. */
  | 'next'
  /** In the queue of an endpoint or a notification. */
  | 'queueNext';
type OptionalTcbField = 'schedContext' | 'yieldTo' | 'timeSlice' | 'faultHandler';
export type TcbField = RequiredTcbField | OptionalTcbField;

/** By the kernel's pointers. */
type RequiredGlobal = 'currentThread' | 'irqStates' | 'irqSlots' | 'asidTable';
type OptionalGlobal = 'currentSchedContext' | 'allThreads';

/** Registers stand in this order in every version on riscv32. */
export const registerIndex = (name: (typeof savedRegisters)[number]): number =>
  savedRegisters.indexOf(name);

/** Our kernel on a board. Its pointers are physical addresses. */
export function builtinLayout(board: Board, word: (pointer: number) => number): KernelLayout {
  const base = globalsAddress(board);
  return {
    capabilities: mcsCapabilities,
    slotBits,
    slot,
    tcbBits,
    tcbSlots: tcbSlotNames,
    tcb: { ...tcb, queueNext: tcb.next },
    debug: { next: tcbDebug.next, name: tcbDebug.name, nameBytes: tcbNameBytes },
    endpoint,
    notificationBits: Math.log2(notificationStructure.bytes),
    notification,
    reply,
    schedContext: { ...schedContext, refills: schedContextStructure.bytes },
    refill: { ...refill, bytes: refillStructure.bytes },
    asids: { pools: configuration.asidPools, perPool: configuration.asidsPerPool },
    globals: {
      currentThread: base + globals.currentThread,
      currentSchedContext: base + globals.currentSchedContext,
      allThreads: base + globals.allThreads,
      irqStates: base + globals.irqStates,
      irqSlots: base + globals.irqSlots,
      asidTable: base + globals.asidTable,
    },
    idleThread: idleThreadPointer(board),
    highestInterrupt: word(base + globals.irqLimit),
  };
}
