/**
 * The paths that the compiler library knows, and ours. It wants paths below one folder, and keeps everything of a
 * library under `~lib/`: there are its own standard library, with our memory runtime in place of its own; our support
 * library; and sources that a build generates. A user's file is told by its path from `folder`.
 */
import { libraryFiles } from 'assemblyscript/asc';
import { type ElementAccesses, withOwnAccesses } from './element-accesses.js';
import { guestLibrary, guestModuleNames, guestRuntime } from '../guest-library.js';
import { joinPath } from '../../text/path.js';
import type { SourceFiles } from '../../text/source-files.js';

export interface VirtualFile {
  /** As the compiler library knows it, with its extension. */
  readonly path: string;
  readonly text: string;
}

export interface VirtualFiles {
  /** The file that an import leads to, by the compiler library's path without an extension. */
  readonly find: (internalPath: string) => VirtualFile | undefined;
  /** Our path of a path of the compiler library. */
  readonly pathOf: (libraryPath: string) => string;
  /** The compiler library's path of an entry, without the extension. */
  readonly entryPathOf: (entry: string) => string;
  /** The one path of a user's module, of those by which it can be reached. */
  readonly canonicalPath: (internalPath: string) => string;
  /** Of the compiler library itself, whose texts are always the same. */
  readonly isStandard: (libraryPath: string) => boolean;
  readonly isGenerated: (libraryPath: string) => boolean;
  /** What may be imported by a bare name. */
  readonly moduleNames: ReadonlySet<string>;
}

const prefix = '~lib/';

/** The parts of the standard library that a program without a host can use; each is read for every program. */
const standardFiles = [
  'array',
  'arraybuffer',
  'builtins',
  'dataview',
  'diagnostics',
  'error',
  'function',
  'iterator',
  'map',
  'math',
  'memory',
  'number',
  'object',
  'polyfills',
  'reference',
  'rt',
  'set',
  'staticarray',
  'string',
  'symbol',
  'typedarray',
];

export const standardSources = (accesses: ElementAccesses): readonly VirtualFile[] =>
  standardFiles.map((name) => ({
    path: libraryPath(name),
    text: withOwnAccesses(name, libraryFiles[name] ?? '', accesses),
  }));

export const libraryPath = (name: string): string => `${prefix}${name}.ts`;

/** What comes with the compiler library itself; a program cannot have a file at such a path. */
export const isOfTheLibrary = (path: string): boolean =>
  path.startsWith(prefix) &&
  Object.hasOwn(libraryFiles, withoutExtension(path.slice(prefix.length)));

export const runtimeEntry: VirtualFile = {
  path: `${prefix}rt/index.ts`,
  text: guestRuntime.get('index') ?? '',
};

export function virtualFiles(
  files: SourceFiles,
  folder: string,
  generated: ReadonlyMap<string, string>,
  looked: Set<string>,
): VirtualFiles {
  const library = (name: string): string | undefined => {
    if (generated.has(name)) return generated.get(name);
    if (guestLibrary.has(name)) return guestLibrary.get(name);
    if (name.startsWith('rt/')) return guestRuntime.get(name.slice('rt/'.length));
    return Object.hasOwn(libraryFiles, name) ? libraryFiles[name] : undefined;
  };
  return {
    find: (internalPath) => {
      const isLibrary = internalPath.startsWith(prefix);
      for (const path of [internalPath, `${internalPath}/index`]) {
        const ours = `${joinPath(folder, path)}.ts`;
        if (!isLibrary) looked.add(ours);
        const text = isLibrary ? library(path.slice(prefix.length)) : files.readText(ours);
        if (text !== undefined) return { path: `${path}.ts`, text };
      }
      return undefined;
    },
    pathOf: (libraryPath) => {
      if (!libraryPath.startsWith(prefix)) return joinPath(folder, libraryPath);
      const name = libraryPath.slice(prefix.length);
      if (generated.has(withoutExtension(name))) return `generated:/${name}`;
      return guestLibrary.has(withoutExtension(name))
        ? `builtin:/guest/${name}`
        : `builtin:/assemblyscript/${name}`;
    },
    entryPathOf: (entry) =>
      generated.has(entry)
        ? prefix + entry
        : relativePath(folder, withoutExtension(joinPath(entry))),
    canonicalPath: (internalPath) => relativePath(folder, joinPath(folder, internalPath)),
    isStandard: (libraryPath) => {
      if (!libraryPath.startsWith(prefix)) return false;
      const name = withoutExtension(libraryPath.slice(prefix.length));
      return !generated.has(name) && !guestLibrary.has(name);
    },
    isGenerated: (libraryPath) =>
      libraryPath.startsWith(prefix) &&
      generated.has(withoutExtension(libraryPath.slice(prefix.length))),
    moduleNames: new Set([...guestModuleNames, ...generated.keys()]),
  };
}

export const withoutExtension = (path: string): string => path.replace(/\.ts$/, '');

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, Math.max(slash, 1));
}

function relativePath(from: string, to: string): string {
  const left = from.split('/').filter((part) => part !== '');
  const right = to.split('/').filter((part) => part !== '');
  let shared = 0;
  while (shared < left.length && shared < right.length - 1 && left[shared] === right[shared])
    shared += 1;
  return [...left.slice(shared).map(() => '..'), ...right.slice(shared)].join('/');
}
