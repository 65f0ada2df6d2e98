/** The compiler of guest TypeScript, which lies in files of its own beside each bundle: it is large. */
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';
import { compilerBeside } from './compiler-beside.js';
import type { CompilerThread } from './compiler-thread.js';

export { compilerBeside };

/** In this thread, for those who want it at once. */
export const loadGuestCompiler = async (): Promise<GuestCompiler> =>
  (await import('../toolchain/guest/assemblyscript/main.js')).guestCompiler;

/** Given to the command by what starts it (start.ts), where that has begun already. */
declare const earlyCompiler: CompilerThread | undefined;

/** In a thread of its own, for a command that builds once. */
export const commandCompiler = (folder: string): CompilerThread =>
  (typeof earlyCompiler === 'undefined' ? undefined : earlyCompiler) ??
  compilerBeside(folder, { later: 'nothing' });
