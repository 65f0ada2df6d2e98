/**
 * What the variables of a program hold at each note, before anything is optimised: a number for each value, so that two
 * moments can be compared. Where the optimiser could make one of several functions, their variables are left out.
 */
import type { GuestFunction as LibraryFunction, Local, Program } from 'assemblyscript';
import type { GuestLine } from '../guest-module.js';
import { namesOfModule, type ModuleNames } from '../module-names.js';
import { decodeModule } from '../wasm/decode-module.js';
import { statesOfLocals, type LocalStates } from '../wasm/local-states.js';
import type { FunctionBody, WasmFunction } from '../wasm/module.js';
import { op } from '../wasm/opcodes.js';
import { localsByModuleName } from './function-facts.js';

/** The variables of a function before anything was optimised. */
export interface SourceFunction {
  /** In the order of their numbers in `NotedState.before`. */
  readonly locals: readonly Local[];
  readonly parameters: WasmFunction['type']['parameters'];
  /** What each variable is when the function is called. */
  readonly atEntry: LocalStates;
  readonly constants: ReadonlyMap<number, bigint>;
}

/** An instruction with a note of its own. */
export interface NotedState {
  readonly opcode: number;
  readonly before: LocalStates;
  /** Of the variables, the one that is read or set. */
  readonly local: number | undefined;
  readonly made: number | undefined;
}

export interface SourceStates {
  /** By name. */
  readonly functions: ReadonlyMap<string, SourceFunction>;
  /** By the number of the note. */
  readonly notes: ReadonlyMap<number, NotedState>;
}

/** Of a module before it is optimised; `twins` are left out. */
export function sourceStates(
  { functions: bodies, names, lines }: NotedModule,
  program: Program,
  twins: ReadonlySet<string>,
): SourceStates {
  const functions = new Map<string, SourceFunction>();
  const notes = new Map<number, NotedState>();
  const noteAt = exactNotes(lines);
  for (const [index, { definition, type }] of bodies.entries()) {
    const name = names.functions.get(index);
    const element = name === undefined ? undefined : program.instancesByName.get(name);
    if (definition.kind !== 'body' || name === undefined || element === undefined) continue;
    const { body } = definition;
    const byName = localsByModuleName(element as LibraryFunction);
    const asked: number[] = [];
    const locals: Local[] = [];
    for (const [at, localName] of names.locals.get(index) ?? []) {
      const local = byName.get(localName);
      if (local === undefined) continue;
      asked.push(at);
      locals.push(local);
    }
    const { instructions, constants } = statesOfLocals(body, type, asked);
    const atEntry = instructions[0]?.before ?? [];
    if (!twins.has(name))
      functions.set(name, { locals, parameters: type.parameters, atEntry, constants });
    for (const { instruction, before, made } of instructions) {
      const note = noteAt(instruction.offset);
      if (note === undefined) continue;
      const { opcode } = instruction;
      const place = isAccess(opcode) ? asked.indexOf(instruction.index) : -1;
      notes.set(note, { opcode, before, made, local: place < 0 ? undefined : place });
    }
  }
  return { functions, notes };
}

/** Functions with the same code: the optimiser makes one of them, and then nobody knows whose notes those are. */
export function twinsIn({ functions, names }: NotedModule): ReadonlySet<string> {
  const twins = new Set<string>();
  const known = new Map<string, string>();
  for (const [index, { definition }] of functions.entries()) {
    const name = names.functions.get(index);
    if (definition.kind !== 'body' || name === undefined) continue;
    const text = textOf(definition.body);
    const other = known.get(text);
    known.set(text, name);
    if (other !== undefined) twins.add(other).add(name);
  }
  return twins;
}

/** A module with its notes: its lines have their numbers for columns. */
export interface NotedModule {
  readonly functions: readonly WasmFunction[];
  readonly names: ModuleNames;
  readonly lines: readonly GuestLine[];
}

export const notedModule = (wasm: Uint8Array, lines: readonly GuestLine[]): NotedModule => ({
  functions: decodeModule(wasm).module?.functions ?? [],
  names: namesOfModule(wasm),
  lines,
});

const textOf = ({ instructions, locals }: FunctionBody): string =>
  [
    locals.join(),
    ...instructions.map(({ opcode, index, value }) => `${opcode} ${index} ${value}`),
  ].join();

export const isAccess = (opcode: number): boolean =>
  opcode === op.localGet || opcode === op.localSet || opcode === op.localTee;

export const isSet = (opcode: number): boolean => opcode === op.localSet || opcode === op.localTee;

/** The number of the note of an instruction that has one of its own. */
export function exactNotes(lines: readonly GuestLine[]): (offset: number) => number | undefined {
  const notes = new Map<number, number>();
  for (const { offset, line, column } of lines) if (line !== 0) notes.set(offset, column - 1);
  return (offset) => notes.get(offset);
}
