/**
 * The receiving end of a serial wire: bytes that came in and that the UART has not taken yet. The wire
 * has flow control, so that what a person types before the guest's driver is ready is late, not lost.
 */
import type { DeviceState } from '../bus/device.js';

export interface SerialInput {
  /** The oldest byte, taken off the wire; undefined when there is none. */
  take(): number | undefined;
  push(bytes: Uint8Array): void;
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
