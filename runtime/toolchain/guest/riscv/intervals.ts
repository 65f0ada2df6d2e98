/**
 * Where each value is alive, in positions: step number i reads at 2i and writes at 2i + 1. An interval is a sorted
 * list of ranges [from, to), so that a value which is dead for a while leaves its register to others. Registers
 * of the hart have ranges, too: where the calling convention puts something into them, and where a call destroys them.
 */
import { at } from './at.js';
import { callerSaved } from './calling-convention.js';
import { exitReads, exitTargets, firstValue, readsOf, writesOf } from './machine-code.js';
import type { MachineBlock, MachineFunction, Register, Step } from './machine-code.js';

/** from, to, from, to, …: ascending, not empty, not touching. */
export type Ranges = number[];

export interface Liveness {
  /** By value. */
  readonly intervals: ReadonlyMap<Register, Ranges>;
  /** By register of the hart. */
  readonly fixed: readonly Ranges[];
  /** Position of the first step of each block, and the first position after its exit. */
  readonly spans: ReadonlyMap<MachineBlock, { readonly from: number; readonly to: number }>;
}

export function livenessOf(machine: MachineFunction): Liveness {
  const liveOut = liveAtEnds(machine);
  const spans = new Map<MachineBlock, { from: number; to: number }>();
  let position = 0;
  for (const block of machine.blocks) {
    const to = position + 2 * (block.steps.length + 1);
    spans.set(block, { from: position, to });
    position = to;
  }
  const backwards = new Map<Register, Ranges>();
  const fixed: Ranges[] = Array.from({ length: firstValue }, () => []);
  for (let index = machine.blocks.length - 1; index >= 0; index--) {
    const block = at(machine.blocks, index);
    const { from, to } = spans.get(block) ?? { from: 0, to: 0 };
    scanBlock(block, { from, to, liveOut: liveOut.get(block) ?? new Set(), backwards, fixed });
  }
  for (const ranges of [...backwards.values(), ...fixed]) turnAround(ranges);
  return { intervals: backwards, fixed, spans };
}

/** Ranges are found from the last to the first, as pairs (to, from), and joined where they touch. */
function addBackwards(ranges: Ranges, from: number, to: number): void {
  const last = ranges.length - 1;
  const lastFrom = ranges[last];
  if (lastFrom !== undefined && to >= lastFrom) {
    ranges[last] = Math.min(lastFrom, from);
    return;
  }
  ranges.push(to, from);
}

const turnAround = (ranges: Ranges): void => void ranges.reverse();

interface BlockScan {
  readonly from: number;
  readonly to: number;
  readonly liveOut: ReadonlySet<Register>;
  readonly backwards: Map<Register, Ranges>;
  readonly fixed: readonly Ranges[];
}

function scanBlock(block: MachineBlock, scan: BlockScan): void {
  const { from, to, liveOut, backwards, fixed } = scan;
  /** Where the value is alive up to, for those that are. */
  const alive = new Map<Register, number>();
  const rangesOf = (register: Register): Ranges => {
    if (register < firstValue) return at(fixed, register);
    let ranges = backwards.get(register);
    if (ranges === undefined) backwards.set(register, (ranges = []));
    return ranges;
  };
  const read = (register: Register, position: number): void => {
    if (register !== 0 && !alive.has(register)) alive.set(register, position + 1);
  };
  const write = (register: Register, position: number): void => {
    if (register === 0) return;
    const end = alive.get(register) ?? position + 2;
    alive.delete(register);
    addBackwards(rangesOf(register), position + 1, end);
  };
  for (const register of liveOut) alive.set(register, to);
  for (const register of exitReads(block.exit)) read(register, to - 2);
  for (let index = block.steps.length - 1; index >= 0; index--) {
    const step = at(block.steps, index);
    const position = from + 2 * index;
    for (const register of writesOf(step)) write(register, position);
    for (const register of clobbers(step))
      if (!step.writes.includes(register))
        addBackwards(at(fixed, register), position + 1, position + 2);
    for (const register of readsOf(step)) read(register, position);
  }
  for (const [register, end] of alive) addBackwards(rangesOf(register), from, end);
}

const systemCallClobbers: readonly Register[] = [10, 11, 12, 13, 14, 15, 16, 17];

/** What a step destroys beside what it writes. */
function clobbers({ kind }: Step): readonly Register[] {
  if (kind === 'call' || kind === 'callRegister') return callerSaved;
  return kind === 'ecall' ? systemCallClobbers : [];
}

/** From each read that no write of its block comes before, up all ways to the writes. */
function liveAtEnds({ blocks }: MachineFunction): ReadonlyMap<MachineBlock, Set<Register>> {
  const before = new Map<MachineBlock, MachineBlock[]>(blocks.map((block) => [block, []]));
  const defined = new Map<MachineBlock, Set<Register>>();
  const liveIn = new Map<MachineBlock, Set<Register>>();
  const liveOut = new Map<MachineBlock, Set<Register>>();
  const work: { readonly block: MachineBlock; readonly register: Register }[] = [];
  for (const block of blocks) {
    for (const next of exitTargets(block.exit)) before.get(next)?.push(block);
    const written = new Set<Register>();
    const read = (register: Register): void => {
      if (register >= firstValue && !written.has(register)) work.push({ block, register });
    };
    for (const step of block.steps) {
      readsOf(step).forEach(read);
      for (const register of writesOf(step)) written.add(register);
    }
    exitReads(block.exit).forEach(read);
    defined.set(block, written);
    liveIn.set(block, new Set());
    liveOut.set(block, new Set());
  }
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { block, register } = next;
    const known = liveIn.get(block);
    if (known === undefined || known.has(register)) continue;
    known.add(register);
    for (const from of before.get(block) ?? []) {
      liveOut.get(from)?.add(register);
      if (defined.get(from)?.has(register) !== true) work.push({ block: from, register });
    }
  }
  return liveOut;
}

/** Whether two lists have a position in common. */
export function overlap(a: Ranges, b: Ranges): boolean {
  let [i, j] = [0, firstEndingAfter(b, a[0] ?? 0)];
  while (i < a.length && j < b.length) {
    const [fromA, toA] = [a[i] ?? 0, a[i + 1] ?? 0];
    const [fromB, toB] = [b[j] ?? 0, b[j + 1] ?? 0];
    if (fromA < toB && fromB < toA) return true;
    if (toA <= toB) i += 2;
    else j += 2;
  }
  return false;
}

/** The index of the first range that ends after a position. */
export function firstEndingAfter(ranges: Ranges, position: number): number {
  let [low, high] = [0, ranges.length / 2];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[2 * middle + 1] ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
}

/** All positions of both, which have none in common. */
export function union(a: Ranges, b: Ranges): Ranges {
  const all: Ranges = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const takesA = j >= b.length || (i < a.length && (a[i] ?? 0) < (b[j] ?? 0));
    const [from, to] = takesA ? [a[i] ?? 0, a[i + 1] ?? 0] : [b[j] ?? 0, b[j + 1] ?? 0];
    if (takesA) i += 2;
    else j += 2;
    if (all[all.length - 1] === from) all[all.length - 1] = to;
    else all.push(from, to);
  }
  return all;
}

export function lengthOf(ranges: Ranges): number {
  let length = 0;
  for (let index = 0; index < ranges.length; index += 2)
    length += (ranges[index + 1] ?? 0) - (ranges[index] ?? 0);
  return length;
}
