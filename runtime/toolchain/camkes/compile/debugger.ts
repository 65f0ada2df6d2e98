/**
 * A component that is debugged by another one: faults of all of its threads go to the debugger, which knows them by their
 * badges, the slots of their TCBs. The thread that reads and writes memory for the debugger has an endpoint of its own.
 */
import type { CapdlObjectType } from '../../capdl/spec.js';
import type { EndScope } from './context.js';
import { tcbSlots } from '../../capdl/tcb-slots.js';
import { bindEnd, capabilityTo, heldIn, objectIn, provide, slotIn } from './context.js';
import type { DraftObject } from './object-space.js';

const rights = 'RWP';

export function renderDebugged(scope: EndScope): void {
  const endpoint = objectIn(scope, 'ep_fault', 'ep');
  for (const [slot, tcb] of threadsIn(scope)) {
    const badge = BigInt(slot);
    const fault = slotIn(scope, `${tcb.name}_fault_ep`, endpoint, { rights, badge });
    // On MCS kernels the TCB holds the capability itself; before, it knows a slot of its CSpace.
    if (scope.context.isMcs)
      tcb.slots.set(tcbSlots.fault_ep_slot, capabilityTo(scope, endpoint, { badge, rights }));
    else tcb.tcb = { ...tcb.tcb, faultEndpoint: BigInt(fault) };
  }
}

export function renderDebugger(scope: EndScope): void {
  const { context, space } = scope;
  const endpoint = provide(scope, 'ep_fault', 'ep', { rights });
  slotIn(scope, 'cnode', space.cspace.cnode);
  const reply = context.isMcs
    ? provide(scope, 'reply_cap_slot', 'rtreply')
    : slotIn(scope, 'reply_cap_slot', undefined);
  bindEnd(scope, { endpoint, ...(context.isMcs ? { reply } : {}) });
}

export function renderDebuggedMemory(scope: EndScope): void {
  const fault = provide(scope, 'mem_fault', 'ep', { rights });
  for (const [slot, tcb] of threadsIn(scope)) {
    if (!tcb.name.includes('GDB_delegate')) continue;
    const capability = heldIn(scope, fault);
    if (capability !== undefined) capability.badge = BigInt(slot);
    tcb.tcb = { ...tcb.tcb, faultEndpoint: BigInt(fault) };
  }
}

export function renderMemoryDebugger(scope: EndScope): void {
  bindEnd(scope, { endpoint: provide(scope, 'mem_fault', 'ep', { rights }) });
}

const tcb: CapdlObjectType = 'tcb';

/** Every TCB that the address space has a capability to, in the order of the slots. */
function threadsIn({ context, space }: EndScope): (readonly [slot: number, tcb: DraftObject])[] {
  return [...space.cspace.cnode.slots].flatMap(([slot, { object }]) => {
    const held = context.objects.byName.get(object);
    return held?.type === tcb ? [[slot, held] as const] : [];
  });
}
