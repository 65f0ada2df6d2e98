/**
 * Where the values of variables are while a function runs, in a build that keeps no locals in the frame. The finished
 * code is followed along all its ways: each register and each word of the frame holds the values that were put there
 * last, and what differs where ways meet is not told. So a value counts for as long as nothing overwrites it, also
 * where nobody reads it any more, and whatever is told is the value.
 */
import type { ValuePlace, VariableLocation } from '../../../image/debug-information.js';
import { lastUpTo } from '../line-search.js';
import type { HeldLocal } from '../guest-module.js';
import type { FunctionBody, FunctionType } from '../wasm/module.js';
import { at } from './at.js';
import { placeArguments } from './calling-convention.js';
import type { CompiledFunction } from './compile-function.js';
import type { GraphNode } from './graph.js';
import { resolve } from './graph.js';
import { contentsOf, parameterKey, slotLocation } from './value-contents.js';
import type { Contents, Key, StepContents } from './value-contents.js';

/** What is asked for: a parameter as it was given, by its index, or locals of the module at some instructions. */
export type WantedValue = { readonly parameter: number } | { readonly held: readonly HeldLocal[] };

/** For each that was asked for. */
export function locateValues(
  compiled: CompiledFunction,
  { type, body }: { readonly type: FunctionType; readonly body: FunctionBody },
  wanted: readonly WantedValue[],
): readonly (readonly VariableLocation[])[] {
  if (wanted.length === 0) return [];
  const locating: Locating = {
    ...{ compiled, body },
    places: placeArguments(type.parameters).places,
    firstWords: firstWordsOf(body.locals),
    found: wanted.map(() => []),
  };
  const atEntry = argumentsOf(locating);
  const made =
    compiled.expanded.blocks[0] && compiled.assembled.offsets.get(compiled.expanded.blocks[0]);
  // The code before the first step makes the frame, and leaves arguments where they are.
  const to = made?.[compiled.expanded.entrySize] ?? 0;
  const entering = {
    contents: atEntry,
    offset: body.offset,
    from: 0,
    to,
    changed: new Set<number>(),
  };
  locateAt(locating, wanted, entering);
  for (const each of contentsOf(compiled, atEntry)) locateAt(locating, wanted, each);
  return locating.found.map(joined);
}

/** Words of the locals that are asked for. */
export function watchedWords({ locals }: FunctionBody, wanted: readonly WantedValue[]): number[] {
  const first = firstWordsOf(locals);
  const words = new Set<number>();
  for (const each of wanted)
    if ('held' in each)
      for (const { at } of each.held)
        if (typeof at === 'number') for (const word of wordsOf(first, at)) words.add(word);
  return [...words];
}

interface Locating {
  readonly compiled: CompiledFunction;
  readonly body: FunctionBody;
  /** Of the words of the parameters, when the function is called. */
  readonly places: ReturnType<typeof placeArguments>['places'];
  /** Of each local, its first word and the one behind its last. */
  readonly firstWords: readonly number[];
  readonly found: VariableLocation[][];
}

function firstWordsOf(locals: FunctionBody['locals']): number[] {
  const first = [0];
  for (const type of locals) first.push((first.at(-1) ?? 0) + (type === 'i64' ? 2 : 1));
  return first;
}

const argumentsOf = ({ places }: Locating): Contents =>
  new Map(
    places.flatMap((place, word): [number, Key[]][] =>
      place.kind === 'register' ? [[place.register, [parameterKey(word)]]] : [],
    ),
  );

function locateAt(locating: Locating, wanted: readonly WantedValue[], step: StepContents): void {
  const { body, compiled } = locating;
  const isEntry = step.offset === body.offset;
  const offset = isEntry ? at(body.instructions, 0).offset : step.offset;
  const nodes = compiled.seen.get(offset);
  wanted.forEach((each, index) => {
    const list = at(locating.found, index);
    const words =
      'parameter' in each
        ? parameterWords(locating, each.parameter)
        : heldWords(locating, each.held, offset, nodes);
    if (words === undefined) return;
    const places = words.map((word) => placeOf(locating, word, step, list.at(-1)));
    const [low, high] = places;
    if (low === undefined) return;
    const [first] = words;
    if (words.length === 1) list.push({ ...low });
    else if (typeof first === 'bigint') list.push({ ...low });
    else if (high !== undefined) {
      const pieces = [low.at, high.at].map((at) => ({ sizeBytes: 4, at }));
      const to = Math.min(low.to, high.to);
      list.push({ from: step.from, to, at: { kind: 'pieces', pieces } });
    }
  });
}

/** A word that something is computed in, that is a constant, or a whole constant of any size. */
type Word = { readonly key: Key } | { readonly constant: number } | bigint;

const parameterWords = ({ firstWords }: Locating, index: number): Word[] =>
  wordsOf(firstWords, index).map((word) => ({ key: parameterKey(word) }));

const wordsOf = (firstWords: readonly number[], local: number): number[] => {
  const words: number[] = [];
  for (let word = firstWords[local] ?? 0; word < (firstWords[local + 1] ?? 0); word += 1)
    words.push(word);
  return words;
};

function heldWords(
  { compiled, firstWords }: Locating,
  held: readonly HeldLocal[],
  offset: number,
  nodes: readonly GraphNode[] | undefined,
): Word[] | undefined {
  const found = held[lastUpTo(held, offset)];
  if (found === undefined || offset >= found.to) return undefined;
  if (typeof found.at !== 'number') return [found.at.constant];
  const words: Word[] = [];
  for (const word of wordsOf(firstWords, found.at)) {
    const seen = nodes?.[compiled.watched.get(word) ?? -1];
    const node = seen && resolve(seen);
    const known = node && wordOf(compiled, node);
    if (known === undefined) return undefined;
    words.push(known);
  }
  return words.length === 0 ? undefined : words;
}

function wordOf({ machine }: CompiledFunction, node: GraphNode): Word | undefined {
  if (node.op === 'const') return { constant: node.imm };
  if (node.op === 'parameter') return { key: parameterKey(node.imm) };
  const value = machine.valueOf(node);
  return value === undefined ? undefined : { key: value };
}

function placeOf(
  { compiled, places }: Locating,
  word: Word,
  step: StepContents,
  before: VariableLocation | undefined,
): VariableLocation | undefined {
  const { from, to } = step;
  if (typeof word === 'bigint') return { from, to, at: { kind: 'constant', value: word } };
  if ('constant' in word)
    return { from, to, at: { kind: 'constant', value: BigInt(word.constant) } };
  for (const [index, place] of places.entries())
    // Nobody writes into what the caller put on the stack.
    if (place.kind === 'stack' && parameterKey(index) === word.key)
      return { from, to, at: { kind: 'frame', offset: place.offset } };
  const candidates = [...step.contents]
    .filter(([, keys]) => keys.includes(word.key))
    .map(([location]) => location);
  // What lies in the frame stays; else the place of the step before, so that lists are short.
  const location =
    candidates.find((each) => slotLocation(each) !== undefined) ??
    candidates.find((each) => before?.at.kind === 'register' && before.at.register === each) ??
    candidates[0];
  if (location === undefined) return undefined;
  const slot = slotLocation(location);
  const { starts, sizeBytes } = compiled.expanded.frame;
  const where: ValuePlace =
    slot === undefined
      ? { kind: 'register', register: location }
      : { kind: 'frame', offset: starts.slot + 4 * slot - sizeBytes };
  // Within a step that changes the place it counts for the first instruction only.
  return { from, to: step.changed.has(location) ? from + 1 : to, at: where };
}

/** Sorted, with neighbours of one place as one. */
function joined(list: readonly VariableLocation[]): VariableLocation[] {
  const sorted = list.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const result: VariableLocation[] = [];
  for (const each of sorted) {
    const last = result.at(-1);
    if (last?.to === each.from && isSame(last.at, each.at))
      result.splice(-1, 1, { ...last, to: each.to });
    else result.push(each);
  }
  return result;
}

function isSame(a: ValuePlace | undefined, b: ValuePlace | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === 'pieces' && b.kind === 'pieces')
    return a.pieces.every(({ at: piece }, index) => isSame(piece, b.pieces[index]?.at));
  if (a.kind === 'register' && b.kind === 'register') return a.register === b.register;
  if (a.kind === 'frame' && b.kind === 'frame') return a.offset === b.offset;
  return a.kind === 'constant' && b.kind === 'constant' && a.value === b.value;
}
