/**
 * What sensors feel: temperature and acceleration around the board. Both are functions of virtual time alone,
 * slow waves around everyday values, until somebody sets them; a set value stays.
 */
import type { DeviceState } from '../bus/device.js';
import type { Clock } from '../ports.js';

/** Thousandths of a degree Celsius, and thousandths of g. */
export interface Conditions {
  readonly temperature: number;
  readonly acceleration: readonly [x: number, y: number, z: number];
}

export interface Surroundings {
  now(): Conditions;
  /** Values that are left out go on as they were. */
  set(conditions: Partial<Conditions>): void;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

export function createSurroundings(clock: Clock, cyclesPerSecond: number): Surroundings {
  let set: Partial<Conditions> = {};
  /** A triangle wave between -1 and 1 that begins at 0 and goes up. */
  const wave = (periodSeconds: number): number => {
    const phase = (clock.now() / cyclesPerSecond / periodSeconds + 0.25) % 1;
    return 1 - Math.abs(4 * phase - 2);
  };
  return {
    now: () => ({
      temperature: set.temperature ?? Math.round(22_000 + 1_500 * wave(60)),
      acceleration: set.acceleration ?? [
        Math.round(100 * wave(2)),
        Math.round(50 * wave(3)),
        1_000,
      ],
    }),
    set(conditions) {
      set = { ...set, ...conditions };
    },
    reset() {
      set = {};
    },
    save: () => ({ ...set }),
    load(state) {
      set = { ...state };
    },
  };
}
