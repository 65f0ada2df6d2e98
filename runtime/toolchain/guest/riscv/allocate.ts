/**
 * Finds a register for each value: the most often used for its length first, each into the free register that saves
 * most copies, else none. A value without one lives in the frame and is loaded next to each use, and the search begins
 * again; a value that is only loaded is always given a register, so it ends.
 */
import { at } from './at.js';
import { calleeSaved, callerSaved, returnAddress } from './calling-convention.js';
import { frequencyOf } from './frequency.js';
import type { Liveness, Ranges } from './intervals.js';
import { firstEndingAfter, lengthOf, livenessOf, overlap } from './intervals.js';
import { exitReads, firstValue, readsOf, writesOf } from './machine-code.js';
import type { MachineFunction, Register } from './machine-code.js';
import { spill } from './spill.js';

export interface Allocation {
  readonly liveness: Liveness;
  /** By value. */
  readonly registers: ReadonlyMap<Register, Register>;
  /** Whether nothing lives in a register of the hart from one position to another. */
  isFree(register: Register, from: number, to: number): boolean;
}

export interface AllocateOptions {
  /** A register that is kept for addresses in a large frame. */
  readonly reserved?: Register;
}

/** Values that live in the frame get there in at most so many rounds; each round has fewer that could. */
const mostRounds = 40;

export function allocate(machine: MachineFunction, options: AllocateOptions): Allocation {
  const available = [...preference, ...calleeSaved].filter(
    (register) => register !== options.reserved && (machine.hasCalls || register !== returnAddress),
  );
  const short = new Set<Register>();
  for (let round = 0; ; round++) {
    const search = newSearch(machine, available, short);
    const spilled = round < mostRounds ? assignAll(search) : [];
    if (round >= mostRounds)
      spilled.push(...[...search.values.keys()].filter((v) => !short.has(v)));
    if (spilled.length === 0) {
      const { liveness, occupied } = search;
      const registers = new Map(
        [...search.values.values()].map(({ value, register }) => [value, register]),
      );
      return {
        liveness,
        registers,
        isFree: (register, from, to) =>
          available.includes(register) && !overlap([from, to], at(occupied, register)),
      };
    }
    spill(machine, spilled, short);
  }
}

/** Those that compressed instructions reach come first, arguments last among them. */
const preference: readonly Register[] = [
  15, 14, 13, 12, 11, 10, 16, 17, 5, 6, 7, 28, 29, 30, 31, 1,
];

interface Candidate {
  readonly value: Register;
  readonly ranges: Ranges;
  /** What it costs not to have a register. */
  cost: number;
  weight: number;
  /** Registers and values that it would be good to share a register with. */
  readonly hints: { readonly other: Register; readonly gain: number }[];
  /** 0 as long as there is none. */
  register: Register;
}

interface Search {
  readonly available: readonly Register[];
  readonly liveness: Liveness;
  readonly values: ReadonlyMap<Register, Candidate>;
  /** By register of the hart. */
  readonly occupied: Ranges[];
  readonly used: Set<Register>;
  readonly short: ReadonlySet<Register>;
}

function newSearch(
  machine: MachineFunction,
  available: readonly Register[],
  short: ReadonlySet<Register>,
): Search {
  const liveness = livenessOf(machine);
  const values = new Map<Register, Candidate>();
  for (const [value, ranges] of liveness.intervals)
    values.set(value, { value, ranges, cost: 0, weight: 0, hints: [], register: 0 });
  for (const block of machine.blocks) {
    const frequency = frequencyOf(block);
    const count = (register: Register): void => {
      const candidate = values.get(register);
      if (candidate !== undefined) candidate.cost += frequency;
    };
    for (const step of block.steps) {
      readsOf(step).forEach(count);
      writesOf(step).forEach(count);
      for (const { to, from } of step.moves)
        if (to.kind === 'register' && from.kind === 'register')
          hint(values, to.register, from.register, 4 * frequency);
      if (step.kind !== 'plain' || step.rd === 0) continue;
      hint(values, step.rd, step.rs1, frequency / 8);
      hint(values, step.rd, step.rs2, frequency / 16);
    }
    exitReads(block.exit).forEach(count);
  }
  for (const candidate of values.values())
    candidate.weight = short.has(candidate.value)
      ? Infinity
      : candidate.cost / (lengthOf(candidate.ranges) + 8);
  const occupied = liveness.fixed.map((ranges) => [...ranges]);
  return { available, liveness, values, occupied, used: new Set(), short };
}

function hint(
  values: ReadonlyMap<Register, Candidate>,
  a: Register,
  b: Register,
  gain: number,
): void {
  if (a === 0 || b === 0 || a === b) return;
  values.get(a)?.hints.push({ other: b, gain });
  values.get(b)?.hints.push({ other: a, gain });
}

/** Values that found no register. */
function assignAll(search: Search): Register[] {
  const order = [...search.values.values()].sort(
    (a, b) => b.weight - a.weight || a.value - b.value,
  );
  const spilled: Register[] = [];
  for (const candidate of order) {
    const register = bestRegister(search, candidate);
    if (register !== undefined) take(search, candidate, register);
    else if (search.short.has(candidate.value)) spilled.push(...makeRoom(search, candidate));
    else spilled.push(candidate.value);
  }
  return spilled;
}

/** The cost of saving and restoring one that the caller expects to find again. */
const savingCost = 2;

function bestRegister(search: Search, candidate: Candidate): Register | undefined {
  let best: Register | undefined;
  let bestScore = -Infinity;
  const gains = new Map<Register, number>();
  for (const { other, gain } of candidate.hints) {
    const register = other < firstValue ? other : (search.values.get(other)?.register ?? 0);
    if (register !== 0) gains.set(register, (gains.get(register) ?? 0) + gain);
  }
  search.available.forEach((register, index) => {
    const isSaved = !callerSaved.includes(register);
    const isPopular = register >= 8 && register <= 15;
    const score =
      (gains.get(register) ?? 0) +
      (isPopular ? candidate.cost / 16 : 0) -
      (isSaved && !search.used.has(register) ? savingCost : 0) -
      index / 1024;
    if (score <= bestScore) return;
    if (overlap(candidate.ranges, at(search.occupied, register))) return;
    best = register;
    bestScore = score;
  });
  // A register that must be saved and restored is no gain for a value that is hardly used.
  return best;
}

function take(search: Search, candidate: Candidate, register: Register): void {
  candidate.register = register;
  search.used.add(register);
  insert(at(search.occupied, register), candidate.ranges);
}

/** Puts ranges into a list that has none of their positions. */
function insert(list: Ranges, ranges: Ranges): void {
  for (let index = 0; index < ranges.length; index += 2) {
    const from = ranges[index] ?? 0;
    list.splice(firstEndingAfter(list, from), 0, from, ranges[index + 1] ?? 0);
  }
}

/** For a value that must have a register: the cheapest of those that are in its way go to the frame. */
function makeRoom(search: Search, candidate: Candidate): Register[] {
  let best: readonly Register[] = [];
  let bestCost = Infinity;
  for (const register of search.available) {
    if (overlap(candidate.ranges, at(search.liveness.fixed, register))) continue;
    const inTheWay = [...search.values.values()].filter(
      (other) => other.register === register && overlap(other.ranges, candidate.ranges),
    );
    if (inTheWay.some(({ value }) => search.short.has(value))) continue;
    const cost = inTheWay.reduce((sum, other) => sum + other.cost, 0);
    if (cost >= bestCost) continue;
    best = inTheWay.map(({ value }) => value);
    bestCost = cost;
  }
  return [...best];
}
