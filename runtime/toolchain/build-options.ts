/** What a build is told, and what follows of it for the platform: a caller's choices, those of `cantrip.json`, and defaults. */
import type { SystemImage } from '../image/system-image.js';
import type { BuildCache } from './build-cache.js';
import type { LoadingBoard } from './capdl/loading/check-board.js';
import type { GuestCompiler } from './guest/compiler-port.js';
import type { ArchitectureName } from './settings/architecture-name.js';
import type { BoardName, KernelChoice } from './settings/cantrip-json.js';

export interface BuildOptions {
  /** The boards there are; the first one is the default. */
  readonly boards: readonly BoardMemory[];
  /** The caller's choices go before those of a `cantrip.json`. */
  readonly board?: BoardName;
  readonly kernel?: KernelChoice;
  readonly memoryBytes?: number;
  /** False for a kernel without debugging system calls, which would take them for faults. */
  readonly hasDebugCalls?: boolean;
  readonly textBase?: number;
  /** Of a CAmkES assembly. */
  readonly architecture?: ArchitectureName;
  /** Only an image has to be of the machine's architecture; it is what is wanted where this is absent. */
  readonly product?: 'image' | 'specification';
  /**
   * What `build` answers with where something has to be compiled. Without one, and where the driver of a build in steps
   * does not answer, a component in guest TypeScript is an error, `guest-compiler-missing`.
   */
  readonly guestCompiler?: GuestCompiler;
  /** Of guest TypeScript; `debug`, where absent, keeps every local readable. */
  readonly optimization?: 'debug' | 'release';
  /** Where compiled components are kept for the next build. */
  readonly cache?: BuildCache;
  /** `unwanted`: there is no ELF file of the image, and those of programs have no variables: nobody writes them. */
  readonly executable?: 'wanted' | 'unwanted';
  /** What relative paths in the ELF's debug information are relative to. */
  readonly compilationDirectory?: string;
}

export interface BoardMemory extends LoadingBoard {
  readonly name: BoardName;
  readonly ram: { readonly base: number; readonly sizeBytes: number };
}

/** What to give to the platform: options, settings and defaults put together. */
export interface BuildSettings {
  readonly board: BoardName;
  readonly kernel: KernelChoice;
  readonly memoryBytes?: number;
}

/** Where a root task begins: above the pages that catch null pointers. */
export const rootTaskTextBase = 0x1_0000;

/**
 * An ELF whose first segment lies in a board's RAM is a bare-metal program of that board; everything
 * else is a root task of the kernel.
 */
export function settingsOf(options: BuildOptions, elf: SystemImage | undefined): BuildSettings {
  const start = elf?.segments[0]?.physicalAddress;
  const home = options.boards.find(
    ({ name, ram }) =>
      start !== undefined &&
      (options.board === undefined || options.board === name) &&
      start >= ram.base &&
      start < ram.base + ram.sizeBytes,
  );
  const kernel = options.kernel ?? (home === undefined ? 'builtin' : 'none');
  const bareHome = kernel === 'none' ? home?.name : undefined;
  const board = options.board ?? bareHome ?? options.boards[0]?.name ?? 'nexus';
  return {
    board,
    kernel,
    ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
  };
}
