/**
 * Who runs: ready queues by domain and priority, the release queue of threads without budget, and the
 * choice at the end of each kernel entry. The current thread is in no queue (SCHED-1).
 * sel4-abi section 9.
 */
import { configuration } from '../configuration.js';
import { costs } from '../costs.js';
import type { PhysAddr } from '../../base/address.js';
import { invariant } from '../../base/invariant.js';
import type { KernelState } from '../kernel-state.js';
import { domainStride, globals, schedContext, tcb, threadState } from '../layout.js';
import {
  isInReleaseQueue,
  isQueued,
  isRunnable,
  register,
  setInReleaseQueue,
  setQueued,
  stateOf,
  writeState,
} from '../objects/thread.js';
import {
  commitTime,
  headAmount,
  headTime,
  isActive,
  isReady,
  isSporadic,
  unblockRefills,
} from './refills.js';
import { insertBefore, queueHead, removeFromQueue } from './thread-queue.js';

/** Values of the scheduler action that are not threads. */
const resumeCurrent = 0;
const chooseNew = 1;

export const isSchedulable = (k: KernelState, thread: number): boolean => {
  if (!isRunnable(k, thread)) return false;
  const sc = k.read(thread + tcb.schedContext);
  return sc !== 0 && isActive(k, sc) && !isInReleaseQueue(k, thread);
};

export function setThreadState(k: KernelState, thread: number, state: number): void {
  writeState(k, thread, state, 0);
  noticeState(k, thread);
}

/** After the state of a thread changed: one that can no longer run gives way. */
export function noticeState(k: KernelState, thread: number): void {
  if (
    k.global(globals.schedulerAction) === resumeCurrent &&
    thread === k.currentThread &&
    !isSchedulable(k, thread)
  ) {
    k.setGlobal(globals.schedulerAction, chooseNew);
  }
}

// ---- ready queues ------------------------------------------------------------------------------

const queueAt = (k: KernelState, domain: number, priority: number): number =>
  k.globals + globals.readyQueues + domain * domainStride + 8 * priority;
const bitmapAt = (k: KernelState, domain: number, priority: number): number =>
  k.globals + globals.readyBitmap + domain * domainStride + 4 * (priority >>> 5);

function putIntoReadyQueue(k: KernelState, thread: number, where: 'front' | 'back'): void {
  if (isQueued(k, thread)) return;
  const domain = k.read(thread + tcb.domain);
  const priority = k.read(thread + tcb.priority);
  const at = queueAt(k, domain, priority);
  insertBefore(k, at, at + 4, thread, where === 'front' ? queueHead(k, at) : 0);
  const bitmap = bitmapAt(k, domain, priority);
  k.write(bitmap, k.read(bitmap) | (1 << (priority & 31)));
  setQueued(k, thread, true);
}

/** In front of the others of its priority: for a thread that has not had its turn. */
export const enqueue = (k: KernelState, thread: number): void => {
  putIntoReadyQueue(k, thread, 'front');
};
/** Behind the others of its priority. */
export const append = (k: KernelState, thread: number): void => {
  putIntoReadyQueue(k, thread, 'back');
};

export function dequeue(k: KernelState, thread: number): void {
  if (!isQueued(k, thread)) return;
  const domain = k.read(thread + tcb.domain);
  const priority = k.read(thread + tcb.priority);
  const at = queueAt(k, domain, priority);
  removeFromQueue(k, at, at + 4, thread);
  if (queueHead(k, at) === 0) {
    const bitmap = bitmapAt(k, domain, priority);
    k.write(bitmap, k.read(bitmap) & ~(1 << (priority & 31)));
  }
  setQueued(k, thread, false);
}

/** -1 when no thread of the domain is ready. */
function highestReadyPriority(k: KernelState, domain: number): number {
  for (let priority = configuration.priorities - 32; priority >= 0; priority -= 32) {
    const word = k.read(bitmapAt(k, domain, priority));
    if (word !== 0) return priority + 31 - Math.clz32(word);
  }
  return -1;
}

// ---- release queue -----------------------------------------------------------------------------

/** A thread whose budget comes later waits in order of that time. */
export function postpone(k: KernelState, sc: number): void {
  const thread = k.read(sc + schedContext.thread);
  dequeue(k, thread);
  const time = headTime(k, sc);
  const headAt = k.globals + globals.releaseHead;
  let next = queueHead(k, headAt);
  while (next !== 0 && headTime(k, k.read(next + tcb.schedContext)) <= time) {
    next = k.read(next + tcb.next);
  }
  insertBefore(k, headAt, k.globals + globals.releaseTail, thread, next);
  setInReleaseQueue(k, thread, true);
  k.setGlobal(globals.reprogram, 1);
}

export function releaseRemove(k: KernelState, thread: number): void {
  if (!isInReleaseQueue(k, thread)) return;
  const headAt = k.globals + globals.releaseHead;
  if (queueHead(k, headAt) === thread) k.setGlobal(globals.reprogram, 1);
  removeFromQueue(k, headAt, k.globals + globals.releaseTail, thread);
  setInReleaseQueue(k, thread, false);
}

/** Threads whose budget has come are ready again. */
function awaken(k: KernelState): void {
  for (;;) {
    const thread = k.global(globals.releaseHead);
    if (thread === 0 || !isReady(k, k.read(thread + tcb.schedContext))) return;
    releaseRemove(k, thread);
    possibleSwitchTo(k, thread);
  }
}

// ---- decisions ---------------------------------------------------------------------------------

/** Notes that `thread`, which became ready, may have to run next; the first such is tried directly. */
export function possibleSwitchTo(k: KernelState, thread: number): void {
  if (k.read(thread + tcb.schedContext) === 0 || isInReleaseQueue(k, thread)) return;
  if (k.read(thread + tcb.domain) !== k.global(globals.currentDomain)) {
    enqueueIfSchedulable(k, thread);
  } else if (k.global(globals.schedulerAction) !== resumeCurrent) {
    rescheduleRequired(k);
    enqueueIfSchedulable(k, thread);
  } else if (isSchedulable(k, thread)) {
    k.setGlobal(globals.schedulerAction, thread);
  }
}

const enqueueIfSchedulable = (k: KernelState, thread: number): void => {
  if (isSchedulable(k, thread)) enqueue(k, thread);
};

export function rescheduleRequired(k: KernelState): void {
  const action = k.global(globals.schedulerAction);
  if (action > chooseNew && isSchedulable(k, action)) enqueue(k, action);
  k.setGlobal(globals.schedulerAction, chooseNew);
}

/** Whether this thread is the one that the scheduler would try first. */
export const isCandidate = (k: KernelState, thread: number): boolean =>
  k.global(globals.schedulerAction) === thread;

/** Decides who runs, at the end of a kernel entry. */
export function schedule(k: KernelState): void {
  const before = k.currentThread;
  awaken(k);
  if (domainHasExpired(k)) {
    k.setGlobal(globals.reprogram, 1);
    rescheduleRequired(k);
  }
  const action = k.global(globals.schedulerAction);
  if (action !== resumeCurrent) {
    const wasRunnable = isSchedulable(k, before);
    if (wasRunnable) enqueue(k, before);
    if (action === chooseNew || !isSchedulable(k, action)) chooseThread(k);
    else tryCandidate(k, action, before, wasRunnable);
  }
  k.setGlobal(globals.schedulerAction, resumeCurrent);
  settleTime(k);
  const after = k.currentThread;
  if (after !== before) {
    k.charge(costs.contextSwitch);
    if (k.isObserved) {
      k.emit({ kind: 'switched', from: before as PhysAddr, to: after as PhysAddr });
    }
  }
}

function tryCandidate(
  k: KernelState,
  candidate: number,
  before: number,
  wasRunnable: boolean,
): void {
  const priority = k.read(candidate + tcb.priority);
  const current = k.read(before + tcb.priority);
  const mayBeOutranked = before === k.idleThread || priority < current;
  if (mayBeOutranked && priority < highestReadyPriority(k, k.global(globals.currentDomain))) {
    enqueue(k, candidate);
    chooseThread(k);
  } else if (wasRunnable && priority === current) {
    append(k, candidate);
    chooseThread(k);
  } else {
    switchTo(k, candidate);
  }
}

function chooseThread(k: KernelState): void {
  // With one domain too: its schedule may be started anew.
  if (k.readTime(k.globals + globals.domainTime) === 0) nextDomain(k);
  const domain = k.global(globals.currentDomain);
  const priority = highestReadyPriority(k, domain);
  if (priority < 0) k.setGlobal(globals.currentThread, k.idleThread);
  else switchTo(k, queueHead(k, queueAt(k, domain, priority)));
}

function switchTo(k: KernelState, thread: number): void {
  dequeue(k, thread);
  k.setGlobal(globals.currentThread, thread);
}

export const domainEntry = (k: KernelState, index: number): number =>
  k.globals + globals.domainSchedule + 16 * index;
export const isDomainEnd = (k: KernelState, index: number): boolean =>
  k.readTime(domainEntry(k, index) + 8) === 0;

function nextDomain(k: KernelState): void {
  let index = k.global(globals.domainScheduleIndex) + 1;
  if (isDomainEnd(k, index)) index = k.global(globals.domainScheduleStart);
  k.setGlobal(globals.domainScheduleIndex, index);
  k.setGlobal(globals.reprogram, 1);
  k.setGlobal(globals.currentDomain, k.read(domainEntry(k, index)));
  k.writeTime(k.globals + globals.domainTime, k.readTime(domainEntry(k, index) + 8));
}

/** Once it is decided who runs: on its own scheduling context, and until when. */
export function settleTime(k: KernelState): void {
  switchSchedContext(k);
  if (k.global(globals.reprogram) === 0) return;
  setNextInterrupt(k);
  k.setGlobal(globals.reprogram, 0);
}

function switchSchedContext(k: KernelState): void {
  const sc = k.read(k.currentThread + tcb.schedContext);
  if (sc !== k.currentSchedContext) {
    k.setGlobal(globals.reprogram, 1);
    // A sporadic context was moved to now when its thread woke; the others are when they start to run.
    if (!isSporadic(k, sc)) unblockRefills(k, sc);
  }
  if (k.global(globals.reprogram) !== 0) commitTime(k);
  k.setGlobal(globals.currentSchedContext, sc);
}

/** The timer fires when the budget ends, a thread is released, or the domain ends: whatever is first. */
function setNextInterrupt(k: KernelState): void {
  const now = k.currentTime;
  let next =
    k.currentThread === k.idleThread ? Infinity : now + headAmount(k, k.currentSchedContext);
  if (k.domains > 1) {
    next = Math.min(next, now + k.readTime(k.globals + globals.domainTime));
  }
  const released = k.global(globals.releaseHead);
  if (released !== 0) next = Math.min(next, headTime(k, k.read(released + tcb.schedContext)));
  k.ports.timer.setDeadline(next === Infinity ? Infinity : next - k.timerPrecision);
}

/** Prepares the thread that was chosen: one that was interrupted in a system call starts it over. */
export function prepareCurrent(k: KernelState): void {
  const thread = k.currentThread;
  if (stateOf(k, thread) === threadState.restart) {
    k.write(thread + register.nextIp, k.read(thread + register.faultIp));
    setThreadState(k, thread, threadState.running);
  }
}

/** As seL4 takes it at each entry: the time since the last one is the current thread's. */
export function takeTime(k: KernelState): void {
  const before = k.currentTime;
  const now = k.ports.timer.now();
  invariant(
    now >= before,
    'TIME-1',
    () => `the timer goes back from tick ${String(before)} to tick ${String(now)}`,
  );
  k.writeTime(k.globals + globals.currentTime, now);
  const at = k.globals + globals.consumed;
  k.writeTime(at, k.readTime(at) + now - before);
  if (k.domains > 1) {
    const left = k.readTime(k.globals + globals.domainTime);
    const spent = now - before + k.minimumBudget;
    k.writeTime(k.globals + globals.domainTime, spent >= left ? 0 : left - (now - before));
  }
}

export const domainHasExpired = (k: KernelState): boolean =>
  k.domains > 1 && k.readTime(k.globals + globals.domainTime) === 0;

/** Changes a priority wherever the thread is; the caller reorders a queue that it blocks in. */
export function setReadyPriority(k: KernelState, thread: number, priority: number): void {
  if (isQueued(k, thread) || thread === k.currentThread) {
    dequeue(k, thread);
    k.write(thread + tcb.priority, priority);
    if (isSchedulable(k, thread)) enqueue(k, thread);
    rescheduleRequired(k);
  } else {
    k.write(thread + tcb.priority, priority);
  }
}
