/** What a build gives, as far as it came. */
import type { SystemImage } from '../image/system-image.js';
import type { Application } from './application/build-application.js';
import type { BuildOptions, BuildSettings } from './build-options.js';
import type { ProgramBindings } from './camkes/compile/bindings.js';
import type { CapdlSpec } from './capdl/spec.js';
import type { Footprint } from './components/footprint.js';
import type { Program } from './components/program.js';
import { writeExecutable } from './elf/write-executable.js';
import type { Linked } from './linker/linked.js';
import type { Diagnostic } from './text/diagnostic.js';

export interface Built {
  /** Undefined when there are errors. */
  readonly image?: SystemImage;
  /** The image as an ELF file, where one is wanted. */
  readonly elf?: Uint8Array;
  /** Whether the program is an application, also when it has errors. */
  readonly isApplication?: boolean;
  /** Of an application: what a running system installs. */
  readonly bundle?: Uint8Array;
  /** Of a system: the applications that it brings along. */
  readonly applications?: readonly Application[];
  /** Of a system: which capabilities it is made of. Present as far as it was understood. */
  readonly spec?: CapdlSpec;
  /** Of an assembly: the program of each address space that has one, with its symbols and lines. */
  readonly programs?: readonly Program[];
  /** What programs have to know of the assembly, whether there are any or not. */
  readonly bindings?: readonly ProgramBindings[];
  /** What each of them takes. */
  readonly footprints?: readonly Footprint[];
  readonly settings: BuildSettings;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, so that a caller can watch them. */
  readonly files: readonly string[];
  /** Paths at which the build looked for a file and found none: one that comes to be there may change the result. */
  readonly missing: readonly string[];
}

/** Times are no contents, so a build records nothing of them. */
export type Unlisted = Omit<Built, 'files' | 'missing'>;

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === 'error');

export const executableOf = (
  linked: Linked,
  { compilationDirectory, executable }: BuildOptions,
): Pick<Built, 'elf'> =>
  executable === 'unwanted'
    ? {}
    : {
        elf: writeExecutable(
          linked,
          compilationDirectory === undefined ? {} : { compilationDirectory },
        ),
      };
