/**
 * Why a capability address led to no slot: the words of a FailedLookup error (after `was source`) and of
 * a CapFault message (after the receive-phase flag). sel4-abi section 5.
 */
export interface LookupFailureRow {
  readonly type: number;
  readonly name: 'InvalidRoot' | 'MissingCapability' | 'DepthMismatch' | 'GuardMismatch';
  /** The words after the type. */
  readonly words: readonly string[];
  readonly doc: string;
}

export const lookupFailures: readonly LookupFailureRow[] = [
  {
    type: 1,
    name: 'InvalidRoot',
    words: [],
    doc: 'The address space to look in has no valid root: no CNode, or no page table with an ASID.',
  },
  {
    type: 2,
    name: 'MissingCapability',
    words: ['bits left'],
    doc: 'The slot is there and holds nothing of use; so many address bits were not yet translated.',
  },
  {
    type: 3,
    name: 'DepthMismatch',
    words: ['bits left', 'bits found'],
    doc: 'The address ends inside a CNode, or more bits remain than were asked for.',
  },
  {
    type: 4,
    name: 'GuardMismatch',
    words: ['bits left', 'guard found', 'guard bits found'],
    doc: 'The address bits at a CNode differ from its guard.',
  },
];
