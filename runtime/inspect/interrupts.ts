/** Interrupts that the kernel knows: which notification each signals, and who handles it. sel4-abi section 9. */
import { irqState } from '../kernel/layout.js';
import type { Platform } from '../platform.js';
import { indexCapabilities, placeOf } from './capability-index.js';
import { capabilityAt, kernelSource, slotBytes } from './kernel-source.js';

export interface InterruptView {
  readonly irq: number;
  readonly state: 'signals a notification' | 'is the timer of the kernel' | 'is reserved';
  /** Physical address; absent while it is dropped, because no notification is set. */
  readonly notification?: number;
  readonly badge?: number;
  /** Where the capabilities to its handler are. */
  readonly handlers: readonly string[];
}

const words: Readonly<Record<number, InterruptView['state']>> = {
  [irqState.signal]: 'signals a notification',
  [irqState.timer]: 'is the timer of the kernel',
  [irqState.reserved]: 'is reserved',
};

/** Those that are in use, by number. */
export function viewInterrupts(platform: Platform): InterruptView[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return [];
  const index = indexCapabilities(platform, kernel);
  const { globals, highestInterrupt } = kernel.layout;
  const handlers = new Map<number, string[]>();
  for (const at of index.derivation.slots) {
    const { type, fields } = capabilityAt(kernel, at);
    if (type !== 'irqHandler') continue;
    const { irq = 0 } = fields;
    handlers.set(irq, [...(handlers.get(irq) ?? []), placeOf(index, at)]);
  }
  return Array.from({ length: highestInterrupt }, (_, number) => number + 1).flatMap((irq) => {
    const state = words[kernel.word(globals.irqStates + 4 * irq)];
    if (state === undefined) return [];
    const { type, fields } = capabilityAt(kernel, globals.irqSlots + slotBytes(kernel) * irq);
    const { pointer = 0, badge = 0 } = fields;
    return [
      {
        irq,
        state,
        ...(type === 'notification' ? { notification: kernel.physical(pointer), badge } : {}),
        handlers: handlers.get(irq) ?? [],
      },
    ];
  });
}
