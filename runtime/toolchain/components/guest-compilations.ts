/**
 * Compiles guest TypeScript to objects, each program once: what has the same sources, generated text and options is
 * the same object, in one build and, with a cache, in later ones. Which files a program imports is known only when
 * it was compiled, so an entry has two levels: which files were looked for, and what came out for their contents.
 */
import type { BuildCache } from '../build-cache.js';
import { contentKey, readEntry, writeEntry } from '../build-cache.js';
import type { Building, CompilationRequest, CompilationStep } from '../build-step.js';
import type { InstanceBindings } from '../camkes/compile/bindings.js';
import type { CompiledGuest, GuestUnit } from '../guest/compile-unit.js';
import type { Plain } from '../plain-data.js';
import type { SourceFiles } from '../text/source-files.js';
import type { PreparedGuest } from './guest-component.js';

export interface GuestCompilations {
  /** What was prepared in this build, by instance. */
  readonly prepared: Map<InstanceBindings, PreparedGuest>;
  /** What is known already; undefined: it has to be compiled. */
  readonly find: (unit: GuestUnit) => CompiledGuest | undefined;
  /** What to ask for, of what is not known. */
  readonly request: (unit: GuestUnit) => CompilationRequest;
  /** Undefined where nobody answers. */
  readonly compile: (unit: GuestUnit, step: CompilationStep) => Building<CompiledGuest | undefined>;
}

export function guestCompilations(
  files: SourceFiles,
  cache: BuildCache | undefined,
): GuestCompilations {
  // Of this build, and so with mistakes, too: those are told once more rather than looked for again.
  const known = new Map<string, CompiledGuest>();
  const requests = new Map<string, CompilationRequest>();
  const keys = new WeakMap<GuestUnit, string>();
  const contentsKey = (key: string, paths: readonly string[]): string =>
    contentKey(cache, key, ...paths.flatMap((path) => [path, contentOf(files.readText(path))]));
  const keyOf = (unit: GuestUnit): string => {
    const found = keys.get(unit) ?? contentKey(cache, describe(unit));
    keys.set(unit, found);
    return found;
  };
  // Whatever the sources and the assembly say: each function is found by all that it hangs on.
  const codeKeyOf = ({ entries, options: { memoryBase, isOptimized } }: GuestUnit): string =>
    contentKey(cache, 'code', JSON.stringify([entries, memoryBase, isOptimized]));
  const readBefore = (key: string): readonly string[] | undefined =>
    readEntry(cache, key) as readonly string[] | undefined;
  const request = (unit: GuestUnit): CompilationRequest => {
    const key = keyOf(unit);
    const { generated } = unit.options;
    const sources = unit.entries.filter((entry) => generated?.has(entry) !== true);
    const likely = [...new Set([...sources, ...(readBefore(key) ?? [])])];
    const known = requests.get(key);
    if (known !== undefined) return known;
    const earlier = readEntry(cache, codeKeyOf(unit));
    const made = { unit, files, likely, ...(earlier instanceof Uint8Array ? { earlier } : {}) };
    requests.set(key, made);
    return made;
  };
  return {
    prepared: new Map(),
    request,
    find: (unit) => {
      const key = keyOf(unit);
      const found = known.get(key);
      if (found !== undefined || cache === undefined) return found;
      const paths = readBefore(key);
      if (paths === undefined) return undefined;
      const kept = readEntry(cache, contentsKey(key, paths)) as CompiledGuest | undefined;
      if (kept !== undefined) known.set(key, kept);
      return kept;
    },
    *compile(unit, step) {
      const key = keyOf(unit);
      const made = yield { kind: 'compile', ...step, request: request(unit) };
      if (made === undefined) return undefined;
      const { compiled, files: paths, code } = made;
      if (code !== undefined) writeEntry(cache, codeKeyOf(unit), code);
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

function describe({ entries, options, next }: GuestUnit): string {
  const { generated, ...rest } = options;
  const sorted = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([entries, sorted, [...(generated ?? [])], next]);
}
