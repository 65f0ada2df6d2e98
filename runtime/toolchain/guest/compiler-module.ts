/** What the module has that an edge loads, `dist/guest-compiler.mjs`: everything about guest TypeScript that is large. */
import type { compileUnit } from './compile-unit.js';
import type { GuestCompiler } from './compiler-port.js';
import type { newKeptCode } from './riscv/kept-code.js';

export interface CompilerModule {
  readonly guestCompiler: GuestCompiler;
  /** A compiler that has done already what can be done before anything is asked. */
  readonly preparedCompiler: () => GuestCompiler;
  readonly compileUnit: typeof compileUnit;
  readonly newKeptCode: typeof newKeptCode;
  /** Keeps for later processes what makes loading faster. */
  readonly keep?: () => void;
}
