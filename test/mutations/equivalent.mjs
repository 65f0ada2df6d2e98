// Mutants that behave as the kernel does, each with the reason.
const known = [
  {
    file: /./,
    what: /slot\.w0\b.* -> .* - \(+slot\.w0|slot\.w0 >>> 2/,
    why: 'Word 0 of a slot is at offset 0.',
  },
  {
    file: /lookup\.ts$/,
    what: /^2 -> [13]$/,
    line: /slot\.w0 >>> 2/,
    why: 'Word 0 of a slot is at offset 0, however it is shifted.',
  },
  {
    file: /lookup\.ts$/,
    what: /tcbSlotIndex\.cspace/,
    why: 'The CSpace is slot 0 of a TCB.',
  },
  {
    file: /./,
    what: /^0 -> 1$/,
    line: /\?\? 0/,
    why: 'The index is always inside: the default is for the type checker.',
  },
  {
    file: /lookup\.ts$/,
    what: /^0 -> 1$/,
    line: /\[bitsLeft = 0, second = 0, third = 0\]/,
    why: 'A failure has all the words that its type has a use for.',
  },
  {
    file: /lookup\.ts$/,
    what: /^guardSize > bitsLeft -> \(guardSize\) >= \(bitsLeft\)$/,
    line: /return 0;$/,
    why: 'A guard of all the bits leaves none for the slot, which the next line refuses with the same answer.',
  },
  {
    file: /lookup\.ts$/,
    what: /^guardSize > bitsLeft \|\| .* -> field\(/,
    line: /return 0;$/,
    why: 'A guard longer than the bits left is so with the radix, too, which the next line refuses with the same answer.',
  },
  {
    file: /lookup\.ts$/,
    what: /^0 -> 1$/,
    line: /cnodePointer\(w0\) \| 0/,
    why: 'The lowest bits are shifted out.',
  },
  {
    file: /lookup\.ts$/,
    what: /^'slot' in found -> false$/,
    why: 'Asked only of an address that leads to no slot; a result without words is none of a failure.',
  },
  {
    file: /./,
    what: /=== undefined -> invocation\.length < \d( \|\| \w+ === undefined)?$/,
    why: 'Extra capabilities are counted: where one is missing, so are all behind it, and the last is asked for.',
  },
  {
    file: /invoke\.ts$/,
    what: /^wanted === 0 -> false$/,
    why: 'No slot is looked up for no capability; the short way makes no list.',
  },
  {
    file: /untyped\.ts$/,
    what: /^row\.size\.kind === 'user' && userBits < row\.size\.minimum -> userBits/,
    why: 'An object of one size has no minimum, and no number is below undefined.',
  },
  {
    file: /tcb\.ts$/,
    what: /./,
    line: /kept|flagMask/,
    why: 'There is no flag without an FPU: all are 0 whatever is cleared and set.',
  },
  {
    file: /tcb-spaces\.ts$/,
    what: /^1 -> [02]$/,
    line: /deriveWithData\(k, vspace/,
    why: 'Data changes nothing in a page table, and what is none is refused with or without it.',
  },
  {
    file: /page-table\.ts$/,
    what: /^table\.isMapped && /,
    why: 'A table gets to be a root by Assign, which makes its one capability mapped; it is so until the table is gone.',
  },
  {
    file: /asid\.ts$/,
    what: /^first \+ index -> \(first\) - \(index\)$/,
    line: /!== 0/,
    why: 'first is 0, or 16 at least and then above index: the difference is 0 where the sum is.',
  },
  {
    file: /asid\.ts$/,
    what: /^pool < configuration\.asidPools/,
    why: 'Behind the table is the state of interrupt 0, which there is not: always 0, so the search ends there.',
  },
  {
    file: /sched-control\.ts$/,
    what: /^32 -> 33$/,
    why: 'A word of an answer has 32 bits: what is above is cut off where it is written.',
  },
  {
    file: /sched-control\.ts$/,
    what: /^1_000_000 -> 1000001$/,
    why: 'The timers have 1 and 10 million ticks in a second; the quotient is rounded up to the same.',
  },
  {
    file: /rights\.ts$/,
    what: /^0 -> 1$/,
    line: /vaddr: 0/,
    why: 'A frame capability keeps the address without its low 12 bits.',
  },
];

export const whyEquivalent = ({ file, what, text }) =>
  known.find(
    (each) => each.file.test(file) && each.what.test(what) && (each.line?.test(text) ?? true),
  )?.why;
