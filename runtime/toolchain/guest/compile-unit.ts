/** Both halves of the guest compiler: from sources to an object. What a build asks for, here or in another thread. */
import type { ObjectFile } from '../object-file.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceFiles } from '../text/source-files.js';
import type { GuestCompiler, GuestCompilerOptions, GuestExport } from './compiler-port.js';
import { compileModule } from './riscv/compile-module.js';
import type { KeptCode } from './riscv/kept-code.js';
import type { StartAllocations } from './start-allocations.js';
import { startAllocations } from './start-allocations.js';

/** All that a compilation depends on beside the files that it reads and the compiler itself. */
export interface GuestUnit {
  readonly entries: readonly string[];
  readonly options: GuestCompilerOptions;
  /** The exported function that is called behind the start of the module, before objects are reclaimed. */
  readonly next?: string;
}

export interface CompiledGuest {
  /** Undefined when there are errors. */
  readonly object?: ObjectFile;
  /** What it takes of its arena before its first event. Of an object. */
  readonly start?: StartAllocations;
  readonly exports: readonly GuestExport[];
  readonly diagnostics: readonly Diagnostic[];
  /** Lines that touch raw memory, by file. */
  readonly unsafeLines: ReadonlyMap<string, number>;
}

export interface CompiledUnit {
  readonly compiled: CompiledGuest;
  /** Every file of the user's that was read or looked for. */
  readonly files: readonly string[];
  /** What a later compilation of this unit needs not do again, where that has changed; for `KeptCode.add`. */
  readonly code?: Uint8Array;
}

export function compileUnit(
  compiler: GuestCompiler,
  { entries, options, next }: GuestUnit,
  files: SourceFiles,
  kept?: KeptCode,
): CompiledUnit {
  const front = compiler.compile(entries, files, options);
  const { module, exports, unsafeLines, diagnostics } = front;
  if (module === undefined)
    return { compiled: { exports, unsafeLines, diagnostics }, files: front.files };
  const made = compileModule(module, {
    isDebug: !options.isOptimized,
    ...(kept === undefined ? {} : { kept }),
  });
  const code = kept?.takeUsed();
  const all = [...diagnostics, ...made.diagnostics];
  const isWrong = all.some(({ severity }) => severity === 'error');
  return {
    compiled: {
      ...(isWrong || made.module === undefined
        ? {}
        : {
            object: made.object,
            start: startAllocations(made.module, module, next),
          }),
      exports,
      unsafeLines,
      diagnostics: all,
    },
    files: front.files,
    ...(code === undefined ? {} : { code }),
  };
}
