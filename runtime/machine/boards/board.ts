/** What a board is, as plain data: the memory map, the interrupt wiring and the clocks. */
import type { PhysAddr } from '../../base/address.js';
import type { PropertyValue } from './flattened-device-tree.js';

export interface Board {
  readonly name: 'nexus' | 'virt';
  /** Who made it and what it is, as its device tree tells an operating system. */
  readonly compatible: string;
  readonly model: string;
  readonly ram: { readonly base: PhysAddr; readonly sizeBytes: number };
  readonly harts: number;
  /** Cycles of virtual time a second. */
  readonly cyclesPerSecond: number;
  /** Rate of the time CSR and of the supervisor timer. */
  readonly timeTicksPerSecond: number;
  /** What a real-time clock shows at power-on: seconds since 1970. Never the host's time (D8). */
  readonly epochSeconds: number;
  /** Memory on the bus that harts reach as they reach a device: that of another core. It is one of `devices`. */
  readonly coreMemory?: string;
  /** In address order; the kernel makes device untypeds of these, views list them. */
  readonly devices: readonly DeviceRegion[];
  /** Name of the device that is the console. */
  readonly console: string;
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
  readonly node: DeviceNode;
}

/** What the device tree says beyond the region itself. */
export interface DeviceNode {
  /** What kind of device it is, before the `@` of its address: `serial`. */
  readonly name: string;
  /** The most special first. */
  readonly compatible: readonly string[];
  /** Where the tree tells a size that is not the region's. */
  readonly sizeBytes?: number;
  /** Causes by which it interrupts every hart, where it is wired to harts. */
  readonly hartInterrupts?: readonly number[];
  /** Whether the interrupts of other devices go to it. */
  readonly isInterruptController?: boolean;
  /** By name, words that a store to its first register obeys: `poweroff`, `reboot`. */
  readonly commands?: Readonly<Record<string, number>>;
  readonly properties?: Readonly<Record<string, PropertyValue>>;
}
