/**
 * The back end of the guest compiler: a WebAssembly module to an object file of RV32IMAC code, one section a
 * function. Total: what cannot be compiled is a diagnostic at its line, and the rest is compiled all the same.
 */
import type { AddressRange, GuestLine, GuestModule } from '../guest-module.js';
import type { TrapReason } from '../../../image/debug-information.js';
import type { ObjectFile, ObjectLine, ObjectSymbol, ObjectTrap } from '../../object-file.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { decodeModule } from '../wasm/decode-module.js';
import type {
  FunctionBody,
  FunctionType,
  WasmFunction,
  WasmModule,
  WasmProblem,
} from '../wasm/module.js';
import { assemble } from '../../assembly/assemble.js';
import type { AssembledFunction } from './assemble-function.js';
import { at } from './at.js';
import { compileFunction } from './compile-function.js';
import { chainOf, inlinedCode } from './inlined-code.js';
import { describeFunction } from './describe-function.js';
import { functionCode } from './function-code.js';
import type { FunctionCode } from './function-code.js';
import { addGlobals, describeGlobals } from './global-variables.js';
import { codeKey, inModule, withoutModule } from './kept-code.js';
import type { KeptCode } from './kept-code.js';
import { knownSizes } from './known-sizes.js';
import { watchedWords } from './locate-values.js';
import { wantedValues } from './wanted-values.js';
import type { WantedValues, WantedVariable } from './wanted-values.js';
import { lineAt, placeAt, userLine, wholeFile } from './line-table.js';
import type { ModuleContext } from './module-context.js';
import { tableSymbol } from './module-context.js';
import type { KeyedRelocation, ObjectWriter } from './object-writer.js';
import { addSection, addSymbol, finishObject, newObjectWriter } from './object-writer.js';
import { routines } from './routines.js';
import type { RoutineName } from './routines.js';
import { laterSetGlobals } from './stable-globals.js';
import { addStaticData } from './static-data.js';
import { trapKinds } from './trap-kinds.js';
import type { ObjectFunction } from '../../object-file.js';

export interface CompileOptions {
  /** Keeps every local readable at every line; the module's own word without it. */
  readonly isDebug?: boolean;
  /** Code of functions from earlier compilations, for a debug build. */
  readonly kept?: KeptCode;
}

export interface CompileResult {
  readonly object: ObjectFile;
  /** As it was read; undefined when it is damaged or refused as a whole. */
  readonly module: WasmModule | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function compileModule(guest: GuestModule, options: CompileOptions = {}): CompileResult {
  const { module, problems } = decodeModule(guest.wasm);
  const diagnostics = problems.map((problem) => diagnose(guest, problem));
  const writer = newObjectWriter();
  if (module === undefined)
    return { object: finishObject(writer, guest.name), module, diagnostics };
  const globalSymbols = module.globals.map((_, index) => `global ${index}`);
  const context: ModuleContext = {
    module,
    functionSymbols: module.functions.map(({ definition }, index) =>
      definition.kind === 'import' ? undefined : functionKey(index),
    ),
    globalSymbols,
    objectSizes: new Map(
      [...knownSizes(module)].map(([index, bytes]) => [at(globalSymbols, index), bytes]),
    ),
    laterSetGlobals: laterSetGlobals(module),
    routines: new Set(),
  };
  const compiling: Compiling = {
    guest,
    writer,
    context,
    isDebug: options.isDebug ?? guest.isDebug,
    kept: options.kept,
    encodings: new Map(),
    traps: [],
    functions: [],
    diagnostics,
    exported: exportedNames(module),
    wanted: wantedValues(guest, module),
  };
  module.functions.forEach((each, index) => compileOne(compiling, each, index));
  addStart(compiling, module);
  addRoutines(compiling);
  addTable(writer, module);
  addGlobals(writer, module, context.globalSymbols);
  addStaticData(writer, module.data, guest.staticData ?? staticData(module));
  addTraps(writer, compiling.traps);
  const object = finishObject(writer, guest.name);
  const debug = {
    traps: trapsOf(compiling),
    types: guest.types,
    ...(guest.classes === undefined ? {} : { classes: guest.classes }),
    functions: compiling.functions,
    globals: describeGlobals(writer, module, context.globalSymbols, guest.globals ?? []),
  };
  return { object: { ...object, debug }, module, diagnostics };
}

const functionKey = (index: number): string => `function ${index}`;

interface Compiling {
  readonly guest: GuestModule;
  readonly writer: ObjectWriter;
  readonly context: ModuleContext;
  readonly isDebug: boolean;
  readonly kept: KeptCode | undefined;
  readonly encodings: Map<string, number>;
  readonly traps: {
    readonly key: string;
    readonly offset: number;
    readonly kind: number;
    /** Of the user's, where the instruction comes from the standard library. */
    readonly place: GuestLine | undefined;
  }[];
  readonly functions: ObjectFunction[];
  readonly diagnostics: Diagnostic[];
  readonly exported: ReadonlyMap<number, readonly string[]>;
  readonly wanted: WantedValues;
}

function diagnose(guest: GuestModule, problem: WasmProblem): Diagnostic {
  const named = guest.functions.get(problem.functionIndex ?? -1);
  const position = { line: (named?.line ?? 1) - 1, character: 0 };
  const place =
    placeAt(guest.lines, problem.offset) ??
    (named === undefined
      ? wholeFile(guest.name)
      : { file: named.file, range: { start: position, end: position } });
  return { ...place, severity: 'error', code: problem.code, message: problem.message };
}

/** By function, the names that other objects call it by; a name is only given once. */
function exportedNames({ exports }: WasmModule): Map<number, readonly string[]> {
  const names = new Map<number, string[]>();
  const seen = new Set<string>();
  for (const { name, kind, index } of exports) {
    if (kind !== 'function' || seen.has(name)) continue;
    seen.add(name);
    names.set(index, [...(names.get(index) ?? []), name]);
  }
  return names;
}

function compileOne(compiling: Compiling, each: WasmFunction, index: number): void {
  const { definition, type } = each;
  if (definition.kind === 'import') return;
  const { guest, context } = compiling;
  const key = functionKey(index);
  const exported = compiling.exported.get(index) ?? [];
  const name = exported[0] ?? guest.functions.get(index)?.name ?? each.name ?? `function${index}`;
  if (definition.kind === 'refused') {
    // Its diagnostic stands; whoever calls it meets a trap.
    const bytes = new Uint8Array(2);
    addFunctionSection(compiling, { key, name, exported }, { ...nothing, bytes });
    compiling.traps.push({ key, offset: 0, kind: trapKinds.unreachable, place: undefined });
    return;
  }
  const wanted = compiling.wanted.get(index) ?? [];
  const code = codeOf(compiling, { body: definition.body, type, symbol: key, wanted });
  const { assembled } = code;
  for (const name of code.routines) context.routines.add(name);
  if (assembled.isTooLarge) {
    const message = `The function \`${name}\` is longer than a jump reaches (1 MiB); split it into smaller ones.`;
    compiling.diagnostics.push(
      diagnose(guest, {
        offset: definition.body.offset,
        code: 'function-too-large',
        message,
        functionIndex: index,
      }),
    );
  }
  const section = addFunctionSection(compiling, { key, name, exported }, assembled);
  for (const { offset, kind, wasmOffset } of assembled.traps)
    compiling.traps.push({
      ...{ key, offset, kind },
      place: userLine(guest.lines, wasmOffset, definition.body.offset),
    });
  for (const { symbol, targets } of assembled.tables)
    addJumpTable(compiling, { key, name }, symbol, targets);
  const { lines } = at(compiling.writer.sections, section);
  compiling.functions.push(
    describeFunction(guest.functions.get(index), each, {
      ...{ section, name, code, lines },
      inlined: inlinedCode(guest, assembled),
      located: new Map(wanted.map(({ local }, at) => [local, code.located[at] ?? []])),
    }),
  );
}

interface ToCompile {
  readonly body: FunctionBody;
  readonly type: FunctionType;
  readonly symbol: string;
  readonly wanted: readonly WantedVariable[];
}

/** What was made of such a function before, or what is made of it now. */
function codeOf(
  { context, isDebug, kept, encodings }: Compiling,
  { body, type, symbol, wanted }: ToCompile,
): FunctionCode {
  const key = isDebug && kept !== undefined ? codeKey(body, type, context) : undefined;
  const found = key && kept?.find(key.key);
  if (key !== undefined && found !== undefined) return inModule(found, body, key, symbol);
  const own = { ...context, routines: new Set<RoutineName>() };
  const values = wanted.map(({ value }) => value);
  const watched = watchedWords(body, values);
  const compiled = compileFunction(body, type, own, { isDebug, encodings, symbol, watched });
  const code = functionCode(compiled, { body, type }, values, [...own.routines]);
  const keeping = key && withoutModule(code, body, key, symbol);
  if (key !== undefined && keeping !== undefined) kept?.keep(key.key, keeping);
  return code;
}

const nothing: Pick<AssembledFunction, 'relocations' | 'origins'> = {
  relocations: [],
  origins: [],
};

interface Named {
  readonly key: string;
  readonly name: string;
  readonly exported: readonly string[];
}

function addFunctionSection(
  { guest, writer }: Compiling,
  { key, name, exported }: Named,
  code: Pick<AssembledFunction, 'bytes' | 'relocations' | 'origins'>,
): number {
  const placeOf = (offset: number): Pick<KeyedRelocation, 'place'> => {
    const origin = code.origins.findLast((each) => each.offset <= offset);
    const place = origin && placeAt(guest.lines, origin.wasmOffset);
    return place === undefined ? {} : { place };
  };
  const section = addSection(writer, {
    name: `.text.${name}`,
    access: 'code',
    alignmentBits: 1,
    bytes: code.bytes,
    relocations: code.relocations.map((relocation) => ({
      ...relocation,
      ...placeOf(relocation.offset),
    })),
    lines: linesOf(guest, code.origins),
  });
  const symbol: ObjectSymbol = {
    name,
    binding: exported.length > 0 ? 'global' : 'local',
    kind: 'function',
    definition: { kind: 'section', section, offset: 0 },
    sizeBytes: code.bytes.length,
  };
  addSymbol(writer, key, symbol);
  if (exported.includes(name)) writer.byKey.set(name, writer.symbols.length - 1);
  for (const other of exported)
    if (other !== name) addSymbol(writer, other, { ...symbol, name: other });
  return section;
}

/** Where a replaced call begins, its line comes first, as compilers of C have it: a breakpoint there finds code. */
function linesOf(
  { lines: known, inlined = [] }: GuestModule,
  origins: AssembledFunction['origins'],
): ObjectLine[] {
  const lines: ObjectLine[] = [];
  const begun = new Set<number>();
  // Rows before this one are of calls that begin at the same place.
  let first = 0;
  for (const { offset, wasmOffset } of origins) {
    const found = lineAt(known, wasmOffset);
    if (found === undefined) continue;
    const calls = chainOf(inlined, found.inlined).filter((call) => !begun.has(call));
    for (const call of calls.reverse()) {
      begun.add(call);
      const place = inlined[call]?.call;
      const last = lines.at(-1);
      if (place === undefined || (last?.file === place.file && last.line === place.line)) continue;
      if (last?.offset === offset && lines.length > first) lines.pop();
      lines.push({ offset, ...place, column: 0 });
      first = lines.length;
    }
    const last = lines.at(-1);
    const { file, line, column } = found;
    if (last?.file === file && last.line === line && last.column === column) continue;
    if (last?.offset === offset && lines.length > first) lines.pop();
    lines.push({ offset, file, line, column });
  }
  return lines;
}

function addJumpTable(
  { writer }: Compiling,
  { key, name }: Pick<Named, 'key' | 'name'>,
  symbol: string,
  targets: readonly number[],
): void {
  const section = addSection(writer, {
    name: `.rodata.${name}`,
    access: 'constant',
    alignmentBits: 2,
    bytes: new Uint8Array(4 * targets.length),
    relocations: targets.map((addend, index) => ({
      offset: 4 * index,
      type: 'R_RISCV_32',
      symbol: key,
      addend,
    })),
  });
  addSymbol(writer, symbol, {
    name: `${name}.table`,
    binding: 'local',
    kind: 'object',
    definition: { kind: 'section', section, offset: 0 },
    sizeBytes: 4 * targets.length,
  });
}

const startName = '__guest_start';

/** Whoever starts the program calls it, so it is there even if the module has nothing to begin with. */
function addStart({ writer, exported }: Compiling, module: WasmModule): void {
  if ([...exported.values()].some((names) => names.includes(startName))) return;
  const known =
    module.start === undefined ? undefined : writer.byKey.get(functionKey(module.start));
  const symbol = known === undefined ? undefined : writer.symbols[known];
  if (symbol !== undefined) {
    addSymbol(writer, startName, { ...symbol, name: startName, binding: 'global' });
    return;
  }
  // ret, compressed.
  const section = addSection(writer, {
    name: `.text.${startName}`,
    access: 'code',
    alignmentBits: 1,
    bytes: Uint8Array.of(0x82, 0x80),
  });
  addSymbol(writer, startName, {
    name: startName,
    binding: 'global',
    kind: 'function',
    definition: { kind: 'section', section, offset: 0 },
    sizeBytes: 2,
  });
}

function addRoutines({ writer, context }: Compiling): void {
  for (const name of [...context.routines].sort()) {
    const path = `${name}.S`;
    const text = `.text\n${name}:${routines[name]}\n`;
    const readText = (asked: string): string | undefined => (asked === path ? text : undefined);
    const { object } = assemble(path, { readText, readBytes: () => undefined });
    const code = object.sections.find((section) => section.name === '.text');
    if (code === undefined) continue;
    const { bytes } = code;
    const section = addSection(writer, {
      name: `.text.${name}`,
      access: 'code',
      alignmentBits: 1,
      bytes,
    });
    addSymbol(writer, name, {
      name,
      binding: 'local',
      kind: 'function',
      definition: { kind: 'section', section, offset: 0 },
      sizeBytes: bytes.length,
    });
  }
}

/** For each entry the address of a function and the number of its signature; zeros where there is none. */
function addTable(writer: ObjectWriter, module: WasmModule): void {
  if (module.tableSize === 0) return;
  const bytes = new Uint8Array(8 * module.tableSize);
  const view = new DataView(bytes.buffer);
  const relocations: KeyedRelocation[] = [];
  for (const [index, target] of module.table) {
    const { typeIndex, definition } = at(module.functions, target);
    view.setUint32(8 * index + 4, typeIndex + 1, true);
    const symbol = definition.kind === 'import' ? definition.name : functionKey(target);
    relocations.push({ offset: 8 * index, type: 'R_RISCV_32', symbol, addend: 0 });
  }
  const section = addSection(writer, {
    name: '.rodata.guest.table',
    access: 'constant',
    alignmentBits: 2,
    bytes,
    relocations,
  });
  addSymbol(writer, tableSymbol, {
    name: tableSymbol,
    binding: 'local',
    kind: 'object',
    definition: { kind: 'section', section, offset: 0 },
    sizeBytes: bytes.length,
  });
}

/** From the first segment to where AssemblyScript says that static data ends, if it does. */
function staticData({ globals, exports, data }: WasmModule): AddressRange | undefined {
  const exported = exports.find(({ name, kind }) => kind === 'global' && name === '__heap_base');
  const found =
    globals[exported?.index ?? -1] ??
    globals.find(({ name }) => name === '~lib/memory/__heap_base');
  if (found === undefined || data.length === 0) return undefined;
  return {
    start: Math.min(...data.map(({ address }) => address)),
    end: Number(BigInt.asUintN(32, found.initial)),
  };
}

/** What a debugger is told of them. */
const trapsOf = ({ writer, traps }: Compiling): ObjectTrap[] =>
  traps.flatMap(({ key, offset, kind, place }) => {
    const { definition } = writer.symbols[writer.byKey.get(key) ?? -1] ?? {};
    const reason = trapReasons.find((name) => trapKinds[name] === kind);
    if (definition?.kind !== 'section' || reason === undefined) return [];
    const trap = { section: definition.section, offset: definition.offset + offset, reason };
    if (place === undefined) return [trap];
    const { file, line, column } = place;
    return [{ ...trap, place: { file, line, column } }];
  });

const trapReasons = Object.keys(trapKinds) as TrapReason[];

function addTraps(writer: ObjectWriter, traps: Compiling['traps']): void {
  if (traps.length === 0) return;
  const bytes = new Uint8Array(8 * traps.length);
  const view = new DataView(bytes.buffer);
  traps.forEach(({ kind }, index) => {
    view.setUint32(8 * index + 4, kind, true);
  });
  addSection(writer, {
    name: '.guest.traps',
    access: 'note',
    alignmentBits: 2,
    bytes,
    relocations: traps.map(({ key, offset }, index) => ({
      offset: 8 * index,
      type: 'R_RISCV_32',
      symbol: key,
      addend: offset,
    })),
  });
}
