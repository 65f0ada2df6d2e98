/** What answers at an address of an I2C bus. I2C specification UM10204, section 3.1. */
import type { DeviceState } from '../bus/device.js';

export interface I2cTarget {
  /** 7 bits. */
  readonly address: number;
  /** It is addressed; whether it acknowledges. */
  start(direction: 'read' | 'write'): boolean;
  /** Whether it acknowledges the byte. */
  write(byte: number): boolean;
  read(): number;
  stop(): void;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}
