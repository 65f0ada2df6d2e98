/**
 * The choices that a seL4 build makes at compile time, for the profile that we imitate: 16.0, MCS,
 * one core, no FPU, debug build. sel4-abi section 0.
 */
import type { AbiVersion } from '../abi/labels.js';

export const configuration = {
  abiVersion: 16 satisfies AbiVersion as AbiVersion,
  rootCNodeRadix: 12,
  priorities: 256,
  /** Domains, and entries of the domain schedule with its end marker. */
  domains: 1,
  domainScheduleLength: 2,
  retypeFanOutLimit: 256,
  /** Work units (slots deleted, 256-byte chunks cleared) in one kernel entry before it starts over. */
  workUnitsPerEntry: 100,
  resetChunkBits: 8,
  bootThreadBudgetMicroseconds: 5000,
  /** Twice the kernel's worst-case execution time, which seL4 takes to be 10 µs. */
  minimumBudgetMicroseconds: 20,
  timerPrecisionMicroseconds: 1,
  asidPools: 32,
  asidsPerPool: 16,
  /** User addresses are below. */
  userTop: 0x8000_0000,
} as const;

/** A root task is created with the highest priority and may give it to others. */
export const highestPriority = configuration.priorities - 1;
