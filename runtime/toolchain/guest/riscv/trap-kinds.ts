/** Why a guest program stops itself: the second word of each record in the section `.guest.traps`. */
export const trapKinds = {
  unreachable: 1,
  divisionByZero: 2,
  integerOverflow: 3,
  tableIndex: 4,
  nullFunction: 5,
  wrongSignature: 6,
  abort: 7,
  outOfMemory: 8,
  stack: 9,
  /** The index of an element is not below the length. */
  index: 10,
} as const;
