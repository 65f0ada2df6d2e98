/** Endpoints: a state and a queue of threads that all wait to send, or all to receive (EP-1). */
import type { KernelState } from '../kernel-state.js';
import { endpoint, endpointState } from '../layout.js';
import { insertByPriority, queueHead, removeFromQueue } from '../scheduler/thread-queue.js';

export const endpointStateOf = (k: KernelState, object: number): number =>
  k.read(object + endpoint.tail) & 3;

export const endpointHead = (k: KernelState, object: number): number =>
  queueHead(k, object + endpoint.head);

const setState = (k: KernelState, object: number, state: number): void => {
  k.write(object + endpoint.tail, ((k.read(object + endpoint.tail) & ~3) | state) >>> 0);
};

export function waitAtEndpoint(
  k: KernelState,
  object: number,
  thread: number,
  state: number,
): void {
  insertByPriority(k, object + endpoint.head, object + endpoint.tail, thread);
  setState(k, object, state);
}

export function leaveEndpoint(k: KernelState, object: number, thread: number): void {
  removeFromQueue(k, object + endpoint.head, object + endpoint.tail, thread);
  if (endpointHead(k, object) === 0) setState(k, object, endpointState.idle);
}

/** After a change of the thread's priority. */
export function reorderAtEndpoint(k: KernelState, object: number, thread: number): void {
  removeFromQueue(k, object + endpoint.head, object + endpoint.tail, thread);
  insertByPriority(k, object + endpoint.head, object + endpoint.tail, thread);
}
