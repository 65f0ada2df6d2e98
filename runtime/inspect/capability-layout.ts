/**
 * Where the fields of a capability are in its two words, as data: another version or configuration of seL4
 * is another table. `word`, `high`, `low` are bits; a pointer's low bits are zero and not stored, so its
 * field keeps its place in the word (`shift`). sel4-abi section 10.
 */
import { bits } from '../base/bits.js';
import type { CapabilityType } from '../kernel/capabilities/capability.js';

export interface CapabilityField {
  readonly word: 0 | 1;
  readonly high: number;
  readonly low: number;
  /** How far left the field's value stands of its number: 4 for a pointer in bits 31 to 4. */
  readonly shift: number;
}

export type CapabilityFieldName =
  /** What the capability is to: an object, by the kernel's pointer. */
  | 'pointer'
  | 'badge'
  | 'send'
  | 'receive'
  | 'grant'
  | 'grantReply'
  /** Untyped: its watermark in units of 16 bytes. Also `sizeBits` and `isDevice`. */
  | 'freeIndex'
  | 'sizeBits'
  | 'isDevice'
  | 'guardSize'
  | 'radix'
  | 'guard'
  /** Frame: 0 is 4 KiB, 1 is 4 MiB. */
  | 'frameSize'
  /** Frame: 1 the kernel only, 2 read, 3 read and write. */
  | 'frameRights'
  | 'vaddr'
  | 'asid'
  | 'isMapped'
  | 'firstAsid'
  | 'irq'
  /** Zombie: 32 of a TCB, else the radix of the CNode. Its pointer has the slots left in its low bits. */
  | 'zombieType';

export interface CapabilityRow {
  readonly tag: number;
  readonly type: CapabilityType;
  readonly fields: Readonly<Partial<Record<CapabilityFieldName, CapabilityField>>>;
}

/** By tag: a view decodes thousands of capabilities. */
export type CapabilityLayout = ReadonlyMap<number, CompiledRow>;

interface CompiledRow {
  readonly type: CapabilityType;
  readonly fields: readonly (readonly [CapabilityFieldName, CapabilityField])[];
}

const compile = (rows: readonly CapabilityRow[]): CapabilityLayout =>
  new Map(
    rows.map(({ tag, type, fields }) => [
      tag,
      { type, fields: Object.entries(fields) as [CapabilityFieldName, CapabilityField][] },
    ]),
  );

/** A number that stands at the bottom of nothing: its value is the field's. */
const number = (word: 0 | 1, high: number, low = high): CapabilityField => ({
  word,
  high,
  low,
  shift: 0,
});
const placed = (word: 0 | 1, high: number, low: number, shift = low): CapabilityField => ({
  word,
  high,
  low,
  shift,
});

const endpointRights = {
  grantReply: number(1, 3),
  grant: number(1, 2),
  receive: number(1, 1),
  send: number(1, 0),
};
const mapping = {
  vaddr: placed(0, 23, 4, 12),
  asid: number(1, 31, 23),
  pointer: placed(1, 22, 3, 12),
};

const replyObject: CapabilityRow = {
  tag: 8,
  type: 'reply',
  fields: { grant: number(0, 4), pointer: number(1, 31, 0) },
};
/** Without MCS there is no reply object: the capability names the caller. */
const replyToCaller: CapabilityRow = {
  tag: 8,
  type: 'reply',
  fields: { pointer: placed(0, 31, 6), grant: number(0, 5) },
};

const shared: readonly CapabilityRow[] = [
  { tag: 0, type: 'null', fields: {} },
  {
    tag: 2,
    type: 'untyped',
    fields: {
      pointer: placed(0, 31, 4),
      freeIndex: number(1, 31, 6),
      isDevice: number(1, 5),
      sizeBits: number(1, 4, 0),
    },
  },
  {
    tag: 4,
    type: 'endpoint',
    fields: { badge: number(0, 31, 4), pointer: placed(1, 31, 4), ...endpointRights },
  },
  {
    tag: 6,
    type: 'notification',
    fields: {
      pointer: placed(0, 31, 4),
      badge: number(1, 31, 4),
      receive: number(1, 1),
      send: number(1, 0),
    },
  },
  {
    tag: 10,
    type: 'cnode',
    fields: {
      pointer: placed(0, 31, 5),
      guardSize: number(1, 27, 23),
      radix: number(1, 22, 18),
      guard: number(1, 17, 0),
    },
  },
  { tag: 12, type: 'thread', fields: { pointer: placed(0, 31, 4) } },
  {
    tag: 1,
    type: 'frame',
    fields: {
      frameSize: number(0, 28, 27),
      frameRights: number(0, 26, 25),
      isDevice: number(0, 24),
      ...mapping,
    },
  },
  { tag: 3, type: 'pageTable', fields: { isMapped: number(0, 24), ...mapping } },
  { tag: 11, type: 'asidControl', fields: {} },
  {
    tag: 13,
    type: 'asidPool',
    fields: { pointer: placed(0, 31, 4), firstAsid: number(1, 8, 0) },
  },
  { tag: 0x0e, type: 'irqControl', fields: {} },
  { tag: 0x1e, type: 'irqHandler', fields: { irq: number(1, 7, 0) } },
  {
    tag: 0x2e,
    type: 'zombie',
    fields: { zombieType: number(0, 13, 8), pointer: number(1, 31, 0) },
  },
  { tag: 0x3e, type: 'domain', fields: {} },
];

/** seL4 14 to 16 on riscv32 with MCS, which is also what our kernel packs. */
export const mcsCapabilities: CapabilityLayout = compile([
  ...shared,
  replyObject,
  {
    tag: 0x4e,
    type: 'schedContext',
    fields: { sizeBits: number(0, 13, 8), pointer: placed(1, 31, 4) },
  },
  { tag: 0x5e, type: 'schedControl', fields: {} },
]);

/** The same versions without MCS. */
export const classicCapabilities: CapabilityLayout = compile([...shared, replyToCaller]);

/** A capability in neutral terms; pointers are the kernel's own. */
export interface DecodedCapability {
  readonly type: CapabilityType;
  readonly fields: Readonly<Partial<Record<CapabilityFieldName, number>>>;
}

/** Words with a tag that no row has decode as an empty slot: they are no capability. */
export function decodeCapability(
  layout: CapabilityLayout,
  w0: number,
  w1: number,
): DecodedCapability {
  // Short tags have four bits; those that end in 0xe have eight.
  const tag = (w0 & 0xe) === 0xe ? w0 & 0xff : w0 & 0xf;
  const row = layout.get(tag);
  if (row === undefined) return { type: 'null', fields: {} };
  const fields: Partial<Record<CapabilityFieldName, number>> = {};
  for (const [name, { word, high, low, shift }] of row.fields) {
    const value = bits(word === 0 ? w0 : w1, high, low);
    fields[name] = value * 2 ** shift;
  }
  return { type: row.type, fields };
}
