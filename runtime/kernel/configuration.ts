/**
 * The choices that a seL4 build makes at compile time, for the profile that we imitate: 16.0, MCS,
 * one core, no FPU, debug build. sel4-abi section 0.
 */
import type { AbiVersion } from '../abi/labels.js';
import type { Board } from '../machine/boards/board.js';

export interface KernelConfiguration {
  readonly abiVersion: AbiVersion;
  readonly priorities: number;
  /** Entries of the domain schedule with its end marker, where there is more than one domain. */
  readonly longestDomainSchedule: number;
  readonly retypeFanOutLimit: number;
  /** Work units (slots deleted, 256-byte chunks cleared) in one kernel entry before it starts over. */
  readonly workUnitsPerEntry: number;
  readonly resetChunkBits: number;
  readonly bootThreadBudgetMicroseconds: number;
  /** Twice the kernel's worst-case execution time, which seL4 takes to be 10 µs. */
  readonly minimumBudgetMicroseconds: number;
  readonly timerPrecisionMicroseconds: number;
  readonly asidPools: number;
  readonly asidsPerPool: number;
  /** User addresses are below. */
  readonly userTop: number;
}

export const configuration: KernelConfiguration = {
  abiVersion: 16,
  priorities: 256,
  longestDomainSchedule: 100,
  retypeFanOutLimit: 256,
  workUnitsPerEntry: 100,
  resetChunkBits: 8,
  bootThreadBudgetMicroseconds: 5000,
  minimumBudgetMicroseconds: 20,
  timerPrecisionMicroseconds: 1,
  asidPools: 32,
  asidsPerPool: 16,
  userTop: 0x8000_0000,
};

/** A root task is created with the highest priority and may give it to others. */
export const highestPriority = configuration.priorities - 1;

/** What differs from board to board, and what a user may choose. The kernel keeps it in its globals. */
export interface KernelSettings {
  /** log2 of the slots of the root CNode. */
  readonly rootCNodeRadix: number;
  /** Scheduling domains: 1 to 256. */
  readonly domains: number;
  /** Highest interrupt that user programs may have; the kernel's timer has the number above it. */
  readonly highestInterrupt: number;
  /** The kernel's own devices are withheld from user programs in blocks of this size, log2 of bytes. */
  readonly deviceBlockBits: number;
}

/**
 * A CNode of 4096 slots, 64 KiB, is a lot on 4 MiB of RAM; sel4test is built for 8192. seL4 gives `virt` one
 * interrupt fewer than its controller has sources, and maps its devices there with pages of 4 MiB.
 */
export const boardSettings: Readonly<Record<Board['name'], KernelSettings>> = {
  nexus: { rootCNodeRadix: 12, domains: 1, highestInterrupt: 42, deviceBlockBits: 12 },
  virt: { rootCNodeRadix: 13, domains: 1, highestInterrupt: 95, deviceBlockBits: 22 },
};

/** What seL4's drivers of the interrupt controllers do differently. */
export interface InterruptControl {
  /** Whether IRQControl_GetTrigger is there; the trigger changes nothing on either. */
  readonly acceptsTrigger: boolean;
  /** When a claim is completed; by acknowledgement, the source is silent until its handler is done. */
  readonly completes: 'whenDelivered' | 'whenAcknowledged';
}

/** On QEMU's virt seL4 completes at once, because that controller forgets requests that come in between. */
export const interruptControl: Readonly<Record<Board['name'], InterruptControl>> = {
  nexus: { acceptsTrigger: false, completes: 'whenAcknowledged' },
  virt: { acceptsTrigger: true, completes: 'whenDelivered' },
};

/** With one domain the schedule is one entry and its end marker. */
export const domainScheduleLength = (domains: number): number =>
  domains > 1 ? configuration.longestDomainSchedule : 2;
