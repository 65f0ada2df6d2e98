/**
 * What happens when a thread faults: a message to its fault handler, or, where it has none, a line on the
 * console and a thread that does not run again. sel4-abi section 6.
 */
import type { PhysAddr } from '../../base/address.js';
import {
  endpointBadge,
  endpointPointer,
  endpointRight,
  tag,
  tagOf,
} from '../capabilities/capability.js';
import { send } from '../ipc/send.js';
import type { KernelState } from '../kernel-state.js';
import { slot, tcb, tcbSlot, threadState } from '../layout.js';
import { setThreadState } from '../scheduler/scheduler.js';
import { timeoutBadge, viewFault, writeFault, type Fault } from './fault.js';
import { nameOf } from '../objects/thread-name.js';

export function handleFault(k: KernelState, thread: number, fault: Fault): void {
  const handled = sendFault(k, thread, 'faultHandler', fault, {
    canDonate: k.read(thread + tcb.schedContext) !== 0,
  });
  if (handled) return;
  const view = viewFault(k, thread, fault);
  k.print(`Thread "${nameOf(k, thread)}" has no fault handler and stops. ${view.description}.\n`);
  // Kept, as for a handler, so that whoever looks at the thread later sees why it stands still.
  writeFault(k, thread, fault);
  setThreadState(k, thread, threadState.inactive);
  k.emit({ kind: 'fault', thread: thread as PhysAddr, fault: view, handled: false });
}

export const hasTimeoutHandler = (k: KernelState, thread: number): boolean =>
  tagOf(k.read(tcbSlot(thread, 'timeoutHandler') + slot.w0)) === tag.endpoint;

/** For a thread with a timeout handler. */
export function handleTimeout(k: KernelState, thread: number, sc: number): void {
  sendFault(
    k,
    thread,
    'timeoutHandler',
    { kind: 'Timeout', badge: timeoutBadge(k, sc) },
    { canDonate: false },
  );
}

function sendFault(
  k: KernelState,
  thread: number,
  handler: 'faultHandler' | 'timeoutHandler',
  fault: Fault,
  { canDonate }: { readonly canDonate: boolean },
): boolean {
  const at = tcbSlot(thread, handler);
  const w0 = k.read(at + slot.w0);
  if (tagOf(w0) !== tag.endpoint) return false;
  if (k.isObserved) {
    const view = viewFault(k, thread, fault);
    k.emit({ kind: 'fault', thread: thread as PhysAddr, fault: view, handled: true });
  }
  const w1 = k.read(at + slot.w1);
  writeFault(k, thread, fault);
  send(k, thread, endpointPointer(w1), {
    badge: endpointBadge(w0),
    canGrant: (w1 & endpointRight.grant) !== 0,
    canGrantReply: (w1 & endpointRight.grantReply) !== 0,
    isCall: false,
    isBlocking: true,
    canDonate,
  });
  return true;
}
