/**
 * The choices that a seL4 build makes at compile time, for the profile that we imitate: 16.0, MCS,
 * one core, no FPU, debug build. sel4-abi section 0.
 */
import type { AbiVersion } from '../abi/labels.js';

export interface KernelConfiguration {
  readonly abiVersion: AbiVersion;
  readonly rootCNodeRadix: number;
  readonly priorities: number;
  /** Domains, and entries of the domain schedule with its end marker. */
  readonly domains: number;
  readonly domainScheduleLength: number;
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
  rootCNodeRadix: 12,
  priorities: 256,
  domains: 1,
  domainScheduleLength: 2,
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
