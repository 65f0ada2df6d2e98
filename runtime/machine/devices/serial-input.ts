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
  return {
    take: () => waiting.shift(),
    push(bytes) {
      waiting.push(...bytes);
    },
    reset() {
      waiting = [];
    },
    save: () => ({ waiting: [...waiting] }),
    load(state) {
      waiting = [...(state['waiting'] as readonly number[])];
    },
  };
}
