/**
 * From a system call to an invocation: find the capability and its companions, decode, perform, answer.
 * Sending to an endpoint, a notification or a reply object is the short way: it needs no plan, because
 * nothing but the rights can be wrong. sel4-abi section 1.
 */
import { errorCode } from '../../abi/errors.js';
import { ipcBuffer } from '../../abi/ipc-buffer.js';
import { infoExtraCaps, infoLabel, infoLength, messageRegisters } from '../../abi/message-info.js';
import type { PhysAddr } from '../../base/address.js';
import {
  endpointBadge,
  endpointPointer,
  endpointRight,
  notificationBadge,
  notificationPointer,
  replyCanGrant,
  replyPointer,
  tag,
  tagOf,
  typeName,
} from '../capabilities/capability.js';
import { explainLookup, lookupSlot } from '../capabilities/lookup.js';
import { costs } from '../costs.js';
import { handleFault } from '../faults/handle.js';
import { answer, bufferOf } from '../ipc/message.js';
import { replyThrough } from '../ipc/reply.js';
import { send } from '../ipc/send.js';
import { signal } from '../ipc/signal.js';
import { lookupExtraSlots } from '../ipc/transfer.js';
import { hex, refuse, type Decoded, type KernelError } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { slot, threadState } from '../layout.js';
import { infoRegister, stateOf } from '../objects/thread.js';
import { setThreadState } from '../scheduler/scheduler.js';
import { decodeAsidControl, decodeAsidPool, performAssign, performMakePool } from './asid.js';
import { decodeCNode, performCNode } from './cnode.js';
import { decodeDomain, performDomain } from './domain.js';
import type { Invocation, Performed } from './invocation.js';
import { decodeIrqControl, decodeIrqHandler, performIrqControl, performIrqHandler } from './irq.js';
import { decodePageTable, performPageTable } from './page-table.js';
import { decodePage, performPage } from './page.js';
import { decodeSchedContext, performSchedContext } from './sched-context.js';
import { decodeSchedControl, performConfigure } from './sched-control.js';
import { decodeTcb, performTcb } from './tcb.js';
import { decodeUntyped, performRetype } from './untyped.js';

export interface How {
  readonly isCall: boolean;
  readonly isBlocking: boolean;
  readonly canDonate: boolean;
  /** The sending half of a combined system call: it never blocks and tells no error. */
  readonly isFirstPhase: boolean;
}

/** What is left to do in the entry: nothing, or to start the system call over. */
export type Invoked = 'done' | 'preempted';

export function invoke(k: KernelState, address: number, how: How): Invoked {
  const thread = k.currentThread;
  k.charge(costs.decode);
  const info = k.read(thread + infoRegister);
  const at = lookupSlot(k, thread, address);
  if (at === 0) {
    capabilityFault(k, thread, address, how);
    return 'done';
  }
  const buffer = bufferOf(k, thread, 'send');
  const wanted = buffer === 0 ? 0 : infoExtraCaps(info);
  const extra = wanted === 0 ? noSlots : lookupExtraSlots(k, thread, buffer, wanted);
  if (typeof extra === 'number') {
    capabilityFault(k, thread, k.read(buffer + ipcBuffer.capsOrBadges + 4 * extra), how);
    return 'done';
  }
  const w0 = k.read(at + slot.w0);
  const w1 = k.read(at + slot.w1);
  if (sendAlongCapability(k, thread, w0, w1, how)) return 'done';
  const length = infoLength(info);
  const label = infoLabel(info);
  const result = decodeAndPerform(k, {
    thread,
    row: k.labels[label],
    label,
    length: buffer === 0 ? Math.min(length, messageRegisters) : length,
    address,
    slot: at,
    capability: { w0, w1 },
    extra,
    buffer,
    ...how,
  });
  if (result === 'preempted') return 'preempted';
  finish(k, thread, how);
  return 'done';
}

const noSlots: readonly number[] = [];

function capabilityFault(k: KernelState, thread: number, address: number, how: How): void {
  if (!how.isBlocking) return;
  handleFault(k, thread, {
    kind: 'CapFault',
    address,
    inReceivePhase: false,
    failure: explainLookup(k, thread, address),
  });
}

/** Endpoint, notification or reply object with the right to send: done at once. */
function sendAlongCapability(
  k: KernelState,
  thread: number,
  w0: number,
  w1: number,
  how: How,
): boolean {
  switch (tagOf(w0)) {
    case tag.endpoint:
      if ((w1 & endpointRight.send) === 0) return false;
      setThreadState(k, thread, threadState.restart);
      send(k, thread, endpointPointer(w1), {
        badge: endpointBadge(w0),
        canGrant: (w1 & endpointRight.grant) !== 0,
        canGrantReply: (w1 & endpointRight.grantReply) !== 0,
        isCall: how.isCall,
        isBlocking: how.isBlocking,
        canDonate: how.canDonate,
      });
      break;
    case tag.notification:
      if ((w1 & 1) === 0) return false;
      setThreadState(k, thread, threadState.restart);
      signal(k, notificationPointer(w0), notificationBadge(w1));
      break;
    case tag.reply:
      setThreadState(k, thread, threadState.restart);
      replyThrough(k, thread, replyPointer(w1), { canGrant: replyCanGrant(w0) });
      break;
    default:
      return false;
  }
  finish(k, thread, how);
  return true;
}

/** A thread that still runs is answered, where it called, and goes on. */
function finish(k: KernelState, thread: number, how: How): void {
  if (stateOf(k, thread) !== threadState.restart) return;
  if (how.isCall) answer(k, thread, 0, []);
  setThreadState(k, thread, threadState.running);
}

function decodeAndPerform(k: KernelState, invocation: Invocation): Performed {
  switch (tagOf(invocation.capability.w0)) {
    case tag.untyped:
      return run(k, invocation, decodeUntyped(k, invocation), performRetype);
    case tag.frame:
      return run(k, invocation, decodePage(k, invocation), performPage);
    case tag.pageTable:
      return run(k, invocation, decodePageTable(k, invocation), performPageTable);
    case tag.asidControl:
      return run(k, invocation, decodeAsidControl(k, invocation), performMakePool);
    case tag.asidPool:
      return run(k, invocation, decodeAsidPool(k, invocation), performAssign);
    case tag.irqControl:
      return run(k, invocation, decodeIrqControl(k, invocation), performIrqControl);
    case tag.irqHandler:
      return run(k, invocation, decodeIrqHandler(k, invocation), performIrqHandler);
    case tag.thread:
      return run(
        k,
        invocation,
        secondPhaseOnly(invocation, () => decodeTcb(k, invocation)),
        performTcb,
      );
    case tag.cnode:
      return run(
        k,
        invocation,
        secondPhaseOnly(invocation, () => decodeCNode(k, invocation)),
        performCNode,
      );
    case tag.domain:
      return run(
        k,
        invocation,
        secondPhaseOnly(invocation, () => decodeDomain(k, invocation)),
        performDomain,
      );
    case tag.schedContext:
      return run(
        k,
        invocation,
        secondPhaseOnly(invocation, () => decodeSchedContext(k, invocation)),
        performSchedContext,
      );
    case tag.schedControl:
      return run(
        k,
        invocation,
        secondPhaseOnly(invocation, () => decodeSchedControl(k, invocation)),
        performConfigure,
      );
    case tag.null:
    case tag.zombie:
      return refused(k, invocation, notInvocable(invocation, 'has no object to invoke').error);
    default:
      return refused(k, invocation, notInvocable(invocation, 'lacks the right to send').error);
  }
}

/** Objects that could stop the thread between the halves of a combined system call are not invoked there. */
function secondPhaseOnly<Plan>(invocation: Invocation, decode: () => Decoded<Plan>): Decoded<Plan> {
  return invocation.isFirstPhase
    ? notInvocable(invocation, 'cannot be invoked in the sending half of a combined system call')
    : decode();
}

const notInvocable = (invocation: Invocation, why: string) =>
  refuse(
    'InvalidCapability',
    [0],
    () => `capability ${hex(invocation.address)} (${typeName(invocation.capability.w0)}) ${why}`,
  );

function run<Plan>(
  k: KernelState,
  invocation: Invocation,
  plan: Decoded<Plan>,
  perform: (k: KernelState, plan: Plan) => Performed,
): Performed {
  if (!plan.ok) return refused(k, invocation, plan.error);
  if (k.isTraced) {
    k.trace({
      kind: 'invoked',
      thread: invocation.thread as PhysAddr,
      invocation: invocation.row?.name ?? `label ${String(invocation.label)}`,
      type: typeName(invocation.capability.w0),
      address: invocation.address,
    });
  }
  setThreadState(k, invocation.thread, threadState.restart);
  return perform(k, plan.value);
}

/** The answer to a Call; a Send learns nothing. The thread was never set to restart, so it just goes on. */
function refused(k: KernelState, invocation: Invocation, error: KernelError): Performed {
  if (invocation.isCall) {
    answer(k, invocation.thread, errorCode[error.name], error.words);
  }
  if (k.isObserved) {
    k.emit({
      kind: 'refused',
      thread: invocation.thread as PhysAddr,
      invocation: invocation.row?.name ?? `label ${String(invocation.label)}`,
      error: error.name,
      message: error.sentence(),
    });
  }
  return 'answered';
}
