/** Why traps happen: the codes of mcause and scause. Privileged manual 3.1.15, table 3.6. */
export interface TrapCause {
  /** Without the interrupt bit. */
  readonly code: number;
  readonly interrupt: boolean;
  /** As the manual names it. */
  readonly name: string;
  /** What happened and what mtval or stval then holds. */
  readonly doc: string;
}

type Row = readonly [code: number, name: string, doc: string];

const exceptions: readonly Row[] = [
  [
    0,
    'Instruction address misaligned',
    'A jump or branch went to an odd address. It cannot happen here, because instructions may lie at any even address.',
  ],
  [
    1,
    'Instruction access fault',
    'No memory answers at the address of the instruction, or the memory protection forbids fetching there. The trap value is the address.',
  ],
  [
    2,
    'Illegal instruction',
    'The word is no instruction, or one that this mode may not execute. The trap value is the word.',
  ],
  [3, 'Breakpoint', 'An ebreak instruction. The trap value is its address.'],
  [
    4,
    'Load address misaligned',
    'A load-reserved address is not a multiple of 4. The trap value is the address.',
  ],
  [
    5,
    'Load access fault',
    'No memory or device answers at the address of a load, or the memory protection forbids it. The trap value is the address.',
  ],
  [
    6,
    'Store/AMO address misaligned',
    'The address of a store-conditional or atomic operation is not a multiple of 4. The trap value is the address.',
  ],
  [
    7,
    'Store/AMO access fault',
    'No memory or device answers at the address of a store, or the memory protection forbids it. The trap value is the address.',
  ],
  [8, 'Environment call from U-mode', 'A user program executed ecall: a system call.'],
  [9, 'Environment call from S-mode', 'The supervisor executed ecall: a call of the firmware.'],
  [11, 'Environment call from M-mode', 'Machine-mode software executed ecall.'],
  [
    12,
    'Instruction page fault',
    'The page table does not permit fetching at the address. The trap value is the address.',
  ],
  [
    13,
    'Load page fault',
    'The page table does not permit loading from the address. The trap value is the address.',
  ],
  [
    15,
    'Store/AMO page fault',
    'The page table does not permit storing to the address. The trap value is the address.',
  ],
];

const interrupts: readonly Row[] = [
  [1, 'Supervisor software interrupt', 'Another hart or the firmware set sip.SSIP.'],
  [
    3,
    'Machine software interrupt',
    'Another hart wrote to the software interrupt register of this one.',
  ],
  [5, 'Supervisor timer interrupt', 'The deadline of the supervisor timer has come.'],
  [7, 'Machine timer interrupt', 'mtime has reached mtimecmp.'],
  [
    9,
    'Supervisor external interrupt',
    'A device interrupt that the interrupt controller routes to supervisor mode.',
  ],
  [
    11,
    'Machine external interrupt',
    'A device interrupt that the interrupt controller routes to machine mode.',
  ],
];

const cause =
  (interrupt: boolean) =>
  ([code, name, doc]: Row): TrapCause => ({ code, interrupt, name, doc });

export const causes: readonly TrapCause[] = [
  ...exceptions.map(cause(false)),
  ...interrupts.map(cause(true)),
];

/** `value` is mcause or scause: bit 31 set for an interrupt. */
export const findCause = (value: number): TrapCause | undefined =>
  causes.find(({ code, interrupt }) => (code | (interrupt ? 1 << 31 : 0)) === (value | 0));
