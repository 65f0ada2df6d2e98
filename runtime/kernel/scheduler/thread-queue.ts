/**
 * Queues of threads: doubly linked through the TCBs, since a thread is in at most one (TCB-2). Head and
 * tail are words of the object that owns the queue; their low four bits belong to that object.
 */
import type { KernelState } from '../kernel-state.js';
import { tcb } from '../layout.js';

/** Addresses of the head and the tail word. */
export const queueHead = (k: KernelState, headAt: number): number => (k.read(headAt) & ~0xf) >>> 0;

const setPointer = (k: KernelState, at: number, pointer: number): void => {
  k.write(at, pointer | (k.read(at) & 0xf));
};

/** Inserts before `next`; at the end where `next` is 0. */
export function insertBefore(
  k: KernelState,
  headAt: number,
  tailAt: number,
  thread: number,
  next: number,
): void {
  const previous = next === 0 ? queueHead(k, tailAt) : k.read(next + tcb.previous);
  k.write(thread + tcb.next, next);
  k.write(thread + tcb.previous, previous);
  if (previous === 0) setPointer(k, headAt, thread);
  else k.write(previous + tcb.next, thread);
  if (next === 0) setPointer(k, tailAt, thread);
  else k.write(next + tcb.previous, thread);
}

export function removeFromQueue(
  k: KernelState,
  headAt: number,
  tailAt: number,
  thread: number,
): void {
  const previous = k.read(thread + tcb.previous);
  const next = k.read(thread + tcb.next);
  if (previous === 0) setPointer(k, headAt, next);
  else k.write(previous + tcb.next, next);
  if (next === 0) setPointer(k, tailAt, previous);
  else k.write(next + tcb.previous, previous);
  k.write(thread + tcb.next, 0);
  k.write(thread + tcb.previous, 0);
}

/** Behind every thread of its priority or a higher one: first come, first served among equals. */
export function insertByPriority(
  k: KernelState,
  headAt: number,
  tailAt: number,
  thread: number,
): void {
  const priority = k.read(thread + tcb.priority);
  let next = 0;
  let last = queueHead(k, tailAt);
  while (last !== 0 && k.read(last + tcb.priority) < priority) {
    next = last;
    last = k.read(last + tcb.previous);
  }
  insertBefore(k, headAt, tailAt, thread, next);
}
