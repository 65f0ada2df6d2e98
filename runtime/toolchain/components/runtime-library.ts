/** The runtime of components as objects to link, and stubs, which include parts of it; assembled once a cache. */
import {
  componentFolder,
  componentModules,
  threadLayout,
  threadLayoutPath,
} from '../../system/component/sources.js';
import { assemble } from '../assembly/assemble.js';
import type { BuildCache } from '../build-cache.js';
import { contentKey, readEntry, writeEntry } from '../build-cache.js';
import type { Archive } from '../linker/archive.js';
import type { ObjectFile } from '../object-file.js';
import type { Plain } from '../plain-data.js';
import type { SourceFiles } from '../text/source-files.js';
import { constantsPath, sel4Constants } from './sel4-constants.js';

/** The first module: what every program begins with. */
const startPath = `${componentFolder}/start.S`;

export interface RuntimeLibrary {
  readonly start: ObjectFile;
  readonly rest: Archive;
  /** The object of stubs, which may include the runtime's own files. */
  readonly assembleStubs: (instance: string, text: string) => ObjectFile;
}

/** Without debugging system calls, which the kernel would take for faults, the runtime prints nothing. */
export function runtimeLibrary(
  { hasDebugCalls }: { hasDebugCalls: boolean },
  cache?: BuildCache,
): RuntimeLibrary {
  const texts = new Map<string, string>([
    ...componentModules,
    [threadLayoutPath, threadLayout],
    [
      constantsPath,
      `${sel4Constants(16)}.equ camkes_hasDebugCalls, ${hasDebugCalls ? '1' : '0'}\n`,
    ],
  ]);
  const files: SourceFiles = {
    readText: (path) => texts.get(path),
    readBytes: () => undefined,
  };
  const key = contentKey(cache, 'runtime library', String(hasDebugCalls));
  const kept = readEntry(cache, key) as ReadonlyMap<string, ObjectFile> | undefined;
  const objects = kept ?? assembled(files);
  if (kept === undefined) writeEntry(cache, key, objects as unknown as Plain);
  const start = objects.get(startPath);
  return {
    start: start ?? { name: startPath, sections: [], symbols: [] },
    rest: {
      name: componentFolder,
      members: [...objects].filter(([path]) => path !== startPath).map(([, object]) => object),
    },
    assembleStubs: (instance, text) =>
      keptObject(cache, ['stubs', instance, text, String(hasDebugCalls)], () =>
        assembledStubs(instance, text, files),
      ),
  };
}

function keptObject(
  cache: BuildCache | undefined,
  name: readonly string[],
  make: () => ObjectFile,
): ObjectFile {
  const key = contentKey(cache, ...name);
  const kept = readEntry(cache, key) as ObjectFile | undefined;
  if (kept !== undefined) return kept;
  const made = make();
  writeEntry(cache, key, made as unknown as Plain);
  return made;
}

function assembledStubs(instance: string, text: string, files: SourceFiles): ObjectFile {
  const path = constantsPath.replace(/[^/]*$/, `${instance}.stubs.S`);
  const { object } = assemble(path, {
    readText: (wanted) => (wanted === path ? text : files.readText(wanted)),
    readBytes: () => undefined,
  });
  return withoutLines(object);
}

const assembled = (files: SourceFiles): ReadonlyMap<string, ObjectFile> =>
  new Map(
    [...componentModules.keys()].map((path) => [path, withoutLines(assemble(path, files).object)]),
  );

/** Code that nobody wrote has no lines to step through: a debugger passes over it. */
export const withoutLines = (object: ObjectFile): ObjectFile => ({
  ...object,
  sections: object.sections.map((section) => ({ ...section, lines: [] })),
});
