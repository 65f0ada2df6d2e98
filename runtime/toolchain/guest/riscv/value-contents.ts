/**
 * Which values each register of the hart and each word of the frame holds before each step of finished code. Values are
 * those from before copies were made one with what they copy (`coalesce.ts`), so that two values of one register are
 * told apart. A join takes its value where its block begins, though it is put into its place at the end of others.
 */
import { callerSaved } from './calling-convention.js';
import type { CompiledFunction } from './compile-function.js';
import type { CodeBlock } from './instruction-list.js';
import type { MachineBlock, MachineFunction, Place, Register, Step } from './machine-code.js';
import { exitTargets, firstValue, writesOf } from './machine-code.js';

/** A value, by its number; negative: a parameter as it was given, or what a join will be. */
export type Key = number;

export const parameterKey = (word: number): Key => -(2 * word + 1);

const pendingKey = (value: Register): Key => -2 * value;

/** By location: a register of the hart, or from 32 on a slot of the frame. */
export type Contents = ReadonlyMap<number, readonly Key[]>;

const firstSlot = 32;

export const slotLocation = (location: number): number | undefined =>
  location < firstSlot ? undefined : location - firstSlot;

/** What a step, or what ends a block, finds, and which bytes it became. */
export interface StepContents {
  readonly contents: Contents;
  /** Of the WebAssembly instruction. */
  readonly offset: number;
  readonly from: number;
  readonly to: number;
  /** Locations that its code writes to. */
  readonly changed: ReadonlySet<number>;
}

/** What a step gives values to, before anything is renamed. */
export interface StepValues {
  readonly step: Step;
  readonly values: readonly { readonly value: Register; readonly from: Register | undefined }[];
}

export type ValuesBefore = ReadonlyMap<MachineBlock, readonly StepValues[]>;

/** Before registers are found; each copy is told which value it makes. */
export function noteValues({ blocks }: MachineFunction): ValuesBefore {
  return new Map(
    blocks.map((block) => [
      block,
      block.steps.map((step): StepValues => {
        if (step.kind !== 'moves')
          return {
            step,
            values: writesOf(step)
              .filter((value) => value >= firstValue)
              .map((value) => ({ value, from: undefined })),
          };
        step.moves = step.moves.map((move) =>
          move.to.kind === 'register' && move.to.register >= firstValue
            ? { ...move, value: move.to.register }
            : move,
        );
        const values = step.moves.flatMap(({ value, from }) => {
          const source = from.kind === 'register' ? from.register : undefined;
          return value === undefined ? [] : [{ value, from: source }];
        });
        return { step, values };
      }),
    ]),
  );
}

interface Following {
  readonly compiled: CompiledFunction;
  /** Values that are joins, wherever. */
  readonly joins: ReadonlySet<Register>;
  /** Of the byte after each block. */
  readonly ends: ReadonlyMap<CodeBlock, number>;
}

/** Before each step that became code, and before what ends each block. */
export function contentsOf(compiled: CompiledFunction, atEntry: Contents): StepContents[] {
  const { machine, assembled } = compiled;
  const following: Following = {
    compiled,
    joins: new Set([...machine.joined.values()].flat()),
    ends: endsOf(assembled),
  };
  const before = contentsOfBlocks(following, atEntry);
  const found: StepContents[] = [];
  for (const block of machine.blocks) {
    const contents = before.get(block);
    if (contents !== undefined) follow(following, block, contents, (each) => found.push(each));
  }
  return found;
}

/** Blocks are in the order in which they lie. */
function endsOf({ offsets, bytes }: CompiledFunction['assembled']): Map<CodeBlock, number> {
  const starts = [...offsets.values()].map((places) => places[0] ?? 0);
  return new Map(
    [...offsets.keys()].map((block, index) => [block, starts[index + 1] ?? bytes.length]),
  );
}

/** What differs where ways meet goes, until nothing changes. */
function contentsOfBlocks(following: Following, atEntry: Contents): Map<MachineBlock, Contents> {
  const { machine } = following.compiled;
  const before = new Map<MachineBlock, Contents>();
  const [entry] = machine.blocks;
  if (entry === undefined) return before;
  before.set(entry, atEntry);
  const work = new Set([entry]);
  for (const block of work) {
    work.delete(block);
    const after = follow(following, block, before.get(block) ?? new Map(), () => undefined);
    for (const next of exitTargets(block.exit)) {
      const arriving = entered(following, next, after);
      const known = before.get(next);
      const both = known === undefined ? arriving : common(known, arriving);
      if (known !== undefined && both === known) continue;
      before.set(next, both);
      work.add(next);
    }
  }
  return before;
}

/** Joins of the block have their values from here on; those of others do not concern it. */
function entered({ compiled }: Following, block: MachineBlock, contents: Contents): Contents {
  const own = new Map(
    (compiled.machine.joined.get(block) ?? []).map((value) => [pendingKey(value), value]),
  );
  const gone = new Set(own.values());
  return mapped(contents, (keys) =>
    keys
      .filter((key) => !gone.has(key))
      .flatMap((key) => (isPending(key) ? (own.get(key) ?? []) : key)),
  );
}

const isPending = (key: Key): boolean => key < 0 && key % 2 === 0;

function mapped(
  contents: Contents,
  map: (keys: readonly Key[]) => readonly Key[],
): Map<number, readonly Key[]> {
  const result = new Map<number, readonly Key[]>();
  for (const [location, keys] of contents) {
    const left = map(keys);
    if (left.length > 0) result.set(location, left);
  }
  return result;
}

/** The first of them itself, where nothing goes. */
function common(a: Contents, b: Contents): Contents {
  let isSame = true;
  const result = new Map<number, readonly Key[]>();
  for (const [location, keys] of a) {
    const other = b.get(location) ?? [];
    const left = keys.filter((key) => other.includes(key));
    if (left.length < keys.length) isSame = false;
    if (left.length > 0) result.set(location, left);
  }
  return isSame ? a : result;
}

/** Through a block; what it leaves. */
function follow(
  following: Following,
  block: MachineBlock,
  before: Contents,
  tell: (found: StepContents) => void,
): Contents {
  const { expanded, assembled, values } = following.compiled;
  const code = expanded.blockOf.get(block);
  const offsets = code && assembled.offsets.get(code);
  const exitIndex = expanded.exits.get(block) ?? 0;
  const indexOf = (step: Step | undefined): number =>
    (step && expanded.starts.get(step)?.index) ?? exitIndex;
  const noted = values.get(block) ?? [];
  const placeOfNoted = new Map(noted.map(({ step }, index) => [step, index]));
  let next = 0;
  let contents = before;
  /** Copies that are not there any more, since both are in one place. */
  const passGone = (upTo: number): void => {
    for (; next < upTo; next += 1) contents = withoutCode(following, contents, noted[next]);
  };
  block.steps.forEach((step, index) => {
    const place = placeOfNoted.get(step);
    if (place !== undefined) {
      passGone(place);
      next = place + 1;
    }
    const [first, last] = [indexOf(step), indexOf(block.steps[index + 1])];
    const written = new Map(writtenBy(following, step, contents));
    const changed = new Set(written.keys());
    for (const { rd } of code?.instructions.slice(first, last) ?? []) if (rd !== 0) changed.add(rd);
    const [from, to] = [offsets?.[first], offsets?.[last]];
    if (from !== undefined && to !== undefined && from < to)
      tell({ contents, offset: step.offset, from, to, changed });
    contents = afterStep(following, contents, place === undefined ? undefined : noted[place], {
      ...{ step, written, changed },
    });
  });
  passGone(noted.length);
  const from = offsets?.[exitIndex];
  if (from !== undefined) {
    const to = (code && following.ends.get(code)) ?? from;
    const leaving = code?.instructions.slice(exitIndex) ?? [];
    const changed = new Set(leaving.map(({ rd }) => rd));
    if (from < to) tell({ contents, offset: block.exitOffset, from, to, changed });
  }
  return contents;
}

interface Writing {
  readonly step: Step;
  /** By location what is copied there. */
  readonly written: ReadonlyMap<number, readonly Key[]>;
  readonly changed: ReadonlySet<number>;
}

export function locationOf(
  { allocation }: Pick<CompiledFunction, 'allocation'>,
  place: Place,
): number {
  if (place.kind === 'slot') return firstSlot + place.slot;
  const { register } = place;
  return register < firstValue ? register : (allocation.registers.get(register) ?? 0);
}

function writtenBy(
  { compiled }: Following,
  step: Step,
  contents: Contents,
): [number, readonly Key[]][] {
  const register = (each: Register): number =>
    locationOf(compiled, { kind: 'register', register: each });
  const holds = (location: number): readonly Key[] => contents.get(location) ?? [];
  switch (step.kind) {
    case 'moves':
      return step.moves.map(({ to, from }) => [
        locationOf(compiled, to),
        from.kind === 'constant' ? [] : holds(locationOf(compiled, from)),
      ]);
    case 'call':
    case 'callRegister':
      return [...callerSaved, ...step.writes].map((each) => [each, []]);
    case 'ecall':
      return [...ecallWrites, ...step.writes].map((each) => [each, []]);
    case 'plain': {
      const slot = step.frame === 'slot' ? firstSlot + step.imm / 4 : undefined;
      if (slot !== undefined && step.name === 'sw') return [[slot, holds(register(step.rs2))]];
      if (step.rd === 0) return [];
      return [[register(step.rd), slot === undefined ? [] : holds(slot)]];
    }
    case 'constant':
    case 'address':
      return step.rd === 0 ? [] : [[register(step.rd), []]];
  }
}

const ecallWrites: readonly Register[] = [10, 11, 12, 13, 14, 15, 16, 17];

function afterStep(
  following: Following,
  before: Contents,
  noted: StepValues | undefined,
  { step, written, changed }: Writing,
): Contents {
  const raw = new Map(before);
  for (const location of changed) raw.delete(location);
  for (const [location, keys] of written) raw.set(location, keys);
  const made = new Map<number, Register[]>();
  const add = (location: number, value: Register): void => {
    made.set(location, [...(made.get(location) ?? []), value]);
  };
  for (const { value, from } of noted?.values ?? []) {
    const move = step.moves.find((each) => each.value === value);
    if (move !== undefined) add(locationOf(following.compiled, move.to), value);
    else if (step.kind !== 'moves') for (const location of written.keys()) add(location, value);
    // Both are one and the same now.
    if (from !== undefined && from >= firstValue)
      for (const [location, keys] of raw) if (keys.includes(from)) add(location, value);
  }
  return withMade(following, raw, made, noted);
}

function withoutCode(
  following: Following,
  before: Contents,
  noted: StepValues | undefined,
): Contents {
  const made = new Map<number, Register[]>();
  for (const { value, from } of noted?.values ?? [])
    for (const [location, keys] of before)
      if (from !== undefined && keys.includes(from))
        made.set(location, [...(made.get(location) ?? []), value]);
  return withMade(following, before, made, noted);
}

/** What is made anew is nowhere else. */
function withMade(
  { joins }: Following,
  raw: Contents,
  made: ReadonlyMap<number, readonly Register[]>,
  noted: StepValues | undefined,
): Contents {
  const keyOf = (value: Register): Key => (joins.has(value) ? pendingKey(value) : value);
  const gone = new Set((noted?.values ?? []).map(({ value }) => keyOf(value)));
  if (gone.size === 0) return mapped(raw, (keys) => keys);
  const result = mapped(raw, (keys) => keys.filter((key) => !gone.has(key)));
  for (const [location, values] of made)
    if (location !== 0)
      result.set(location, [...new Set([...(result.get(location) ?? []), ...values.map(keyOf)])]);
  return result;
}
