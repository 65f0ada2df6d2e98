/**
 * The control and status registers, with what a hover or a register view says about them. Whether a
 * number is readable or writable in a mode follows from its bits (privileged manual 2.1), so the rows
 * do not repeat it. The sections named are those of the privileged manual 20211203.
 */
import { bits } from '../base/bits.js';

export interface CsrField {
  readonly name: string;
  /** Bits high:low, inclusive. */
  readonly high: number;
  readonly low: number;
  readonly doc: string;
}

export interface Csr {
  readonly number: number;
  readonly name: string;
  /** The lowest privilege that may access it: 0 user, 1 supervisor, 3 machine. */
  readonly privilege: 0 | 1 | 3;
  readonly readOnly: boolean;
  /** One or two sentences for a hover. */
  readonly doc: string;
  /** From high to low. Absent where the whole register is one value. */
  readonly fields?: readonly CsrField[];
}

type Row = readonly [number: number, name: string, doc: string, fields?: readonly CsrField[]];

const field = (name: string, high: number, low: number, doc: string): CsrField => ({
  name,
  high,
  low,
  doc,
});

const flag = (name: string, position: number, doc: string): CsrField =>
  field(name, position, position, doc);

const through = (first: number, last: number): readonly number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** 3.1.6: sstatus shows a part of mstatus, so both use these. */
const statusFields = {
  sd: flag('SD', 31, 'Some of FS, VS or XS is dirty, so there is unit state to save. Read-only.'),
  tsr: flag('TSR', 22, 'Trap sret: sret in supervisor mode is illegal while it is set.'),
  tw: flag('TW', 21, 'Timeout wait: wfi below machine mode is illegal while it is set.'),
  tvm: flag(
    'TVM',
    20,
    'Trap virtual memory: satp and sfence.vma in supervisor mode are illegal while it is set.',
  ),
  mxr: flag(
    'MXR',
    19,
    'Make executable readable: loads also work on pages that are only executable.',
  ),
  sum: flag(
    'SUM',
    18,
    'Supervisor user memory access: loads and stores of supervisor mode may use user pages.',
  ),
  mprv: flag(
    'MPRV',
    17,
    'Modify privilege: loads and stores of machine mode act as if in the mode of MPP.',
  ),
  xs: field(
    'XS',
    16,
    15,
    'State of additional units: 0 off, 1 initial, 2 clean, 3 dirty. Read-only.',
  ),
  fs: field('FS', 14, 13, 'State of the floating-point unit: 0 off, 1 initial, 2 clean, 3 dirty.'),
  mpp: field(
    'MPP',
    12,
    11,
    'The mode before the last trap into machine mode, to which mret returns: 0 user, 1 supervisor, 3 machine.',
  ),
  vs: field('VS', 10, 9, 'State of the vector unit: 0 off, 1 initial, 2 clean, 3 dirty.'),
  spp: flag(
    'SPP',
    8,
    'The mode before the last trap into supervisor mode, to which sret returns: 0 user, 1 supervisor.',
  ),
  mpie: flag('MPIE', 7, 'MIE before the last trap into machine mode; mret restores it.'),
  ube: flag('UBE', 6, 'Loads and stores of user mode are big-endian.'),
  spie: flag('SPIE', 5, 'SIE before the last trap into supervisor mode; sret restores it.'),
  mie: flag(
    'MIE',
    3,
    'Machine-mode interrupts are on while in machine mode. Below it they always are.',
  ),
  sie: flag(
    'SIE',
    1,
    'Supervisor-mode interrupts are on while in supervisor mode. In user mode they always are.',
  ),
};

const s = statusFields;
const mstatusFields: readonly CsrField[] = [
  s.sd,
  s.tsr,
  s.tw,
  s.tvm,
  s.mxr,
  s.sum,
  s.mprv,
  s.xs,
  s.fs,
  s.mpp,
  s.vs,
  s.spp,
  s.mpie,
  s.ube,
  s.spie,
  s.mie,
  s.sie,
];
const sstatusFields: readonly CsrField[] = [
  s.sd,
  s.mxr,
  s.sum,
  s.xs,
  s.fs,
  s.vs,
  s.spp,
  s.ube,
  s.spie,
  s.sie,
];

/** 3.1.9: the same positions in mip, mie, mideleg and, without the machine's, sip and sie. */
const interruptFields = (verb: string): readonly CsrField[] => [
  flag(
    'MEI',
    11,
    `Machine external interrupt ${verb}: a device, through the interrupt controller.`,
  ),
  flag(
    'SEI',
    9,
    `Supervisor external interrupt ${verb}: a device, through the interrupt controller.`,
  ),
  flag('MTI', 7, `Machine timer interrupt ${verb}.`),
  flag('STI', 5, `Supervisor timer interrupt ${verb}.`),
  flag('MSI', 3, `Machine software interrupt ${verb}: another hart calls.`),
  flag('SSI', 1, `Supervisor software interrupt ${verb}: another hart or the firmware calls.`),
];

const supervisorInterruptFields = (verb: string): readonly CsrField[] =>
  interruptFields(verb).filter(({ name }) => name.startsWith('S'));

const causeFields: readonly CsrField[] = [
  flag('Interrupt', 31, 'The trap was an interrupt; else it was an exception.'),
  field('Code', 30, 0, 'Which interrupt or exception it was.'),
];

const vectorFields: readonly CsrField[] = [
  field('BASE', 31, 2, 'Address of the trap handler, divided by 4.'),
  field('MODE', 1, 0, '0: every trap goes to BASE. 1: interrupts go to BASE + 4 times their code.'),
];

const counterFields: readonly CsrField[] = [
  field('HPM', 31, 3, 'One bit for each of hpmcounter3 to hpmcounter31.'),
  flag('IR', 2, 'The instret counter may be read in the next less privileged mode.'),
  flag('TM', 1, 'The time counter may be read in the next less privileged mode.'),
  flag('CY', 0, 'The cycle counter may be read in the next less privileged mode.'),
];

const environmentFields: readonly CsrField[] = [
  flag('CBZE', 7, 'Cache blocks may be zeroed below this mode (Zicboz).'),
  flag('CBCFE', 6, 'Cache blocks may be cleaned and flushed below this mode (Zicbom).'),
  field('CBIE', 5, 4, 'What invalidating a cache block does below this mode (Zicbom).'),
  flag('FIOM', 0, 'Fences on device accesses below this mode also order memory accesses.'),
];

/** 3.7.1: four entries a register on RV32, the lowest in the lowest byte. */
const protectionFields = (register: number): readonly CsrField[] =>
  [3, 2, 1, 0].flatMap((position) => {
    const entry = register * 4 + position;
    const at = position * 8;
    return [
      flag(
        `${entry}.L`,
        at + 7,
        `Entry ${entry} is locked until reset, and binds machine mode too.`,
      ),
      field(
        `${entry}.A`,
        at + 4,
        at + 3,
        `How entry ${entry} matches: 0 off, 1 up to pmpaddr${entry}, 2 four bytes, 3 a power of two.`,
      ),
      flag(`${entry}.X`, at + 2, `Entry ${entry} permits instruction fetches.`),
      flag(`${entry}.W`, at + 1, `Entry ${entry} permits stores.`),
      flag(`${entry}.R`, at, `Entry ${entry} permits loads.`),
    ];
  });

const userRows: readonly Row[] = [
  [
    0xc00,
    'cycle',
    'Clock cycles since reset, low word. Reading needs mcounteren.CY, and scounteren.CY in user mode.',
  ],
  [
    0xc01,
    'time',
    'Real time in ticks of the timer, low word. Reading needs mcounteren.TM, and scounteren.TM in user mode.',
  ],
  [
    0xc02,
    'instret',
    'Instructions retired since reset, low word. Reading needs mcounteren.IR, and scounteren.IR in user mode.',
  ],
  ...through(3, 31).map((n): Row => [
    0xc00 + n,
    `hpmcounter${n}`,
    `Performance counter ${n}, low word. No event is counted on this machine, so it reads 0.`,
  ]),
  [0xc80, 'cycleh', 'Clock cycles since reset, high word.'],
  [0xc81, 'timeh', 'Real time in ticks of the timer, high word.'],
  [0xc82, 'instreth', 'Instructions retired since reset, high word.'],
  ...through(3, 31).map((n): Row => [
    0xc80 + n,
    `hpmcounter${n}h`,
    `Performance counter ${n}, high word. No event is counted on this machine, so it reads 0.`,
  ]),
];

const supervisorRows: readonly Row[] = [
  [
    0x100,
    'sstatus',
    'Status as supervisor mode sees it: a part of mstatus. Holds the interrupt switch and what sret returns to.',
    sstatusFields,
  ],
  [
    0x104,
    'sie',
    'Which supervisor interrupts are enabled: the part of mie that mideleg hands down.',
    supervisorInterruptFields('is enabled'),
  ],
  [0x105, 'stvec', 'Where traps into supervisor mode go.', vectorFields],
  [0x106, 'scounteren', 'Which counters user mode may read.', counterFields],
  [0x10a, 'senvcfg', 'What the environment of user mode may do.', environmentFields],
  [
    0x140,
    'sscratch',
    'A word for the trap handler of supervisor mode: usually a pointer to the saved context while a user program runs.',
  ],
  [
    0x141,
    'sepc',
    'Address of the instruction that trapped into supervisor mode; sret goes on there.',
  ],
  [0x142, 'scause', 'Why the last trap into supervisor mode happened.', causeFields],
  [
    0x143,
    'stval',
    'More about the last trap into supervisor mode: the bad address, the illegal instruction, or 0.',
  ],
  [
    0x144,
    'sip',
    'Which supervisor interrupts are pending: the part of mip that mideleg hands down.',
    supervisorInterruptFields('is pending'),
  ],
  [
    0x180,
    'satp',
    'Supervisor address translation and protection: selects the page table, and so the address space.',
    [
      flag('MODE', 31, '0: no translation. 1: Sv32, two levels of 4 KiB pages.'),
      field(
        'ASID',
        30,
        22,
        'Address space identifier: keeps cached translations of address spaces apart.',
      ),
      field(
        'PPN',
        21,
        0,
        'Physical page number of the root page table: its address divided by 4096.',
      ),
    ],
  ],
  [0x5a8, 'scontext', 'Context number that the debug triggers of supervisor mode compare with.'],
];

const machineRows: readonly Row[] = [
  [0xf11, 'mvendorid', 'JEDEC number of the maker; 0 for none.'],
  [0xf12, 'marchid', 'Number of the microarchitecture; 0 for none.'],
  [0xf13, 'mimpid', 'Version of the implementation; 0 for none.'],
  [0xf14, 'mhartid', 'Number of this hart; one hart of a machine has number 0.'],
  [0xf15, 'mconfigptr', 'Address of a description of the platform; 0 for none.'],
  [
    0x300,
    'mstatus',
    'The status of the hart: interrupt switches, what mret and sret return to, and how memory is accessed.',
    mstatusFields,
  ],
  [
    0x301,
    'misa',
    'The width of the hart and its extensions, one bit a letter.',
    [
      field('MXL', 31, 30, 'Register width: 1 is 32 bits.'),
      field(
        'Extensions',
        25,
        0,
        'Bit 0 is A, bit 2 is C, bit 8 is I, bit 12 is M, bit 18 supervisor mode, bit 20 user mode.',
      ),
    ],
  ],
  [
    0x302,
    'medeleg',
    'Exceptions that go to supervisor mode when they happen below machine mode: one bit for each cause code.',
  ],
  [
    0x303,
    'mideleg',
    'Interrupts that go to supervisor mode: one bit for each interrupt code.',
    interruptFields('goes to supervisor mode'),
  ],
  [
    0x304,
    'mie',
    'Which interrupts are enabled. One is taken when it is also pending in mip and switched on by mstatus.',
    interruptFields('is enabled'),
  ],
  [0x305, 'mtvec', 'Where traps into machine mode go.', vectorFields],
  [0x306, 'mcounteren', 'Which counters supervisor mode may read.', counterFields],
  [0x30a, 'menvcfg', 'What the environment below machine mode may do.', environmentFields],
  [
    0x310,
    'mstatush',
    'The upper half of mstatus: byte order.',
    [
      flag('MBE', 5, 'Loads and stores of machine mode are big-endian.'),
      flag('SBE', 4, 'Loads and stores of supervisor mode, and page tables, are big-endian.'),
    ],
  ],
  [
    0x31a,
    'menvcfgh',
    'The upper half of menvcfg.',
    [
      flag('STCE', 31, 'Supervisor mode has its own timer comparison register (Sstc).'),
      flag('PBMTE', 30, 'Page tables may choose memory types (Svpbmt).'),
    ],
  ],
  [
    0x320,
    'mcountinhibit',
    'Counters that stand still.',
    [
      field('HPM', 31, 3, 'One bit for each of mhpmcounter3 to mhpmcounter31.'),
      flag('IR', 2, 'The counter minstret stands still.'),
      flag('CY', 0, 'The counter mcycle stands still.'),
    ],
  ],
  ...through(3, 31).map((n): Row => [
    0x320 + n,
    `mhpmevent${n}`,
    `Which event mhpmcounter${n} counts. There are none on this machine, so it reads 0.`,
  ]),
  [
    0x340,
    'mscratch',
    'A word for the trap handler of machine mode: usually a pointer to the saved context while other modes run.',
  ],
  [0x341, 'mepc', 'Address of the instruction that trapped into machine mode; mret goes on there.'],
  [0x342, 'mcause', 'Why the last trap into machine mode happened.', causeFields],
  [
    0x343,
    'mtval',
    'More about the last trap into machine mode: the bad address, the illegal instruction, or 0.',
  ],
  [
    0x344,
    'mip',
    'Which interrupts are pending. The supervisor bits can be written; the machine bits follow the devices.',
    interruptFields('is pending'),
  ],
  ...through(0, 15).map((n): Row => [
    0x3a0 + n,
    `pmpcfg${n}`,
    `Physical memory protection: permissions of entries ${n * 4} to ${n * 4 + 3}, a byte each. The lowest entry that matches decides.`,
    protectionFields(n),
  ]),
  ...through(0, 63).map((n): Row => [
    0x3b0 + n,
    `pmpaddr${n}`,
    `Physical memory protection: address of entry ${n}, divided by 4. For a power-of-two region the trailing ones tell the size.`,
  ]),
  [
    0x747,
    'mseccfg',
    'Security configuration of machine mode.',
    [
      flag('RLB', 2, 'Locked physical memory protection entries may be changed.'),
      flag('MMWP', 1, 'Machine mode may not access memory that no entry matches.'),
      flag('MML', 0, 'Entries tell the permissions of machine mode from those of the other modes.'),
    ],
  ],
  [0x757, 'mseccfgh', 'The upper half of mseccfg; reads 0.'],
  [0x7a0, 'tselect', 'Which debug trigger tdata1 to tdata3 show.'],
  [
    0x7a1,
    'tdata1',
    'The kind and the settings of the selected debug trigger.',
    [
      field('TYPE', 31, 28, 'The kind of trigger; 0 means that there is none.'),
      flag('DMODE', 27, 'Only an external debugger may change the trigger.'),
      field('DATA', 26, 0, 'Settings, by the kind of trigger.'),
    ],
  ],
  [0x7a2, 'tdata2', 'The value that the selected debug trigger compares with, usually an address.'],
  [0x7a3, 'tdata3', 'More settings of the selected debug trigger.'],
  [0x7a4, 'tinfo', 'Which kinds the selected debug trigger can be, one bit each.'],
  [
    0x7a5,
    'tcontrol',
    'Whether debug triggers fire in machine mode; this machine has no triggers and lacks it.',
  ],
  [0x7a8, 'mcontext', 'Context number that debug triggers compare with.'],
  [
    0x7b0,
    'dcsr',
    'Settings of debug mode, and why it was entered; this machine has no debug mode and lacks it.',
  ],
  [0x7b1, 'dpc', 'Where debug mode returns to; this machine has no debug mode and lacks it.'],
  [
    0x7b2,
    'dscratch0',
    'For the program in debug mode; this machine has no debug mode and lacks it.',
  ],
  [
    0x7b3,
    'dscratch1',
    'For the program in debug mode; this machine has no debug mode and lacks it.',
  ],
  [0xb00, 'mcycle', 'Clock cycles since reset, low word.'],
  [0xb02, 'minstret', 'Instructions retired since reset, low word.'],
  ...through(3, 31).map((n): Row => [
    0xb00 + n,
    `mhpmcounter${n}`,
    `Performance counter ${n}, low word. No event is counted on this machine, so it reads 0.`,
  ]),
  [0xb80, 'mcycleh', 'Clock cycles since reset, high word.'],
  [0xb82, 'minstreth', 'Instructions retired since reset, high word.'],
  ...through(3, 31).map((n): Row => [
    0xb80 + n,
    `mhpmcounter${n}h`,
    `Performance counter ${n}, high word. No event is counted on this machine, so it reads 0.`,
  ]),
];

/** Sorted by number. */
export const csrs: readonly Csr[] = [...userRows, ...supervisorRows, ...machineRows]
  .map(([number, name, doc, fields]) => ({
    number,
    name,
    privilege: lowestPrivilege(number),
    // "csr[11:10] indicate whether the register is read/write (00, 01, or 10) or read-only (11)" (2.1).
    readOnly: bits(number, 11, 10) === 3,
    doc,
    ...(fields && { fields }),
  }))
  .sort((a, b) => a.number - b.number);

const csrsByNumber: ReadonlyMap<number, Csr> = new Map(csrs.map((csr) => [csr.number, csr]));
const csrsByName: ReadonlyMap<string, Csr> = new Map(csrs.map((csr) => [csr.name, csr]));

export const csrNumbered = (number: number): Csr | undefined => csrsByNumber.get(number);

/** By name, or by a number as text: `mstatus`, `0x300`, `768`. */
export function findCsr(nameOrNumber: string): Csr | undefined {
  const named = csrsByName.get(nameOrNumber.toLowerCase());
  if (named !== undefined || !/^(0x[0-9a-f]+|[0-9]+)$/i.test(nameOrNumber)) return named;
  return csrsByNumber.get(Number(nameOrNumber));
}

/** "csr[9:8] encode the lowest privilege level that can access the CSR" (2.1); 2 is the hypervisor's, which is absent. */
function lowestPrivilege(number: number): 0 | 1 | 3 {
  const level = bits(number, 9, 8);
  return level === 0 ? 0 : level === 1 ? 1 : 3;
}
