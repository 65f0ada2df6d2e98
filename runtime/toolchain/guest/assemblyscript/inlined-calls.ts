/**
 * The calls that are not there any more, as a debugger is told of them: those that the library replaced by the body of
 * the function, and those that the optimiser did. It only says in which function the code is at last. What leads there
 * is followed back over the calls that there were before: to the only one that a function has, or to that of its copy
 * (inlined-copies.ts). Where several could be meant, the code is told to be of the function, without the place of a call.
 */
import type { GuestFunction } from 'assemblyscript';
import { callSitesOf } from '../call-sites.js';
import type { GuestInlinedCall, GuestLine, GuestLocal } from '../guest-module.js';
import { namesOfModule } from '../module-names.js';
import { lastUpTo } from '../line-search.js';
import type { InlinedCopies, Way } from './inlined-copies.js';
import type { NotedModule } from './noted-states.js';
import type { NotedCall, PlaceNote } from './place-notes.js';

/** A call as it was before anything was optimised. */
interface FormerCall {
  readonly caller: string;
  readonly note: PlaceNote | undefined;
}

/** By the name of the function that is called. */
export type FormerCalls = ReadonlyMap<string, readonly FormerCall[]>;

/** Which calls there were between functions before anything was optimised. */
export interface CallPaths {
  /** The one call of a function that another, with all that it calls, has; undefined for several, and for twins. */
  onlyCall(within: string, callee: string): PlaceNote | undefined;
  /** Whether a function calls itself by way of another one, whose code may be in it. */
  isInCircle(name: string): boolean;
}

export interface InlinedContext {
  readonly notes: readonly PlaceNote[];
  readonly paths: CallPaths;
  /** Undefined where nothing was optimised. */
  readonly copies: InlinedCopies | undefined;
  readonly nameOf: (callee: GuestFunction) => string;
  readonly placeOf: (note: Pick<PlaceNote, 'range'>) => {
    readonly file: string;
    readonly line: number;
  };
  /** Of a call that the library replaced, in a function of the module. */
  readonly localsOf: (call: NotedCall, host: string) => readonly GuestLocal[];
  /** Of a function that the optimiser put into another one. */
  readonly localsOfMoved: (of: GuestFunction, host: string) => readonly GuestLocal[];
}

/** Longer ways are not followed: a function that calls itself could go on for ever. */
const longestWay = 16;

/** Of a module before it is optimised. */
export function formerCalls(
  wasm: Uint8Array,
  { names: { functions }, lines }: NotedModule,
  notes: readonly PlaceNote[],
): FormerCalls {
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
    const inlined = name === undefined ? undefined : chains.of(name, note, line.offset);
    const column = note.column + 1;
    return inlined === undefined ? { ...line, column } : { ...line, column, inlined };
  });
  return { lines: found, calls: chains.calls };
}

function chainsOf(context: InlinedContext): {
  readonly calls: readonly GuestInlinedCall[];
  of(within: string, note: PlaceNote, offset: number): number | undefined;
} {
  const { paths, copies, nameOf, placeOf, localsOf } = context;
  const calls: GuestInlinedCall[] = [];
  const byKey = new Map<string, number>();
  const numbers = new Map<NotedCall | PlaceNote, number>();
  const locals = new Map<string, readonly GuestLocal[]>();

  const numberOf = (each: NotedCall | PlaceNote): number => {
    const number = numbers.get(each) ?? numbers.size;
    numbers.set(each, number);
    return number;
  };

  const add = (key: string, make: () => GuestInlinedCall): number => {
    const known = byKey.get(key);
    if (known !== undefined) return known;
    byKey.set(key, calls.length);
    calls.push(make());
    return calls.length - 1;
  };

  /** The calls that the library replaced, on top of what the function itself is in. */
  const noted = (
    within: string,
    call: NotedCall | undefined,
    root: number | undefined,
  ): number | undefined => {
    if (call === undefined) return root;
    const outer = noted(within, call.outer, root);
    return add(`noted ${String(numberOf(call))} in ${String(outer)}`, () => ({
      name: nameOf(call.callee),
      ...(call.call === undefined ? {} : { call: placeOf({ range: call.call }) }),
      ...(outer === undefined ? {} : { outer }),
      locals: localsOf(call, within),
    }));
  };

  /** What the code of a function is in that the optimiser put into another one. */
  const moved = (within: string, of: GuestFunction, steps: number): number | undefined => {
    const name = of.internalName;
    if (name === within) return undefined;
    const key = `${name} in ${within}`;
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const note = steps < longestWay ? paths.onlyCall(within, name) : undefined;
    const outer =
      note === undefined
        ? undefined
        : noted(within, note.call, moved(within, note.within, steps + 1));
    return add(key, () => movedCall(within, of, note, outer));
  };

  const movedCall = (
    within: string,
    of: GuestFunction,
    note: PlaceNote | undefined,
    outer: number | undefined,
  ): GuestInlinedCall => {
    const key = `${of.internalName} in ${within}`;
    const own = locals.get(key) ?? context.localsOfMoved(of, within);
    locals.set(key, own);
    return {
      name: nameOf(of),
      ...(note === undefined ? {} : { call: placeOf(note) }),
      ...(outer === undefined ? {} : { outer }),
      file: placeOf({ range: of.declaration.range }).file,
      locals: own,
    };
  };

  /** What the code of a function is in that is known to be in the place of one call. */
  const copied = (within: string, of: GuestFunction, way: Way): number | undefined => {
    let inner: number | undefined;
    for (const [index, note] of way.entries()) {
      const outer = noted(within, note.call, inner);
      const callee = way[index + 1]?.within ?? of;
      const key = `${callee.internalName} at ${String(numberOf(note))} in ${within} ${String(outer)}`;
      inner = add(key, () => movedCall(within, callee, note, outer));
    }
    return inner;
  };

  return {
    calls,
    of(within, note, offset) {
      const { internalName } = note.within;
      const way = within === internalName ? undefined : copies?.wayTo(within, internalName, offset);
      const root =
        way === undefined ? moved(within, note.within, 0) : copied(within, note.within, way);
      return noted(within, note.call, root);
    },
  };
}

export function callPaths(former: FormerCalls, twins: ReadonlySet<string>): CallPaths {
  const callees = calleesOf(former);
  const reachable = new Map<string, ReadonlySet<string>>();
  const reachableFrom = (name: string): ReadonlySet<string> => {
    const known = reachable.get(name);
    if (known !== undefined) return known;
    const found = new Set([name]);
    // The set grows while it is walked.
    for (const each of found) for (const callee of callees.get(each) ?? []) found.add(callee);
    reachable.set(name, found);
    return found;
  };
  return {
    onlyCall(within, callee) {
      if (twins.has(callee)) return undefined;
      const inside = reachableFrom(within);
      const [only, ...others] = (former.get(callee) ?? []).filter(({ caller }) =>
        inside.has(caller),
      );
      return others.length === 0 ? only?.note : undefined;
    },
    isInCircle: (name) =>
      [...(callees.get(name) ?? [])].some(
        (callee) => callee !== name && reachableFrom(callee).has(name),
      ),
  };
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
