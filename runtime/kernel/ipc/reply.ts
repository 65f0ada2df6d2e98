/** Replying through a reply object: the caller goes on with the message, and with its processor time. */
import { faultLabel } from '../../abi/faults.js';
import { applyFaultReply } from '../faults/fault.js';
import { handleTimeout, hasTimeoutHandler } from '../faults/handle.js';
import type { KernelState } from '../kernel-state.js';
import { reply, tcb, threadState } from '../layout.js';
import { removeReply } from '../objects/reply.js';
import { noticeWakeup } from '../objects/sched-context.js';
import { clearFault, faultType, isRunnable, stateOf } from '../objects/thread.js';
import { isReady, isSufficient } from '../scheduler/refills.js';
import { possibleSwitchTo, postpone, setThreadState } from '../scheduler/scheduler.js';
import { transfer } from './transfer.js';

/** A reply object that nobody waits for does nothing. */
export function replyThrough(
  k: KernelState,
  sender: number,
  object: number,
  { canGrant }: { readonly canGrant: boolean },
): void {
  const caller = k.read(object + reply.thread);
  if (caller === 0 || stateOf(k, caller) !== threadState.blockedOnReply) return;
  removeReply(k, object, caller);
  noticeWakeup(k, k.read(caller + tcb.schedContext));
  const fault = faultType(k, caller);
  if (fault === 0) {
    transfer(k, sender, caller, 0, 0, { canGrant });
    setThreadState(k, caller, threadState.running);
  } else {
    const goesOn = applyFaultReply(k, caller, sender);
    clearFault(k, caller);
    setThreadState(k, caller, goesOn ? threadState.restart : threadState.inactive);
  }
  const sc = k.read(caller + tcb.schedContext);
  if (sc === 0 || !isRunnable(k, caller)) return;
  if (isReady(k, sc) && isSufficient(k, sc, 0)) {
    possibleSwitchTo(k, caller);
  } else if (hasTimeoutHandler(k, caller) && fault !== faultLabel.Timeout) {
    handleTimeout(k, caller, sc);
  } else {
    postpone(k, sc);
  }
}
