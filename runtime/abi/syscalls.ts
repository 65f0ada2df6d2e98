/**
 * System calls by the number in a7, for the MCS kernel (the positions did not move from 12.0 to 16.0 up
 * to DebugNameThread). sel4-abi section 1.
 */
export interface SyscallRow {
  readonly number: number;
  readonly name: SyscallName;
  /** Registers in and out, as in sel4-abi section 1. */
  readonly registers: string;
  readonly doc: string;
}

export type SyscallName =
  | 'Call'
  | 'ReplyRecv'
  | 'NBSendRecv'
  | 'NBSendWait'
  | 'Send'
  | 'NBSend'
  | 'Recv'
  | 'NBRecv'
  | 'Wait'
  | 'NBWait'
  | 'Yield'
  | 'DebugPutChar'
  | 'DebugDumpScheduler'
  | 'DebugHalt'
  | 'DebugCapIdentify'
  | 'DebugSnapshot'
  | 'DebugNameThread';

const message = 'a1 message info, a2–a5 the first four message words';

export const syscalls: readonly SyscallRow[] = [
  {
    number: -1,
    name: 'Call',
    registers: `a0 capability; ${message}`,
    doc: 'Invokes a capability, or sends to an endpoint and waits for the reply.',
  },
  {
    number: -2,
    name: 'ReplyRecv',
    registers: `a0 endpoint, a6 reply object; ${message}`,
    doc: 'Replies through a reply object, then receives the next message.',
  },
  {
    number: -3,
    name: 'NBSendRecv',
    registers: `t0 destination, a0 source, a6 reply object; ${message}`,
    doc: 'Sends if the receiver waits already, then receives.',
  },
  {
    number: -4,
    name: 'NBSendWait',
    registers: `a6 destination, a0 source; ${message}`,
    doc: 'Sends if the receiver waits already, then waits without a reply object.',
  },
  {
    number: -5,
    name: 'Send',
    registers: `a0 capability; ${message}`,
    doc: 'Sends a message, and blocks until it is received.',
  },
  {
    number: -6,
    name: 'NBSend',
    registers: `a0 capability; ${message}`,
    doc: 'Sends a message if a receiver waits, or drops it.',
  },
  {
    number: -7,
    name: 'Recv',
    registers: 'a0 endpoint or notification, a6 reply object; out: a0 badge, a1–a5 the message',
    doc: 'Blocks until a message or signal arrives.',
  },
  {
    number: -8,
    name: 'NBRecv',
    registers: 'a0 endpoint or notification, a6 reply object; out: a0 badge, a1–a5 the message',
    doc: 'Takes a message or signal that is there; a0 = 0 when there is none.',
  },
  {
    number: -9,
    name: 'Wait',
    registers: 'a0 endpoint or notification; out: a0 badge, a1–a5 the message',
    doc: 'Blocks for a message or signal, without a reply object.',
  },
  {
    number: -10,
    name: 'NBWait',
    registers: 'a0 endpoint or notification; out: a0 badge, a1–a5 the message',
    doc: 'Polls for a message or signal, without a reply object.',
  },
  {
    number: -11,
    name: 'Yield',
    registers: 'none',
    doc: 'Gives up the budget that is left until the next refill.',
  },
  {
    number: -12,
    name: 'DebugPutChar',
    registers: 'a0 character',
    doc: 'Writes one byte to the kernel console.',
  },
  {
    number: -13,
    name: 'DebugDumpScheduler',
    registers: 'none',
    doc: 'Prints every thread with its state, address, priority and time used on the kernel console.',
  },
  { number: -14, name: 'DebugHalt', registers: 'none', doc: 'Switches the machine off.' },
  {
    number: -15,
    name: 'DebugCapIdentify',
    registers: 'a0 capability; out: a0 its type tag, 0 where there is none',
    doc: 'Tells the type of a capability.',
  },
  {
    number: -16,
    name: 'DebugSnapshot',
    registers: 'none',
    doc: 'Prints the capabilities of the caller on the kernel console.',
  },
  {
    number: -17,
    name: 'DebugNameThread',
    registers: 'a0 TCB capability; the name is text in the IPC buffer from MR0',
    doc: 'Names a thread for debuggers.',
  },
];

/** Indexed by minus the number; entry 0 is absent. */
const byNumber: readonly (SyscallRow | undefined)[] = [undefined, ...syscalls];

/** The row for a7, or undefined: the thread then gets an UnknownSyscall fault. */
export const syscallNumbered = (a7: number): SyscallRow | undefined => byNumber[-(a7 | 0)];
