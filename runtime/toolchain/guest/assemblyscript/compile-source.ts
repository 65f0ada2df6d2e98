/**
 * The compiler of guest TypeScript over the program interface of the library `assemblyscript`: sources in, a
 * WebAssembly module with lines, names and types out. The library throws where it is wrong itself; that is caught
 * here and told at the first entry, so that a source never ends a build.
 */
import {
  compile,
  DiagnosticCategory,
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
import type { Module, Options, Program } from 'assemblyscript';
import binaryen from 'assemblyscript/binaryen';
import type { GuestCompilation, GuestCompilerOptions } from '../compiler-port.js';
import type { GuestModule } from '../guest-module.js';
import { namesOfModule } from '../module-names.js';
import { linesOfSourceMap } from '../source-map.js';
import { noRange } from '../../text/diagnostic.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceFiles } from '../../text/source-files.js';
import { createDebugTypes } from './debug-types.js';
import { bodiesOf, functionsOf } from './function-facts.js';
import { diagnosticOf } from './messages.js';
import { createPlaces, type Places } from './places.js';
import {
  folderOf,
  runtimeEntry,
  standardSources,
  virtualFiles,
  type VirtualFiles,
} from './virtual-files.js';

/** As binaryen counts: code is made fast before it is made small. */
const optimizeLevel = 2;
const shrinkLevel = 1;

interface Compilation {
  readonly entries: readonly string[];
  readonly program: Program;
  readonly virtual: VirtualFiles;
  readonly places: Places;
  readonly options: GuestCompilerOptions;
  readonly diagnostics: Diagnostic[];
}

export function compileSource(
  entries: readonly string[],
  files: SourceFiles,
  options: GuestCompilerOptions,
): GuestCompilation {
  const looked = new Set<string>();
  const generated = options.generated ?? new Map<string, string>();
  const firstFile = entries.find((entry) => !generated.has(entry)) ?? '';
  const folder = options.folder ?? folderOf(firstFile);
  const compilation: Compilation = {
    entries,
    program: newProgram(libraryOptions(options)),
    virtual: virtualFiles(files, folder, generated, looked),
    places: createPlaces(),
    options,
    diagnostics: [],
  };
  let module: GuestModule | undefined;
  try {
    module = compileProgram(compilation);
  } catch (failure) {
    compilation.diagnostics.push(crashOf(entries[0] ?? '', failure));
  }
  return {
    ...(module === undefined ? {} : { module }),
    diagnostics: compilation.diagnostics,
    exports: [],
    unsafeLines: new Map(),
    files: [...looked],
  };
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

/** Undefined when there are errors. */
function compileProgram(compilation: Compilation): GuestModule | undefined {
  parseSources(compilation);
  if (takeMessages(compilation)) return undefined;
  const module = compile(compilation.program);
  const handle = binaryen.wrapModule(module.ref);
  try {
    if (takeMessages(compilation)) return undefined;
    return moduleOf(module, compilation);
  } finally {
    handle.dispose();
  }
}

function parseSources({ entries, program, virtual }: Compilation): void {
  for (const { path, text } of [...standardSources, runtimeEntry])
    parse(program, text, path, false);
  for (const entry of entries) {
    const path = virtual.entryPathOf(entry);
    const found = virtual.find(path);
    parse(program, found?.text ?? null, found?.path ?? `${path}.ts`, true);
  }
  for (let wanted = nextFile(program); wanted !== null; wanted = nextFile(program)) {
    const found = virtual.find(wanted);
    parse(program, found?.text ?? null, found?.path ?? `${wanted}.ts`, false);
  }
  for (const source of program.sources)
    if (virtual.isGenerated(source.normalizedPath) && entries.includes(nameOf(source.internalPath)))
      makeEntry(source);
}

const nameOf = (internalPath: string): string => internalPath.replace(/^~lib\//, '');

/** An entry below `~lib/` is not compiled by itself; as a user's entry it is, and keeps the rights of a library. */
function makeEntry(source: Program['sources'][number]): void {
  Object.defineProperties(source, {
    sourceKind: { value: 1 },
    isLibrary: { value: true },
  });
}

/** Moves what the library has to say to our diagnostics; true: there are errors. */
function takeMessages({ program, diagnostics, entries, places, virtual }: Compilation): boolean {
  let hasErrors = false;
  for (let next = nextDiagnostic(program); next !== null; next = nextDiagnostic(program)) {
    if (next.category === DiagnosticCategory.Pedantic) continue;
    if (next.category === DiagnosticCategory.Error) hasErrors = true;
    diagnostics.push(diagnosticOf(next, entries[0] ?? '', places, virtual.pathOf));
  }
  return hasErrors;
}

function moduleOf(module: Module, compilation: Compilation): GuestModule {
  const { entries, program, virtual, places, options } = compilation;
  binaryen.setDebugInfo(true);
  if (options.isOptimized) module.optimize(optimizeLevel, shrinkLevel, true, false);
  const { binary, sourceMap } = binaryen.wrapModule(module.ref).emitBinary('guest');
  const types = createDebugTypes();
  const context = { places, types, pathOf: virtual.pathOf };
  const functions = functionsOf(program, namesOfModule(binary), context);
  return {
    name: entries[0] ?? '',
    wasm: binary,
    lines: linesOfSourceMap(sourceMap, virtual.pathOf),
    functions,
    types: types.types,
    bodies: bodiesOf(program, context),
    isDebug: !options.isOptimized,
  };
}

function crashOf(file: string, failure: unknown): Diagnostic {
  const isDepth = failure instanceof RangeError;
  const said = failure instanceof Error ? failure.message.split('\n', 1)[0] : String(failure);
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
