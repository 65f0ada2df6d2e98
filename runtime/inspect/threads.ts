/** Every thread as a row for a viewer: its name, what it does or waits for, and what it may use. */
import { formatAddress } from '../base/address.js';
import {
  refill,
  refillStructure,
  schedContext,
  schedContextStructure,
  tcb,
} from '../kernel/layout.js';
import type { Platform } from '../platform.js';
import { viewFault } from './faults.js';
import {
  currentThread,
  fieldOf,
  hasKernel,
  isThread,
  kernelState,
  readPc,
  threadName,
  threadsOf,
  threadStateOf,
} from './thread-state.js';

export interface ThreadView {
  /** Physical address of the TCB object; without a kernel the number of the hart, from 1. */
  readonly id: number;
  readonly name: string;
  /** `running`, `ready`, `blocked on receive, endpoint 0x501f0010`, `inactive`. */
  readonly state: string;
  /** The hart executes it now. */
  readonly isCurrent: boolean;
  readonly pc: number;
  readonly priority?: number;
  readonly maximumControlledPriority?: number;
  /** `5000 µs, round robin, at 0x501f0400`; absent when it has none. */
  readonly schedulingContext?: string;
  /** `VM fault: store to 0x00000010`; absent while it has not faulted. */
  readonly fault?: string;
}

export function viewThreads(platform: Platform): ThreadView[] {
  return threadsOf(platform).map((thread) => viewThread(platform, thread));
}

/** A thread that is gone by now is shown as such, because clients may ask with an old id. */
export function viewThread(platform: Platform, thread: number): ThreadView {
  const view = {
    id: thread,
    name: threadName(platform, thread),
    state: describeState(platform, thread),
    isCurrent: currentThread(platform) === thread,
    pc: readPc(platform, thread),
  };
  if (!hasKernel(platform)) return view;
  const scheduling = describeSchedContext(platform, fieldOf(platform, thread, tcb.schedContext));
  const fault = viewFault(platform, thread);
  return {
    ...view,
    priority: fieldOf(platform, thread, tcb.priority),
    maximumControlledPriority: fieldOf(platform, thread, tcb.mcp),
    ...(scheduling === undefined ? {} : { schedulingContext: scheduling }),
    ...(fault === undefined ? {} : { fault: fault.description }),
  };
}

function describeState(platform: Platform, thread: number): string {
  if (!hasKernel(platform)) {
    const hart = platform.machine.harts[thread - 1];
    if (hart === undefined) return 'gone';
    return hart.isWaiting ? 'waiting for an interrupt' : 'running';
  }
  if (!isThread(platform, thread)) return 'gone';
  const fault = viewFault(platform, thread);
  const on = (what: string): string => {
    const object = (fieldOf(platform, thread, tcb.state) & ~0xf) >>> 0;
    return object === 0 ? '' : `, ${what} ${formatAddress(object)}`;
  };
  switch (threadStateOf(platform, thread)) {
    case 'inactive':
      return fault === undefined ? 'inactive' : 'stopped by a fault';
    case 'running':
      if (currentThread(platform) === thread) return 'running';
      return hasBudget(platform, thread) ? 'ready' : 'ready, without a scheduling context';
    case 'restart':
      return hasBudget(platform, thread) ? 'ready' : 'ready, without a scheduling context';
    case 'blockedOnReceive':
      return `blocked on receive${on('endpoint')}`;
    case 'blockedOnSend':
      return `blocked on ${fault === undefined ? 'send' : 'its fault message'}${on('endpoint')}`;
    case 'blockedOnReply':
      return `blocked on ${fault === undefined ? 'reply' : 'its fault handler'}`;
    case 'blockedOnNotification':
      return `blocked on notification${on('at')}`;
    case 'idle':
      return 'idle';
  }
}

const hasBudget = (platform: Platform, thread: number): boolean =>
  fieldOf(platform, thread, tcb.schedContext) !== 0;

/** Budget and period in microseconds of virtual time. */
export function describeSchedContext(platform: Platform, pointer: number): string | undefined {
  const kernel = kernelState(platform);
  if (pointer === 0 || !kernel.memory.contains(pointer, schedContextStructure.bytes))
    return undefined;
  const at = formatAddress(pointer);
  if (kernel.read(pointer + schedContext.refillMax) === 0) return `not configured, at ${at}`;
  const period = kernel.readTime(pointer + schedContext.period);
  const head = kernel.read(pointer + schedContext.refillHead);
  const first = pointer + schedContextStructure.bytes + head * refillStructure.bytes;
  const amount = kernel.memory.contains(first, refillStructure.bytes)
    ? kernel.readTime(first + refill.amount)
    : 0;
  const pace = period === 0 ? 'round robin' : `every ${kernel.microseconds(period)} µs`;
  return `${kernel.microseconds(amount)} µs, ${pace}, at ${at}`;
}
