/**
 * Ending a wait before it is over: of one thread, or of all that wait at an object. A thread that is sent
 * back starts its system call over; one that waits as the consequence of a fault becomes inactive.
 */
import type { KernelState } from '../kernel-state.js';
import { endpointState, notificationState, tcb, threadState } from '../layout.js';
import { endpointHead, endpointStateOf, leaveEndpoint } from '../objects/endpoint.js';
import {
  leaveNotification,
  notificationHead,
  notificationStateOf,
} from '../objects/notification.js';
import { abandonReply, unlinkReply } from '../objects/reply.js';
import { cancelYieldTo, noticeWakeup, resumeSchedContext } from '../objects/sched-context.js';
import {
  blockingObject,
  clearFault,
  faultType,
  isStopped,
  register,
  replyOf,
  stateOf,
} from '../objects/thread.js';
import {
  dequeue,
  isSchedulable,
  possibleSwitchTo,
  releaseRemove,
  rescheduleRequired,
  setThreadState,
} from '../scheduler/scheduler.js';

/** The thread stops to wait, whatever it waits for, and forgets its fault; it ends up inactive. */
export function cancelIpc(k: KernelState, thread: number): void {
  clearFault(k, thread);
  switch (stateOf(k, thread)) {
    case threadState.blockedOnSend:
    case threadState.blockedOnReceive:
      leaveWithReply(k, thread);
      setThreadState(k, thread, threadState.inactive);
      break;
    case threadState.blockedOnNotification:
      leaveNotification(k, blockingObject(k, thread), thread);
      setThreadState(k, thread, threadState.inactive);
      break;
    case threadState.blockedOnReply:
      abandonReply(k, thread);
      break;
    default:
      break;
  }
}

function leaveWithReply(k: KernelState, thread: number): void {
  const receives = stateOf(k, thread) === threadState.blockedOnReceive;
  leaveEndpoint(k, blockingObject(k, thread), thread);
  const object = replyOf(k, thread);
  if (receives && object !== 0) unlinkReply(k, object, thread);
}

/** Nobody can reach the endpoint any more: its waiters start over. */
export function cancelAllAtEndpoint(k: KernelState, object: number): void {
  if (endpointStateOf(k, object) === endpointState.idle) return;
  for (let thread = endpointHead(k, object); thread !== 0;) {
    const next = k.read(thread + tcb.next);
    leaveWithReply(k, thread);
    restartUnlessFaulted(k, thread);
    thread = next;
  }
  rescheduleRequired(k);
}

/** Senders with this badge start over. Linear in the queue. */
export function cancelBadgedSends(k: KernelState, object: number, badge: number): void {
  if (endpointStateOf(k, object) !== endpointState.send) return;
  for (let thread = endpointHead(k, object); thread !== 0;) {
    const next = k.read(thread + tcb.next);
    if (k.read(thread + tcb.ipc) >>> 4 === badge) {
      leaveEndpoint(k, object, thread);
      restartUnlessFaulted(k, thread);
    }
    thread = next;
  }
  rescheduleRequired(k);
}

function restartUnlessFaulted(k: KernelState, thread: number): void {
  if (faultType(k, thread) !== 0) {
    setThreadState(k, thread, threadState.inactive);
    return;
  }
  restartWaiter(k, thread);
}

function restartWaiter(k: KernelState, thread: number): void {
  setThreadState(k, thread, threadState.restart);
  noticeWakeup(k, k.read(thread + tcb.schedContext));
  possibleSwitchTo(k, thread);
}

export function cancelAllAtNotification(k: KernelState, object: number): void {
  if (notificationStateOf(k, object) !== notificationState.waiting) return;
  for (let thread = notificationHead(k, object); thread !== 0;) {
    const next = k.read(thread + tcb.next);
    leaveNotification(k, object, thread);
    restartWaiter(k, thread);
    thread = next;
  }
  rescheduleRequired(k);
}

/** Stops a thread and takes it out of every queue. */
export function suspend(k: KernelState, thread: number): void {
  cancelIpc(k, thread);
  if (stateOf(k, thread) === threadState.running) {
    // It goes on after the system call that it completed, not with it.
    k.write(thread + register.faultIp, k.read(thread + register.nextIp));
  }
  dequeue(k, thread);
  releaseRemove(k, thread);
  cancelYieldTo(k, thread);
  setThreadState(k, thread, threadState.inactive);
}

/** Lets a stopped thread run; a wait is given up and its system call starts over. */
export function restart(k: KernelState, thread: number): void {
  if (!isStopped(k, thread)) return;
  cancelIpc(k, thread);
  setThreadState(k, thread, threadState.restart);
  const sc = k.read(thread + tcb.schedContext);
  noticeWakeup(k, sc);
  resumeSchedContext(k, sc);
  if (isSchedulable(k, thread)) possibleSwitchTo(k, thread);
}
