/**
 * Sending to an endpoint: a message meets a waiting receiver, or the sender waits, or (non-blocking) it is
 * dropped. A call leaves the sender waiting on the receiver's reply object. sel4-abi section 9.
 */
import type { KernelState } from '../kernel-state.js';
import { endpointState, tcb, threadState } from '../layout.js';
import {
  endpointHead,
  endpointStateOf,
  leaveEndpoint,
  waitAtEndpoint,
} from '../objects/endpoint.js';
import { pushReply, unlinkReply } from '../objects/reply.js';
import { donate, noticeWakeup } from '../objects/sched-context.js';
import { faultType, ipcBits, replyOf, writeState } from '../objects/thread.js';
import { noticeState, possibleSwitchTo, setThreadState } from '../scheduler/scheduler.js';
import { transfer } from './transfer.js';

export interface Sending {
  readonly badge: number;
  readonly canGrant: boolean;
  readonly canGrantReply: boolean;
  readonly isCall: boolean;
  readonly isBlocking: boolean;
  /** Whether the receiver may run on the sender's scheduling context. */
  readonly canDonate: boolean;
}

export function send(k: KernelState, sender: number, endpoint: number, how: Sending): void {
  if (endpointStateOf(k, endpoint) !== endpointState.receive) {
    if (how.isBlocking) waitToSend(k, sender, endpoint, how);
    return;
  }
  const receiver = endpointHead(k, endpoint);
  leaveEndpoint(k, endpoint, receiver);
  transfer(k, sender, receiver, endpoint, how.badge, how);
  const object = replyOf(k, receiver);
  if (object !== 0) unlinkReply(k, object, receiver);
  if (how.isCall || faultType(k, sender) !== 0) {
    if (object !== 0 && (how.canGrant || how.canGrantReply)) {
      pushReply(k, sender, receiver, object, { donates: how.canDonate });
    } else {
      setThreadState(k, sender, threadState.inactive);
    }
  } else if (how.canDonate && k.read(receiver + tcb.schedContext) === 0) {
    const sc = k.read(sender + tcb.schedContext);
    if (sc !== 0) donate(k, sc, receiver);
  }
  setThreadState(k, receiver, threadState.running);
  noticeWakeup(k, k.read(receiver + tcb.schedContext));
  possibleSwitchTo(k, receiver);
}

function waitToSend(k: KernelState, sender: number, endpoint: number, how: Sending): void {
  writeState(k, sender, threadState.blockedOnSend, endpoint);
  k.write(
    sender + tcb.ipc,
    ((how.badge << 4) |
      (how.canGrant ? ipcBits.canGrant : 0) |
      (how.canGrantReply ? ipcBits.canGrantReply : 0) |
      (how.isCall ? ipcBits.isCall : 0)) >>>
      0,
  );
  noticeState(k, sender);
  waitAtEndpoint(k, endpoint, sender, endpointState.send);
}
