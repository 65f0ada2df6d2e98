/** Notifications: signal bits while no one waits, else a queue of waiting threads; and one bound thread. */
import type { KernelState } from '../kernel-state.js';
import { notification, notificationState, tcb } from '../layout.js';
import { insertByPriority, queueHead, removeFromQueue } from '../scheduler/thread-queue.js';

export const notificationStateOf = (k: KernelState, object: number): number =>
  k.read(object + notification.tail) & 3;

export const notificationHead = (k: KernelState, object: number): number =>
  queueHead(k, object + notification.head);

export const setNotificationState = (k: KernelState, object: number, state: number): void => {
  const at = object + notification.tail;
  k.write(at, ((k.read(at) & ~3) | state) >>> 0);
};

export function waitAtNotification(k: KernelState, object: number, thread: number): void {
  insertByPriority(k, object + notification.head, object + notification.tail, thread);
  setNotificationState(k, object, notificationState.waiting);
}

export function leaveNotification(k: KernelState, object: number, thread: number): void {
  removeFromQueue(k, object + notification.head, object + notification.tail, thread);
  if (notificationHead(k, object) === 0) {
    setNotificationState(k, object, notificationState.idle);
  }
}

export function reorderAtNotification(k: KernelState, object: number, thread: number): void {
  removeFromQueue(k, object + notification.head, object + notification.tail, thread);
  insertByPriority(k, object + notification.head, object + notification.tail, thread);
}

export function bindToThread(k: KernelState, object: number, thread: number): void {
  k.write(object + notification.boundThread, thread);
  k.write(thread + tcb.boundNotification, object);
}

export function unbindFromThread(k: KernelState, object: number): void {
  const thread = k.read(object + notification.boundThread);
  if (thread === 0) return;
  k.write(object + notification.boundThread, 0);
  k.write(thread + tcb.boundNotification, 0);
}
