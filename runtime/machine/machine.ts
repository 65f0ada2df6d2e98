/**
 * A board that is powered on: harts, memory, bus, devices and virtual time. It is hardware and
 * nothing else (D2): it knows no kernel, no image and no debugger.
 */
import type { PhysAddr, VirtAddr } from '../base/address.js';
import type { Result } from '../base/result.js';
import type { Board } from './boards/board.js';
import type { NorFlash } from './devices/nor-flash.js';
import type { Disturbance } from './devices/serial-input.js';
import type { Surroundings } from './devices/surroundings.js';
import type {
  Clock,
  Firmware,
  PhysicalMemory,
  SupervisedHart,
  Supervisor,
  SupervisorInterrupts,
  SupervisorTimer,
} from './ports.js';

export interface Machine {
  readonly board: Board;
  readonly harts: readonly Hart[];
  readonly memory: PhysicalMemory;
  readonly clock: Clock;
  readonly supervisorTimer: SupervisorTimer;
  readonly supervisorInterrupts: SupervisorInterrupts;
  /** Instructions retired by all harts since reset. */
  readonly instructions: number;
  readonly cycles: number;
  /** Physical addresses of instructions before which `run` stops. */
  readonly breakpoints: BreakpointSet;
  /** Bytes of RAM behind whose accesses `run` stops. */
  readonly watches: WatchSet;

  /** From then on, a trap that would enter S-mode calls `supervisor` and delegation is its business. */
  attachSupervisor(supervisor: Supervisor): void;

  /** From then on harts start in S-mode, and `firmware` serves their calls. */
  attachFirmware(firmware: Firmware): void;

  /**
   * An image with a `tohost` symbol ends its run by a store there (HTIF); the run stops right after that
   * store. Stays attached over `reset` and `load`.
   */
  attachHtif(tohost: PhysAddr, fromhost?: PhysAddr): void;

  /** Switches the machine off: the `run` in progress, and every later one, returns `poweredOff`. */
  powerOff(code: number): void;

  /**
   * Runs until a limit or a stop. Exact: `maxInstructions` more steps happen, or fewer with a reason. A
   * step is an instruction that retires or a trap that is taken, so that a guest which only traps is
   * bounded too. A breakpoint at the first instruction does not stop, so that a run can go on from one.
   */
  run(maxInstructions: number): MachineStop;

  /** Makes the `run` in progress return `requested` at the next instruction boundary. For observers. */
  requestStop(): void;

  /** Access through the bus as a debugger: no side effects on devices, no traps. Undefined where nothing answers. */
  inspectByte(address: PhysAddr): number | undefined;

  /**
   * A store on the bus between two steps, for a debugger: the device acts on it as on a store of a hart at this
   * time, and no observer hears of it. False is a bus error. Not during `run`.
   */
  storeToDevice(address: PhysAddr, size: 1 | 2 | 4, value: number): boolean;

  /** Bytes for the board's console UART, as if they came in over the wire now. */
  receive(bytes: Uint8Array): void;

  /** A character that comes in wrong at the board's console UART, behind the bytes that wait. */
  disturbConsole(disturbance: Disturbance): void;

  /** The board's serial flash, where it has one. Its contents outlive `reset`. */
  readonly flash?: Pick<NorFlash, 'contents' | 'changes'>;
  /** What the board's sensors feel, where it has some. */
  readonly surroundings?: Pick<Surroundings, 'now' | 'set'>;

  /** To the state after power-on: RAM is zero, pc is at the start of RAM. Breakpoints and ports stay. */
  reset(): void;
  save(): Snapshot;
  load(snapshot: Snapshot): void;
}

export interface Hart extends SupervisedHart {
  /** 0 user, 1 supervisor, 3 machine. */
  privilege: 0 | 1 | 3;
  readonly isWaiting: boolean;
  readonly instructions: number;
  /** As `csrr` in M-mode would read, without side effects; undefined for a CSR that is not there. */
  readCsr(number: number): number | undefined;
  /** As `csrw` in M-mode; false when the CSR is absent or read-only. */
  writeCsr(number: number, value: number): boolean;
  /**
   * Where a virtual address leads in the hart's present address space at its present privilege;
   * `rootTable` asks about another Sv32 table. Changes nothing: no A/D bits, no TLB entry.
   */
  translate(
    address: VirtAddr,
    access: 'fetch' | 'load' | 'store',
    rootTable?: PhysAddr,
  ): Result<PhysAddr, TranslationFault>;
}

export interface TranslationFault {
  /** The cause that the access would raise: 1, 5, 7 (access fault) or 12, 13, 15 (page fault). */
  readonly cause: number;
}

export interface BreakpointSet {
  add(address: PhysAddr): void;
  delete(address: PhysAddr): void;
  clear(): void;
  has(address: PhysAddr): boolean;
}

export interface WatchSet {
  /** In place of those that there were; each must lie in RAM. */
  set(watches: readonly Watch[]): void;
}

export interface Watch {
  readonly address: PhysAddr;
  readonly sizeBytes: number;
  readonly access: 'read' | 'write' | 'readWrite';
}

/** An access to a watch. */
export interface WatchHit {
  readonly address: PhysAddr;
  readonly sizeBytes: number;
  readonly access: 'read' | 'write';
  /** Absent where the kernel or a device wrote. */
  readonly hart?: number;
  /** Bytes of the watch. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export type MachineStop =
  /** The instruction budget is used up. */
  | { readonly kind: 'limit' }
  /** `hart.pc` is at a breakpoint that has not executed. */
  | { readonly kind: 'breakpoint'; readonly hart: number; readonly address: PhysAddr }
  /** The step before was an access to watches; `hart.pc` is behind it. */
  | { readonly kind: 'watch'; readonly hits: readonly WatchHit[] }
  | { readonly kind: 'requested' }
  /** Every hart waits for an interrupt and no event is scheduled: only input can wake it. */
  | { readonly kind: 'idle' }
  /**
   * The first instruction of a hart's trap handler in M-mode cannot be fetched, so it would trap for ever.
   * `hart.pc` is the handler; mepc, mcause and mtval describe the trap that led there.
   */
  | { readonly kind: 'lockedUp'; readonly hart: number }
  /** The test device, HTIF or the kernel switched the machine off; 0 is success. */
  | { readonly kind: 'poweredOff'; readonly code: number };

/** Everything that `load` needs to continue to the last register; a plain value, equal when the state is. */
export interface Snapshot {
  readonly memory: Uint8Array;
  readonly devices: Readonly<Record<string, unknown>>;
}
