/**
 * What a board expects of a device. Its state is one small plain record (D1): `save` gives it, `load`
 * takes it back and schedules again whatever events follow from it, since an event queue of closures
 * cannot be saved.
 */
import type { AccessSize } from './bus.js';

/** JSON values only, so that two equal states make two equal snapshots. */
export type DeviceState = Readonly<Record<string, unknown>>;

export interface Device {
  /** Offsets count from the device's base. Unsigned; undefined is a bus error. */
  read(offset: number, size: AccessSize): number | undefined;
  /** False is a bus error. `value` is unsigned and has at most `size` bytes. */
  write(offset: number, size: AccessSize, value: number): boolean;
  /** What `read` would give, without its side effects. */
  peek(offset: number, size: AccessSize): number | undefined;
  /** To the state after power-on; cancels the device's events. */
  reset(): void;
  save(): DeviceState;
  /** Takes what `save` gave, drives the interrupt lines to match and schedules the events that follow. */
  load(state: DeviceState): void;
}
