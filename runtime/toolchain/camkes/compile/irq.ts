/**
 * Interrupt handlers: an IRQ object holds the notification that the kernel signals, and its number is in the map. What
 * kind of object it is depends on how the interrupt gets to the processor.
 */
import type { Place } from '../../text/source-line.js';
import type { CapdlObjectType } from '../../capdl/spec.js';
import type { Scope } from './context.js';
import { objectIn, report, slotIn } from './context.js';
import type { DraftCapability } from './object-space.js';

export interface InterruptLine {
  /** With which the kernel counts it; on x86 the vector. */
  readonly number: number;
  readonly type: Extract<CapdlObjectType, 'irq' | 'arm_irq' | 'ioapic_irq' | 'msi_irq'>;
  /** Parameters of the object, by their words. */
  readonly parameters: ReadonlyMap<string, string>;
}

export const plainLine = (number: number): InterruptLine => ({
  number,
  type: 'irq',
  parameters: new Map(),
});

/** The kernel counts interrupts up to here. */
export const highestInterrupt = 0xffff;

/** The IRQ object of this name, and a capability to it under the same name. */
export function provideIrqHandler(
  scope: Scope,
  name: string,
  { number, type, parameters }: InterruptLine,
  signalled: DraftCapability | undefined,
  place: Place,
): number {
  const { context } = scope;
  const irq = objectIn(scope, name, type, parameters.size === 0 ? {} : { others: parameters });
  if (!irq.slots.has(0) && signalled !== undefined) irq.slots.set(0, { ...signalled });
  const known = context.irqs.get(number);
  if (known === undefined) context.irqs.set(number, { name: irq.name, place });
  else if (known.name !== irq.name)
    report(
      context,
      place,
      'error',
      'duplicate-irq',
      `Interrupt ${String(number)} has a handler already; only one can be told of it. Give one of the two another number.`,
      [{ file: known.place.file, range: known.place.range, message: 'The other handler.' }],
    );
  return slotIn(scope, name, irq);
}
