/** Invocations of scheduling contexts. sel4-abi section 9. */
import { ok } from '../../base/result.js';
import {
  notificationPointer,
  schedContextPointer,
  tag,
  tagOf,
  threadPointer,
  typeName,
} from '../capabilities/capability.js';
import { answer } from '../ipc/message.js';
import { completeYieldTo, timeWords } from '../ipc/yield-to.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { notification, schedContext, tcb, threadState } from '../layout.js';
import {
  bindNotification,
  bindThread,
  resumeSchedContext,
  takeConsumed,
  unbindNotification,
  unbindReply,
  unbindThread,
} from '../objects/sched-context.js';
import { isBlocked } from '../objects/thread.js';
import { isReleased } from '../scheduler/refills.js';
import {
  dequeue,
  enqueue,
  isSchedulable,
  rescheduleRequired,
  setThreadState,
} from '../scheduler/scheduler.js';
import { extraCapability, methodOf, type Invocation, type Performed } from './invocation.js';

export type SchedContextPlan =
  | {
      readonly kind: 'bindThread' | 'bindNotification';
      readonly sc: number;
      readonly object: number;
    }
  | {
      readonly kind: 'unbind' | 'unbindThread' | 'unbindNotification';
      readonly sc: number;
    }
  | { readonly kind: 'consumed' | 'yieldTo'; readonly sc: number; readonly isCall: boolean };

export function decodeSchedContext(
  k: KernelState,
  invocation: Invocation,
): Decoded<SchedContextPlan> {
  const method = methodOf(invocation);
  const sc = schedContextPointer(invocation.capability.w1);
  const { isCall } = invocation;
  switch (invocation.row?.name) {
    case 'SchedContextConsumed':
      return ok({ kind: 'consumed', sc, isCall });
    case 'SchedContextBind':
      return decodeBind(k, invocation, sc, method);
    case 'SchedContextUnbindObject':
      return decodeUnbindObject(k, invocation, sc, method);
    case 'SchedContextUnbind':
      if (k.read(sc + schedContext.thread) === k.currentThread) return ownContext(method);
      return ok({ kind: 'unbind', sc });
    case 'SchedContextYieldTo':
      return decodeYieldTo(k, sc, isCall, method);
    default:
      return illegal(() => `${method}: a scheduling context has no such operation`);
  }
}

const ownContext = (method: string) =>
  illegal(() => `${method}: the scheduling context is that of the calling thread`);

const notBound = (what: string, method: string) =>
  illegal(() => `${method}: the ${what} is not bound to this scheduling context`);

const wrongObject = (w0: number, method: string) =>
  refuse(
    'InvalidCapability',
    [1],
    () => `${method}: the ${typeName(w0)} is neither a TCB nor a notification`,
  );

function decodeBind(
  k: KernelState,
  invocation: Invocation,
  sc: number,
  method: string,
): Decoded<SchedContextPlan> {
  const extra = extraCapability(k, invocation, 0);
  if (extra === undefined) return truncated(method, 'the object to bind');
  const { w0 } = extra.capability;
  if (tagOf(w0) === tag.thread) {
    const thread = threadPointer(w0);
    if (k.read(sc + schedContext.thread) !== 0) {
      return illegal(() => `${method}: the scheduling context is bound to a thread already`);
    }
    if (k.read(thread + tcb.schedContext) !== 0) {
      return illegal(() => `${method}: the thread already has a scheduling context`);
    }
    if (isBlocked(k, thread) && !isReleased(k, sc)) {
      return illegal(
        () => `${method}: the thread is blocked and the scheduling context has no budget now`,
      );
    }
    return ok({ kind: 'bindThread', sc, object: thread });
  }
  if (tagOf(w0) !== tag.notification) return wrongObject(w0, method);
  const object = notificationPointer(w0);
  if (k.read(sc + schedContext.notification) !== 0) {
    return illegal(() => `${method}: the scheduling context is bound to a notification already`);
  }
  if (k.read(object + notification.schedContext) !== 0) {
    return illegal(() => `${method}: the notification already has a scheduling context`);
  }
  return ok({ kind: 'bindNotification', sc, object });
}

function decodeUnbindObject(
  k: KernelState,
  invocation: Invocation,
  sc: number,
  method: string,
): Decoded<SchedContextPlan> {
  const extra = extraCapability(k, invocation, 0);
  if (extra === undefined) return truncated(method, 'the object to unbind');
  const { w0 } = extra.capability;
  if (tagOf(w0) === tag.thread) {
    const thread = threadPointer(w0);
    if (k.read(sc + schedContext.thread) !== thread) return notBound('thread', method);
    return thread === k.currentThread ? ownContext(method) : ok({ kind: 'unbindThread', sc });
  }
  if (tagOf(w0) !== tag.notification) return wrongObject(w0, method);
  if (k.read(sc + schedContext.notification) !== notificationPointer(w0)) {
    return notBound('notification', method);
  }
  return ok({ kind: 'unbindNotification', sc });
}

function decodeYieldTo(
  k: KernelState,
  sc: number,
  isCall: boolean,
  method: string,
): Decoded<SchedContextPlan> {
  const thread = k.read(sc + schedContext.thread);
  if (thread === 0) return illegal(() => `${method}: no thread runs on the scheduling context`);
  if (thread === k.currentThread) return ownContext(method);
  const mcp = k.read(k.currentThread + tcb.mcp);
  if (k.read(thread + tcb.priority) > mcp) {
    return illegal(
      () =>
        `${method}: the thread has a higher priority than ${String(mcp)}, the most that the caller controls`,
    );
  }
  return ok({ kind: 'yieldTo', sc, isCall });
}

export function performSchedContext(k: KernelState, plan: SchedContextPlan): Performed {
  switch (plan.kind) {
    case 'bindThread':
      bindThread(k, plan.sc, plan.object);
      return 'done';
    case 'bindNotification':
      bindNotification(k, plan.sc, plan.object);
      return 'done';
    case 'unbindThread':
      unbindThread(k, plan.sc);
      return 'done';
    case 'unbindNotification':
      unbindNotification(k, plan.sc);
      return 'done';
    case 'unbind':
      unbindThread(k, plan.sc);
      unbindNotification(k, plan.sc);
      unbindReply(k, plan.sc);
      return 'done';
    case 'consumed':
      answerConsumed(k, plan);
      return 'answered';
    case 'yieldTo':
      return yieldTo(k, plan);
  }
}

function answerConsumed(
  k: KernelState,
  plan: { readonly sc: number; readonly isCall: boolean },
): void {
  const consumed = takeConsumed(k, plan.sc);
  if (plan.isCall) answer(k, k.currentThread, 0, timeWords(consumed));
  setThreadState(k, k.currentThread, threadState.running);
}

function yieldTo(
  k: KernelState,
  plan: { readonly sc: number; readonly isCall: boolean },
): Performed {
  const { sc } = plan;
  const caller = k.currentThread;
  const earlier = k.read(sc + schedContext.yieldFrom);
  if (earlier !== 0) completeYieldTo(k, earlier);
  resumeSchedContext(k, sc);
  const thread = k.read(sc + schedContext.thread);
  if (!isSchedulable(k, thread)) {
    answerConsumed(k, plan);
    return 'answered';
  }
  dequeue(k, thread);
  if (k.read(thread + tcb.priority) < k.read(caller + tcb.priority)) {
    enqueue(k, thread);
    answerConsumed(k, plan);
    return 'answered';
  }
  k.write(caller + tcb.yieldTo, sc);
  k.write(sc + schedContext.yieldFrom, caller);
  enqueue(k, caller);
  enqueue(k, thread);
  rescheduleRequired(k);
  return 'done';
}
