/** SchedControl_ConfigureFlags: budget and period of a scheduling context. sel4-abi section 9. */
import { ok } from '../../base/result.js';
import {
  schedContextPointer,
  schedContextSizeBits,
  tag,
  tagOf,
  typeName,
} from '../capabilities/capability.js';
import { configuration } from '../configuration.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { schedContext } from '../layout.js';
import { resumeSchedContext } from '../objects/sched-context.js';
import { isRunnable } from '../objects/thread.js';
import {
  commitTime,
  isActive,
  minimumRefills,
  newRefills,
  refillCapacity,
  updateRefills,
} from '../scheduler/refills.js';
import {
  dequeue,
  possibleSwitchTo,
  releaseRemove,
  rescheduleRequired,
} from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  timeArgument,
  type Invocation,
  type Performed,
} from './invocation.js';

export interface ConfigurePlan {
  readonly sc: number;
  /** Ticks. */
  readonly budget: number;
  readonly period: number;
  readonly refills: number;
  readonly badge: number;
  readonly isSporadic: boolean;
}

/** An eighth of the µs that 64 bits of ticks can hold, so that sums cannot overflow. */
const maximumMicroseconds = (k: KernelState): bigint =>
  (2n ** 64n - 1n) / BigInt(Math.ceil(k.ports.timer.ticksPerSecond / 1_000_000)) / 8n;

/** As `timeArgument`. */
const exactTimeArgument = (k: KernelState, invocation: Invocation, index: number): bigint =>
  (BigInt(argument(k, invocation, index + 1)) << 32n) | BigInt(argument(k, invocation, index));

const lowWord = (value: bigint): number => Number(BigInt.asUintN(32, value));

export function decodeSchedControl(k: KernelState, invocation: Invocation): Decoded<ConfigurePlan> {
  const method = methodOf(invocation);
  if (invocation.row?.name !== 'SchedControlConfigureFlags') {
    return illegal(() => `${method}: a scheduling control has no such operation`);
  }
  const extra = extraCapability(k, invocation, 0);
  if (extra === undefined || invocation.length < 7) {
    return truncated(method, 'seven words and a scheduling context');
  }
  const budget = timeArgument(k, invocation, 0);
  const period = timeArgument(k, invocation, 2);
  // A number does not tell times near the maximum apart.
  const exactBudget = exactTimeArgument(k, invocation, 0);
  const exactPeriod = exactTimeArgument(k, invocation, 2);
  const maximum = maximumMicroseconds(k);
  const minimum = configuration.minimumBudgetMicroseconds;
  const outside = (what: string) =>
    refuse('RangeError', [minimum, lowWord(maximum)], () => `${method}: ${what}`);
  if (exactBudget > maximum) return outside(`a budget of ${String(exactBudget)} µs is too large`);
  if (exactPeriod > maximum) return outside(`a period of ${String(exactPeriod)} µs is too large`);
  if (k.ticks(budget) < k.minimumBudget) {
    return outside(`a budget of ${String(budget)} µs is below ${String(minimum)} µs`);
  }
  if (k.ticks(period) < k.minimumBudget) {
    return outside(`a period of ${String(period)} µs is below ${String(minimum)} µs`);
  }
  if (exactBudget > exactPeriod) {
    return refuse(
      'RangeError',
      [minimum, lowWord(exactPeriod)],
      () =>
        `${method}: the budget of ${String(budget)} µs is larger than the period of ${String(period)} µs`,
    );
  }
  const { w0, w1 } = extra.capability;
  if (tagOf(w0) !== tag.schedContext) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the ${typeName(w0)} is no scheduling context`,
    );
  }
  const extraRefills = argument(k, invocation, 4);
  const most = refillCapacity(schedContextSizeBits(w0)) - minimumRefills;
  if (extraRefills > most) {
    return refuse(
      'RangeError',
      [0, most],
      () =>
        `${method}: ${String(extraRefills)} extra refills do not fit; this object holds ${String(most)}`,
    );
  }
  return ok({
    sc: schedContextPointer(w1),
    budget: k.ticks(budget),
    period: k.ticks(period),
    refills: extraRefills + minimumRefills,
    badge: argument(k, invocation, 5),
    isSporadic: (argument(k, invocation, 6) & 1) !== 0,
  });
}

export function performConfigure(k: KernelState, plan: ConfigurePlan): Performed {
  const { sc } = plan;
  const thread = k.read(sc + schedContext.thread);
  if (thread !== 0) {
    releaseRemove(k, thread);
    dequeue(k, thread);
    if (k.currentSchedContext === sc) commitTime(k);
  }
  if (plan.budget === plan.period) {
    newRefills(k, sc, minimumRefills, plan.budget, 0);
  } else if (isActive(k, sc) && thread !== 0 && isRunnable(k, thread)) {
    updateRefills(k, sc, plan.refills, plan.budget, plan.period);
  } else {
    newRefills(k, sc, plan.refills, plan.budget, plan.period);
  }
  if (thread !== 0) {
    resumeSchedContext(k, sc);
    if (thread === k.currentThread) rescheduleRequired(k);
    else if (isRunnable(k, thread)) possibleSwitchTo(k, thread);
  }
  k.write(sc + schedContext.badge, plan.badge);
  k.write(sc + schedContext.sporadic, plan.isSporadic ? 1 : 0);
  return 'done';
}
