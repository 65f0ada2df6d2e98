/**
 * The compiler of guest TypeScript over the program interface of the library `assemblyscript`: sources in, a
 * WebAssembly module with lines, names and types out. The library throws where it is wrong itself; that is caught
 * here and told at the first entry, so that a source never ends a build.
 */
import {
  CommonFlags,
  Compiler,
  DiagnosticCategory,
  ElementKind,
  Feature,
  newOptions,
  newProgram,
  nextDiagnostic,
  nextFile,
  parse,
  Runtime,
  setDebugInfo,
  setExportMemory,
  setExportStart,
  setFeature,
  setMemoryBase,
  setNoUnsafe,
  setOptimizeLevelHints,
  setRuntime,
  setSourceMap,
  setStackSize,
  setTarget,
  Target,
} from 'assemblyscript';
import type {
  ClassPrototype,
  Element,
  FunctionPrototype,
  Module,
  Options,
  Program,
  Range as SourceRange,
} from 'assemblyscript';
import binaryen from 'assemblyscript/binaryen';
import type { SourcePlace } from '../../../image/debug-information.js';
import { defaultMemoryBase } from '../compiler-port.js';
import type { GuestCompilation, GuestCompilerOptions, GuestExport } from '../compiler-port.js';
import type { GuestModule } from '../guest-module.js';
import { heapCounters } from '../heap-counters.js';
import { namesOfModule } from '../module-names.js';
import { linesOfSourceMap } from '../source-map.js';
import { noRange } from '../../text/diagnostic.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import { allocationsIn } from './allocations.js';
import { closuresIn } from './closures.js';
import { notingConstants, type ConstantLocals } from './constant-locals.js';
import { createDebugTypes, shortName } from './debug-types.js';
import { exportedFunctions } from './exported-functions.js';
import { displayName, functionsOf, localsOfCall, optimizedLocals } from './function-facts.js';
import { globalsOf } from './global-facts.js';
import { heldVariables } from './held-locals.js';
import {
  callPaths,
  formerCalls,
  linesWithCalls,
  linesWithColumns,
  type FormerCalls,
} from './inlined-calls.js';
import { inlinedCopies } from './inlined-copies.js';
import { diagnosticOf } from './messages.js';
import { repeatedModules, unifyPaths } from './module-paths.js';
import { movedCapabilitiesIn } from './moved-capabilities.js';
import { notedModule, sourceStates, twinsIn, type NotedModule } from './noted-states.js';
import { notePlaces, type PlaceNotes } from './place-notes.js';
import { createPlaces, type Places } from './places.js';
import { refusalsIn, unsafeLinesIn } from './refusals.js';
import { readBodiesLate } from './late-bodies.js';
import { reportTo } from './report.js';
import { seldomUsed } from './seldom-used.js';
import {
  folderOf,
  libraryPath,
  runtimeEntry,
  isOfTheLibrary,
  standardSources,
  virtualFiles,
  type VirtualFile,
  type VirtualFiles,
} from './virtual-files.js';
import { toldOnce } from './told-once.js';
import { optimizedModule, optimizeLevel, shrinkLevel, writtenModule } from './written-module.js';

interface Compilation {
  readonly entries: readonly string[];
  readonly program: Program;
  readonly virtual: VirtualFiles;
  readonly places: Places;
  readonly options: GuestCompilerOptions;
  readonly diagnostics: Diagnostic[];
  exports: readonly GuestExport[];
  readonly unsafeLines: Map<string, number>;
}

/** A program with the part of the standard library that every debug build reads, and nothing else. */
export interface PreparedProgram {
  readonly program: Program;
  readonly options: Options;
}

/** For a compilation that comes later, while there is time; it is good for one. */
export function prepareProgram(): PreparedProgram {
  const options = libraryOptions(preparedOptions);
  const program = newProgram(options);
  parseStandard(program, preparedOptions);
  return { program, options };
}

const preparedOptions: GuestCompilerOptions = {
  memoryBase: defaultMemoryBase,
  isOptimized: false,
  hasFloatingPoint: false,
  allocationAfterInit: 'allowed',
};

export function compileSource(
  entries: readonly string[],
  files: SourceFiles,
  options: GuestCompilerOptions,
  prepared?: PreparedProgram,
): GuestCompilation {
  const looked = new Set<string>();
  const generated = options.generated ?? new Map<string, string>();
  const firstFile = entries.find((entry) => !generated.has(entry)) ?? '';
  const folder = options.folder ?? folderOf(firstFile);
  const compilation: Compilation = {
    entries,
    program: programFor(options, prepared),
    virtual: virtualFiles(files, folder, generated, looked),
    places: createPlaces(),
    options,
    diagnostics: [],
    exports: [],
    unsafeLines: new Map(),
  };
  let module: GuestModule | undefined;
  try {
    module = compileProgram(compilation);
  } catch (failure) {
    compilation.diagnostics.push(crashOf(entries[0] ?? '', failure));
  }
  return {
    ...(module === undefined ? {} : { module }),
    diagnostics: toldOnce(compilation.diagnostics),
    exports: compilation.exports,
    unsafeLines: compilation.unsafeLines,
    files: [...looked],
  };
}

function programFor(options: GuestCompilerOptions, prepared: PreparedProgram | undefined): Program {
  if (prepared !== undefined && !options.isOptimized) {
    setMemoryBase(prepared.options, options.memoryBase);
    return prepared.program;
  }
  if (prepared !== undefined) binaryen.wrapModule(prepared.program.module.ref).dispose();
  const program = newProgram(libraryOptions(options));
  parseStandard(program, options);
  return program;
}

function libraryOptions(options: GuestCompilerOptions): Options {
  const chosen = newOptions();
  setTarget(chosen, Target.Wasm32);
  setRuntime(chosen, Runtime.Minimal);
  setStackSize(chosen, 0);
  setMemoryBase(chosen, options.memoryBase);
  setExportMemory(chosen, true);
  setExportStart(chosen, '__guest_start');
  setSourceMap(chosen, true);
  setDebugInfo(chosen, true);
  setNoUnsafe(chosen, true);
  if (options.isOptimized) setOptimizeLevelHints(chosen, optimizeLevel, shrinkLevel);
  for (const feature of [
    Feature.SignExtension,
    Feature.MutableGlobals,
    Feature.NontrappingF2I,
    Feature.BulkMemory,
  ])
    setFeature(chosen, feature, true);
  return chosen;
}

/** Undefined when there are errors, or only checks were asked for. */
function compileProgram(compilation: Compilation): GuestModule | undefined {
  const { program, options, entries, virtual, places } = compilation;
  parseSources(compilation);
  const isUnderstood = !takeMessages(compilation);
  checkSources(compilation);
  if (!isUnderstood) return undefined;
  program.parser.finish();
  const compiler = new Compiler(program);
  const notes = notePlaces(compiler, {
    assignments: options.isOptimized ? 'all' : 'asExpressions',
  });
  const { result: module, constants } = notingConstants(() => compiler.compile());
  const handle = binaryen.wrapModule(module.ref);
  try {
    if (options.scope === 'everything') compileUncalled(compiler, compilation);
    compilation.exports = exportedFunctions(
      program,
      entries.map(virtual.entryPathOf),
      places,
      virtual.pathOf,
    );
    takeMessages(compilation);
    if (hasErrors(compilation) || options.scope === 'everything') return undefined;
    checkAllocations(compilation, notes);
    return hasErrors(compilation)
      ? undefined
      : moduleOf(module, compilation, { compiler, constants, notes });
  } finally {
    handle.dispose();
  }
}

const hasErrors = ({ diagnostics }: Compilation): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

/** The checks that are ours: in the user's sources, what is refused; in the others, how much is unsafe. */
function checkSources({
  program,
  virtual,
  options,
  places,
  diagnostics,
  unsafeLines,
}: Compilation): void {
  const report = reportTo(diagnostics, places, virtual.pathOf);
  for (const { range, again, first } of repeatedModules(program.sources)) {
    const [own, other] = [again, first].map((source) => virtual.pathOf(source.normalizedPath));
    diagnostics.push({
      file: virtual.pathOf(range.source.normalizedPath),
      range: places.rangeOf(range),
      severity: 'warning',
      code: 'module-twice',
      message: `${own ?? ''} has the same text as ${other ?? ''}, and is another module: a class of one is not the class of the other. If they are one file, by a link or in other letters, import it by one path everywhere.`,
    });
  }
  const { hasFloatingPoint } = options;
  for (const source of program.sources) {
    const path = virtual.pathOf(source.normalizedPath);
    if (!source.isLibrary) {
      refusalsIn(source, { hasFloatingPoint, moduleNames: virtual.moduleNames }, report);
      closuresIn(source, report);
      movedCapabilitiesIn(source, report);
    } else if (!path.startsWith('builtin:/assemblyscript/')) {
      const count = unsafeLinesIn(source, ({ range }) => places.lineOf(range));
      if (count > 0) unsafeLines.set(path, count);
    }
  }
}

/** Functions that nothing calls are checked by compiling them, too; the module is of no use after. */
function compileUncalled(compiler: Compiler, { program }: Compilation): void {
  for (const element of [...program.elementsByDeclaration.values()]) {
    if (element.declaration.range.source.isLibrary) continue;
    if ((element.flags & CommonFlags.Generic) !== 0) continue;
    if (element.kind === ElementKind.FunctionPrototype) compileOne(compiler, program, element);
    if (element.kind === ElementKind.ClassPrototype) {
      const instance = program.resolver.resolveClass(element as ClassPrototype, null);
      for (const member of instance?.members?.values() ?? [])
        if (member.kind === ElementKind.FunctionPrototype) compileOne(compiler, program, member);
    }
  }
}

function compileOne(compiler: Compiler, program: Program, element: Element): void {
  const prototype = element as FunctionPrototype;
  if ((prototype.flags & (CommonFlags.Generic | CommonFlags.GenericContext)) !== 0) return;
  // A method is compiled as that of its class, which is another element than the one that was declared.
  if (prototype.parent.kind === ElementKind.ClassPrototype) return;
  const instance = program.resolver.resolveFunction(prototype, null);
  if (instance !== null) compiler.compileFunction(instance);
}

function checkAllocations(
  { program, virtual, options, places, diagnostics }: Compilation,
  { notes }: PlaceNotes,
): void {
  if (options.allocationAfterInit === 'allowed') return;
  binaryen.setDebugInfo(true);
  const { binary, sourceMap } = writtenModule(program.module);
  const sources = new Map(
    program.sources
      .filter(({ isLibrary }) => !isLibrary)
      .map((source) => [virtual.pathOf(source.normalizedPath), source]),
  );
  const lines = linesWithColumns(linesOfSourceMap(sourceMap, virtual.pathOf), notes);
  const context = { names: namesOfModule(binary), lines, sources, places };
  allocationsIn(binary, context, reportTo(diagnostics, places, virtual.pathOf));
}

const standardFor = ({ isOptimized }: GuestCompilerOptions): readonly VirtualFile[] =>
  standardSources(isOptimized ? 'inlined' : 'called');

function parseStandard(program: Program, options: GuestCompilerOptions): void {
  const isSeldom = new Set(seldomUsed.map(({ name }) => libraryPath(name)));
  readBodiesLate(program.parser, ({ normalizedPath }) => isOfTheLibrary(normalizedPath));
  for (const { path, text } of [...standardFor(options), runtimeEntry])
    if (!isSeldom.has(path)) parse(program, text, path, false);
}

function parseSources({ entries, program, virtual, options }: Compilation): void {
  const standard = standardFor(options);
  const isSeldom = new Set(seldomUsed.map(({ name }) => libraryPath(name)));
  const texts: string[] = [];
  const unify = (): void => {
    const source = program.sources.at(-1);
    if (source !== undefined) unifyPaths(program, source, virtual.canonicalPath);
  };
  for (const entry of entries) {
    const path = virtual.entryPathOf(entry);
    const found = virtual.find(path);
    texts.push(found?.text ?? '');
    parse(program, found?.text ?? null, found?.path ?? `${path}.ts`, true);
    unify();
  }
  const parseImported = (): void => {
    for (let wanted = nextFile(program); wanted !== null; wanted = nextFile(program)) {
      if (isSeldom.has(`${wanted}.ts`)) continue;
      const found = virtual.find(wanted);
      if (found !== undefined && !virtual.isStandard(found.path)) texts.push(found.text);
      parse(program, found?.text ?? null, found?.path ?? `${wanted}.ts`, false);
      unify();
    }
  };
  parseImported();
  for (const { name, words, reduced } of seldomUsed) {
    const isNamed = ({ path }: VirtualFile): boolean => path === libraryPath(name);
    const source = standard.find(isNamed) ?? virtual.find(libraryPath(name).replace(/\.ts$/, ''));
    const isUsed = options.hasFloatingPoint || texts.some((text) => words.test(text));
    const text = isUsed ? source?.text : reduced?.(source?.text ?? '');
    if (text !== undefined) parse(program, text, libraryPath(name), false);
  }
  parseImported();
  for (const source of program.sources)
    if (virtual.isGenerated(source.normalizedPath))
      makeOfKind(source, entries.includes(nameOf(source.internalPath)) ? userEntry : library);
}

const nameOf = (internalPath: string): string => internalPath.replace(/^~lib\//, '');

/** Numbers of the library's `SourceKind`. */
const userEntry = 1;
const library = 2;

/**
 * An entry below `~lib/` is not compiled by itself; as a user's entry it is, and keeps the rights of a library. What
 * another file there exports would be global, so an interface called `add` would be the function of that name.
 */
function makeOfKind(source: Program['sources'][number], sourceKind: number): void {
  Object.defineProperties(source, {
    sourceKind: { value: sourceKind },
    isLibrary: { value: true },
  });
}

/** Moves what the library has to say to our diagnostics; true: there are errors. */
function takeMessages({ program, diagnostics, entries, places, virtual }: Compilation): boolean {
  let hasErrors = false;
  for (let next = nextDiagnostic(program); next !== null; next = nextDiagnostic(program)) {
    if (next.category === DiagnosticCategory.Pedantic) continue;
    // What the stubs do not call is exported for the other files of the program.
    if (next.code === noModuleExport) continue;
    if (next.category === DiagnosticCategory.Error) hasErrors = true;
    const told = diagnosticOf(next, entries[0] ?? '', places, virtual.pathOf);
    // The library's parser may stumble twice over one thing.
    if (!diagnostics.slice(-8).some((each) => isSameSlip(each, told))) diagnostics.push(told);
  }
  return hasErrors;
}

/** "Only variables, functions and enums become WebAssembly module exports." */
const noModuleExport = 235;

const isSameSlip = (a: Diagnostic, b: Diagnostic): boolean =>
  a.code === b.code &&
  a.file === b.file &&
  a.range.start.line === b.range.start.line &&
  a.message === b.message;

/** What was learnt of a program while it was compiled. */
interface Compiled {
  readonly compiler: Compiler;
  readonly constants: ConstantLocals;
  readonly notes: PlaceNotes;
}

function moduleOf(
  module: Module,
  compilation: Compilation,
  { compiler, constants, notes: { notes, inlinedLocals } }: Compiled,
): GuestModule {
  const { entries, program, virtual, places, options } = compilation;
  binaryen.setDebugInfo(true);
  keepCounters(module);
  const placeOf = (range: SourceRange): SourcePlace => ({
    file: virtual.pathOf(range.source.normalizedPath),
    line: places.lineOf(range),
  });
  const types = createDebugTypes({
    placeOf,
    isGenerated: virtual.isGenerated,
    module: binaryen.wrapModule(module.ref),
  });
  // While the module still has all that was compiled.
  types.addEnumerations(program);
  let former: FormerCalls = new Map();
  let before: NotedModule | undefined;
  if (options.isOptimized) {
    const { binary, sourceMap } = writtenModule(module);
    before = notedModule(binary, linesOfSourceMap(sourceMap, virtual.pathOf));
    former = formerCalls(binary, before, notes);
  }
  const { binary, sourceMap } = options.isOptimized
    ? optimizedModule(module)
    : writtenModule(module);
  const lines = linesOfSourceMap(sourceMap, virtual.pathOf);
  const after = before && notedModule(binary, lines);
  const names = after?.names ?? namesOfModule(binary);
  const twins = before === undefined ? new Set<string>() : twinsIn(before);
  const paths = callPaths(former, twins);
  const context = {
    places,
    types,
    pathOf: virtual.pathOf,
    constants,
    inlinedLocals,
    isOptimized: options.isOptimized,
    held:
      before &&
      after &&
      heldVariables(after, sourceStates(before, program, twins), { notes, paths }),
  };
  const functions = functionsOf(program, names, context);
  const withCalls = linesWithCalls(binary, lines, {
    notes,
    paths,
    copies: before && after && inlinedCopies(before, after, { notes, twins }),
    nameOf: displayName,
    placeOf: ({ range }) => placeOf(range),
    localsOf: (call, host) => localsOfCall(call, host, names, context),
    localsOfMoved: (of, host) => optimizedLocals(of, host, context),
  });
  return {
    name: entries[0] ?? '',
    wasm: binary,
    lines: withCalls.lines,
    functions,
    globals: globalsOf(program, context),
    classes: [...program.managedClasses].flatMap(([id, { name, type }]) => {
      const index = types.indexOf(type);
      return index === undefined ? [] : [{ id, name: shortName(name), type: index }];
    }),
    types: types.types,
    inlined: withCalls.calls,
    // Zeros at either end are in no segment, and optimised code does not say where they are.
    staticData: { start: options.memoryBase, end: compiler.memoryOffset.low >>> 0 },
    isDebug: !options.isOptimized,
  };
}

/** A counter is read by nobody in the program: what is exported stays. */
function keepCounters(module: Module): void {
  const handle = binaryen.wrapModule(module.ref);
  for (const { symbol } of heapCounters)
    if (handle.getGlobal(symbol) !== 0) handle.addGlobalExport(symbol, symbol);
}

function crashOf(file: string, failure: unknown): Diagnostic {
  const isDepth = failure instanceof RangeError;
  // What is no error of JavaScript is one of its WebAssembly, as a rule that there is no memory left.
  const said =
    failure instanceof Error ? failure.message.split('\n', 1)[0] : 'it may need too much memory';
  return {
    file,
    range: noRange,
    severity: 'error',
    code: isDepth ? 'too-deep' : 'compiler-crash',
    message: isDepth
      ? 'This program, or a file that it imports, is nested too deeply to be compiled. Split its longest expressions and blocks.'
      : `The AssemblyScript compiler failed on this program: ${said ?? ''}. The last change is the likely cause; undo parts of it to find which.`,
  };
}
