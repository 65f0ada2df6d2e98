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

/**
 * The instruction of a trap says of which kind it is to whoever has no such section: it is `c.addi4spn` without an amount,
 * which is reserved and so illegal, with one of eight registers. The first is `c.unimp`, which is defined to be illegal.
 * The words for them are in `ProcessManager/last-words.ts` and `component/faults.S`.
 */
export function trapInstruction(kind: number): number {
  return (trapCodes.get(kind) ?? 1) << 2;
}

const trapCodes: ReadonlyMap<number, number> = new Map([
  [trapKinds.abort, 0],
  [trapKinds.unreachable, 1],
  [trapKinds.divisionByZero, 2],
  [trapKinds.integerOverflow, 3],
  [trapKinds.tableIndex, 4],
  [trapKinds.wrongSignature, 4],
  [trapKinds.nullFunction, 5],
  [trapKinds.index, 6],
  [trapKinds.outOfMemory, 7],
]);
