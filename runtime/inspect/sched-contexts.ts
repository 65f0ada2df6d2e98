/**
 * Scheduling contexts: how much processor time there is, from when on, and who has it. Times are whole
 * microseconds of virtual time. seL4 manual section 6.1.3; sel4-abi section 9.
 */
import { linkOf, microseconds, timeAt, type KernelSource } from './kernel-source.js';

export interface SchedContext {
  /** 0 for round robin. */
  readonly periodMicroseconds: number;
  /** Used since it was last asked for; what runs now is charged at its next kernel entry. */
  readonly consumedMicroseconds: number;
  readonly isSporadic: boolean;
  /** Of timeout faults. */
  readonly badge: number;
  /** In order of time; the first is the budget that is left. Empty while it is not configured. */
  readonly refills: readonly Refill[];
  /** The kernel's pointers; 0 for none. */
  readonly thread: number;
  readonly topReply: number;
  readonly notification: number;
}

export interface Refill {
  /** Microseconds since the board was switched on from which it may be used. */
  readonly fromMicroseconds: number;
  readonly amountMicroseconds: number;
}

/** Undefined for 0, for an address outside RAM, and in a kernel without scheduling contexts. */
export function readSchedContext(kernel: KernelSource, pointer: number): SchedContext | undefined {
  const { schedContext: fields } = kernel.layout;
  if (fields === undefined || pointer === 0 || !kernel.contains(pointer, fields.refills)) {
    return undefined;
  }
  return {
    periodMicroseconds: microseconds(kernel, timeAt(kernel, pointer + fields.period)),
    consumedMicroseconds: microseconds(kernel, timeAt(kernel, pointer + fields.consumed)),
    isSporadic: kernel.word(pointer + fields.sporadic) !== 0,
    badge: kernel.word(pointer + fields.badge),
    refills: readRefills(kernel, pointer),
    thread: kernel.word(pointer + fields.thread),
    topReply: linkOf(kernel.word(pointer + fields.reply)),
    notification: kernel.word(pointer + fields.notification),
  };
}

/** A ring of \`refillMax\` places, in use from head to tail. */
function readRefills(kernel: KernelSource, pointer: number): Refill[] {
  const { schedContext: fields, refill } = kernel.layout;
  if (fields === undefined || refill === undefined) return [];
  const places = kernel.word(pointer + fields.refillMax);
  const head = kernel.word(pointer + fields.refillHead);
  const tail = kernel.word(pointer + fields.refillTail);
  const isSound = head < places && tail < places;
  if (!isSound || !kernel.contains(pointer, fields.refills + places * refill.bytes)) return [];
  const count = ((tail - head + places) % places) + 1;
  return Array.from({ length: count }, (_, index) => {
    const at = pointer + fields.refills + ((head + index) % places) * refill.bytes;
    return {
      fromMicroseconds: microseconds(kernel, timeAt(kernel, at + refill.time)),
      amountMicroseconds: microseconds(kernel, timeAt(kernel, at + refill.amount)),
    };
  });
}

/** A scheduling context for a viewer: addresses are physical, absent links are left out. */
export interface SchedContextView {
  readonly object: number;
  readonly periodMicroseconds: number;
  /** What is left: the first refill, which may be used from its time on. */
  readonly budgetMicroseconds: number;
  readonly consumedMicroseconds: number;
  readonly isSporadic: boolean;
  readonly badge: number;
  readonly refills: readonly Refill[];
  readonly thread?: number;
  /** Reply object at the top of the chain along which it goes back. */
  readonly reply?: number;
  readonly notification?: number;
}

/** Undefined where there is none. */
export function viewSchedContext(
  kernel: KernelSource,
  pointer: number,
): SchedContextView | undefined {
  const context = readSchedContext(kernel, pointer);
  if (context === undefined) return undefined;
  const { thread, topReply, notification, refills, ...numbers } = context;
  const tcbBytes = 2 ** (kernel.layout.tcbBits - 1);
  return {
    object: kernel.physical(pointer),
    ...numbers,
    refills,
    budgetMicroseconds: refills[0]?.amountMicroseconds ?? 0,
    ...(thread === 0 ? {} : { thread: kernel.physical(thread - tcbBytes) }),
    ...(topReply === 0 ? {} : { reply: kernel.physical(topReply) }),
    ...(notification === 0 ? {} : { notification: kernel.physical(notification) }),
  };
}
