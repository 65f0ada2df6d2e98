/**
 * The small ports through which control goes up or bytes go out. A device or a supervisor receives
 * these, never the machine. Data goes down, control goes up only here (design, section 2).
 */
import type { PhysAddr, VirtAddr } from '../base/address.js';

/** A level-sensitive wire into an interrupt controller or a hart. */
export interface IrqLine {
  set(level: boolean): void;
}

/** Where a device's bytes go: the console, a file, a test's array. */
export interface ByteSink {
  write(byte: number): void;
}

/**
 * Virtual time in cycles. It advances by one per retired instruction plus what is charged, and jumps
 * to the next event when every hart waits. Never the host's clock.
 */
export interface Clock {
  /** Cycles since reset; exact up to 2^53. */
  now(): number;
  /** Calls `action` at the first instruction boundary at or after `cycle`. Cancel by `dispose`. */
  schedule(cycle: number, action: () => void): { dispose(): void };
}

/**
 * A trap that would enter S-mode, handed to whoever stands in for the supervisor software.
 * `cause` is scause (bit 31 set for an interrupt), `value` is stval. Privileged spec, 4.1.8 and 4.1.9.
 */
export interface SupervisorTrap {
  readonly cause: number;
  readonly value: number;
}

/**
 * Called instead of a jump to `stvec`. The hart's registers are the interrupted program's and
 * `hart.pc` is what sepc would be. On return the hart goes on at `hart.pc` in U-mode ('resume'), or
 * waits for an interrupt and calls again when one is pending ('wait').
 */
export interface Supervisor {
  trap(hart: SupervisedHart, trap: SupervisorTrap): 'resume' | 'wait';
}

/**
 * Stands in for the firmware in M-mode: called for an `ecall` from S-mode that is not delegated. The hart's
 * registers are the caller's; it goes on after the `ecall` when this returns. All other exceptions and
 * the supervisor's interrupts are delegated to S-mode. SBI specification, chapter "Binary Encoding".
 */
export interface Firmware {
  call(hart: SupervisedHart): void;
}

/** What a supervisor may do with a hart. All values are 32-bit; registers are seen as signed. */
export interface SupervisedHart {
  readonly id: number;
  /** x0…x31 as signed words, a live view: writes take effect at resume; x0 must stay 0. */
  readonly x: Int32Array;
  pc: VirtAddr;
  /** Stores x1…x31 as 31 words of RAM, where no code is; and back. */
  saveRegisters(address: PhysAddr): void;
  loadRegisters(address: PhysAddr): void;
  /** Selects the address space, as writing satp would. What was changed in its tables is fenced by `flushTranslations`. */
  setAddressSpace(rootTable: PhysAddr, asid: number): void;
  /** As sfence.vma for one address space; call after changing page tables. */
  flushTranslations(): void;
  /** Charges cycles for work done on the supervisor's behalf. */
  chargeCycles(cycles: number): void;
}

/** The supervisor's timer, as firmware offers it (SBI set_timer). Ticks are those of the time CSR. */
export interface SupervisorTimer {
  /** Ticks since reset. */
  now(): number;
  readonly ticksPerSecond: number;
  /** Raises the supervisor timer interrupt when `now() >= ticks`; Infinity clears it. */
  setDeadline(ticks: number): void;
}

/** The supervisor's view of the platform interrupt controller, external interrupts to S-mode. */
export interface SupervisorInterrupts {
  /** Highest source number; sources are 1…count. */
  readonly count: number;
  /** The highest-priority pending and enabled source, claimed; 0 when there is none. */
  claim(): number;
  complete(source: number): void;
  setEnabled(source: number, enabled: boolean): void;
}

/** Little-endian physical RAM. Addresses must lie in RAM; words must be aligned. Out of range is our bug. */
export interface PhysicalMemory {
  readonly base: PhysAddr;
  readonly sizeBytes: number;
  /** RAM as signed words from `base` on: a live view for reading. Stores go through the methods below. */
  readonly words: Int32Array;
  read8(address: PhysAddr): number;
  /** Unsigned. */
  read32(address: PhysAddr): number;
  write8(address: PhysAddr, value: number): void;
  write32(address: PhysAddr, value: number): void;
  fill(address: PhysAddr, sizeBytes: number, byte: number): void;
  copyIn(address: PhysAddr, bytes: Uint8Array): void;
  /** A copy. */
  copyOut(address: PhysAddr, sizeBytes: number): Uint8Array;
  contains(address: number, sizeBytes: number): boolean;
}
