/** The compiler of guest TypeScript, which lies in files of its own beside each bundle: it is large. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';
import type { CompilerThread, CompilerThreadOptions } from './compiler-thread.js';
import { compilerThread } from './compiler-thread.js';

/** In this thread, for those who want it at once. */
export const loadGuestCompiler = async (): Promise<GuestCompiler> =>
  (await import('../toolchain/guest/assemblyscript/main.js')).guestCompiler;

/** In a thread of its own, for a bundle that lies in the folder. */
export function guestCompilerThread(
  folder: string,
  limits: Pick<CompilerThreadOptions, 'limitMilliseconds' | 'limitMegabytes'> = {},
): CompilerThread {
  const beside = (name: string): URL => pathToFileURL(path.join(folder, name));
  return compilerThread({
    thread: beside('guest-compiler-thread.mjs'),
    module: beside('guest-compiler.mjs'),
    ...limits,
  });
}
