/** SetPriority, SetMCPriority and SetSchedParams: a thread gives at most what its authority may control. */
import { ok } from '../../base/result.js';
import {
  schedContextPointer,
  tag,
  tagOf,
  threadPointer,
  typeName,
  type Capability,
} from '../capabilities/capability.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { schedContext, tcb, threadState } from '../layout.js';
import { reorderAtEndpoint } from '../objects/endpoint.js';
import { reorderAtNotification } from '../objects/notification.js';
import { bindThread, unbindThread } from '../objects/sched-context.js';
import { blockingObject, isBlocked, stateOf } from '../objects/thread.js';
import { isReleased } from '../scheduler/refills.js';
import { setReadyPriority } from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  type ExtraCapability,
  type Invocation,
  type Performed,
} from './invocation.js';
import { checkHandler, installHandler } from './tcb-spaces.js';

export interface SchedulingPlan {
  readonly kind: 'scheduling';
  readonly thread: number;
  readonly mcp?: number;
  readonly priority?: number;
  /** 0 takes the context away. Absent: stays as it is. */
  readonly schedContext?: number;
  readonly faultHandler?: ExtraCapability;
  /** The capability that was invoked, and where it lies. */
  readonly invoked: ExtraCapability;
}

export function decodeSetPriority(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SchedulingPlan> {
  const checked = decodeOne(k, invocation);
  return checked.ok
    ? ok({ kind: 'scheduling', thread, priority: checked.value, invoked: invocation })
    : checked;
}

export function decodeSetMcPriority(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SchedulingPlan> {
  const checked = decodeOne(k, invocation);
  return checked.ok
    ? ok({ kind: 'scheduling', thread, mcp: checked.value, invoked: invocation })
    : checked;
}

function decodeOne(k: KernelState, invocation: Invocation): Decoded<number> {
  const method = methodOf(invocation);
  const authority = extraCapability(k, invocation, 0);
  if (invocation.length < 1 || authority === undefined) {
    return truncated(method, 'a priority and the authority');
  }
  const most = mostOf(k, authority.capability, method);
  if (!most.ok) return most;
  return checkPriority(argument(k, invocation, 0), most.value, method);
}

/** The highest priority that the authority may give. */
function mostOf(k: KernelState, { w0 }: Capability, method: string): Decoded<number> {
  if (tagOf(w0) !== tag.thread) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the ${typeName(w0)} given as authority is no TCB`,
    );
  }
  return ok(k.read(threadPointer(w0) + tcb.mcp));
}

function checkPriority(priority: number, most: number, method: string): Decoded<number> {
  if (priority > most) {
    return refuse(
      'RangeError',
      [0, most],
      () =>
        `${method}: priority ${String(priority)} is above ${String(most)}, the most that the authority controls`,
    );
  }
  return ok(priority);
}

export function decodeSetSchedParams(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<SchedulingPlan> {
  const method = methodOf(invocation);
  const authority = extraCapability(k, invocation, 0);
  const context = extraCapability(k, invocation, 1);
  const faultHandler = extraCapability(k, invocation, 2);
  if (
    invocation.length < 2 ||
    authority === undefined ||
    context === undefined ||
    faultHandler === undefined
  ) {
    return truncated(method, 'two priorities and three capabilities');
  }
  const most = mostOf(k, authority.capability, method);
  if (!most.ok) return most;
  const mcp = checkPriority(argument(k, invocation, 0), most.value, method);
  if (!mcp.ok) return mcp;
  const priority = checkPriority(argument(k, invocation, 1), most.value, method);
  if (!priority.ok) return priority;
  const sc = checkSchedContext(k, thread, context.capability, method);
  if (!sc.ok) return sc;
  const unfit = checkHandler(faultHandler.capability, 3, method);
  if (unfit !== undefined) return unfit;
  const changes = k.read(thread + tcb.schedContext) !== sc.value;
  return ok({
    kind: 'scheduling',
    thread,
    mcp: mcp.value,
    priority: priority.value,
    faultHandler,
    invoked: invocation,
    ...(changes ? { schedContext: sc.value } : {}),
  });
}

/** The context that the thread is to have; 0 for none. */
function checkSchedContext(
  k: KernelState,
  thread: number,
  capability: Capability,
  method: string,
): Decoded<number> {
  const { w0, w1 } = capability;
  if (tagOf(w0) === tag.null) {
    if (thread === k.currentThread) {
      return illegal(() => `${method}: a thread cannot take its own scheduling context away`);
    }
    return ok(0);
  }
  if (tagOf(w0) !== tag.schedContext) {
    return refuse(
      'InvalidCapability',
      [2],
      () => `${method}: the ${typeName(w0)} is no scheduling context`,
    );
  }
  const sc = schedContextPointer(w1);
  const own = k.read(thread + tcb.schedContext);
  if (own !== sc && own !== 0) {
    return illegal(() => `${method}: the thread already has a scheduling context`);
  }
  if (own !== sc && k.read(sc + schedContext.thread) !== 0) {
    return illegal(() => `${method}: the scheduling context is bound to another thread`);
  }
  if (isBlocked(k, thread) && !isReleased(k, sc)) {
    return illegal(
      () => `${method}: the thread is blocked and the scheduling context has no budget now`,
    );
  }
  return ok(sc);
}

export function performScheduling(k: KernelState, plan: SchedulingPlan): Performed {
  const { thread } = plan;
  if (plan.faultHandler !== undefined) {
    const progress = installHandler(k, thread, 'faultHandler', plan.faultHandler, plan.invoked);
    if (progress === 'preempted') return progress;
  }
  if (plan.mcp !== undefined) k.write(thread + tcb.mcp, plan.mcp);
  if (plan.priority !== undefined) setPriority(k, thread, plan.priority);
  if (plan.schedContext !== undefined) {
    if (plan.schedContext !== 0) bindThread(k, plan.schedContext, thread);
    else unbindThread(k, k.read(thread + tcb.schedContext));
  }
  return 'done';
}

function setPriority(k: KernelState, thread: number, priority: number): void {
  switch (stateOf(k, thread)) {
    case threadState.blockedOnReceive:
    case threadState.blockedOnSend:
      k.write(thread + tcb.priority, priority);
      reorderAtEndpoint(k, blockingObject(k, thread), thread);
      break;
    case threadState.blockedOnNotification:
      k.write(thread + tcb.priority, priority);
      reorderAtNotification(k, blockingObject(k, thread), thread);
      break;
    default:
      setReadyPriority(k, thread, priority);
      break;
  }
}
