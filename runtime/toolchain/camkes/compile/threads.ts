/**
 * The threads of an instance: the control thread, one for each end of a connection whose connector gives it
 * some, and one that reports faults where that is wanted. Each is a TCB with a stack between guard pages, an
 * IPC buffer likewise, and on MCS kernels a scheduling context unless it is passive.
 */
import type { Instance, InterfaceDeclaration } from '../system.js';
import type { TcbParameters } from '../../capdl/spec.js';
import { tcbSlots } from '../../capdl/tcb-slots.js';
import { addRegion, hole, symbolOf } from './address-space.js';
import { smallPageBits, smallPageBytes } from './architecture.js';
import type { CompileContext, Scope } from './context.js';
import { capabilityTo, numbered, objectIn, slotIn } from './context.js';
import type { DraftObject } from './object-space.js';
import { obtainObject } from './object-space.js';
import { isDirectEnd } from './direct-calls.js';
import { flagSetting, rangedSetting } from './setting-values.js';

export interface ComponentThread {
  /** The first part of the names of its objects. */
  readonly name: string;
  /** The interface that it serves; undefined for the control thread and the fault handler. */
  readonly interface: InterfaceDeclaration | undefined;
  readonly isFaultHandler: boolean;
  readonly stackBytes: bigint;
}

const maximumThreadsOfEnd = 256;

export function threadsOf(context: CompileContext, instance: Instance): ComponentThread[] {
  const prefix = instance.name.replace(/[^A-Za-z0-9]/g, '_');
  const control: ComponentThread = {
    name: `${prefix}_0_control`,
    interface: undefined,
    isFaultHandler: false,
    stackBytes: stackBytesOf(context, instance, '_stack_size'),
  };
  const ofInterfaces = (context.ends.get(instance) ?? []).flatMap(({ connection, side, end }) =>
    !isDirectEnd(context, { connection, side, end }) &&
    flagSetting(context, instance.name, `${end.interface.name}_has_thread`, { whenUnset: true })
      ? Array.from(
          { length: Math.min(connection.connector[side].threads, maximumThreadsOfEnd) },
          (_, index): ComponentThread => ({
            name: `${prefix}_${end.interface.name}_${String(index).padStart(4, '0')}`,
            interface: end.interface,
            isFaultHandler: false,
            stackBytes: stackBytesOf(context, instance, `${end.interface.name}_stack_size`),
          }),
        )
      : [],
  );
  const faultHandler: ComponentThread = {
    name: `${prefix}_0_fault_handler`,
    interface: undefined,
    isFaultHandler: true,
    stackBytes: context.defaultStackBytes,
  };
  return [control, ...ofInterfaces, ...(context.hasFaultHandlers ? [faultHandler] : [])];
}

/** Makes the thread's objects and gives its instance the capabilities; returns the TCB's slot. */
export function createThread(
  scope: Scope,
  thread: ComponentThread,
  faultEndpoint: DraftObject | undefined,
): number {
  const { context, instance, space } = scope;
  const stackSymbol = symbolOf(instance, `_camkes_stack_${thread.name}`);
  const ipcBufferSymbol = symbolOf(instance, `_camkes_ipc_buffer_${thread.name}`);
  addStack(scope, thread, stackSymbol);
  const ipcFrame = addIpcBuffer(scope, thread, ipcBufferSymbol);

  const tcb = objectIn(scope, `${thread.name}_tcb`, 'tcb');
  const slot = slotIn(scope, `${thread.name}_tcb`, tcb);
  tcb.slots.set(tcbSlots.ipc_buffer_slot, capabilityTo(scope, ipcFrame, { rights: 'RW' }));
  tcb.slots.set(tcbSlots.vspace, capabilityTo(scope, space.root));
  tcb.slots.set(tcbSlots.cspace, capabilityTo(scope, space.cspace.cnode));
  const parameters = tcbParametersOf(scope, thread);
  tcb.tcb = { ...parameters, init: [BigInt(slot)] };
  if (context.isMcs && !isPassive(scope, thread)) addSchedContext(scope, thread, tcb);
  if (faultEndpoint !== undefined && !thread.isFaultHandler)
    addFaultEndpoint(scope, thread, tcb, slot, faultEndpoint);
  space.threads.push({
    tcb,
    slot,
    instance,
    stackSymbol,
    stackBytes: Number(thread.stackBytes),
    ipcBufferSymbol,
  });
  scope.bindings.threads.push({
    index: scope.bindings.threads.length,
    name: thread.name,
    tcb: slot,
    interface: thread.interface,
    isFaultHandler: thread.isFaultHandler,
    priority: parameters.priority ?? 0,
    isPassive: isPassive(scope, thread),
    stackSymbol,
    stackBytes: Number(thread.stackBytes),
    ipcBufferSymbol,
  });
  return slot;
}

function addIpcBuffer(scope: Scope, thread: ComponentThread, symbol: string): DraftObject {
  const frame = objectIn(scope, `frame__camkes_ipc_buffer_${thread.name}`, 'frame', {
    sizeBits: smallPageBits,
  });
  const capability = capabilityTo(scope, frame, { rights: 'RW' });
  const pages = [hole, { capability, isInCNode: false }, hole];
  addRegion(scope.space, { symbol, pageBits: smallPageBits, pages, origin: scope.origin });
  return frame;
}

function tcbParametersOf(scope: Scope, thread: ComponentThread): TcbParameters {
  if (thread.isFaultHandler)
    return { priority: 255, maxPriority: 254, affinity: faultAffinity(scope) };
  const domain = rangedSetting(scope.context, scope.instance, `${prefixOf(thread)}domain`);
  return {
    priority: Number(threadSetting(scope, thread, 'priority') ?? 254n),
    maxPriority: Number(threadSetting(scope, thread, 'max_priority') ?? 254n),
    affinity: Number(threadSetting(scope, thread, 'affinity') ?? 0n),
    ...(domain === undefined ? {} : { domain: Number(domain) }),
  };
}

function addSchedContext(scope: Scope, thread: ComponentThread, tcb: DraftObject): void {
  const sched = objectIn(scope, `${thread.name}_sc`, 'sc');
  slotIn(scope, `${thread.name}_sc`, sched);
  tcb.slots.set(tcbSlots.sc_slot, capabilityTo(scope, sched));
  sched.sizeBits = Number(threadSetting(scope, thread, 'size_bits') ?? 8n);
  sched.sched = {
    period: threadSetting(scope, thread, 'period') ?? 10_000n,
    budget: threadSetting(scope, thread, 'budget') ?? 10_000n,
    data: threadSetting(scope, thread, 'data') ?? 0n,
  };
}

/** On MCS kernels the TCB holds the capability itself; before, it knows a slot of its CSpace. */
function addFaultEndpoint(
  scope: Scope,
  thread: ComponentThread,
  tcb: DraftObject,
  tcbSlot: number,
  endpoint: DraftObject,
): void {
  const badge = BigInt(tcbSlot);
  if (scope.context.isMcs) {
    const rights = scope.context.system.dialect === 'sparrow' ? '' : 'RWGP';
    tcb.slots.set(tcbSlots.fault_ep_slot, capabilityTo(scope, endpoint, { badge, rights }));
    return;
  }
  const slot = slotIn(scope, `fault_ep_${thread.name}`, endpoint, { badge, rights: 'RWP' });
  tcb.tcb = { ...tcb.tcb, faultEndpoint: BigInt(slot) };
}

/** A setting of this thread, or else of all threads of the instance. */
const threadSetting = (
  { context, instance }: Scope,
  thread: ComponentThread,
  name: string,
): bigint | undefined =>
  rangedSetting(context, instance, `${prefixOf(thread)}${name}`) ??
  rangedSetting(context, instance, name);

const prefixOf = (thread: ComponentThread): string =>
  thread.isFaultHandler ? 'fault' : `${thread.interface?.name ?? ''}_`;

/** A thread that has no time of its own, and runs on its callers'. */
export const isPassive = ({ context, instance }: Scope, thread: ComponentThread): boolean =>
  thread.interface !== undefined &&
  flagSetting(context, instance.name, `${thread.interface.name}_passive`);

/** Sparrow's fault handler ignores the instance's affinity. */
const faultAffinity = ({ context, instance }: Scope): number =>
  context.system.dialect === 'sparrow'
    ? 0
    : Number(rangedSetting(context, instance, 'affinity') ?? 0n);

function addStack(scope: Scope, thread: ComponentThread, symbol: string): void {
  const { context, label, origin, space } = scope;
  const count = Number(thread.stackBytes / BigInt(smallPageBytes));
  const pages = Array.from({ length: count }, (_, index) => {
    const number = numbered(context, index, count);
    const name = `stack__camkes_stack_${thread.name}_${number}_${label}_obj`;
    const frame = obtainObject(context.objects, name, 'frame', origin, { sizeBits: smallPageBits });
    return { capability: capabilityTo(scope, frame, { rights: 'RW' }), isInCNode: false };
  });
  addRegion(space, { symbol, pageBits: smallPageBits, pages: [hole, ...pages, hole], origin });
}

/** Less than a page, or more than anybody means, is said, and the default is taken. */
const stackBytesOf = (context: CompileContext, instance: Instance, name: string): bigint =>
  rangedSetting(context, instance, name) ?? context.defaultStackBytes;
