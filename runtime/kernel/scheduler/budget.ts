/**
 * Budgets at kernel entry: whether the current thread still has enough to do what it asks, and what happens
 * when it has not. sel4-abi section 9.
 */
import { handleTimeout, hasTimeoutHandler } from '../faults/handle.js';
import type { KernelState } from '../kernel-state.js';
import { globals, schedContext, threadState } from '../layout.js';
import { isRunnable } from '../objects/thread.js';
import {
  chargeRefills,
  headAmount,
  isReady,
  isRoundRobin,
  isSufficient,
  restoreRoundRobin,
} from './refills.js';
import {
  append,
  domainHasExpired,
  isSchedulable,
  postpone,
  rescheduleRequired,
  setThreadState,
} from './scheduler.js';

/** False when the budget or the domain's time is over: then the thread's request waits for its next turn. */
export function checkBudget(k: KernelState): boolean {
  const sc = k.currentSchedContext;
  const consumed = k.readTime(k.globals + globals.consumed);
  if (isSufficient(k, sc, consumed)) return !domainHasExpired(k);
  chargeBudget(k, consumed, { mayFault: true });
  return false;
}

/** As `checkBudget`; a thread that must wait starts its system call over. */
export function checkBudgetOrRestart(k: KernelState): boolean {
  const enough = checkBudget(k);
  if (!enough && isRunnable(k, k.currentThread)) {
    setThreadState(k, k.currentThread, threadState.restart);
  }
  return enough;
}

/** Yield: what is left of the head refill counts as used, but not as consumed. */
export function yieldBudget(k: KernelState): void {
  const sc = k.currentSchedContext;
  const consumed =
    k.readTime(sc + schedContext.consumed) + k.readTime(k.globals + globals.consumed);
  chargeBudget(k, headAmount(k, sc), { mayFault: false });
  k.writeTime(sc + schedContext.consumed, consumed);
}

function chargeBudget(
  k: KernelState,
  consumed: number,
  { mayFault }: { readonly mayFault: boolean },
): void {
  const sc = k.currentSchedContext;
  if (sc !== k.idleSchedContext) {
    if (isRoundRobin(k, sc)) restoreRoundRobin(k, sc);
    else chargeRefills(k, sc, consumed);
    k.writeTime(sc + schedContext.consumed, k.readTime(sc + schedContext.consumed) + consumed);
  }
  k.writeTime(k.globals + globals.consumed, 0);
  if (!isSchedulable(k, k.currentThread)) return;
  endTurn(k, sc, mayFault);
  rescheduleRequired(k);
  k.setGlobal(globals.reprogram, 1);
}

function endTurn(k: KernelState, sc: number, mayFault: boolean): void {
  const thread = k.currentThread;
  if (mayFault && !isRoundRobin(k, sc) && hasTimeoutHandler(k, thread)) {
    handleTimeout(k, thread, sc);
  } else if (isReady(k, sc) && isSufficient(k, sc, 0)) {
    append(k, thread);
  } else {
    postpone(k, sc);
  }
}
