/** The compiler of guest TypeScript in a thread of its own, from the files that lie in the folder of each bundle. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { checkerThreads } from './checker-threads.js';
import type { CompilerThread, CompilerThreadOptions } from './compiler-thread.js';
import { compilerThread } from './compiler-thread.js';

export function compilerBeside(
  folder: string,
  limits: Omit<CompilerThreadOptions, 'thread' | 'module'> = {},
): CompilerThread {
  const beside = (name: string): URL => pathToFileURL(path.join(folder, name));
  return compilerThread({
    thread: beside('guest-compiler-thread.mjs'),
    module: new URL('?debug', beside('guest-compiler.mjs')),
    ...limits,
  });
}

/** For an editor, where one check must not wait for another that hangs. */
export const checkersBeside = (folder: string): ReturnType<typeof checkerThreads> =>
  checkerThreads(() => compilerBeside(folder));
