/** What CNodes refuse: addresses of slots, copies, moves and rotations. */
import type { LabelName } from '../../../runtime/abi/labels.js';
import { cnodeData } from '../../../runtime/abi/cap-rights.js';
import type { KernelFixture } from '../../support/kernel-fixture.js';
import type { Fault, RefusalScript, Value } from '../../support/refusals.js';
import { lostAddress, tooShort } from './common.js';

const withCaps = (k: KernelFixture): void => {
  k.make('CNode', 'inner', 2);
  k.make('CNode', 'c', 4);
  k.make('Untyped', 'u', 12);
  k.make('PageTable', 'pt');
  k.make('4K_Page', 'f');
  for (const name of ['a', 'b']) k.make('TCB', name);
  for (const name of ['e', 'e2']) k.make('Endpoint', name);
  k.make('Notification', 'n');
  k.mint('e', 'badged', 7);
  k.mint('n', 'nBadged', 7);
};

const here = lostAddress({ role: 'destination', index: 0, root: 'object' });

const onSlot = (label: LabelName, slot: Value, more: readonly Fault[]): RefusalScript => ({
  label,
  system: withCaps,
  object: 'cnode',
  words: [slot, 32],
  refused: [...tooShort(2, 0), ...here, ...more],
});

/** The least depth; and the way through one CNode to a slot of another, with bits left. */
const shallow: RefusalScript = {
  label: 'CNodeDelete',
  system: (k) => {
    k.make('Endpoint', 'e');
    k.make('CNode', 'two', 1);
    k.succeeds('two', 'CNodeCopy', [1, 1, k.slot('e'), 32, 15], ['cnode']);
  },
  object: 'two',
  words: [1, 1],
  refused: [
    {
      row: 'lookup: depth',
      change: { word: 1, is: 0, not: 1 },
      error: ['RangeError', 1, 32],
      says: /depth 0 of the destination is outside 1 to 32$/,
    },
    {
      row: 'lookup: late',
      change: { word: 1, is: 5 },
      error: ['FailedLookup', 0, 3, 4, 0],
      says: /at depth 5: the way ends 4 bits early, at a slot without a CNode$/,
    },
  ],
};

/** Through one CNode to a slot of another: four bits, a guard of 11, two bits. */
const nested: RefusalScript = {
  label: 'CNodeDelete',
  system: (k) => {
    k.make('CNode', 'outer', 4);
    k.make('CNode', 'within', 2);
    const guarded = [5, 4, k.slot('within'), 32, 15, cnodeData(0b11, 2)];
    k.succeeds('outer', 'CNodeMint', guarded, ['cnode']);
  },
  object: 'outer',
  words: [0b0101_11_10, 8],
  refused: [
    {
      row: 'lookup: guard',
      change: { word: 0, is: 0b0101_10_10 },
      error: ['FailedLookup', 0, 4, 4, 3, 2],
      says: /the address differs from guard 0x3 of 2 bits, with 4 bits left$/,
    },
    {
      row: 'lookup: late',
      change: { word: 0, is: 0b0110_11_10 },
      error: ['FailedLookup', 0, 3, 4, 0],
      says: /the way ends 4 bits early, at a slot without a CNode$/,
    },
  ],
};

/** The guard is as long as the bits that are left, and fits: then none is left for the slot. */
const guarded: RefusalScript = {
  label: 'CNodeDelete',
  system: (k) => {
    k.make('CNode', 'plain', 4);
    const words = [k.slot('g'), 32, k.slot('plain'), 32, 15, cnodeData(0b1111, 4)];
    k.succeeds('cnode', 'CNodeMint', words, ['cnode']);
  },
  object: 'g',
  words: [0b1111_1111, 8],
  refused: [
    {
      row: 'lookup: early',
      change: { word: 1, is: 4 },
      error: ['FailedLookup', 0, 3, 4, 8],
      says: /4 address bits are left where the CNode takes 8$/,
    },
  ],
};

const cancel: readonly Fault[] = [
  {
    row: 'cancel: rights',
    // The last four bits of an untyped's second word are a part of its size: 15 here.
    change: { word: 0, is: 'u15' },
    error: ['IllegalOperation'],
    says: /the untyped is no endpoint$/,
  },
  ...[1, 2, 4, 8].map((right): Fault => ({
    row: 'cancel: rights',
    change: { word: 0, is: `weak${String(right)}` },
    error: ['IllegalOperation'],
    says: /the endpoint capability lacks some of the four rights$/,
  })),
];

const withWeak = (k: KernelFixture): void => {
  withCaps(k);
  k.make('Untyped', 'u15', 15);
  for (const right of [1, 2, 4, 8]) k.copy('e', `weak${String(right)}`, 15 - right);
};

const occupied: Fault = {
  row: 'destination slot',
  // The TCB of the root task.
  change: { word: 0, is: 1 },
  error: ['DeleteFirst'],
  says: /destination slot 0x1 already holds a capability \(TCB\)$/,
};

const emptySource: Fault = {
  row: 'source slot',
  change: { word: 2, is: 'nothing' },
  error: ['FailedLookup', 1, 2, 32],
  says: /slot 0x[0-9a-f]+ of the source is empty$/,
};

const tooShortAtFirst = (least: number): readonly Fault[] => [
  { ...tooShortBy(1), isAlone: 'There is one number of words.' },
  ...here,
  ...tooShort(least, 1),
];
const tooShortBy = (wordCount: number): Fault => ({
  row: 'too short',
  change: { wordCount },
  error: ['TruncatedMessage'],
  says: /^\w+: the message is too short; it needs /,
});

const fromSource = lostAddress({ role: 'source', index: 2, root: 0 });

const deriveFaults: readonly Fault[] = [
  {
    row: 'derive: untyped',
    change: { word: 2, is: 'used' },
    error: ['RevokeFirst'],
    says: /the untyped has children; revoke it before it is copied$/,
  },
  {
    row: 'derive: page table',
    change: { word: 2, is: 'pt' },
    error: ['IllegalOperation'],
    says: /a page table that is not mapped cannot be copied$/,
  },
  {
    row: 'derive: never',
    change: { word: 2, is: 'irqControl' },
    error: ['IllegalOperation'],
    says: /the IRQ control capability cannot be copied or changed so$/,
  },
];

const withUsed = (k: KernelFixture): void => {
  withCaps(k);
  k.make('Untyped', 'used', 12);
  k.make('Endpoint', 'inside', 0, 'used');
};

const transfer = (
  label: LabelName,
  source: Value,
  more: readonly Value[],
  refused: readonly Fault[],
): RefusalScript => ({
  label,
  system: withUsed,
  object: 'cnode',
  words: ['x', 32, source, 32, ...more],
  caps: ['cnode'],
  refused,
});

/** The message is looked at again for what only this operation takes. */
const common = (words: number): readonly Fault[] => [
  ...tooShortAtFirst(4),
  occupied,
  ...fromSource,
  emptySource,
  ...(words > 4 ? [{ ...tooShortBy(words - 1), row: 'too short' as const }] : []),
];

const cannotChange = (place: Fault['change'], type: string): Fault => ({
  row: type === 'CNode' ? 'data: guard' : 'data: badge',
  change: place,
  error: ['IllegalOperation'],
  says: new RegExp(`the ${type} capability cannot be copied or changed so$`),
});

const tooLongGuard = cnodeData(0, 29);
const longestGuard = cnodeData(0, 28);

const rotation: readonly Value[] = ['x', 32, 0, 'b', 32, 0, 'a', 32];
const rotate = (words: readonly Value[], refused: readonly Fault[]): RefusalScript => ({
  label: 'CNodeRotate',
  system: withUsed,
  object: 'cnode',
  words,
  caps: ['cnode', 'cnode'],
  refused,
});

export const cnodes: readonly RefusalScript[] = [
  onSlot('CNodeRevoke', 'u', []),
  onSlot('CNodeDelete', 'e', []),
  shallow,
  nested,
  guarded,
  { ...onSlot('CNodeCancelBadgedSends', 'e', cancel), system: withWeak },
  transfer('CNodeCopy', 'e', [15], [...common(5), ...deriveFaults]),
  // A copy of an untyped without children, and of a page table that is mapped.
  transfer(
    'CNodeCopy',
    'u',
    [15],
    [deriveFaults[0]].filter((fault) => fault !== undefined),
  ),
  {
    ...transfer(
      'CNodeCopy',
      'v',
      [15],
      [deriveFaults[1]].filter((fault) => fault !== undefined),
    ),
    system: (k) => {
      withUsed(k);
      k.make('PageTable', 'v');
      k.succeeds('asidPool', 'RISCVASIDPoolAssign', [], ['v']);
    },
  },
  transfer('CNodeMint', 'e', [15, 5], [...common(6), ...deriveFaults]),
  transfer('CNodeMint', 'e', [15, 5], [cannotChange({ word: 2, is: 'badged' }, 'endpoint')]),
  transfer('CNodeMint', 'n', [15, 5], [cannotChange({ word: 2, is: 'nBadged' }, 'notification')]),
  transfer(
    'CNodeMint',
    'c',
    [15, longestGuard],
    [cannotChange({ word: 5, is: tooLongGuard, not: longestGuard }, 'CNode')],
  ),
  transfer('CNodeMove', 'e', [], common(4)),
  transfer(
    'CNodeMutate',
    'c',
    [longestGuard],
    [
      ...common(5),
      cannotChange({ word: 4, is: tooLongGuard, not: longestGuard }, 'CNode'),
      cannotChange({ word: 2, is: 'e' }, 'endpoint'),
      cannotChange({ word: 2, is: 'n' }, 'notification'),
    ].map((fault) =>
      fault.row === 'data: guard'
        ? { ...fault, isAlone: 'The sentence tells what is to be changed.' }
        : fault,
    ),
  ),
  rotate(rotation, [
    { ...tooShortBy(1), isAlone: 'There is one number of words.' },
    ...here,
    ...tooShort(8, 2),
    ...lostAddress({ role: 'source', index: 6, root: 1 }),
    ...lostAddress({ role: 'pivot', index: 3, root: 0 }),
    {
      row: 'rotate: pivot',
      change: { word: 3, is: 'a' },
      error: ['IllegalOperation'],
      says: /the pivot is the same slot as the source$/,
      isAlone: 'Another source is another slot.',
    },
    {
      row: 'rotate: pivot',
      change: { word: 0, is: 'b' },
      error: ['IllegalOperation'],
      says: /the pivot is the same slot as the destination$/,
      isAlone: 'Another pivot is another slot.',
    },
    occupied,
    {
      row: 'source slot',
      change: { word: 6, is: 'nothing' },
      error: ['FailedLookup', 1, 2, 32],
      says: /the source slot is empty$/,
    },
    {
      row: 'source slot',
      change: { word: 3, is: 'empty' },
      error: ['FailedLookup', 0, 2, 32],
      says: /the pivot slot is empty$/,
    },
    cannotChange({ word: 6, is: 'e' }, 'endpoint'),
    cannotChange({ word: 3, is: 'n' }, 'notification'),
  ]),
  // A swap: the source is the destination, which need not be empty.
  rotate(
    ['a', 32, 0, 'b', 32, 0, 'a', 32],
    [
      {
        row: 'rotate: pivot',
        change: { word: 3, is: 'a' },
        error: ['IllegalOperation'],
        says: /the pivot is the same slot as the source$/,
      },
      occupied,
    ],
  ),
  // The data words are crossed: word 2 is for the pivot, word 5 for the source.
  {
    ...rotate(
      ['x', 32, longestGuard, 'c', 32, cnodeData(0, 30), 'inner', 32],
      [
        cannotChange({ word: 5, is: cnodeData(0, 31), not: cnodeData(0, 30) }, 'CNode'),
        cannotChange({ word: 2, is: tooLongGuard, not: longestGuard }, 'CNode'),
      ],
    ),
  },
];
