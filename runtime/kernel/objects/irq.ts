/**
 * Interrupts: a state and a slot for each, in the kernel region; the slot holds the notification to signal.
 * Number 0 is none; the timer has the highest number and is the kernel's own. sel4-abi section 9.
 */
import type { PhysAddr } from '../../base/address.js';
import { notificationBadge, notificationPointer, tag, tagOf } from '../capabilities/capability.js';
import { interruptControl } from '../configuration.js';
import { costs } from '../costs.js';
import { signal } from '../ipc/signal.js';
import type { KernelState } from '../kernel-state.js';
import { globals, irqState, slot, slotBytes } from '../layout.js';

/** The handler is done with an interrupt. */
export function acknowledgeInterrupt(k: KernelState, irq: number): void {
  if (!completesWhenDelivered(k)) k.ports.interrupts.complete(irq);
}

export const irqSlot = (k: KernelState, irq: number): number =>
  k.globals + globals.irqSlots + slotBytes * irq;

const stateAt = (k: KernelState, irq: number): number => k.globals + globals.irqStates + 4 * irq;

export const timerIrq = (k: KernelState): number => k.global(globals.irqLimit);

export const irqIsActive = (k: KernelState, irq: number): boolean =>
  k.read(stateAt(k, irq)) !== irqState.inactive;

export const setIrqState = (k: KernelState, irq: number, state: number): void => {
  k.write(stateAt(k, irq), state);
};

export function activateIrq(k: KernelState, irq: number): void {
  setIrqState(k, irq, irqState.signal);
  k.ports.interrupts.setEnabled(irq, true);
}

/** A source that was claimed and never acknowledged is completed, or it would stay silent for ever. */
export function deactivateIrq(k: KernelState, irq: number): void {
  setIrqState(k, irq, irqState.inactive);
  k.ports.interrupts.setEnabled(irq, false);
  k.ports.interrupts.complete(irq);
}

const completesWhenDelivered = (k: KernelState): boolean =>
  interruptControl[k.board.name].completes === 'whenDelivered';

/** Delivers what the interrupt controller has. One without a handler is masked. */
export function deliverInterrupt(k: KernelState): void {
  const irq = k.ports.interrupts.claim();
  if (irq === 0) return;
  k.charge(costs.interrupt);
  const hasHandler = irq < timerIrq(k) && k.read(stateAt(k, irq)) === irqState.signal;
  if (!hasHandler) k.ports.interrupts.setEnabled(irq, false);
  if (!hasHandler || completesWhenDelivered(k)) k.ports.interrupts.complete(irq);
  if (!hasHandler) return;
  const at = irqSlot(k, irq);
  const w0 = k.read(at + slot.w0);
  const w1 = k.read(at + slot.w1);
  if (k.isTraced) {
    const notification = tagOf(w0) === tag.notification ? notificationPointer(w0) : undefined;
    k.trace({
      kind: 'interrupt',
      irq,
      ...(notification === undefined ? {} : { notification: notification as PhysAddr }),
    });
  }
  if (tagOf(w0) === tag.notification && (w1 & 1) !== 0) {
    signal(k, notificationPointer(w0), notificationBadge(w1));
  }
}
