/**
 * Scheduling contexts: who runs on one, and how it moves between threads. A thread without one is passive:
 * it runs on what a caller or a notification lends. sel4-abi section 9.
 */
import type { KernelState } from '../kernel-state.js';
import { notification, reply, schedContext, tcb } from '../layout.js';
import {
  dequeue,
  enqueue,
  isCandidate,
  isSchedulable,
  postpone,
  releaseRemove,
  rescheduleRequired,
} from '../scheduler/scheduler.js';
import {
  isActive,
  isReady,
  isSporadic,
  isSufficient,
  unblockRefills,
} from '../scheduler/refills.js';

/** A thread that could run but whose budget is not there yet goes to the release queue. */
export function resumeSchedContext(k: KernelState, sc: number): void {
  if (sc === 0) return;
  const thread = k.read(sc + schedContext.thread);
  if (thread === 0 || !isSchedulable(k, thread)) return;
  if (!(isReady(k, sc) && isSufficient(k, sc, 0))) postpone(k, sc);
}

/** Moves the head refill of a sporadic context to now, unless it is the one that is being used. */
export function noticeWakeup(k: KernelState, sc: number): void {
  if (isSporadic(k, sc) && sc !== k.currentSchedContext) unblockRefills(k, sc);
}

export function bindThread(k: KernelState, sc: number, thread: number): void {
  k.write(thread + tcb.schedContext, sc);
  k.write(sc + schedContext.thread, thread);
  if (isActive(k, sc)) noticeWakeup(k, sc);
  resumeSchedContext(k, sc);
  if (isSchedulable(k, thread)) {
    // The current thread is in no queue; it may be bound to the context that it ran on.
    if (thread !== k.currentThread) enqueue(k, thread);
    rescheduleRequired(k);
  }
}

export function unbindThread(k: KernelState, sc: number): void {
  const thread = k.read(sc + schedContext.thread);
  if (thread === 0) return;
  if (thread === k.currentThread) rescheduleRequired(k);
  dequeue(k, thread);
  releaseRemove(k, thread);
  k.write(thread + tcb.schedContext, 0);
  k.write(sc + schedContext.thread, 0);
}

/** Gives the context to a thread that has none. Its thread so far stops. */
export function donate(k: KernelState, sc: number, to: number): void {
  const from = k.read(sc + schedContext.thread);
  if (from !== 0) {
    dequeue(k, from);
    releaseRemove(k, from);
    k.write(from + tcb.schedContext, 0);
    if (from === k.currentThread || isCandidate(k, from)) rescheduleRequired(k);
  }
  k.write(sc + schedContext.thread, to);
  k.write(to + tcb.schedContext, sc);
}

export function bindNotification(k: KernelState, sc: number, ntfn: number): void {
  k.write(ntfn + notification.schedContext, sc);
  k.write(sc + schedContext.notification, ntfn);
}

export function unbindNotification(k: KernelState, sc: number): void {
  const ntfn = k.read(sc + schedContext.notification);
  if (ntfn === 0) return;
  k.write(ntfn + notification.schedContext, 0);
  k.write(sc + schedContext.notification, 0);
}

/** The replies below forget that they would give the context back. */
export function unbindReply(k: KernelState, sc: number): void {
  const top = k.read(sc + schedContext.reply);
  if (top === 0) return;
  k.write(top + reply.next, 0);
  k.write(sc + schedContext.reply, 0);
}

/** A signal lends the notification's context to a passive thread. */
export function lendFrom(k: KernelState, ntfn: number, thread: number): void {
  if (k.read(thread + tcb.schedContext) !== 0) return;
  const sc = k.read(ntfn + notification.schedContext);
  if (sc === 0 || k.read(sc + schedContext.thread) !== 0) return;
  donate(k, sc, thread);
  resumeSchedContext(k, sc);
}

/** A thread that waits again gives back what the notification lent. */
export function returnTo(k: KernelState, ntfn: number, thread: number): void {
  const sc = k.read(ntfn + notification.schedContext);
  if (sc === 0 || sc !== k.read(thread + tcb.schedContext)) return;
  dequeue(k, thread);
  releaseRemove(k, thread);
  k.write(thread + tcb.schedContext, 0);
  k.write(sc + schedContext.thread, 0);
  if (thread === k.currentThread) rescheduleRequired(k);
}

/** Time used since the last call, in µs. */
export function takeConsumed(k: KernelState, sc: number): number {
  const consumed = k.readTime(sc + schedContext.consumed);
  k.writeTime(sc + schedContext.told, usedTime(k, sc));
  k.writeTime(sc + schedContext.consumed, 0);
  return k.microseconds(consumed);
}

/** Ticks used since the context was made, whoever asked meanwhile; without what is not yet charged. */
export const usedTime = (k: KernelState, sc: number): number =>
  k.readTime(sc + schedContext.told) + k.readTime(sc + schedContext.consumed);

export function cancelYieldTo(k: KernelState, thread: number): void {
  const sc = k.read(thread + tcb.yieldTo);
  if (sc === 0) return;
  k.write(sc + schedContext.yieldFrom, 0);
  k.write(thread + tcb.yieldTo, 0);
}
