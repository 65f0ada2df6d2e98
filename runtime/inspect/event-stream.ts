/**
 * What a running kernel does, as one stream with virtual time: threads, switches, faults and refusals, and
 * each step of its work. Nothing is recorded and nothing is slower while nobody follows; following changes
 * neither what happens nor when.
 */
import type { Disposable } from '../base/disposable.js';
import type { KernelEvent, KernelTraceEvent } from '../kernel/events.js';
import type { Platform } from '../platform.js';
import { describeEvent, describeStep } from './event-sentences.js';

export interface StreamedEvent {
  /** Cycles of virtual time since reset, and the same in microseconds; the kernel's own cycles come after. */
  readonly cycles: number;
  readonly microseconds: number;
  /** Instructions retired before it. */
  readonly instructions: number;
  readonly event: KernelEvent | KernelTraceEvent;
  /** The event as a sentence, with threads by their names at that moment. */
  readonly text: string;
}

/** Tells every event until it is disposed; the listener may call `machine.requestStop()`. */
export function followKernel(
  platform: Platform,
  listener: (event: StreamedEvent) => void,
): Disposable {
  const { machine } = platform;
  const tell = (event: KernelEvent | KernelTraceEvent, text: string): void => {
    const { cycles, instructions } = machine;
    const microseconds = (cycles * 1_000_000) / machine.board.cyclesPerSecond;
    listener({ cycles, microseconds, instructions, event, text });
  };
  const events = platform.onKernelEvent((event) => {
    tell(event, describeEvent(platform, event));
  });
  const steps = platform.onKernelTrace((event) => {
    tell(event, describeStep(platform, event));
  });
  return {
    dispose: () => {
      events.dispose();
      steps.dispose();
    },
  };
}
