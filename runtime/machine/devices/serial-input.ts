/**
 * The receiving end of a serial wire: characters that came in and that the UART has not taken yet. The wire
 * has flow control, so that what a person types before the guest's driver is ready is late, not lost. It is
 * clean, except where somebody disturbs it.
 */
import type { DeviceState } from '../bus/device.js';

/** What can be wrong with a character: the line is held low, its parity or its stop bit is wrong. */
export type Disturbance = 'break' | 'parityError' | 'frameError';

export const characterFlags: Readonly<Record<Disturbance, number>> = {
  break: 0x100,
  parityError: 0x200,
  frameError: 0x400,
};

export interface SerialInput {
  /**
   * The oldest character, taken off the wire; undefined when there is none. Its byte is in the low eight bits,
   * what was wrong with it in `characterFlags` above them.
   */
  take(): number | undefined;
  push(bytes: Uint8Array): void;
  /** A character that arrives wrong, behind those that wait; of a break the byte is zero. */
  disturb(disturbance: Disturbance, byte: number): void;
  reset(): void;
  save(): DeviceState;
  load(state: DeviceState): void;
}

export function createSerialInput(): SerialInput {
  let waiting: number[] = [];
  /** Bytes before this index are taken; they are dropped in batches, since a whole file may be waiting. */
  let taken = 0;
  return {
    take() {
      const byte = waiting[taken];
      if (byte === undefined) return undefined;
      taken += 1;
      if (taken === waiting.length || taken === 4096) {
        waiting = waiting.slice(taken);
        taken = 0;
      }
      return byte;
    },
    push(bytes) {
      for (const byte of bytes) waiting.push(byte);
    },
    disturb(disturbance, byte) {
      const isBreak = disturbance === 'break';
      waiting.push(characterFlags[disturbance] | (isBreak ? 0 : byte & 0xff));
    },
    reset() {
      waiting = [];
      taken = 0;
    },
    save: () => ({ waiting: waiting.slice(taken) }),
    load(state) {
      waiting = [...(state['waiting'] as readonly number[])];
      taken = 0;
    },
  };
}
