/**
 * All machine state in one WebAssembly.Memory (D1): a block per hart and RAM, in the part that a
 * snapshot copies; caches (decoded code, translations, line flags) behind it, in a part that can be
 * dropped at any time. The offsets are `layout.ts`.
 */
import type { PhysAddr } from '../../base/address.js';
import type { BreakpointSet } from '../machine.js';
import type { PhysicalMemory } from '../ports.js';

export interface LinearMemory extends PhysicalMemory {
  readonly memory: WebAssembly.Memory;
  /** Hart blocks and RAM: every byte that a snapshot needs, and no others. */
  readonly state: Uint8Array;
  /** Physical instruction addresses before which a hart's `run` returns `breakpoint`. */
  readonly breakpoints: BreakpointSet;
  /** Unsigned halfword; the address must be even. */
  read16(address: PhysAddr): number;
  write16(address: PhysAddr, value: number): void;
  /** Call after `state` was overwritten: drops whatever was derived from it. */
  stateReplaced(): void;
}
