/**
 * Receiving from an endpoint: from a waiting sender, or after a wait; a signal of the bound notification
 * comes first. The reply object that the receiver brings takes the caller's place. sel4-abi section 9.
 */
import { faultLabel } from '../../abi/faults.js';
import type { KernelState } from '../kernel-state.js';
import { endpointState, reply, tcb, threadState } from '../layout.js';
import {
  endpointHead,
  endpointStateOf,
  leaveEndpoint,
  waitAtEndpoint,
} from '../objects/endpoint.js';
import { pushReply } from '../objects/reply.js';
import { noticeWakeup, returnTo } from '../objects/sched-context.js';
import { badgeRegister, faultType, ipcBits, setReplyOf, writeState } from '../objects/thread.js';
import { noticeState, possibleSwitchTo, setThreadState } from '../scheduler/scheduler.js';
import { cancelIpc } from './cancel.js';
import { takeBoundSignal } from './signal.js';
import { transfer } from './transfer.js';

/** `object` is the reply object, or 0. */
export function receive(
  k: KernelState,
  receiver: number,
  endpoint: number,
  object: number,
  { isBlocking }: { readonly isBlocking: boolean },
): void {
  if (object !== 0) {
    const pending = k.read(object + reply.thread);
    // The object can stand for one caller only: the one before is never answered.
    if (pending !== 0 && pending !== receiver) cancelIpc(k, pending);
  }
  if (takeBoundSignal(k, receiver)) return;
  const bound = k.read(receiver + tcb.boundNotification);
  if (bound !== 0 && isBlocking) returnTo(k, bound, receiver);
  if (endpointStateOf(k, endpoint) === endpointState.send) {
    takeFromSender(k, receiver, endpoint, object);
  } else if (isBlocking) {
    writeState(k, receiver, threadState.blockedOnReceive, endpoint);
    setReplyOf(k, receiver, object);
    noticeState(k, receiver);
    if (object !== 0) k.write(object + reply.thread, receiver);
    waitAtEndpoint(k, endpoint, receiver, endpointState.receive);
  } else {
    k.write(receiver + badgeRegister, 0);
  }
}

function takeFromSender(k: KernelState, receiver: number, endpoint: number, object: number): void {
  const sender = endpointHead(k, endpoint);
  leaveEndpoint(k, endpoint, sender);
  const ipc = k.read(sender + tcb.ipc);
  const canGrant = (ipc & ipcBits.canGrant) !== 0;
  const canReply = canGrant || (ipc & ipcBits.canGrantReply) !== 0;
  transfer(k, sender, receiver, endpoint, ipc >>> 4, { canGrant });
  const sc = k.read(sender + tcb.schedContext);
  noticeWakeup(k, sc);
  const fault = faultType(k, sender);
  if ((ipc & ipcBits.isCall) === 0 && fault === 0) {
    setThreadState(k, sender, threadState.running);
    possibleSwitchTo(k, sender);
  } else if (canReply && object !== 0) {
    pushReply(k, sender, receiver, object, {
      donates: sc !== 0 && fault !== faultLabel.Timeout,
    });
  } else {
    setThreadState(k, sender, threadState.inactive);
  }
}
