/** DomainSet invocations: which domain a thread is in, and the schedule of domains. sel4-abi section 9. */
import { ok } from '../../base/result.js';
import { tag, tagOf, threadPointer, typeName } from '../capabilities/capability.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import { globals, tcb } from '../layout.js';
import {
  dequeue,
  domainEntry,
  enqueue,
  isDomainEnd,
  isSchedulable,
  rescheduleRequired,
} from '../scheduler/scheduler.js';
import {
  argument,
  extraCapability,
  methodOf,
  type Invocation,
  type Performed,
} from './invocation.js';

export type DomainPlan =
  | { readonly kind: 'set'; readonly thread: number; readonly domain: number }
  | {
      readonly kind: 'configure';
      readonly index: number;
      readonly domain: number;
      /** Ticks, low word first: 56 bits are more than a number holds exactly. */
      readonly duration: readonly [number, number];
    }
  | { readonly kind: 'start'; readonly index: number };

export function decodeDomain(k: KernelState, invocation: Invocation): Decoded<DomainPlan> {
  const method = methodOf(invocation);
  switch (invocation.row?.name) {
    case 'DomainSetSet':
      return decodeSet(k, invocation, method);
    case 'DomainScheduleConfigure':
      return decodeConfigure(k, invocation, method);
    case 'DomainScheduleSetStart':
      return decodeStart(k, invocation, method);
    default:
      return illegal(() => `${method}: the domain capability has no such operation`);
  }
}

function decodeSet(k: KernelState, invocation: Invocation, method: string): Decoded<DomainPlan> {
  if (invocation.length < 1) return truncated(method, 'a domain and a thread');
  const domain = argument(k, invocation, 0);
  if (domain >= k.domains) {
    return refuse('InvalidArgument', [0], () => `${method}: there is no domain ${String(domain)}`);
  }
  const extra = extraCapability(k, invocation, 0);
  if (extra === undefined) return truncated(method, 'the thread');
  const { w0 } = extra.capability;
  if (tagOf(w0) !== tag.thread) {
    return refuse('InvalidArgument', [1], () => `${method}: the ${typeName(w0)} is no TCB`);
  }
  return ok({ kind: 'set', thread: threadPointer(w0), domain });
}

function decodeConfigure(
  k: KernelState,
  invocation: Invocation,
  method: string,
): Decoded<DomainPlan> {
  if (invocation.length < 4) return truncated(method, 'four words');
  const index = argument(k, invocation, 0);
  const domain = argument(k, invocation, 1);
  const duration = [argument(k, invocation, 2), argument(k, invocation, 3)] as const;
  const isEndMarker = duration[0] === 0 && duration[1] === 0;
  const lastIndex = k.global(globals.domainScheduleLength) - 2;
  if (index > lastIndex) {
    return refuse(
      'RangeError',
      [0, lastIndex],
      () => `${method}: there is no entry ${String(index)} to write`,
    );
  }
  if (domain >= k.domains) {
    return refuse(
      'RangeError',
      [0, k.domains - 1],
      () => `${method}: there is no domain ${String(domain)}`,
    );
  }
  if (duration[1] >= 2 ** 24) {
    return refuse(
      'InvalidArgument',
      [2],
      () => `${method}: the duration does not fit into 56 bits`,
    );
  }
  if (isEndMarker && domain !== 0) {
    return refuse('InvalidArgument', [1], () => `${method}: an end marker has domain 0`);
  }
  if (isEndMarker && index === k.global(globals.domainScheduleStart)) {
    return refuse(
      'InvalidArgument',
      [2],
      () => `${method}: the first entry of the schedule cannot be an end marker`,
    );
  }
  return ok({ kind: 'configure', index, domain, duration });
}

function decodeStart(k: KernelState, invocation: Invocation, method: string): Decoded<DomainPlan> {
  if (invocation.length < 1) return truncated(method, 'an index');
  const index = argument(k, invocation, 0);
  const last = k.global(globals.domainScheduleLength) - 1;
  if (index > last) {
    return refuse('RangeError', [0, last], () => `${method}: there is no entry ${String(index)}`);
  }
  if (isDomainEnd(k, index)) {
    return refuse(
      'InvalidArgument',
      [0],
      () => `${method}: entry ${String(index)} is an end marker`,
    );
  }
  return ok({ kind: 'start', index });
}

export function performDomain(k: KernelState, plan: DomainPlan): Performed {
  switch (plan.kind) {
    case 'set':
      dequeue(k, plan.thread);
      k.write(plan.thread + tcb.domain, plan.domain);
      if (plan.thread === k.currentThread) rescheduleRequired(k);
      else if (isSchedulable(k, plan.thread)) enqueue(k, plan.thread);
      return 'done';
    case 'configure':
      k.write(domainEntry(k, plan.index), plan.domain);
      k.write(domainEntry(k, plan.index) + 8, plan.duration[0]);
      k.write(domainEntry(k, plan.index) + 12, plan.duration[1]);
      return 'done';
    case 'start':
      k.setGlobal(globals.domainScheduleStart, plan.index);
      k.writeTime(k.globals + globals.domainTime, 0);
      // The entry before the end marker: the next step then goes to the start.
      k.setGlobal(globals.domainScheduleIndex, k.global(globals.domainScheduleLength) - 2);
      rescheduleRequired(k);
      return 'done';
  }
}
