/** The runtime of components as objects to link, assembled once a cache; and what stubs include. */
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
  /** The runtime's own files, which stubs include. */
  readonly files: SourceFiles;
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
    files,
  };
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
