/**
 * The microkernel: a Supervisor with seL4's MCS API for riscv32 (D3). Its state is in emulated RAM,
 * laid out by `layout.ts`; this object holds ports and nothing else.
 */
import type { PhysAddr, VirtAddr } from '../base/address.js';
import type { Result } from '../base/result.js';
import type { SystemImage } from '../image/system-image.js';
import type { Board } from '../machine/boards/board.js';
import type {
  ByteSink,
  PhysicalMemory,
  SupervisedHart,
  Supervisor,
  SupervisorInterrupts,
  SupervisorTimer,
} from '../machine/ports.js';
import type { KernelSettings } from './configuration.js';
import type { KernelEvent, KernelTraceEvent } from './events.js';

export interface KernelPorts {
  readonly board: Board;
  /** What is not as `boardSettings` has it for the board. Looked at by `boot` alone. */
  readonly settings?: Partial<KernelSettings>;
  /** Flattened device tree for the root task; none where absent. Looked at by `boot` alone. */
  readonly deviceTree?: Uint8Array;
  readonly memory: PhysicalMemory;
  readonly timer: SupervisorTimer;
  readonly interrupts: SupervisorInterrupts;
  /** Where seL4_DebugPutChar and kernel messages go. */
  readonly console: ByteSink;
  /** Who is told each event now; undefined while nobody listens, which costs nothing. */
  readonly observer: () => ((event: KernelEvent) => void) | undefined;
  /** False: every system call takes the general way, to compare with. */
  readonly fastpath?: boolean;
  /** As `observer`, for the steps of the kernel's work; tests that have none leave it out. */
  readonly tracer?: () => ((event: KernelTraceEvent) => void) | undefined;
  /** seL4_DebugHalt. */
  readonly powerOff: (code: number) => void;
}

export interface Kernel extends Supervisor {
  /**
   * Builds the root task from the image in a fresh machine: frames, page tables, CSpace, BootInfo,
   * untypeds (sel4-abi section 7), and leaves `hart` at its entry. Fails when it does not fit, with a
   * sentence that says by how much.
   */
  boot(image: SystemImage, hart: SupervisedHart): Result<BootedImage, string>;
}

export interface BootedImage {
  /** First virtual page of the image and where it lies: one contiguous physical range. */
  readonly virtualBase: VirtAddr;
  readonly physicalBase: PhysAddr;
  readonly sizeBytes: number;
  readonly rootThread: PhysAddr;
}

export type CreateKernel = (ports: KernelPorts) => Kernel;
