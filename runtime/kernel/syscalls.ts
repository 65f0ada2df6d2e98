/** The system calls, by number: what each sends, and what it then waits for. sel4-abi section 1. */
import { explainLookup, lookupSlot, missingCapability } from './capabilities/lookup.js';
import {
  endpointPointer,
  endpointRight,
  notificationPointer,
  replyPointer,
  tag,
  tagOf,
} from './capabilities/capability.js';
import { costs } from './costs.js';
import { handleFault } from './faults/handle.js';
import { invoke, type How } from './invocations/invoke.js';
import { receive } from './ipc/receive.js';
import { waitForSignal } from './ipc/signal.js';
import type { KernelState } from './kernel-state.js';
import { notification, slot } from './layout.js';
import { register } from './objects/thread.js';
import { yieldBudget } from './scheduler/budget.js';

const call: How = { isCall: true, isBlocking: true, canDonate: true, isFirstPhase: false };
const blockingSend: How = {
  isCall: false,
  isBlocking: true,
  canDonate: false,
  isFirstPhase: false,
};
const nonBlockingSend: How = { ...blockingSend, isBlocking: false };
const firstPhase: How = { isCall: false, isBlocking: false, canDonate: true, isFirstPhase: true };

interface Receiving {
  readonly isBlocking: boolean;
  /** Whether a6 names a reply object. */
  readonly withReply: boolean;
}
const blocking: Receiving = { isBlocking: true, withReply: true };
const polling: Receiving = { isBlocking: false, withReply: true };
const waiting: Receiving = { isBlocking: true, withReply: false };
const pollingWait: Receiving = { isBlocking: false, withReply: false };

/** False for a number that is none of these; `number` is signed. */
export function handleSyscall(k: KernelState, number: number): boolean {
  const thread = k.currentThread;
  const a0 = k.read(thread + register.a0);
  switch (number) {
    case -1:
      invoke(k, a0, call);
      return true;
    case -2:
      sendThenReceive(k, k.read(thread + register.a6), blocking);
      return true;
    case -3:
      sendThenReceive(k, k.read(thread + register.t0), blocking);
      return true;
    case -4:
      sendThenReceive(k, k.read(thread + register.a6), waiting);
      return true;
    case -5:
      invoke(k, a0, blockingSend);
      return true;
    case -6:
      invoke(k, a0, nonBlockingSend);
      return true;
    case -7:
      receiveFrom(k, blocking);
      return true;
    case -8:
      receiveFrom(k, polling);
      return true;
    case -9:
      receiveFrom(k, waiting);
      return true;
    case -10:
      receiveFrom(k, pollingWait);
      return true;
    case -11:
      yieldBudget(k);
      return true;
    default:
      return false;
  }
}

function sendThenReceive(k: KernelState, destination: number, how: Receiving): void {
  if (invoke(k, destination, firstPhase) === 'done') receiveFrom(k, how);
}

function receiveFrom(k: KernelState, how: Receiving): void {
  const thread = k.currentThread;
  const address = k.read(thread + register.a0);
  k.charge(costs.decode);
  const at = lookupSlot(k, thread, address);
  if (at === 0) {
    receiveFault(k, thread, address, 'lookup');
    return;
  }
  const w0 = k.read(at + slot.w0);
  const w1 = k.read(at + slot.w1);
  switch (tagOf(w0)) {
    case tag.endpoint: {
      if ((w1 & endpointRight.receive) === 0) break;
      const object = how.withReply ? lookupReply(k, thread) : 0;
      if (object !== undefined) receive(k, thread, endpointPointer(w1), object, how);
      return;
    }
    case tag.notification: {
      const object = notificationPointer(w0);
      const bound = k.read(object + notification.boundThread);
      if ((w1 & 2) === 0 || (bound !== 0 && bound !== thread)) break;
      waitForSignal(k, thread, object, how);
      return;
    }
    default:
      break;
  }
  receiveFault(k, thread, address, 'unfit');
}

/** The reply object that a6 names; undefined after a fault. */
function lookupReply(k: KernelState, thread: number): number | undefined {
  const address = k.read(thread + register.a6);
  const at = lookupSlot(k, thread, address);
  if (at === 0) {
    receiveFault(k, thread, address, 'lookup');
    return undefined;
  }
  if (tagOf(k.read(at + slot.w0)) !== tag.reply) {
    receiveFault(k, thread, address, 'unfit');
    return undefined;
  }
  return replyPointer(k.read(at + slot.w1));
}

/** `unfit`: there is a slot, but nothing in it that one could receive with. */
function receiveFault(
  k: KernelState,
  thread: number,
  address: number,
  why: 'lookup' | 'unfit',
): void {
  handleFault(k, thread, {
    kind: 'CapFault',
    address,
    inReceivePhase: true,
    failure: why === 'lookup' ? explainLookup(k, thread, address) : missingCapability(0),
  });
}
