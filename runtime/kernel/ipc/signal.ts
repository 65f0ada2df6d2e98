/** Signalling and waiting for a notification; and signals that reach a bound thread while it receives. */
import type { PhysAddr } from '../../base/address.js';
import { costs } from '../costs.js';
import type { KernelState } from '../kernel-state.js';
import { notification, notificationState, tcb, threadState } from '../layout.js';
import {
  leaveNotification,
  notificationHead,
  notificationStateOf,
  setNotificationState,
  waitAtNotification,
} from '../objects/notification.js';
import { lendFrom, noticeWakeup, returnTo } from '../objects/sched-context.js';
import { badgeRegister, stateOf, writeState } from '../objects/thread.js';
import {
  isSchedulable,
  noticeState,
  possibleSwitchTo,
  setThreadState,
} from '../scheduler/scheduler.js';
import { cancelIpc } from './cancel.js';

export function signal(k: KernelState, object: number, badge: number): void {
  k.charge(costs.signal);
  switch (notificationStateOf(k, object)) {
    case notificationState.idle: {
      const bound = k.read(object + notification.boundThread);
      if (bound !== 0 && stateOf(k, bound) === threadState.blockedOnReceive) {
        cancelIpc(k, bound);
        wake(k, object, bound, badge);
      } else {
        k.write(object + notification.badge, badge);
        setNotificationState(k, object, notificationState.active);
        traceSignal(k, object, badge);
      }
      break;
    }
    case notificationState.waiting: {
      const thread = notificationHead(k, object);
      leaveNotification(k, object, thread);
      wake(k, object, thread, badge);
      break;
    }
    default:
      k.write(object + notification.badge, (k.read(object + notification.badge) | badge) >>> 0);
      traceSignal(k, object, badge);
      break;
  }
}

function traceSignal(k: KernelState, object: number, badge: number, woken?: number): void {
  if (!k.isTraced) return;
  k.trace({
    kind: 'signalled',
    notification: object as PhysAddr,
    badge,
    ...(woken === undefined ? {} : { woken: woken as PhysAddr }),
  });
}

function wake(k: KernelState, object: number, thread: number, badge: number): void {
  traceSignal(k, object, badge, thread);
  setThreadState(k, thread, threadState.running);
  k.write(thread + badgeRegister, badge);
  lendFrom(k, object, thread);
  if (isSchedulable(k, thread)) possibleSwitchTo(k, thread);
  noticeWakeup(k, k.read(thread + tcb.schedContext));
}

/** Takes the signal bits if there are any, else waits; a poll that finds none gets badge 0. */
export function waitForSignal(
  k: KernelState,
  thread: number,
  object: number,
  { isBlocking }: { readonly isBlocking: boolean },
): void {
  if (notificationStateOf(k, object) === notificationState.active) {
    takeSignal(k, thread, object);
  } else if (isBlocking) {
    writeState(k, thread, threadState.blockedOnNotification, object);
    noticeState(k, thread);
    waitAtNotification(k, object, thread);
    returnTo(k, object, thread);
  } else {
    k.write(thread + badgeRegister, 0);
  }
}

/** Whether the bound notification had something, which the thread then received. */
export function takeBoundSignal(k: KernelState, thread: number): boolean {
  const object = k.read(thread + tcb.boundNotification);
  if (object === 0 || notificationStateOf(k, object) !== notificationState.active) return false;
  takeSignal(k, thread, object);
  return true;
}

function takeSignal(k: KernelState, thread: number, object: number): void {
  k.write(thread + badgeRegister, k.read(object + notification.badge));
  setNotificationState(k, object, notificationState.idle);
  lendFrom(k, object, thread);
  noticeWakeup(k, k.read(thread + tcb.schedContext));
}
