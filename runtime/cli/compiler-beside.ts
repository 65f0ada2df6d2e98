/** The compiler of guest TypeScript in a thread of its own, from the files that lie in the folder of each bundle. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CompilerThread, CompilerThreadOptions } from './compiler-thread.js';
import { compilerThread } from './compiler-thread.js';

export function compilerBeside(
  folder: string,
  limits: Omit<CompilerThreadOptions, 'thread' | 'module'> = {},
): CompilerThread {
  const beside = (name: string): URL => pathToFileURL(path.join(folder, name));
  return compilerThread({
    thread: beside('guest-compiler-thread.mjs'),
    module: beside('guest-compiler.mjs'),
    ...limits,
  });
}
