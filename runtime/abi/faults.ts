/**
 * Fault messages: the label, the words that a handler receives, and what its reply does.
 * seL4 manual section 6.2; sel4-abi section 6. Numbers are those of MCS.
 */
import type { SavedRegister } from './user-context.js';

export interface FaultRow {
  readonly label: number;
  readonly name: FaultName;
  readonly words: readonly string[];
  readonly reply: string;
  readonly doc: string;
}

export type FaultName = 'CapFault' | 'UnknownSyscall' | 'UserException' | 'Timeout' | 'VMFault';

export const faultLabel: Readonly<Record<FaultName, number>> = {
  CapFault: 1,
  UnknownSyscall: 2,
  UserException: 3,
  Timeout: 5,
  VMFault: 6,
};

export const faults: readonly FaultRow[] = [
  {
    label: faultLabel.CapFault,
    name: 'CapFault',
    words: [
      'IP',
      'capability address',
      'in receive phase',
      'lookup failure type',
      'bits left',
      'guard found or bits found',
      'bits found',
    ],
    reply: 'The thread repeats its system call; the message is ignored.',
    doc: 'A capability that a system call needs could not be found.',
  },
  {
    label: faultLabel.UnknownSyscall,
    name: 'UnknownSyscall',
    words: ['FaultIP', 'SP', 'RA', 'A0', 'A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'system call number'],
    reply: 'The first ten words are written back to the registers; label 0 resumes at FaultIP.',
    doc: 'a7 holds no number of a system call.',
  },
  {
    label: faultLabel.UserException,
    name: 'UserException',
    words: ['FaultIP', 'SP', 'scause', 'code'],
    reply: 'The first two words are written back; label 0 resumes at FaultIP.',
    doc: 'The processor raised an exception other than a memory fault.',
  },
  {
    label: faultLabel.Timeout,
    name: 'Timeout',
    words: ['badge of the scheduling context', 'consumed µs, low word', 'consumed µs, high word'],
    reply:
      'Up to 32 words are written to the registers in the order of WriteRegisters; label 0 resumes.',
    doc: 'The budget of the scheduling context is used up.',
  },
  {
    label: faultLabel.VMFault,
    name: 'VMFault',
    words: ['IP', 'address', 'was a fetch', 'access fault code (1 fetch, 5 load, 7 store)'],
    reply: 'The thread repeats the access; the message is ignored.',
    doc: 'No page maps the address, or it does not allow the access.',
  },
];

export const faultLabelled = (label: number): FaultRow | undefined =>
  faults.find((row) => row.label === label);

/** Registers of an UnknownSyscall message, both ways; the system call number follows. */
export const unknownSyscallRegisters: readonly SavedRegister[] = [
  'FaultIP',
  'sp',
  'ra',
  'a0',
  'a1',
  'a2',
  'a3',
  'a4',
  'a5',
  'a6',
];
/** Registers of a UserException message, both ways; cause and code follow. */
export const userExceptionRegisters: readonly SavedRegister[] = ['FaultIP', 'sp'];
