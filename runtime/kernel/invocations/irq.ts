/** IRQControl and IRQHandler invocations. Order of checks and error words as in seL4; sel4-abi section 9. */
import { ok } from '../../base/result.js';
import {
  irqHandlerCapability,
  irqHandlerNumber,
  slotIsEmpty,
  tag,
  tagOf,
  typeName,
} from '../capabilities/capability.js';
import { deleteSimpleSlot } from '../capabilities/delete.js';
import { insertDerived } from '../capabilities/derivation.js';
import { lookupInCNode } from '../capabilities/lookup.js';
import { interruptControl } from '../configuration.js';
import { illegal, refuse, truncated, type Decoded } from '../kernel-error.js';
import type { KernelState } from '../kernel-state.js';
import {
  acknowledgeInterrupt,
  activateIrq,
  irqIsActive,
  irqSlot,
  timerIrq,
} from '../objects/irq.js';
import {
  argument,
  extraCapability,
  methodOf,
  type ExtraCapability,
  type Invocation,
  type Performed,
} from './invocation.js';

export interface IrqControlPlan {
  readonly control: number;
  readonly irq: number;
  readonly destination: number;
}

export type IrqHandlerPlan =
  | { readonly kind: 'acknowledge' | 'clear'; readonly irq: number }
  | { readonly kind: 'set'; readonly irq: number; readonly notification: ExtraCapability };

export function decodeIrqControl(k: KernelState, invocation: Invocation): Decoded<IrqControlPlan> {
  const method = methodOf(invocation);
  switch (invocation.row?.name) {
    case 'IRQIssueIRQHandler':
      return decodeGet(k, invocation, method, 1);
    case 'RISCVIRQIssueIRQHandlerTrigger':
      if (invocation.length < 4 || invocation.extra.length === 0) {
        return truncated(method, 'four words and the root of the destination');
      }
      if (!interruptControl[k.board.name].acceptsTrigger) {
        return illegal(
          () => `${method}: the interrupt controller of this board has no selectable trigger`,
        );
      }
      // The trigger, word 1, changes nothing: every source of this controller is level-sensitive.
      return decodeGet(k, invocation, method, 2);
    default:
      return illegal(() => `${method}: IRQ control has no such operation`);
  }
}

/** `place` is the message word with the slot address; its depth follows. */
function decodeGet(
  k: KernelState,
  invocation: Invocation,
  method: string,
  place: number,
): Decoded<IrqControlPlan> {
  const root = extraCapability(k, invocation, 0);
  if (invocation.length < 3 || root === undefined) {
    return truncated(method, 'an interrupt, a slot address and the root of the destination');
  }
  const irq = argument(k, invocation, 0);
  const highest = timerIrq(k);
  if (irq < 1 || irq > highest) {
    return refuse(
      'RangeError',
      [1, highest],
      () => `${method}: interrupt ${String(irq)} is outside 1 to ${String(highest)}`,
    );
  }
  if (irqIsActive(k, irq)) {
    return refuse(
      'RevokeFirst',
      [],
      () => `${method}: interrupt ${String(irq)} has a handler already`,
    );
  }
  const found = lookupInCNode(
    k,
    root.capability,
    argument(k, invocation, place),
    argument(k, invocation, place + 1),
    { method, role: 'destination' },
  );
  if (!found.ok) return found;
  if (!slotIsEmpty(k, found.value)) {
    return refuse('DeleteFirst', [], () => `${method}: the destination slot is not empty`);
  }
  return ok({ control: invocation.slot, irq, destination: found.value });
}

export function performIrqControl(k: KernelState, plan: IrqControlPlan): Performed {
  activateIrq(k, plan.irq);
  insertDerived(k, irqHandlerCapability(plan.irq), plan.control, plan.destination);
  return 'done';
}

export function decodeIrqHandler(k: KernelState, invocation: Invocation): Decoded<IrqHandlerPlan> {
  const method = methodOf(invocation);
  const irq = irqHandlerNumber(invocation.capability.w1);
  switch (invocation.row?.name) {
    case 'IRQAckIRQ':
      return ok({ kind: 'acknowledge', irq });
    case 'IRQClearIRQHandler':
      return ok({ kind: 'clear', irq });
    case 'IRQSetIRQHandler': {
      const extra = extraCapability(k, invocation, 0);
      if (extra === undefined) return truncated(method, 'the notification');
      const { w0, w1 } = extra.capability;
      if (tagOf(w0) !== tag.notification) {
        return refuse(
          'InvalidCapability',
          [0],
          () => `${method}: the ${typeName(w0)} is no notification`,
        );
      }
      if ((w1 & 1) === 0) {
        return refuse(
          'InvalidCapability',
          [0],
          () => `${method}: the notification capability lacks the write right`,
        );
      }
      return ok({ kind: 'set', irq, notification: extra });
    }
    default:
      return illegal(() => `${method}: an IRQ handler has no such operation`);
  }
}

export function performIrqHandler(k: KernelState, plan: IrqHandlerPlan): Performed {
  const at = irqSlot(k, plan.irq);
  switch (plan.kind) {
    case 'acknowledge':
      acknowledgeInterrupt(k, plan.irq);
      break;
    case 'clear':
      deleteSimpleSlot(k, at);
      break;
    case 'set':
      deleteSimpleSlot(k, at);
      insertDerived(k, plan.notification.capability, plan.notification.slot, at);
      break;
  }
  return 'done';
}
