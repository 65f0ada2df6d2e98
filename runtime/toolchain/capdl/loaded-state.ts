/**
 * What follows from a specification for the state after loading, beyond what its text says: which threads
 * run, and where spare memory goes. The loader is built by it, and the comparison looks for it.
 */
import { addressSpacesOf, pageAt, type SpecSpace } from './address-spaces.js';
import type { CapdlCapability, CapdlObject, CapdlSpec } from './spec.js';
import { tcbSlots } from './tcb-slots.js';

/** Threads that run once the system is loaded: those that should, and have code to begin with. */
export function startedThreads(
  spec: CapdlSpec,
  spaces: readonly SpecSpace[] = addressSpacesOf(spec),
): readonly string[] {
  const spaceOf = new Map(spaces.map((space) => [space.root.name, space]));
  return spec.objects
    .filter(({ type, slots, tcb }) => {
      if (type !== 'tcb' || tcb?.resume === false) return false;
      const { instructionPointer } = tcb ?? {};
      const space = spaceOf.get(slots.get(tcbSlots.vspace)?.object ?? '');
      if (instructionPointer === undefined || space === undefined) return false;
      const page = pageAt(space, Number(instructionPointer));
      return (page?.frame.fill ?? []).some(({ lengthBytes }) => lengthBytes > 0);
    })
    .map(({ name }) => name);
}

/**
 * CantripOS's memory manager expects the untypeds behind its own slots and one further, which has a CNode with
 * what the root task keeps.
 */
export const firstUntypedSlot = ({ slots }: CapdlObject): number =>
  [...slots.keys()].reduce((last, slot) => Math.max(last, slot), -1) + 2;

/**
 * A capability through which the kernel itself sends: of a fault handler, or what an interrupt signals. The tools of
 * seL4 write down rights with which it could not, and their loader takes no notice: such a one has all rights.
 */
export function deliveringCapability(
  capability: CapdlCapability,
  kind: 'fault' | 'signal',
): CapdlCapability {
  const { rights, ...rest } = capability;
  if (rights === undefined) return capability;
  const suffices = rights.write && (kind === 'signal' || rights.grant || rights.grantReply);
  return suffices ? capability : rest;
}
