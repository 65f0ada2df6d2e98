/**
 * The calls that are not there any more, as a debugger is told of them: those that the library replaced by the body of
 * the function, and those that the optimiser did. It only says in which function the code is at last. What leads there
 * is followed back over the calls that there were before: a function that it puts into another has, as a rule, one call
 * only. Where several could be meant, the code is told to be of the function, without the place of a call.
 */
import type { GuestFunction } from 'assemblyscript';
import { callSitesOf } from '../call-sites.js';
import type { GuestInlinedCall, GuestLine, GuestLocal } from '../guest-module.js';
import { namesOfModule } from '../module-names.js';
import { lastUpTo } from '../line-search.js';
import type { NotedCall, PlaceNote } from './place-notes.js';

/** A call as it was before anything was optimised. */
interface FormerCall {
  readonly caller: string;
  readonly note: PlaceNote | undefined;
}

/** By the name of the function that is called. */
export type FormerCalls = ReadonlyMap<string, readonly FormerCall[]>;

export interface InlinedContext {
  readonly notes: readonly PlaceNote[];
  readonly former: FormerCalls;
  readonly nameOf: (callee: GuestFunction) => string;
  readonly placeOf: (note: Pick<PlaceNote, 'range'>) => {
    readonly file: string;
    readonly line: number;
  };
  readonly localsOf: (call: NotedCall) => readonly GuestLocal[];
}

/** Longer ways are not followed: a function that calls itself could go on for ever. */
const longestWay = 16;

/** Of a module before it is optimised; `lines` have numbers of notes for columns. */
export function formerCalls(
  wasm: Uint8Array,
  lines: readonly GuestLine[],
  notes: readonly PlaceNote[],
): FormerCalls {
  const { functions } = namesOfModule(wasm);
  const found = new Map<string, FormerCall[]>();
  for (const { caller, callee, offset } of callSitesOf(wasm).calls) {
    const name = callee === undefined ? undefined : functions.get(callee);
    const from = functions.get(caller);
    if (name === undefined || from === undefined) continue;
    const line = lines[lastUpTo(lines, offset)];
    const calls = found.get(name) ?? [];
    calls.push({ caller: from, note: line && noteOf(notes, line) });
    found.set(name, calls);
  }
  return found;
}

const noteOf = (notes: readonly PlaceNote[], line: GuestLine): PlaceNote | undefined =>
  line.line === 0 ? undefined : notes[line.column - 1];

/** Lines with columns in place of numbers of notes. */
export const linesWithColumns = (
  lines: readonly GuestLine[],
  notes: readonly PlaceNote[],
): GuestLine[] =>
  lines.map((line) => {
    const note = noteOf(notes, line);
    return note === undefined ? line : { ...line, column: note.column + 1 };
  });

/** Lines with their columns, and which calls their code is in. */
export function linesWithCalls(
  wasm: Uint8Array,
  lines: readonly GuestLine[],
  context: InlinedContext,
): { readonly lines: GuestLine[]; readonly calls: readonly GuestInlinedCall[] } {
  const { functions } = namesOfModule(wasm);
  const { bodies } = callSitesOf(wasm);
  const chains = chainsOf(context);
  let body = 0;
  const found = lines.map((line): GuestLine => {
    const note = noteOf(context.notes, line);
    if (note === undefined) return line;
    while (bodies[body + 1] !== undefined && (bodies[body + 1]?.start ?? 0) <= line.offset)
      body += 1;
    const name = functions.get(bodies[body]?.index ?? -1);
    const inlined = name === undefined ? undefined : chains.of(name, note);
    const column = note.column + 1;
    return inlined === undefined ? { ...line, column } : { ...line, column, inlined };
  });
  return { lines: found, calls: chains.calls };
}

function chainsOf({ former, nameOf, placeOf, localsOf }: InlinedContext): {
  readonly calls: readonly GuestInlinedCall[];
  of(within: string, note: PlaceNote): number | undefined;
} {
  const calls: GuestInlinedCall[] = [];
  const byKey = new Map<string, number>();
  const numbers = new Map<NotedCall, number>();
  const reachable = new Map<string, ReadonlySet<string>>();
  const callees = calleesOf(former);

  const add = (key: string, make: () => GuestInlinedCall): number => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, calls.length);
    calls.push(make());
    return calls.length - 1;
  };

  /** The calls that the library replaced, on top of what the function itself is in. */
  const noted = (call: NotedCall | undefined, root: number | undefined): number | undefined => {
    if (call === undefined) return root;
    const outer = noted(call.outer, root);
    const number = numbers.get(call) ?? numbers.size;
    numbers.set(call, number);
    return add(`noted ${String(number)} in ${String(outer)}`, () => ({
      name: nameOf(call.callee),
      ...(call.call === undefined ? {} : { call: placeOf({ range: call.call }) }),
      ...(outer === undefined ? {} : { outer }),
      locals: root === undefined ? localsOf(call) : [],
    }));
  };

  /** What the code of a function is in that the optimiser put into another one. */
  const moved = (within: string, of: GuestFunction, steps: number): number | undefined => {
    const name = of.internalName;
    if (name === within) return undefined;
    const key = `${name} in ${within}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const inside = reachableFrom(within);
    const candidates = (former.get(name) ?? []).filter(({ caller }) => inside.has(caller));
    const [only, ...others] = candidates;
    const note = others.length === 0 && steps < longestWay ? only?.note : undefined;
    const outer =
      note === undefined ? undefined : noted(note.call, moved(within, note.within, steps + 1));
    return add(key, () => ({
      name: nameOf(of),
      ...(note === undefined ? {} : { call: placeOf(note) }),
      ...(outer === undefined ? {} : { outer }),
      locals: [],
    }));
  };

  const reachableFrom = (name: string): ReadonlySet<string> => {
    const known = reachable.get(name);
    if (known !== undefined) return known;
    const found = new Set([name]);
    // The set grows while it is walked.
    for (const each of found) for (const callee of callees.get(each) ?? []) found.add(callee);
    reachable.set(name, found);
    return found;
  };

  return { calls, of: (within, note) => noted(note.call, moved(within, note.within, 0)) };
}

function calleesOf(former: FormerCalls): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const [callee, calls] of former)
    for (const { caller } of calls) {
      const callees = found.get(caller) ?? new Set();
      callees.add(callee);
      found.set(caller, callees);
    }
  return found;
}
