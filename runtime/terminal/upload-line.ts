/**
 * The serial line between an upload and a machine. An answer comes in right behind what it answers, in the machine's own
 * time: a host that looked now and then would be late, since a guest that only waits passes a second in no time.
 */
import type { Event } from '../base/event.js';
import type { BundleUpload } from './bundle-upload.js';

/** What it needs of a platform. */
export interface UploadLine {
  readonly onConsole: Event<number>;
  readonly machine: {
    readonly clock: { now(): number; schedule(cycle: number, action: () => void): unknown };
    receive(bytes: Uint8Array): void;
  };
}

/** `heard` is called behind each byte of the console. */
export function connectUpload(
  { onConsole, machine }: UploadLine,
  upload: BundleUpload,
  heard: () => void = () => undefined,
): { dispose(): void } {
  return onConsole((byte) => {
    upload.hear(byte);
    // The byte comes in the middle of an instruction.
    if (upload.isWaiting)
      machine.clock.schedule(machine.clock.now(), () => {
        if (upload.isWaiting) machine.receive(upload.take());
      });
    heard();
  });
}
