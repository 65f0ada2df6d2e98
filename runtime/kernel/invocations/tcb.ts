/** Invocations of threads that take no capabilities or one; the larger ones are beside this file. */
import { ok } from '../../base/result.js';
import {
  notificationPointer,
  tag,
  tagOf,
  threadPointer,
  typeName,
} from '../capabilities/capability.js';
import { restart, suspend } from '../ipc/cancel.js';
import { answer } from '../ipc/message.js';
import { illegal, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { notification, tcb, threadState } from '../layout.js';
import { bindToThread, notificationHead, unbindFromThread } from '../objects/notification.js';
import { register } from '../objects/thread.js';
import { rescheduleRequired, setThreadState } from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';
import {
  decodeCopyRegisters,
  decodeReadRegisters,
  decodeWriteRegisters,
  performRegisters,
  type RegistersPlan,
} from './tcb-registers.js';
import {
  decodeSetMcPriority,
  decodeSetPriority,
  decodeSetSchedParams,
  performScheduling,
  type SchedulingPlan,
} from './tcb-scheduling.js';
import {
  decodeConfigure,
  decodeSetIpcBuffer,
  decodeSetSpace,
  decodeSetTimeoutEndpoint,
  performSpaces,
  type SpacesPlan,
} from './tcb-spaces.js';

export type TcbPlan =
  | RegistersPlan
  | SchedulingPlan
  | SpacesPlan
  | { readonly kind: 'suspend' | 'resume'; readonly thread: number }
  | { readonly kind: 'bindNotification'; readonly thread: number; readonly notification: number }
  | { readonly kind: 'unbindNotification'; readonly notification: number }
  | { readonly kind: 'setTlsBase'; readonly thread: number; readonly base: number }
  | {
      readonly kind: 'setFlags';
      readonly thread: number;
      readonly flags: number;
      readonly isCall: boolean;
    };

/** The flags that the kernel knows. The one that seL4 has disables the FPU, and is no flag without one. */
const flagMask = 0;

export function decodeTcb(k: KernelState, invocation: Invocation): Decoded<TcbPlan> {
  const method = methodOf(invocation);
  const thread = threadPointer(invocation.capability.w0);
  switch (invocation.row?.name) {
    case 'TCBReadRegisters':
      return decodeReadRegisters(k, invocation, thread);
    case 'TCBWriteRegisters':
      return decodeWriteRegisters(k, invocation, thread);
    case 'TCBCopyRegisters':
      return decodeCopyRegisters(k, invocation, thread);
    case 'TCBSuspend':
      return ok({ kind: 'suspend', thread });
    case 'TCBResume':
      return ok({ kind: 'resume', thread });
    case 'TCBConfigure':
      return decodeConfigure(k, invocation, thread);
    case 'TCBSetPriority':
      return decodeSetPriority(k, invocation, thread);
    case 'TCBSetMCPriority':
      return decodeSetMcPriority(k, invocation, thread);
    case 'TCBSetSchedParams':
      return decodeSetSchedParams(k, invocation, thread);
    case 'TCBSetIPCBuffer':
      return decodeSetIpcBuffer(k, invocation, thread);
    case 'TCBSetSpace':
      return decodeSetSpace(k, invocation, thread);
    case 'TCBSetTimeoutEndpoint':
      return decodeSetTimeoutEndpoint(k, invocation, thread);
    case 'TCBBindNotification':
      return decodeBind(k, invocation, thread, method);
    case 'TCBUnbindNotification': {
      const bound = k.read(thread + tcb.boundNotification);
      if (bound === 0) return illegal(() => `${method}: no notification is bound to the thread`);
      return ok({ kind: 'unbindNotification', notification: bound });
    }
    case 'TCBSetTLSBase':
      if (invocation.length < 1) return truncated(method, 'the base address');
      return ok({ kind: 'setTlsBase', thread, base: argument(k, invocation, 0) });
    case 'TCBSetFlags': {
      if (invocation.length < 2) return truncated(method, 'the flags to clear and to set');
      const kept = k.read(thread + tcb.flags) & ~argument(k, invocation, 0);
      const flags = (kept | (argument(k, invocation, 1) & flagMask)) >>> 0;
      return ok({ kind: 'setFlags', thread, flags, isCall: invocation.isCall });
    }
    default:
      return illegal(() => `${method}: a TCB has no such operation`);
  }
}

function decodeBind(
  k: KernelState,
  invocation: Invocation,
  thread: number,
  method: string,
): Decoded<TcbPlan> {
  const extra = extraCapability(k, invocation, 0);
  if (extra === undefined) return truncated(method, 'the notification');
  if (k.read(thread + tcb.boundNotification) !== 0) {
    return illegal(() => `${method}: the thread already has a bound notification`);
  }
  const { w0, w1 } = extra.capability;
  if (tagOf(w0) !== tag.notification) {
    return illegal(() => `${method}: the ${typeName(w0)} is no notification`);
  }
  if ((w1 & 2) === 0) {
    return illegal(() => `${method}: the notification capability lacks the read right`);
  }
  const object = notificationPointer(w0);
  if (notificationHead(k, object) !== 0) {
    return illegal(() => `${method}: a thread waits for the notification`);
  }
  if (k.read(object + notification.boundThread) !== 0) {
    return illegal(() => `${method}: the notification is bound to a thread already`);
  }
  return ok({ kind: 'bindNotification', thread, notification: object });
}

export function performTcb(k: KernelState, plan: TcbPlan): Performed {
  switch (plan.kind) {
    case 'readRegisters':
    case 'writeRegisters':
    case 'copyRegisters':
      return performRegisters(k, plan);
    case 'scheduling':
      return performScheduling(k, plan);
    case 'spaces':
      return performSpaces(k, plan);
    case 'suspend':
      suspend(k, plan.thread);
      return 'done';
    case 'resume':
      restart(k, plan.thread);
      return 'done';
    case 'bindNotification':
      bindToThread(k, plan.notification, plan.thread);
      return 'done';
    case 'unbindNotification':
      unbindFromThread(k, plan.notification);
      return 'done';
    case 'setTlsBase':
      k.write(plan.thread + register.tp, plan.base);
      if (plan.thread === k.currentThread) rescheduleRequired(k);
      return 'done';
    case 'setFlags':
      k.write(plan.thread + tcb.flags, plan.flags);
      if (plan.isCall) answer(k, k.currentThread, 0, [plan.flags]);
      setThreadState(k, k.currentThread, threadState.running);
      return 'answered';
  }
}
