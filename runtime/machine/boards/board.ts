/** What a board is, as plain data: the memory map, the interrupt wiring and the clocks. */
import type { PhysAddr } from '../../base/address.js';

export interface Board {
  readonly name: 'nexus' | 'virt';
  readonly ram: { readonly base: PhysAddr; readonly sizeBytes: number };
  readonly harts: number;
  /** Cycles of virtual time a second. */
  readonly cyclesPerSecond: number;
  /** Rate of the time CSR and of the supervisor timer. */
  readonly timeTicksPerSecond: number;
  /** In address order; the kernel makes device untypeds of these, views list them. */
  readonly devices: readonly DeviceRegion[];
  /** Highest PLIC source. */
  readonly interruptCount: number;
}

export interface DeviceRegion {
  /** `uart`, `rv_timer`, `plic`. */
  readonly name: string;
  readonly base: PhysAddr;
  readonly sizeBytes: number;
  /** PLIC sources, lowest first; empty for a device without. */
  readonly interrupts: readonly number[];
  /** True when the kernel keeps it for itself (timer, interrupt controller). */
  readonly kernelOwned: boolean;
}
