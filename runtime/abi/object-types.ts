/**
 * What Untyped_Retype can make, by its `type` argument, with the object sizes of the profile: seL4 MCS on
 * riscv32 without FPU. sel4-abi section 3.
 */
export interface ObjectTypeRow {
  readonly type: number;
  readonly name: ObjectTypeName;
  /** A fixed size; a number added to the `size_bits` argument; or that argument alone. */
  readonly size:
    | { readonly kind: 'fixed'; readonly bits: number }
    | { readonly kind: 'user'; readonly plusBits: number; readonly minimum: number };
  readonly doc: string;
}

export type ObjectTypeName =
  | 'Untyped'
  | 'TCB'
  | 'Endpoint'
  | 'Notification'
  | 'CNode'
  | 'SchedContext'
  | 'Reply'
  | '4K_Page'
  | 'Mega_Page'
  | 'PageTable';

export const tcbBits = 9;
export const endpointBits = 4;
export const notificationBits = 5;
export const slotBits = 4;
export const replyBits = 4;
export const minSchedContextBits = 7;
export const pageBits = 12;
export const megaPageBits = 22;
export const pageTableBits = 12;
export const asidPoolBits = 12;
export const minUntypedBits = 4;
export const maxUntypedBits = 29;

export const objectTypes: readonly ObjectTypeRow[] = [
  {
    type: 0,
    name: 'Untyped',
    size: { kind: 'user', plusBits: 0, minimum: minUntypedBits },
    doc: 'Memory that becomes objects by retyping.',
  },
  { type: 1, name: 'TCB', size: { kind: 'fixed', bits: tcbBits }, doc: 'A thread.' },
  {
    type: 2,
    name: 'Endpoint',
    size: { kind: 'fixed', bits: endpointBits },
    doc: 'Where threads meet to pass messages.',
  },
  {
    type: 3,
    name: 'Notification',
    size: { kind: 'fixed', bits: notificationBits },
    doc: 'A word of signal bits.',
  },
  {
    type: 4,
    name: 'CNode',
    size: { kind: 'user', plusBits: slotBits, minimum: 1 },
    doc: 'A table of 2^size_bits capability slots.',
  },
  {
    type: 5,
    name: 'SchedContext',
    size: { kind: 'user', plusBits: 0, minimum: minSchedContextBits },
    doc: 'Processor time: a budget in every period.',
  },
  {
    type: 6,
    name: 'Reply',
    size: { kind: 'fixed', bits: replyBits },
    doc: 'The way back to a caller, with its processor time.',
  },
  { type: 7, name: '4K_Page', size: { kind: 'fixed', bits: pageBits }, doc: 'A frame of 4 KiB.' },
  {
    type: 8,
    name: 'Mega_Page',
    size: { kind: 'fixed', bits: megaPageBits },
    doc: 'A frame of 4 MiB.',
  },
  {
    type: 9,
    name: 'PageTable',
    size: { kind: 'fixed', bits: pageTableBits },
    doc: 'A page table; one that an ASID pool assigned is the root of an address space.',
  },
];

/** log2 of the bytes that one object takes; `userBits` is the `size_bits` argument. May exceed 32. */
export const objectSizeBits = (row: ObjectTypeRow, userBits: number): number =>
  row.size.kind === 'fixed' ? row.size.bits : userBits + row.size.plusBits;
