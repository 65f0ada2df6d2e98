/** What `stopped` with reason exception and `exceptionInfo` tell, in the words of machine and kernel. */
import { formatAddress } from '../../runtime/base/address.js';
import type { FaultView, KernelEvent } from '../../runtime/inspect/events.js';
import { faultSentence } from '../../runtime/inspect/fault-sentence.js';
import { programFault } from '../../runtime/inspect/program-fault.js';
import { viewFault } from '../../runtime/inspect/faults.js';
import {
  hasKernel,
  threadAt,
  threadName,
  threadStateOf,
} from '../../runtime/inspect/thread-state.js';
import { findCause } from '../../runtime/isa/causes.js';
import type { Platform } from '../../runtime/platform.js';

export interface ExceptionRecord {
  readonly thread: number;
  /** `VMFault`, `DeleteFirst`, `Illegal instruction`. */
  readonly id: string;
  readonly description: string;
  readonly breakMode: 'always' | 'unhandled';
}

/** Undefined for an event that is no exception. */
export function exceptionOf(platform: Platform, event: KernelEvent): ExceptionRecord | undefined {
  if (event.kind !== 'fault' && event.kind !== 'refused') return undefined;
  const thread = threadAt(event.thread);
  const name = threadName(platform, thread);
  if (event.kind === 'fault') {
    return {
      thread,
      id: event.fault.kind,
      description: `In ${name}: ${withTrap(platform, thread, event.fault)}`,
      breakMode: event.handled ? 'always' : 'unhandled',
    };
  }
  const { invocation, error, message } = event;
  return {
    thread,
    id: error,
    description: `In ${name}: ${invocation} was refused with ${error}: ${message}`,
    breakMode: 'always',
  };
}

/** A guest program that stops itself does so by a fault; why it does is what matters. */
function withTrap(platform: Platform, thread: number, fault: FaultView): string {
  const why = programFault(platform, thread, fault);
  return why === undefined
    ? faultSentence(platform, thread, fault)
    : `${why.sentence}. ${fault.description}`;
}

/** The fault that a thread stands still with, although nothing stopped for it. */
export function standingFault(platform: Platform, thread: number): ExceptionRecord | undefined {
  const fault = viewFault(platform, thread);
  if (fault === undefined) return undefined;
  const description = withTrap(platform, thread, fault);
  return { thread, id: fault.kind, description, breakMode: 'unhandled' };
}

/** A sentence about a thread that does not run before another one resumes it; undefined for others. */
export function whyStanding(platform: Platform, thread: number): string | undefined {
  if (!hasKernel(platform) || threadStateOf(platform, thread) !== 'inactive') return undefined;
  const name = threadName(platform, thread);
  const fault = standingFault(platform, thread);
  return fault === undefined
    ? `${name} is suspended: it goes on only if another thread resumes it.`
    : `${name} stands still with a fault that no handler took: ${fault.description}. It goes on only if another thread resumes it; Restart begins anew.`;
}

const mtvec = 0x305;
const mepc = 0x341;
const mcause = 0x342;
const mtval = 0x343;

/** A bare program whose trap handler cannot even be fetched: the trap that led there is what went wrong. */
export function lockUpException(platform: Platform): ExceptionRecord {
  const hart = platform.machine.harts[0];
  const csr = (number: number): number => (hart?.readCsr(number) ?? 0) >>> 0;
  const cause = findCause(csr(mcause))?.name ?? `Trap ${formatAddress(csr(mcause))}`;
  return {
    thread: (hart?.id ?? 0) + 1,
    id: cause,
    description:
      `${cause} at ${formatAddress(csr(mepc))}, mtval ${formatAddress(csr(mtval))}; ` +
      `the trap handler at mtvec ${formatAddress(csr(mtvec))} cannot be executed`,
    breakMode: 'unhandled',
  };
}
