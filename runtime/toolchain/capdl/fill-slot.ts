/** Puts one capability into its slot. */
import { slotSpan, writtenAt, type LinkedCapability } from './linked.js';
import type { LinkState } from './link-state.js';
import { tcbSlotName } from './tcb-slots.js';

/** More capabilities than this are no system. */
const mostCapabilities = 4_000_000;

/** The first that comes to a slot has it. */
export function fillSlot(table: LinkState, capability: LinkedCapability): void {
  const { container, slot } = capability;
  const slots = (container.slots ??= new Map<number, LinkedCapability>());
  const known = slots.get(slot);
  if (known !== undefined) {
    reportFilled(table, capability, known);
    return;
  }
  if (table.capabilityCount >= mostCapabilities) {
    table.mustStartAgain = true;
    return;
  }
  table.capabilityCount += 1;
  slots.set(slot, capability);
  (table.current.capabilities ??= []).push(capability);
}

function reportFilled(
  { reporter }: LinkState,
  capability: LinkedCapability,
  known: LinkedCapability,
): void {
  const { container, slot, node } = capability;
  let free = slot + 1;
  while (container.slots?.has(free) === true) free += 1;
  const isTcb = container.declaration.type === 'tcb';
  const word = (isTcb ? tcbSlotName(slot) : undefined) ?? `${slot}`;
  const span = slotSpan(capability);
  const canMove = node.slot !== undefined && !isTcb && node.target.indices === undefined;
  reporter.add({
    ...span,
    severity: 'error',
    code: 'slot-filled',
    message: `Slot ${word} of \`${container.name}\` is filled already.`,
    related: [{ ...writtenAt(known), message: 'The slot is filled here.' }],
    ...(canMove
      ? { fixes: [{ title: `Use slot ${free}`, edits: [{ ...span, text: `${free}` }] }] }
      : {}),
  });
}
