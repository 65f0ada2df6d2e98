/**
 * The error codes of a refused invocation: the label of the reply to a Call. The words follow in the
 * message registers from MR0. seL4 manual, "Errors"; sel4-abi section 5.
 */
export interface ErrorRow {
  readonly code: number;
  readonly name: ErrorName;
  /** What the message words mean, from MR0. */
  readonly words: readonly string[];
  readonly doc: string;
}

export type ErrorName =
  | 'NoError'
  | 'InvalidArgument'
  | 'InvalidCapability'
  | 'IllegalOperation'
  | 'RangeError'
  | 'AlignmentError'
  | 'FailedLookup'
  | 'TruncatedMessage'
  | 'DeleteFirst'
  | 'RevokeFirst'
  | 'NotEnoughMemory';

export const errors: readonly ErrorRow[] = [
  { code: 0, name: 'NoError', words: [], doc: 'The invocation was performed.' },
  {
    code: 1,
    name: 'InvalidArgument',
    words: ['argument number'],
    doc: 'An argument has a value that the invocation cannot accept; arguments count from zero.',
  },
  {
    code: 2,
    name: 'InvalidCapability',
    words: ['capability number'],
    doc: 'A capability has the wrong type or rights: 0 is the invoked one, n is extra capability n - 1.',
  },
  {
    code: 3,
    name: 'IllegalOperation',
    words: [],
    doc: 'The object has no such operation, or its state or the rights forbid it.',
  },
  {
    code: 4,
    name: 'RangeError',
    words: ['minimum', 'maximum'],
    doc: 'An argument lies outside the allowed range, whose bounds are inclusive.',
  },
  {
    code: 5,
    name: 'AlignmentError',
    words: [],
    doc: 'An address is not a multiple of the size that it needs.',
  },
  {
    code: 6,
    name: 'FailedLookup',
    words: ['was source', 'lookup failure type', 'lookup failure words'],
    doc: 'A capability address leads to no slot; was source tells which of two addresses it was.',
  },
  {
    code: 7,
    name: 'TruncatedMessage',
    words: [],
    doc: 'The message has too few words or too few extra capabilities.',
  },
  {
    code: 8,
    name: 'DeleteFirst',
    words: [],
    doc: 'The destination is occupied: delete or unmap what is there first.',
  },
  {
    code: 9,
    name: 'RevokeFirst',
    words: [],
    doc: 'The capability has children or copies: revoke it first.',
  },
  {
    code: 10,
    name: 'NotEnoughMemory',
    words: ['bytes left'],
    doc: 'The untyped has too little free memory behind its watermark.',
  },
];

/** Undefined for a code that no kernel of ours sends. */
export const errorNamed = (code: number): ErrorRow | undefined => errors[code];

/** Codes by name, for kernels and tests. */
export const errorCode: Readonly<Record<ErrorName, number>> = {
  NoError: 0,
  InvalidArgument: 1,
  InvalidCapability: 2,
  IllegalOperation: 3,
  RangeError: 4,
  AlignmentError: 5,
  FailedLookup: 6,
  TruncatedMessage: 7,
  DeleteFirst: 8,
  RevokeFirst: 9,
  NotEnoughMemory: 10,
};
