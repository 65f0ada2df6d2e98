/** What untypeds and ASID pools refuse. */
import { physAddr } from '../../../runtime/base/address.js';
import { asidTableEntry } from '../../../runtime/kernel/objects/address-space.js';
import type { KernelFixture, Slot } from '../../support/kernel-fixture.js';
import type { Fault, RefusalScript, Value } from '../../support/refusals.js';
import { lostAddress, tooShort } from './common.js';

const withUntyped = (k: KernelFixture): void => {
  k.make('Untyped', 'u', 14);
  k.make('CNode', 'inner', 2);
  k.make('Endpoint', 'e');
};

interface Retype {
  readonly type: Value;
  readonly bits?: Value;
  readonly index?: Value;
  readonly depth?: Value;
  readonly offset?: Value;
  readonly count?: Value;
}
const retype = (
  { type, bits = 0, index = 0, depth = 0, offset = 3000, count = 1 }: Retype,
  refused: readonly Fault[],
): RefusalScript => ({
  label: 'UntypedRetype',
  system: withUntyped,
  object: 'u',
  words: [type, bits, index, depth, offset, count],
  caps: ['cnode'],
  refused,
});

const small = (is: number, not: number): Fault => ({
  row: 'retype: small',
  change: { word: 1, is, not },
  error: ['InvalidArgument', 1],
  says: new RegExp(`needs size_bits of at least ${String(not)}, not ${String(is)}$`),
});

const device: Fault = {
  row: 'retype: device',
  change: { object: 'device' },
  error: ['InvalidArgument', 1],
  says: /device memory can become frames and untypeds only, not \w+$/,
};

const deviceType: Fault = {
  row: 'retype: device',
  change: { word: 0, is: 2 },
  error: ['InvalidArgument', 1],
  says: /device memory can become frames and untypeds only, not Endpoint$/,
};

const retypes: readonly RefusalScript[] = [
  retype({ type: 2 }, [
    ...tooShort(6, 1),
    {
      row: 'retype: type',
      change: { word: 0, is: 10, not: 9 },
      error: ['InvalidArgument', 0],
      says: /there is no object type 10$/,
    },
    {
      row: 'retype: large',
      change: { word: 1, is: 32, not: 31 },
      error: ['RangeError', 0, 29],
      says: /size_bits 32 is above 31$/,
    },
    {
      row: 'retype: destination',
      change: { cap: 0, is: 'e' },
      error: ['FailedLookup', 0, 2, 0],
      says: /the destination is no CNode \(endpoint\)$/,
    },
    {
      row: 'retype: offset',
      change: { word: 4, is: 4096, not: 4095 },
      error: ['RangeError', 0, 4095],
      says: /node_offset 4096 is beyond the 4096 slots of the destination$/,
    },
    {
      row: 'retype: number',
      change: { word: 5, is: 0 },
      error: ['RangeError', 1, 256],
      says: /num_objects 0 is outside 1 to 256$/,
    },
    {
      row: 'retype: number',
      change: { word: 5, is: 257, not: 256 },
      error: ['RangeError', 1, 256],
      says: /num_objects 257 is outside 1 to 256$/,
    },
    {
      row: 'destination slot',
      change: { word: 4, is: 'e' },
      error: ['DeleteFirst'],
      says: /destination slot 0x[0-9a-f]+ already holds a capability$/,
    },
    device,
  ]),
  retype({ type: 2, depth: 32, index: 'inner', offset: 1, count: 2 }, [
    ...lostAddress({ role: 'destination', index: 2, root: 0 }).filter(
      // A depth of 0 is the root itself.
      ({ change }) => !('word' in change && change.is === 0),
    ),
    {
      row: 'retype: destination',
      change: { word: 2, is: 'e' },
      error: ['FailedLookup', 0, 2, 32],
      says: /the destination is no CNode \(endpoint\)$/,
      isAlone: 'The depth is one of the words.',
    },
    {
      row: 'retype: offset',
      change: { word: 4, is: 4, not: 0 },
      error: ['RangeError', 0, 3],
      says: /node_offset 4 is beyond the 4 slots of the destination$/,
    },
    {
      row: 'retype: window',
      change: { word: 5, is: 4, not: 3 },
      error: ['RangeError', 1, 3],
      says: /4 objects do not fit into the 3 slots from 1 on$/,
    },
    {
      row: 'destination slot',
      change: {
        state: (k) => {
          k.succeeds('inner', 'CNodeCopy', [2, 2, k.slot('e'), 32, 15], ['cnode']);
        },
      },
      error: ['DeleteFirst'],
      says: /destination slot 0x2 already holds a capability$/,
    },
    {
      row: 'destination slot',
      change: {
        state: (k) => {
          k.succeeds('inner', 'CNodeCopy', [1, 2, k.slot('e'), 32, 15], ['cnode']);
        },
      },
      error: ['DeleteFirst'],
      says: /destination slot 0x1 already holds a capability$/,
      isAlone: 'Of two slots that are taken, the first is told.',
    },
  ]),
  // A frame of 4096 bytes in an untyped of 16384.
  retype({ type: 7, count: 4 }, [
    {
      row: 'retype: memory',
      change: { word: 5, is: 5, not: 4 },
      error: ['NotEnoughMemory', 0x4000],
      says: /5 × 4096 bytes for 4K_Page are needed, 16384 are free$/,
      isAlone: 'The words tell how much is free.',
    },
    {
      row: 'retype: memory',
      change: {
        state: (k) => {
          k.make('Endpoint', 'inside', 0, 'u');
        },
      },
      error: ['NotEnoughMemory', 0x3ff0],
      says: /4 × 4096 bytes for 4K_Page are needed, 16368 are free$/,
    },
  ]),
  // The smallest object in the smallest untyped.
  {
    ...retype({ type: 2, count: 1 }, [
      {
        row: 'retype: memory',
        change: {
          state: (k) => {
            k.make('Endpoint', 'first', 0, 'u');
          },
        },
        error: ['NotEnoughMemory', 0],
        says: /1 × 16 bytes for Endpoint are needed, 0 are free$/,
      },
    ]),
    system: (k) => {
      k.make('Untyped', 'u', 4);
    },
  },
  // What was made of it and is gone does not count.
  {
    ...retype({ type: 7, count: 4 }, [
      {
        row: 'retype: memory',
        change: {
          state: (k) => {
            k.make('Endpoint', 'second', 0, 'u');
          },
        },
        error: ['NotEnoughMemory', 0x3ff0],
        says: /4 × 4096 bytes for 4K_Page are needed, 16368 are free$/,
      },
    ]),
    system: (k) => {
      withUntyped(k);
      k.make('4K_Page', 'first', 0, 'u');
      k.delete('first');
    },
  },
  // The least sizes; and what does not fit comes after what is no size.
  retype({ type: 4, bits: 1 }, [
    {
      row: 'retype: large',
      change: { word: 1, is: 32 },
      error: ['RangeError', 0, 29],
      says: /size_bits 32 is above 31$/,
    },
    {
      row: 'retype: large',
      change: { word: 1, is: 26 },
      error: ['RangeError', 0, 29],
      says: /size_bits 26 is too large for CNode$/,
    },
    small(0, 1),
    {
      row: 'retype: destination',
      change: { cap: 0, is: 'e' },
      error: ['FailedLookup', 0, 2, 0],
      says: /the destination is no CNode \(endpoint\)$/,
    },
    {
      row: 'retype: memory',
      change: { word: 1, is: 25 },
      error: ['NotEnoughMemory', 0x4000],
      says: /1 × 536870912 bytes for CNode are needed, 16384 are free$/,
      isAlone: 'A device has another number of bytes.',
    },
    device,
  ]),
  retype({ type: 0, bits: 4 }, [
    {
      row: 'retype: large',
      change: { word: 1, is: 30 },
      error: ['RangeError', 0, 29],
      says: /size_bits 30 is too large for Untyped$/,
    },
    small(3, 4),
    {
      row: 'retype: memory',
      change: { word: 1, is: 29, not: 14 },
      error: ['NotEnoughMemory', 0x4000],
      says: /1 × 536870912 bytes for Untyped are needed, 16384 are free$/,
    },
  ]),
  retype({ type: 5, bits: 7 }, [small(6, 7), device]),
  { ...retype({ type: 7 }, [deviceType]), object: 'device' },
  { ...retype({ type: 0, bits: 4 }, [deviceType]), object: 'device' },
  { ...retype({ type: 8 }, [deviceType]), object: 'device' },
];

const fillPools = (k: KernelFixture): void => {
  for (let index = 1; index < 32; index += 1) {
    const memory = `memory${String(index)}`;
    k.make('Untyped', memory, 12);
    const to = [k.slot(`pool${String(index)}`), 32];
    k.succeeds('asidControl', 'RISCVASIDControlMakePool', to, [memory, 'cnode']);
  }
};

const allPools: Fault = {
  row: 'pool: all',
  change: {
    state: (k) => {
      k.make('Untyped', 'last', 12);
      const to = [k.slot('lastPool'), 32];
      k.succeeds('asidControl', 'RISCVASIDControlMakePool', to, ['last', 'cnode']);
    },
  },
  error: ['DeleteFirst'],
  says: /all 32 ASID pools exist already$/,
};

const assigned = (k: KernelFixture, pool: Slot, from: number, to: number): void => {
  for (let index = from; index <= to; index += 1) {
    k.make('PageTable', `v${String(index)}`);
    k.succeeds(pool, 'RISCVASIDPoolAssign', [], [`v${String(index)}`]);
  }
};

const allAssigned = (pool: Slot): Fault => ({
  row: 'assign: full',
  change: {
    state: (k) => {
      assigned(k, pool, 16, 16);
    },
  },
  error: ['DeleteFirst'],
  says: /all ASIDs of the pool are assigned$/,
});

const withPool = (k: KernelFixture): void => {
  k.make('Untyped', 'memory', 12);
  const to = [k.slot('pool'), 32];
  k.succeeds('asidControl', 'RISCVASIDControlMakePool', to, ['memory', 'cnode']);
  k.make('PageTable', 'v');
};

const pools: readonly RefusalScript[] = [
  // One place of the table is free: the first, one of the others, or the last.
  ...['asidPool', 'pool5', 'pool6', 'pool31'].map((gone): RefusalScript => ({
    label: 'RISCVASIDControlMakePool',
    system: (k) => {
      k.make('Untyped', 'memory', 12);
      fillPools(k);
      k.delete(gone);
    },
    object: 'asidControl',
    words: ['pool', 32],
    caps: ['memory', 'cnode'],
    refused: [allPools],
  })),
  // One place of a pool is free.
  ...[0, 1, 2, 15].map((gone): RefusalScript => ({
    label: 'RISCVASIDPoolAssign',
    system: (k) => {
      withPool(k);
      assigned(k, 'pool', 0, 15);
      k.delete(`v${String(gone)}`);
    },
    object: 'pool',
    caps: ['v'],
    refused: [allAssigned('pool')],
  })),
  // ASID 0 means none; 1 is that of the root task.
  {
    label: 'RISCVASIDPoolAssign',
    system: (k) => {
      withPool(k);
      assigned(k, 'asidPool', 2, 14);
    },
    object: 'asidPool',
    caps: ['v'],
    refused: [allAssigned('asidPool')],
  },
  {
    label: 'RISCVASIDControlMakePool',
    system: (k) => {
      withUntyped(k);
      k.make('Untyped', 'memory', 12);
      k.make('Untyped', 'larger', 13);
      k.make('Untyped', 'smaller', 11);
      k.make('Untyped', 'registers', 12, 'device');
    },
    object: 'asidControl',
    words: ['pool', 32],
    caps: ['memory', 'cnode'],
    refused: [
      ...tooShort(2, 2),
      {
        row: 'pool: all',
        change: { state: fillPools },
        error: ['DeleteFirst'],
        says: /all 32 ASID pools exist already$/,
      },
      {
        row: 'pool: memory',
        change: { cap: 0, is: 'e' },
        error: ['InvalidCapability', 1],
        says: /the endpoint given as memory is no untyped$/,
      },
      {
        row: 'pool: memory',
        change: { cap: 0, is: 'larger' },
        error: ['InvalidCapability', 1],
        says: /a pool takes an untyped of 4096 bytes; this one has 8192$/,
      },
      {
        row: 'pool: memory',
        change: { cap: 0, is: 'smaller' },
        error: ['InvalidCapability', 1],
        says: /a pool takes an untyped of 4096 bytes; this one has 2048$/,
      },
      {
        row: 'pool: memory',
        change: { cap: 0, is: 'registers' },
        error: ['InvalidCapability', 1],
        says: /a pool takes an untyped of RAM; this one is of a device$/,
      },
      {
        row: 'pool: used',
        change: {
          state: (k) => {
            k.make('Endpoint', 'inside', 0, 'memory');
          },
        },
        error: ['RevokeFirst'],
        says: /the untyped is in use$/,
      },
      ...lostAddress({ role: 'destination', index: 0, root: 1 }),
      {
        row: 'destination slot',
        change: { word: 0, is: 'e' },
        error: ['DeleteFirst'],
        says: /the destination slot is not empty$/,
      },
    ],
  },
  // Of two endpoints, the one at a multiple of 32 bytes, with rights that look like a size of 12 bits.
  {
    label: 'RISCVASIDControlMakePool',
    system: (k) => {
      k.make('Untyped', 'memory', 12);
      for (const name of ['e', 'f']) {
        k.make('Endpoint', name);
        k.copy(name, `${name}12`, 0xc);
      }
    },
    object: 'asidControl',
    words: ['pool', 32],
    caps: ['memory', 'cnode'],
    refused: ['e12', 'f12'].map((is): Fault => ({
      row: 'pool: memory',
      change: { cap: 0, is },
      error: ['InvalidCapability', 1],
      says: /the endpoint given as memory is no untyped$/,
    })),
  },
  {
    label: 'RISCVASIDPoolAssign',
    system: (k) => {
      withPool(k);
      k.make('Endpoint', 'e');
      k.make('PageTable', 'w');
      k.succeeds('pool', 'RISCVASIDPoolAssign', [], ['w']);
    },
    object: 'pool',
    caps: ['v'],
    refused: [
      ...tooShort(0, 1),
      {
        row: 'assign: table',
        change: { cap: 0, is: 'e' },
        error: ['InvalidCapability', 1],
        says: /the endpoint is no page table$/,
      },
      {
        row: 'assign: table',
        change: { cap: 0, is: 'w' },
        error: ['InvalidCapability', 1],
        says: /the page table is mapped or assigned already$/,
      },
      // No sequence of calls brings the next two about, as invocations/asid.ts proves, and VM-2 is checked in
      // every other test: so the ASID table is changed here as no kernel would.
      {
        row: 'assign: pool',
        change: {
          state: (k) => {
            k.memory.write32(physAddr(asidTableEntry(k.state, 1)), 0);
          },
        },
        error: ['FailedLookup', 0, 1],
        says: /the pool is not in the ASID table$/,
        isAlone: 'The table is what it is once.',
      },
      {
        row: 'assign: pool',
        change: {
          state: (k) => {
            const first = k.memory.read32(physAddr(asidTableEntry(k.state, 0)));
            k.memory.write32(physAddr(asidTableEntry(k.state, 1)), first);
          },
        },
        error: ['InvalidCapability', 0],
        says: /another pool has taken these ASIDs$/,
      },
      {
        row: 'assign: full',
        change: {
          state: (k) => {
            assigned(k, 'pool', 1, 15);
          },
        },
        error: ['DeleteFirst'],
        says: /all ASIDs of the pool are assigned$/,
      },
    ],
  },
];

export const memory: readonly RefusalScript[] = [...retypes, ...pools];
