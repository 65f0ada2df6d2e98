/**
 * The port through which a build reaches the compiler of guest TypeScript. The compiler is a large library that
 * is loaded on demand at the edges (command line, debug adapter, language server, tests) and then answers at once,
 * so a build stays a plain function. `guest/assemblyscript/main.ts` is the implementation.
 */
import type { Diagnostic, Range } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import type { GuestModule } from './guest-module.js';

export interface GuestCompiler {
  /** Total: whatever the sources hold, and whatever the library does, this returns. */
  compile(
    entries: readonly string[],
    files: SourceFiles,
    options: GuestCompilerOptions,
  ): GuestCompilation;
  /**
   * What lets an editor's TypeScript server understand guest programs, by path in the workspace. `generated` are
   * declarations that are in no file, by the name that an import spells.
   */
  editorFiles(generated?: ReadonlyMap<string, string>): ReadonlyMap<string, string>;
}

export interface GuestCompilerOptions {
  /** Where the static data of the module begins; a multiple of 16. */
  readonly memoryBase: number;
  readonly isOptimized: boolean;
  /** What paths in names and in generated sources are relative to; the default is that of the first file. */
  readonly folder?: string;
  /**
   * Sources that are in no file, by the name that an import spells: `camkes`. In places their path is
   * `generated:/camkes.ts`. They may be entries, and may touch raw memory as the support library does.
   * They import a file of `folder` as if they lay in a folder in it: `../components/Timer`.
   */
  readonly generated?: ReadonlyMap<string, string>;
  /** Whether the board has a floating-point unit: without one, a use is an error. */
  readonly hasFloatingPoint: boolean;
  /** `forbidden`: nothing that a handler or `run` reaches may allocate, as in a driver. */
  readonly allocationAfterInit: 'allowed' | 'forbidden';
  /** `everything`: also what no entry reaches is checked, and there is no module: what an editor wants. */
  readonly scope?: 'reachable' | 'everything';
}

export interface GuestCompilation {
  /** Undefined when there are errors. Its exports are those of all entries. */
  readonly module?: GuestModule;
  readonly diagnostics: readonly Diagnostic[];
  /** What the entries export, as they declare it. */
  readonly exports: readonly GuestExport[];
  /** Lines that touch raw memory, by file; the support library counts, too. */
  readonly unsafeLines: ReadonlyMap<string, number>;
  /** Every file of the user's that was read or looked for. */
  readonly files: readonly string[];
}

export interface GuestExport {
  readonly name: string;
  /** Of a generic function: `<T>`; else empty. */
  readonly typeParameters: string;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  /** As the source spells it, with what names of types stand for; `void` where it gives nothing. */
  readonly returns: string;
  readonly file: string;
  /** Of the name. */
  readonly range: Range;
}

export const defaultMemoryBase = 0x10_0000;
