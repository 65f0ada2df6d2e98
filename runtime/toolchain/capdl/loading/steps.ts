/**
 * What a load table is made of: steps, each an invocation of the kernel or a piece of work that only the
 * loader can do, with the words in which a refusal of it is told. The loader, which is the root server, is
 * compiled with these numbers: see table-source.ts.
 */
import type { LabelName } from '../../../abi/labels.js';

export interface LoadStep {
  readonly kind: LabelName | OwnStep;
  /** Names of objects: whom the step is about, and who holds it. */
  readonly about: string;
  readonly holder?: string;
  /** The capability to invoke. */
  readonly target: number;
  readonly capabilities?: readonly number[];
  readonly words: readonly StepWord[];
}

/** `depth`: as many bits as a place of the object CNode has, which is known when all places are. */
export type StepWord = number | 'depth';

export type OwnStep = keyof typeof ownSteps;

/** Labels that no kernel has. */
export const ownSteps = {
  end: 0x40,
  create: 0x41,
  createAt: 0x42,
  copy: 0x43,
  copyBootInfo: 0x44,
  nameThread: 0x45,
  handOver: 0x46,
} as const;

export const firstOwnStep = ownSteps.end;

/** How a step reads after "The system cannot be loaded: ". */
export interface Phrase {
  readonly before: string;
  /** The text before a number, and which word of the step that is. */
  readonly number?: { readonly text: string; readonly word: number };
  /** The text before the name of the holder. */
  readonly after?: string;
}

const capability: Phrase = {
  before: 'the capability to ',
  number: { text: ' does not go into slot ', word: 0 },
  after: ' of ',
};

/** Of every kind of step that the toolchain makes. */
export const phrases: Readonly<Partial<Record<LoadStep['kind'], Phrase>>> = {
  UntypedRetype: { before: '', after: ' cannot be made from ' },
  TCBWriteRegisters: { before: 'registers are refused for thread ' },
  TCBConfigure: {
    before: 'the CSpace, the address space or the IPC buffer is refused for thread ',
  },
  TCBSetSpace: { before: 'the CSpace or the address space is refused for thread ' },
  TCBSetSchedParams: {
    before: 'a priority, the scheduling context or the fault handler is refused for thread ',
  },
  TCBSetTimeoutEndpoint: { before: 'the timeout handler is refused for thread ' },
  TCBSetFlags: { before: 'the FPU cannot be disabled for thread ' },
  TCBBindNotification: { before: 'a notification cannot be bound to thread ' },
  TCBResume: { before: 'a start is refused for thread ' },
  CNodeCopy: capability,
  CNodeMint: capability,
  CNodeMove: capability,
  CNodeMutate: capability,
  CNodeDelete: { before: 'the loader cannot give up its capability to ' },
  IRQIssueIRQHandler: { before: '', number: { text: ' cannot have interrupt ', word: 0 } },
  IRQSetIRQHandler: { before: '', after: ' cannot signal ' },
  DomainSetSet: { before: 'thread ', number: { text: ' cannot be in domain ', word: 0 } },
  DomainScheduleConfigure: {
    before: '',
    number: { text: ' refuses the entry of the schedule with number ', word: 0 },
  },
  DomainScheduleSetStart: {
    before: '',
    number: { text: ' refuses to start the schedule at entry ', word: 0 },
  },
  SchedControlConfigureFlags: {
    before: 'scheduling context ',
    number: { text: ' cannot have a budget in microseconds of ', word: 0 },
  },
  RISCVPageTableMap: {
    before: 'page table ',
    number: { text: ' cannot be mapped at ', word: 0 },
    after: ' in ',
  },
  RISCVPageTableUnmap: { before: 'the page table of the window cannot be unmapped by ' },
  RISCVPageMap: {
    before: 'frame ',
    number: { text: ' cannot be mapped at ', word: 0 },
    after: ' in ',
  },
  RISCVPageUnmap: { before: 'the window cannot be taken away from frame ' },
  RISCVASIDControlMakePool: { before: 'ASID pool ', after: ' cannot be made by ' },
  RISCVASIDPoolAssign: { before: 'address space ', after: ' gets no ASID from ' },
  create: { before: '', after: ' cannot be created by ' },
  createAt: { before: '', number: { text: ' cannot be created at ', word: 4 } },
  handOver: { before: 'spare memory does not go into ' },
  end: { before: 'the capabilities that it works with are refused to ' },
};
