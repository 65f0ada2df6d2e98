/**
 * Compiles guest TypeScript to objects, each program once: what has the same sources, generated text and options is
 * the same object, in one build and, with a cache, in later ones. Which files a program imports is known only when
 * it was compiled, so an entry has two levels: which files were looked for, and what came out for their contents.
 */
import type { BuildCache } from '../build-cache.js';
import type { Building, CompilationStep } from '../build-step.js';
import { contentKey, readEntry, writeEntry } from '../build-cache.js';
import type {
  GuestCompilation,
  GuestCompiler,
  GuestCompilerOptions,
  GuestExport,
} from '../guest/compiler-port.js';
import type { GuestModule } from '../guest/guest-module.js';
import { compileModule } from '../guest/riscv/compile-module.js';
import type { ObjectFile } from '../object-file.js';
import type { Plain } from '../plain-data.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';

export interface CompiledGuest {
  /** Undefined when there are errors. */
  readonly object?: ObjectFile;
  readonly exports: readonly GuestExport[];
  readonly diagnostics: readonly Diagnostic[];
  /** Lines that touch raw memory, by file. */
  readonly unsafeLines: ReadonlyMap<string, number>;
}

export interface GuestCompilations {
  /** What is known already; undefined: it has to be compiled. */
  readonly find: (unit: GuestUnit) => CompiledGuest | undefined;
  readonly compile: (
    unit: GuestUnit,
    compiler: GuestCompiler,
    step: CompilationStep,
  ) => Building<CompiledGuest>;
}

/** All that a compilation depends on beside the files that it reads and the compiler itself. */
export interface GuestUnit {
  readonly entries: readonly string[];
  readonly options: GuestCompilerOptions;
}

export function guestCompilations(
  files: SourceFiles,
  cache: BuildCache | undefined,
): GuestCompilations {
  // Of this build, and so with mistakes, too: those are told once more rather than looked for again.
  const known = new Map<string, CompiledGuest>();
  const contentsKey = (key: string, paths: readonly string[]): string =>
    contentKey(key, ...paths.flatMap((path) => [path, contentOf(files.readText(path))]));
  const keyOf = (unit: GuestUnit): string => contentKey(cache?.version ?? '', describe(unit));
  return {
    find: (unit) => {
      const key = keyOf(unit);
      const found = known.get(key);
      if (found !== undefined || cache === undefined) return found;
      const paths = readEntry(cache, key) as readonly string[] | undefined;
      if (paths === undefined) return undefined;
      const kept = readEntry(cache, contentsKey(key, paths)) as CompiledGuest | undefined;
      if (kept !== undefined) known.set(key, kept);
      return kept;
    },
    *compile(unit, compiler, step) {
      const key = keyOf(unit);
      yield { kind: 'compile', ...step };
      const { module, ...front } = compiler.compile(unit.entries, files, unit.options);
      if (module !== undefined) yield { kind: 'generate', ...step };
      const compiled = compiledOf(front, module, unit.options);
      const paths = front.files;
      known.set(key, compiled);
      if (compiled.object !== undefined) {
        writeEntry(cache, contentsKey(key, paths), compiled as unknown as Plain);
        writeEntry(cache, key, paths);
      }
      return compiled;
    },
  };
}

/** A file that is absent is not one that is empty. */
const contentOf = (text: string | undefined): string => (text === undefined ? '-' : `+${text}`);

function describe({ entries, options }: GuestUnit): string {
  const { generated, ...rest } = options;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([entries, sorted, [...(generated ?? [])]]);
}

function compiledOf(
  { exports, unsafeLines, diagnostics }: Omit<GuestCompilation, 'module'>,
  module: GuestModule | undefined,
  { isOptimized }: GuestCompilerOptions,
): CompiledGuest {
  if (module === undefined) return { exports, unsafeLines, diagnostics };
  const made = compileModule(module, { isDebug: !isOptimized });
  const all = [...diagnostics, ...made.diagnostics];
  const isWrong = all.some(({ severity }) => severity === 'error');
  return {
    ...(isWrong ? {} : { object: made.object }),
    exports,
    unsafeLines,
    diagnostics: all,
  };
}
