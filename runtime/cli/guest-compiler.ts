/** The compiler of guest TypeScript, which the command line loads when a build asks for it: it is large. */
import type { GuestCompiler } from '../toolchain/guest/compiler-port.js';

export const loadGuestCompiler = async (): Promise<GuestCompiler> =>
  (await import('../toolchain/guest/assemblyscript/main.js')).guestCompiler;
