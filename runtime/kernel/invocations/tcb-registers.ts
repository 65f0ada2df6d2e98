/** ReadRegisters, WriteRegisters and CopyRegisters: the order of words is abi/user-context.ts. */
import { contextRegisters, frameRegisterCount, savedIndex } from '../../abi/user-context.js';
import { ok } from '../../base/result.js';
import { tag, tagOf, threadPointer, typeName } from '../capabilities/capability.js';
import { restart, suspend } from '../ipc/cancel.js';
import { answer } from '../ipc/message.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { threadState } from '../layout.js';
import { register } from '../objects/thread.js';
import { rescheduleRequired, setThreadState } from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';

const registerCount = contextRegisters.length;

export type RegistersPlan =
  | {
      readonly kind: 'readRegisters';
      readonly thread: number;
      readonly suspends: boolean;
      readonly count: number;
      readonly isCall: boolean;
    }
  | {
      readonly kind: 'writeRegisters';
      readonly thread: number;
      readonly resumes: boolean;
      readonly values: readonly number[];
    }
  | {
      readonly kind: 'copyRegisters';
      readonly thread: number;
      readonly source: number;
      readonly suspends: boolean;
      readonly resumes: boolean;
      readonly frame: boolean;
      readonly integer: boolean;
    };

export function decodeReadRegisters(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<RegistersPlan> {
  const method = methodOf(invocation);
  if (invocation.length < 2) return truncated(method, 'flags and a count');
  const count = argument(k, invocation, 1);
  if (count < 1 || count > registerCount) {
    return refuse(
      'RangeError',
      [1, registerCount],
      () =>
        `${method}: ${String(count)} registers were asked for; there are ${String(registerCount)}`,
    );
  }
  if (thread === k.currentThread) {
    return illegal(() => `${method}: a thread cannot read its own registers`);
  }
  const suspends = (argument(k, invocation, 0) & 1) !== 0;
  return ok({ kind: 'readRegisters', thread, suspends, count, isCall: invocation.isCall });
}

export function decodeWriteRegisters(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<RegistersPlan> {
  const method = methodOf(invocation);
  if (invocation.length < 2) return truncated(method, 'flags and a count');
  const count = argument(k, invocation, 1);
  if (invocation.length - 2 < count) {
    return truncated(method, `${String(count)} registers after flags and count`);
  }
  if (thread === k.currentThread) {
    return illegal(() => `${method}: a thread cannot write its own registers`);
  }
  const values = Array.from({ length: Math.min(count, registerCount) }, (_, index) =>
    argument(k, invocation, index + 2),
  );
  const resumes = (argument(k, invocation, 0) & 1) !== 0;
  return ok({ kind: 'writeRegisters', thread, resumes, values });
}

export function decodeCopyRegisters(
  k: KernelState,
  invocation: Invocation,
  thread: number,
): Decoded<RegistersPlan> {
  const method = methodOf(invocation);
  const extra = extraCapability(k, invocation, 0);
  if (invocation.length < 1 || extra === undefined) {
    return truncated(method, 'flags and the source thread');
  }
  const { w0 } = extra.capability;
  if (tagOf(w0) !== tag.thread) {
    return refuse(
      'InvalidCapability',
      [1],
      () => `${method}: the ${typeName(w0)} given as source is no TCB`,
    );
  }
  const flags = argument(k, invocation, 0);
  return ok({
    kind: 'copyRegisters',
    thread,
    source: threadPointer(w0),
    suspends: (flags & 1) !== 0,
    resumes: (flags & 2) !== 0,
    frame: (flags & 4) !== 0,
    integer: (flags & 8) !== 0,
  });
}

const registerAt = (thread: number, index: number): number => thread + 4 * (savedIndex[index] ?? 0);

/** A thread goes on where FaultIP says, once its registers were set from outside. */
const restartAtFaultIp = (k: KernelState, thread: number): void => {
  k.write(thread + register.nextIp, k.read(thread + register.faultIp));
};

export function performRegisters(k: KernelState, plan: RegistersPlan): Performed {
  switch (plan.kind) {
    case 'readRegisters': {
      if (plan.suspends) suspend(k, plan.thread);
      if (plan.isCall) {
        const values = Array.from({ length: plan.count }, (_, index) =>
          k.read(registerAt(plan.thread, index)),
        );
        answer(k, k.currentThread, 0, values);
      }
      setThreadState(k, k.currentThread, threadState.running);
      return 'answered';
    }
    case 'writeRegisters':
      plan.values.forEach((value, index) => {
        k.write(registerAt(plan.thread, index), value);
      });
      restartAtFaultIp(k, plan.thread);
      if (plan.resumes) restart(k, plan.thread);
      return 'done';
    case 'copyRegisters':
      copyRegisters(k, plan);
      return 'done';
  }
}

function copyRegisters(
  k: KernelState,
  plan: RegistersPlan & { readonly kind: 'copyRegisters' },
): void {
  const { thread, source } = plan;
  if (plan.suspends) suspend(k, source);
  if (plan.resumes) restart(k, thread);
  const copy = (from: number, to: number): void => {
    for (let index = from; index < to; index += 1) {
      k.write(registerAt(thread, index), k.read(registerAt(source, index)));
    }
  };
  if (plan.frame) {
    copy(0, frameRegisterCount);
    restartAtFaultIp(k, thread);
  }
  if (plan.integer) copy(frameRegisterCount, registerCount);
  if (thread === k.currentThread) rescheduleRequired(k);
}
