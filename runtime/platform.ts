/**
 * The composition root: the one place that puts an image, a machine and a kernel together.
 * Everything above (debug adapter, command line) drives a system through this interface alone.
 */
import type { PhysAddr, VirtAddr } from './base/address.js';
import type { Event } from './base/event.js';
import type { Result } from './base/result.js';
import type { SystemImage } from './image/system-image.js';
import type { KernelEvent } from './kernel/events.js';
import type { Machine, MachineStop } from './machine/machine.js';

export interface PlatformOptions {
  readonly board: 'nexus' | 'virt';
  /** RAM size instead of the board's own; a multiple of 4 KiB. */
  readonly memoryBytes?: number;
  /** `builtin`: our kernel, the image is its root task. `none`: the image runs bare, in M-mode. */
  readonly kernel: 'builtin' | 'none';
}

export interface Platform {
  readonly image: SystemImage;
  readonly machine: Machine;
  readonly options: PlatformOptions;
  /** Bytes that the guest wrote to its console, in order. */
  readonly onConsole: Event<number>;
  /** Kernel events as they happen, inside `run`; a listener may call `machine.requestStop()`. */
  readonly onKernelEvent: Event<KernelEvent>;
  /** Runs at most so many instructions. Synchronous and bounded: callers slice to stay responsive. */
  run(maxInstructions: number): MachineStop;
  /** Back to the first instruction, with the same image; breakpoints stay. */
  reset(): void;
  /** Where the loader put an image address; undefined outside the image. */
  imageToPhysical(address: VirtAddr): PhysAddr | undefined;
  /** The image address that lies at this physical address: symbols and lines for any address space that maps it. */
  physicalToImage(address: PhysAddr): VirtAddr | undefined;
}

/** Why an image cannot be put on a board: a sentence with the sizes. */
export interface PlatformError {
  readonly code: 'image-outside-ram' | 'image-too-large' | 'no-entry' | 'kernel-boot';
  readonly message: string;
}

export type CreatePlatform = (
  image: SystemImage,
  options: PlatformOptions,
) => Result<Platform, PlatformError>;
