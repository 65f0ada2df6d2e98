/**
 * Where an optimised module holds the variables of the source. The optimiser keeps no names, but each read and each
 * assignment of a variable that it leaves has the number of its note still (place-notes.ts). So both modules are walked:
 * the one before tells which value a variable has at each note; in the one after, a local that a noted read or
 * assignment names holds that value up to where it is set again. A variable is told to be in it only at notes where
 * it has the very value in the source. Code that may be there several times within one function is not told of.
 */
import type { Local } from 'assemblyscript';
import type { HeldLocal } from '../guest-module.js';
import type { LocalStates } from '../wasm/local-states.js';
import type { FunctionBody, WasmInstruction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { walkBlocks } from '../wasm/walk-blocks.js';
import type { CallPaths } from './inlined-calls.js';
import {
  exactNotes,
  isAccess,
  isSet,
  type NotedModule,
  type SourceFunction,
  type SourceStates,
} from './noted-states.js';
import type { PlaceNote } from './place-notes.js';

/** By the function of the optimised module, by variable. */
export interface HeldVariables {
  of(host: string, local: Local): readonly HeldLocal[];
  /** Whether the function has the parameters that its source declares. */
  hasParameters(host: string): boolean;
}

export interface HeldContext {
  readonly notes: readonly PlaceNote[];
  readonly paths: CallPaths;
}

/** Of the module after it. */
export function heldVariables(
  { functions, names, lines }: NotedModule,
  source: SourceStates,
  { notes, paths }: HeldContext,
): HeldVariables {
  const found = new Map<string, ReadonlyMap<Local, readonly HeldLocal[]>>();
  const withParameters = new Set<string>();
  const numbers = new Map(notes.map((note, number) => [note, number]));
  const [noteAt, linesAt] = [exactNotes(lines), new Map(lines.map((line) => [line.offset, line]))];
  for (const [index, { definition, type }] of functions.entries()) {
    const host = names.functions.get(index);
    if (definition.kind !== 'body' || host === undefined) continue;
    const own = source.functions.get(host);
    const { parameters } = type;
    const isKept = own?.parameters.length === parameters.length;
    if (isKept) withParameters.add(host);
    const hosting: Hosting = {
      ...{ host, source, notes, numbers, paths, noteAt },
      isOpaque: (offset) => linesAt.get(offset)?.line === 0,
      body: definition.body,
      repeated: repeatedFunctions(definition.body, { noteAt, notes, source }),
      tainted: taintedLocals(definition.body, { noteAt, source }),
      ways: new Map(),
    };
    found.set(host, walkHost(hosting, isKept ? own : undefined));
  }
  return {
    of: (host, local) => found.get(host)?.get(local) ?? [],
    hasParameters: (host) => withParameters.has(host),
  };
}

interface Hosting {
  readonly host: string;
  readonly body: FunctionBody;
  readonly source: SourceStates;
  readonly notes: readonly PlaceNote[];
  readonly numbers: ReadonlyMap<PlaceNote, number>;
  readonly paths: CallPaths;
  readonly noteAt: (offset: number) => number | undefined;
  /** Code of the compiler, which has no line. */
  readonly isOpaque: (offset: number) => boolean;
  /** Functions with an access to a variable that is there twice. */
  readonly repeated: ReadonlySet<string>;
  /** Locals that are loaded another way than the source says. */
  readonly tainted: ReadonlySet<number>;
  /** Of each function, the notes of the calls that lead from it to the host; undefined: of several ways. */
  readonly ways: Map<string, readonly number[] | undefined>;
}

type Known = Pick<Hosting, 'noteAt' | 'source'>;

function repeatedFunctions(
  { instructions }: FunctionBody,
  { noteAt, notes, source }: Known & Pick<Hosting, 'notes'>,
): Set<string> {
  const seen = new Set<number>();
  const repeated = new Set<string>();
  for (const { offset, opcode } of instructions) {
    const note = isAccess(opcode) ? noteAt(offset) : undefined;
    if (note === undefined || source.notes.get(note)?.local === undefined) continue;
    if (seen.has(note)) repeated.add(notes[note]?.within.internalName ?? '');
    seen.add(note);
  }
  return repeated;
}

/** The optimiser may load a byte with another sign, where all who read it only take that much of it. */
function taintedLocals({ instructions }: FunctionBody, { noteAt, source }: Known): Set<number> {
  const tainted = new Set<number>();
  instructions.forEach(({ opcode, offset }, position) => {
    if (opcode < firstNarrowLoad || opcode > lastNarrowLoad) return;
    const note = noteAt(offset);
    const next = instructions[position + 1];
    if (note !== undefined && source.notes.get(note)?.opcode === opcode) return;
    if (next !== undefined && isSet(next.opcode)) tainted.add(next.index);
  });
  return tainted;
}

const firstNarrowLoad = 0x2c;
const lastNarrowLoad = 0x35;

/** A variable of one of the functions whose code is in the host. */
interface Variable {
  readonly local: Local;
  /** By the position of the instruction. */
  readonly found: Map<number, HeldLocal['at']>;
}

interface Bound {
  /** The number of the value. */
  readonly value: number;
  readonly at: HeldLocal['at'];
}

type Bindings = ReadonlyMap<Variable, Bound>;

/** Where an instruction is in the source: the note in its own function, and in those that called it. */
interface Level {
  readonly source: SourceFunction;
  readonly variables: readonly Variable[];
  readonly before: LocalStates;
}

function walkHost(
  hosting: Hosting,
  own: SourceFunction | undefined,
): ReadonlyMap<Local, readonly HeldLocal[]> {
  const { instructions } = hosting.body;
  const variables = new Map<string, readonly Variable[]>();
  const variablesOf = (name: string): readonly Variable[] => {
    const known = variables.get(name);
    if (known !== undefined) return known;
    const { locals = [] } = hosting.source.functions.get(name) ?? {};
    const made = locals.map((local): Variable => ({ local, found: new Map() }));
    variables.set(name, made);
    return made;
  };
  const levels: (readonly Level[])[] = [];
  let straightFrom = 0;
  let current: readonly Level[] = [];
  walkBlocks<Bindings>(instructions, {
    first: own === undefined ? new Map() : boundParameters(own, variablesOf(hosting.host)),
    visit: (instruction, position, before) => {
      const { opcode, index, offset } = instruction;
      const note = hosting.noteAt(offset);
      if (note !== undefined) current = levelsAt(hosting, note, variablesOf);
      // Such code belongs to whatever line the code before it is of, at last.
      else if (hosting.isOpaque(offset)) current = [];
      levels.push(current);
      const [here] = current;
      if (isControl(opcode)) {
        straightFrom = position + 1;
        if (opcode !== op.brIf) current = [];
      }
      if (before === undefined) return undefined;
      let bindings = before;
      const witness = note === undefined ? undefined : witnessOf(hosting, instruction, note);
      if (witness?.read !== undefined) {
        const [variable, value] = [here?.variables[witness.read], here?.before[witness.read]];
        if (variable !== undefined && value !== undefined) {
          bindings = new Map(bindings).set(variable, { value, at: witness.at });
          tellBackwards({ instructions, levels, straightFrom, position }, variable, bindings);
        }
      }
      tell(levels[position] ?? [], bindings, position);
      if (!isSet(opcode)) return bindings;
      bindings = without(bindings, (local) => local === index);
      const variable = witness?.set === undefined ? undefined : here?.variables[witness.set];
      return variable === undefined || witness?.made === undefined
        ? bindings
        : new Map(bindings).set(variable, { value: witness.made, at: index });
    },
    enterLoop: (bindings, sets) => without(bindings, (local) => sets.has(local)),
    join: common,
  });
  return new Map(
    [...variables.values()]
      .flat()
      .map(({ local, found }) => [local, rangesOf(found, instructions)]),
  );
}

const isControl = (opcode: number): boolean =>
  opcode >= op.loop && opcode <= op.return && opcode !== op.block;

function boundParameters(
  { parameters, atEntry, locals }: SourceFunction,
  variables: readonly Variable[],
): Bindings {
  const bindings = new Map<Variable, Bound>();
  locals.forEach(({ index }, place) => {
    const [variable, value] = [variables[place], atEntry[place]];
    if (index < parameters.length && variable !== undefined && value !== undefined)
      bindings.set(variable, { value, at: index });
  });
  return bindings;
}

interface Witness {
  /** The variable that is read, and where it is. */
  readonly read?: number;
  readonly at: HeldLocal['at'];
  /** The variable that is set, and the number of its new value. */
  readonly set?: number;
  readonly made?: number;
}

function witnessOf(
  { source, tainted }: Hosting,
  { opcode, index, value }: WasmInstruction,
  note: number,
): Witness | undefined {
  const before = source.notes.get(note);
  if (before?.local === undefined) return undefined;
  if (before.opcode === op.localGet) {
    if (opcode === op.localGet && !tainted.has(index)) return { read: before.local, at: index };
    if (opcode === op.i32Const || opcode === op.i64Const)
      return { read: before.local, at: { constant: value } };
    return undefined;
  }
  if (!isSet(opcode) || before.made === undefined || tainted.has(index)) return undefined;
  return { at: index, set: before.local, made: before.made };
}

function levelsAt(
  hosting: Hosting,
  note: number,
  variablesOf: (name: string) => readonly Variable[],
): readonly Level[] {
  const within = hosting.notes[note]?.within.internalName;
  const way = within === undefined ? undefined : wayTo(hosting, within);
  if (way === undefined) return [];
  return [note, ...way].flatMap((each): Level[] => {
    const name = hosting.notes[each]?.within.internalName ?? '';
    const [source, state] = [hosting.source.functions.get(name), hosting.source.notes.get(each)];
    if (source === undefined || state === undefined) return [];
    return [{ source, variables: variablesOf(name), before: state.before }];
  });
}

/** The notes of the calls from a function up to the host, if there is only one way. */
function wayTo(hosting: Hosting, name: string): readonly number[] | undefined {
  const { ways, host, paths, numbers, repeated } = hosting;
  if (ways.has(name)) return ways.get(name);
  // Until it is known: a circle is no way.
  ways.set(name, undefined);
  const way = ((): readonly number[] | undefined => {
    if (repeated.has(name)) return undefined;
    if (name === host) return paths.isInCircle(name) ? undefined : [];
    const note = paths.onlyCall(host, name);
    const number = note === undefined ? undefined : numbers.get(note);
    const rest = note === undefined ? undefined : wayTo(hosting, note.within.internalName);
    return number === undefined || rest === undefined ? undefined : [number, ...rest];
  })();
  ways.set(name, way);
  return way;
}

function tell(levels: readonly Level[], bindings: Bindings, position: number): void {
  for (const { source, variables, before } of levels)
    variables.forEach((variable, place) => {
      const value = before[place] ?? -1;
      const constant = source.constants.get(value);
      if (constant !== undefined) variable.found.set(position, { constant });
      else {
        const bound = bindings.get(variable);
        if (bound?.value === value) variable.found.set(position, bound.at);
      }
    });
}

interface Straight {
  readonly instructions: readonly WasmInstruction[];
  readonly levels: readonly (readonly Level[])[];
  readonly straightFrom: number;
  readonly position: number;
}

/** What a local is read as, it was since it was set. */
function tellBackwards(
  { instructions, levels, straightFrom, position }: Straight,
  variable: Variable,
  bindings: Bindings,
): void {
  const bound = bindings.get(variable);
  if (bound === undefined) return;
  for (let each = position - 1; each >= straightFrom; each -= 1) {
    const { opcode, index } = instructions[each] ?? {};
    if (opcode !== undefined && isSet(opcode) && index === bound.at) return;
    for (const { variables, before } of levels[each] ?? []) {
      const place = variables.indexOf(variable);
      if (place >= 0 && before[place] === bound.value && !variable.found.has(each))
        variable.found.set(each, bound.at);
    }
  }
}

const without = (bindings: Bindings, isGone: (local: number) => boolean): Bindings =>
  new Map([...bindings].filter(([, { at }]) => typeof at !== 'number' || !isGone(at)));

function common(all: readonly Bindings[]): Bindings {
  const [first, ...others] = all;
  return new Map(
    [...(first ?? [])].filter(([variable, bound]) =>
      others.every((each) => {
        const other = each.get(variable);
        return other?.value === bound.value && isSamePlace(other.at, bound.at);
      }),
    ),
  );
}

const isSamePlace = (a: HeldLocal['at'], b: HeldLocal['at']): boolean =>
  typeof a === 'number' || typeof b === 'number' ? a === b : a.constant === b.constant;

function rangesOf(
  found: ReadonlyMap<number, HeldLocal['at']>,
  instructions: readonly WasmInstruction[],
): HeldLocal[] {
  const ranges: HeldLocal[] = [];
  for (const [position, at] of [...found].sort(([a], [b]) => a - b)) {
    const offset = instructions[position]?.offset ?? 0;
    const to = instructions[position + 1]?.offset ?? offset + 1;
    const last = ranges.at(-1);
    if (last?.to === offset && isSamePlace(last.at, at)) ranges.splice(-1, 1, { ...last, to });
    else ranges.push({ offset, to, at });
  }
  return ranges;
}
