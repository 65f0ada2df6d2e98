/** What page tables, frames and interrupts refuse. */
import { physAddr } from '../../../runtime/base/address.js';
import { configuration } from '../../../runtime/kernel/configuration.js';
import { virtBoard } from '../../../runtime/machine/boards/virt.js';
import { fixtureBoard, kernelFixture, KernelFixture } from '../../support/kernel-fixture.js';
import type { Change, Fault, RefusalScript, Value } from '../../support/refusals.js';
import { lostAddress, tooShort } from './common.js';

// ---- page tables and frames ----------------------------------------------------------------------

/** Enough RAM for a large frame. */
const withRam = (): KernelFixture =>
  new KernelFixture({
    ...fixtureBoard,
    ram: { base: physAddr(0x5000_0000), sizeBytes: 0x200_0000 },
  });

const top = configuration.userTop;

const withSpace = (k: KernelFixture): void => {
  for (const name of ['v', 'w', 'gone', 'pt', 'ptW', 'more']) k.make('PageTable', name);
  for (const name of ['f', 'g']) k.make('4K_Page', name);
  k.make('Endpoint', 'e');
  // Its badge is where a page table says that it is mapped.
  k.mint('e', 'odd', 0xfff_ffff);
  for (const name of ['v', 'w']) k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], [name]);
  k.succeeds('pt', 'RISCVPageTableMap', [0x40_0000, 0], ['v']);
  k.succeeds('ptW', 'RISCVPageTableMap', [0x40_0000, 0], ['w']);
  // A space whose pool is gone.
  k.make('Untyped', 'memory', 12);
  const pool = [k.slot('pool'), 32];
  k.succeeds('asidControl', 'RISCVASIDControlMakePool', pool, ['memory', 'cnode']);
  k.succeeds('pool', 'RISCVASIDPoolAssign', [], ['gone']);
  k.delete('pool');
};

/** And a large frame, which is made first, so that nothing is lost to alignment. */
const withLarge = (k: KernelFixture): void => {
  k.make('Mega_Page', 'mega');
  withSpace(k);
};

const noSpace = (change: Change, says: RegExp): Fault => ({
  row: 'space: root',
  change,
  error: ['InvalidCapability', 1],
  says,
});
const noTable = ['e', 'odd'].map((is) =>
  noSpace({ cap: 0, is }, /the endpoint given as address space is no page table$/),
);
const noAsid = noSpace(
  { cap: 0, is: 'more' },
  /the page table given as address space has no ASID$/,
);
const notRoot = noSpace(
  { cap: 0, is: 'pt' },
  /the page table is not the root of its address space$/,
);
const goneSpace: Fault = {
  row: 'space: gone',
  change: { cap: 0, is: 'gone' },
  error: ['FailedLookup', 0, 1],
  says: /ASID 16 of the address space is not assigned any more$/,
};
const kernelAddress = (is: number, not?: number): Fault => ({
  row: 'map: address',
  change: { word: 0, is, ...(not === undefined ? {} : { not }) },
  error: ['InvalidArgument', 0],
  says: new RegExp(`0x${is.toString(16)} is not a user address$`),
});

const mapTable = (vaddr: Value, refused: readonly Fault[], object = 'new'): RefusalScript => ({
  label: 'RISCVPageTableMap',
  boot: withRam,
  system: (k) => {
    withLarge(k);
    k.make('PageTable', 'new');
    k.succeeds('mega', 'RISCVPageMap', [0xc0_0000, 3, 0], ['v']);
  },
  object,
  words: [vaddr, 0],
  caps: ['v'],
  refused,
});

const tables: readonly RefusalScript[] = [
  mapTable(0x80_0000, [
    ...tooShort(2, 1),
    {
      row: 'table: mapped',
      change: { object: 'pt' },
      error: ['InvalidCapability', 0],
      says: /the page table is mapped already$/,
    },
    ...noTable,
    noAsid,
    kernelAddress(top, top - 1),
    goneSpace,
    notRoot,
    {
      row: 'map: taken',
      change: { word: 0, is: 0x7f_ffff, not: 0x80_0000 },
      error: ['DeleteFirst'],
      says: /another page table is mapped at 0x7fffff$/,
    },
    {
      row: 'map: taken',
      change: { word: 0, is: 0xc0_0000 },
      error: ['DeleteFirst'],
      says: /a 4 MiB frame is mapped at 0xc00000$/,
    },
  ]),
  {
    label: 'RISCVPageTableUnmap',
    system: withSpace,
    object: 'pt',
    refused: [
      {
        row: 'unmap: copies',
        change: {
          state: (k) => {
            k.copy('pt', 'twin');
          },
        },
        error: ['RevokeFirst'],
        says: /there are copies of the page table capability$/,
        isAlone: 'The root has no copies; the script below has the order.',
      },
      {
        row: 'unmap: copies',
        change: { object: 'v' },
        error: ['RevokeFirst'],
        says: /the page table is the root of an address space$/,
      },
    ],
  },
  // Of a root with copies, the copies are told.
  {
    label: 'RISCVPageTableUnmap',
    system: (k) => {
      withSpace(k);
      k.copy('v', 'root');
    },
    object: 'pt',
    refused: [
      {
        row: 'unmap: copies',
        change: { object: 'v' },
        error: ['RevokeFirst'],
        says: /there are copies of the page table capability$/,
      },
    ],
  },
  // One that is not mapped, and one whose address space is gone, are unmapped without more.
  ...['more', 'gone'].map((object): RefusalScript => ({
    label: 'RISCVPageTableUnmap',
    system: withSpace,
    object,
    refused: [
      {
        row: 'unmap: copies',
        change: { object: 'v' },
        error: ['RevokeFirst'],
        says: /the page table is the root of an address space$/,
      },
    ],
  })),
];

const mapPage = (vaddr: Value, object: string, refused: readonly Fault[]): RefusalScript => ({
  label: 'RISCVPageMap',
  system: withSpace,
  object,
  words: [vaddr, 3, 0],
  caps: ['v'],
  refused,
});

const taken: Fault = {
  row: 'map: taken',
  change: {
    state: (k) => {
      k.succeeds('g', 'RISCVPageMap', [0x40_1000, 3, 0], ['v']);
    },
  },
  error: ['DeleteFirst'],
  says: /another frame is mapped at 0x401000$/,
};

/** At the top of user addresses, too, there is a page table. */
const withTop = (k: KernelFixture): void => {
  withSpace(k);
  k.succeeds('more', 'RISCVPageTableMap', [top - 0x1000, 0], ['v']);
};

const pages: readonly RefusalScript[] = [
  mapPage(0x40_1000, 'f', [
    ...tooShort(3, 1),
    ...noTable,
    noAsid,
    goneSpace,
    notRoot,
    kernelAddress(top),
    {
      row: 'map: alignment',
      change: { word: 0, is: 0x40_1001, not: 0x40_1000 },
      error: ['AlignmentError'],
      says: /0x401001 is no multiple of the frame's 4096 bytes$/,
    },
    {
      row: 'map: no table',
      change: { word: 0, is: 0x80_0000 },
      error: ['FailedLookup', 0, 2, 22],
      says: /no page table is mapped for 0x800000$/,
    },
    taken,
  ]),
  // The last page; and one that ends just above it, which is looked at before whether it is aligned.
  {
    ...mapPage(top - 0x1000, 'f', [
      kernelAddress(top - 0xfff, top - 0x1000),
      {
        row: 'map: alignment',
        change: { word: 0, is: top - 0x1001, not: top - 0x1000 },
        error: ['AlignmentError'],
        says: /0x7fffefff is no multiple of the frame's 4096 bytes$/,
      },
      {
        // The end of such a frame wraps at 32 bits.
        row: 'map: alignment',
        change: { word: 0, is: 0xffff_f001 },
        error: ['AlignmentError'],
        says: /0xfffff001 is no multiple of the frame's 4096 bytes$/,
      },
    ]),
    system: withTop,
  },
  // A frame of 4 MiB goes where a page table would.
  {
    ...mapPage(0x80_0000, 'mega', [
      kernelAddress(top),
      {
        row: 'map: alignment',
        change: { word: 0, is: 0xa0_0000 },
        error: ['AlignmentError'],
        says: /0xa00000 is no multiple of the frame's 4194304 bytes$/,
      },
      {
        row: 'map: no table',
        change: { word: 0, is: 0x40_0000 },
        error: ['FailedLookup', 0, 2, 12],
        says: /a page table is mapped at 0x400000, where a 4 MiB frame would go$/,
      },
    ]),
    boot: withRam,
    system: withLarge,
  },
  // One that is mapped is mapped there again: with other rights, say.
  {
    ...mapPage(0x40_1000, 'f', [
      {
        row: 'map: elsewhere',
        change: { cap: 0, is: 'w' },
        error: ['InvalidCapability', 1],
        says: /the frame is mapped in another address space$/,
      },
      {
        row: 'map: elsewhere',
        change: { word: 0, is: 0x40_2000 },
        error: ['InvalidArgument', 0],
        says: /the frame is mapped at 0x401000 already$/,
      },
      {
        row: 'map: taken',
        change: { object: 'g' },
        error: ['DeleteFirst'],
        says: /another frame is mapped at 0x401000$/,
        isAlone: 'Another frame is not mapped.',
      },
    ]),
    system: (k) => {
      withSpace(k);
      k.succeeds('f', 'RISCVPageMap', [0x40_1000, 3, 0], ['v']);
    },
  },
];

// ---- interrupts ----------------------------------------------------------------------------------

const withIrq = (k: KernelFixture): void => {
  k.make('Notification', 'n');
  k.copy('n', 'readOnly', 2);
  k.make('Endpoint', 'e');
  k.make('CNode', 'inner', 2);
  k.succeeds('irqControl', 'IRQIssueIRQHandler', [7, k.slot('irq'), 32], ['cnode']);
};

/** The timer has the highest number; of the others, 7 has a handler. */
const unfitIrqs = (timer: number): readonly Fault[] => [
  {
    row: 'irq: number',
    change: { word: 0, is: 0, not: 1 },
    error: ['RangeError', 1, timer],
    says: new RegExp(`interrupt 0 is outside 1 to ${String(timer)}$`),
  },
  {
    row: 'irq: number',
    change: { word: 0, is: timer + 1, not: timer - 1 },
    error: ['RangeError', 1, timer],
    says: new RegExp(`interrupt ${String(timer + 1)} is outside 1 to ${String(timer)}$`),
  },
  ...[7, timer].map((is): Fault => ({
    row: 'irq: active',
    change: { word: 0, is },
    error: ['RevokeFirst'],
    says: new RegExp(`interrupt ${String(is)} has a handler already$`),
  })),
];

const taken2 = (word: number): Fault => ({
  row: 'destination slot',
  change: { word, is: 'e' },
  error: ['DeleteFirst'],
  says: /the destination slot is not empty$/,
});

const virt = virtBoard();
const onVirt = (): KernelFixture => new KernelFixture({ ...fixtureBoard, name: virt.name });

const interrupts: readonly RefusalScript[] = [
  {
    label: 'IRQIssueIRQHandler',
    system: withIrq,
    object: 'irqControl',
    words: [8, 'x', 32],
    caps: ['cnode'],
    refused: [
      ...tooShort(3, 1),
      ...unfitIrqs(43),
      ...lostAddress({ role: 'destination', index: 1, root: 0 }),
      taken2(1),
    ],
  },
  {
    label: 'RISCVIRQIssueIRQHandlerTrigger',
    boot: onVirt,
    system: withIrq,
    object: 'irqControl',
    words: [8, 0, 'x', 32],
    caps: ['cnode'],
    refused: [
      ...tooShort(4, 1),
      {
        row: 'irq: trigger',
        change: { boot: kernelFixture },
        error: ['IllegalOperation'],
        says: /the interrupt controller of this board has no selectable trigger$/,
      },
      ...unfitIrqs(96),
      ...lostAddress({ role: 'destination', index: 2, root: 0, guard: 19 }),
      taken2(2),
    ],
  },
  {
    label: 'IRQSetIRQHandler',
    system: withIrq,
    object: 'irq',
    caps: ['n'],
    refused: [
      ...tooShort(0, 1),
      {
        row: 'irq: notification',
        change: { cap: 0, is: 'e' },
        error: ['InvalidCapability', 0],
        says: /the endpoint is no notification$/,
      },
      {
        row: 'irq: notification',
        change: { cap: 0, is: 'readOnly' },
        error: ['InvalidCapability', 0],
        says: /the notification capability lacks the write right$/,
      },
    ],
  },
];

export const spaces: readonly RefusalScript[] = [...tables, ...pages, ...interrupts];
