/** What hangs on a chip select of an SPI host. Bytes are most significant bit first, whatever the lanes. */
import type { DeviceState } from '../bus/device.js';

export interface SpiPeripheral {
  /** The chip select falls. */
  select(): void;
  /** The chip select rises. */
  deselect(): void;
  /** One byte goes out and one comes in at the same time; the one that goes out is zero in a receive-only segment. */
  exchange(byte: number, lanes: 1 | 2 | 4): number;
  /** Clocks without data. */
  dummy(cycles: number): void;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}
