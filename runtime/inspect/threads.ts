/** Every thread as a row for a viewer: its name, what it does or waits for, and what it may use. */
import { formatAddress } from '../base/address.js';
import type { Platform } from '../platform.js';
import { viewFault } from './faults.js';
import { kernelSource, linkOf, type KernelSource } from './kernel-source.js';
import { readSchedContext, viewSchedContext, type SchedContextView } from './sched-contexts.js';
import {
  currentThread,
  fieldOf,
  isThread,
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
  /** The same as numbers; absent when it has none. */
  readonly budget?: SchedContextView;
  /** What a blocked thread waits on; absent while it does not. */
  readonly waitsOn?: WaitView;
  /** `VM fault: store to 0x00000010`; absent while it has not faulted. */
  readonly fault?: string;
}

/** Objects by their physical addresses. */
export interface WaitView {
  readonly kind: 'send' | 'receive' | 'reply' | 'notification';
  /** The endpoint, the reply object or the notification. */
  readonly object: number;
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
  const kernel = kernelSource(platform);
  if (kernel === undefined) return view;
  const scheduling = describeSchedContext(kernel, fieldOf(platform, thread, 'schedContext'));
  const budget = viewSchedContext(kernel, fieldOf(platform, thread, 'schedContext'));
  const waitsOn = viewWait(kernel, platform, thread);
  const fault = viewFault(platform, thread);
  return {
    ...view,
    priority: fieldOf(platform, thread, 'priority'),
    maximumControlledPriority: fieldOf(platform, thread, 'mcp'),
    ...(scheduling === undefined ? {} : { schedulingContext: scheduling }),
    ...(budget === undefined ? {} : { budget }),
    ...(waitsOn === undefined ? {} : { waitsOn }),
    ...(fault === undefined ? {} : { fault: fault.description }),
  };
}

function describeState(platform: Platform, thread: number): string {
  const kernel = kernelSource(platform);
  if (kernel === undefined) {
    const hart = platform.machine.harts[thread - 1];
    if (hart === undefined) return 'gone';
    return hart.isWaiting ? 'waiting for an interrupt' : 'running';
  }
  if (!isThread(platform, thread)) return 'gone';
  const fault = viewFault(platform, thread);
  const on = (what: string): string => {
    const object = linkOf(fieldOf(platform, thread, 'state'));
    return object === 0 ? '' : `, ${what} ${formatAddress(kernel.physical(object))}`;
  };
  switch (threadStateOf(platform, thread)) {
    case 'inactive':
      return fault === undefined ? 'inactive' : 'stopped by a fault';
    case 'running':
      if (currentThread(platform) === thread) return 'running';
      return canBeScheduled(kernel, platform, thread)
        ? 'ready'
        : 'ready, without a scheduling context';
    case 'restart':
      return canBeScheduled(kernel, platform, thread)
        ? 'ready'
        : 'ready, without a scheduling context';
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

function viewWait(kernel: KernelSource, platform: Platform, thread: number): WaitView | undefined {
  const on = (kind: WaitView['kind'], field: 'state' | 'reply'): WaitView | undefined => {
    const pointer = linkOf(fieldOf(platform, thread, field));
    return pointer === 0 ? undefined : { kind, object: kernel.physical(pointer) };
  };
  switch (threadStateOf(platform, thread)) {
    case 'blockedOnSend':
      return on('send', 'state');
    case 'blockedOnReceive':
      return on('receive', 'state');
    case 'blockedOnReply':
      return on('reply', 'reply');
    case 'blockedOnNotification':
      return on('notification', 'state');
    case 'inactive':
    case 'running':
    case 'restart':
    case 'idle':
      return undefined;
  }
}

/** Without MCS every thread has time slices. */
const canBeScheduled = (kernel: KernelSource, platform: Platform, thread: number): boolean =>
  kernel.layout.schedContext === undefined || fieldOf(platform, thread, 'schedContext') !== 0;

/** Budget and period in microseconds of virtual time, by the kernel's pointer to the context. */
export function describeSchedContext(kernel: KernelSource, pointer: number): string | undefined {
  const context = readSchedContext(kernel, pointer);
  if (context === undefined) return undefined;
  const at = formatAddress(kernel.physical(pointer));
  if (context.refills.length === 0) return `not configured, at ${at}`;
  const { periodMicroseconds: period, refills } = context;
  const pace = period === 0 ? 'round robin' : `every ${period} µs`;
  return `${refills[0]?.amountMicroseconds ?? 0} µs, ${pace}, at ${at}`;
}
