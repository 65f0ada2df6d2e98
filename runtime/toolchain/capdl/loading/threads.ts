/**
 * The steps that give threads what they run with, and start them. A thread without code at its first
 * instruction stays as it is made: its component has yet to be built.
 */
import { initialSlot } from '../../../abi/boot-info.js';
import { allRights, cnodeData, rightsRead, rightsWrite } from '../../../abi/cap-rights.js';
import { contextRegisters } from '../../../abi/user-context.js';
import type { CapdlCapability, CapdlObject } from '../spec.js';
import { tcbSlots } from '../tcb-slots.js';
import { deliveringCapability, startedThreads } from '../loaded-state.js';
import { copyToSpare, dataWord, pointerTo, rightsWord, type Loading } from './loading.js';
import { placePointer, schedControl } from './places.js';

const threadsOf = ({ spec }: Pick<Loading, 'spec'>): readonly CapdlObject[] =>
  spec.objects.filter(({ type }) => type === 'tcb');

/** Budgets first: a thread gets a scheduling context that has one. */
export function configureSchedContexts({ spec, places, steps }: Loading): void {
  for (const { name, type, sched } of spec.objects) {
    if (type !== 'sc' || sched === undefined) continue;
    const { budget, period, data = 0n } = sched;
    steps.push({
      kind: 'SchedControlConfigureFlags',
      about: name,
      target: schedControl,
      capabilities: [placePointer(places.of(name))],
      words: [...twoWords(budget), ...twoWords(period), 0, Number(data), 0],
    });
  }
}

/** Low word first. */
export const twoWords = (value: bigint): readonly [number, number] => [
  Number(BigInt.asUintN(32, value)),
  Number(BigInt.asUintN(32, value >> 32n)),
];

export function configureThreads(loading: Loading): void {
  for (const thread of threadsOf(loading)) configureThread(loading, thread);
}

function configureThread(loading: Loading, thread: CapdlObject): void {
  const { steps } = loading;
  const { name, slots, tcb = {} } = thread;
  const target = pointerTo(loading, name);
  const place = (slot: number): number => {
    const capability = slots.get(slot);
    return capability === undefined ? 0 : pointerTo(loading, capability.object);
  };
  steps.push({ kind: 'nameThread', about: name, target, words: [] });
  const buffer = slots.has(tcbSlots.ipc_buffer_slot) ? Number(tcb.ipcBufferAddress ?? 0n) : 0;
  const cspace = slots.get(tcbSlots.cspace);
  if (cspace !== undefined)
    steps.push({
      kind: 'TCBConfigure',
      about: name,
      target,
      capabilities: [
        place(tcbSlots.cspace),
        place(tcbSlots.vspace),
        buffer === 0 ? 0 : frameFor(loading, slots.get(tcbSlots.ipc_buffer_slot)),
      ],
      words: [cnodeData(Number(cspace.guard ?? 0n), cspace.guardSize ?? 0), 0, buffer],
    });
  steps.push({
    kind: 'TCBSetSchedParams',
    about: name,
    target,
    capabilities: [
      initialSlot.tcb,
      place(tcbSlots.sc_slot),
      endpointFor(loading, slots.get(tcbSlots.fault_ep_slot)),
    ],
    words: [tcb.maxPriority ?? 0, tcb.priority ?? 0],
  });
  const timeout = endpointFor(loading, slots.get(tcbSlots.temp_fault_ep_slot));
  if (timeout !== 0)
    steps.push({
      kind: 'TCBSetTimeoutEndpoint',
      about: name,
      target,
      capabilities: [timeout],
      words: [],
    });
  const bound = place(tcbSlots.bound_notification);
  if (bound !== 0)
    steps.push({
      kind: 'TCBBindNotification',
      about: name,
      target,
      capabilities: [bound],
      words: [],
    });
  if (tcb.domain !== undefined && tcb.domain !== 0)
    steps.push({
      kind: 'DomainSetSet',
      about: name,
      target: initialSlot.domain,
      capabilities: [target],
      words: [tcb.domain],
    });
  if (tcb.fpuDisabled === true)
    steps.push({ kind: 'TCBSetFlags', about: name, target, words: [0, 1] });
  writeRegisters(loading, thread, target);
}

/** The endpoint with the badge and rights that a fault is to come with; 0 for none. */
const endpointFor = (loading: Loading, capability: CapdlCapability | undefined): number =>
  capability === undefined
    ? 0
    : withRights(loading, deliveringCapability(capability, 'fault'), allRights);

const frameFor = (loading: Loading, capability: CapdlCapability | undefined): number =>
  withRights(loading, capability, rightsRead | rightsWrite);

/** A thread gets a copy of what the step names; `whole` are the rights of the object's first capability. */
function withRights(
  loading: Loading,
  capability: CapdlCapability | undefined,
  whole: number,
): number {
  if (capability === undefined) return 0;
  const { object } = capability;
  const rights = rightsWord(capability.rights);
  const badge = dataWord(capability, loading.objects.get(object)?.type);
  if ((rights & whole) === whole && badge === 0) return pointerTo(loading, object);
  const place = copyToSpare(loading, object, rights, badge);
  loading.copies.push({ place, name: object });
  return placePointer(place);
}

const firstArgument = contextRegisters.indexOf('a0');
const stackPointer = contextRegisters.indexOf('sp');

function writeRegisters({ steps }: Loading, { name, tcb }: CapdlObject, target: number): void {
  if (tcb?.instructionPointer === undefined && tcb?.stackPointer === undefined && !tcb?.init)
    return;
  const registers = Array.from({ length: firstArgument }, () => 0);
  registers[0] = Number(tcb.instructionPointer ?? 0n);
  registers[stackPointer] = Number(tcb.stackPointer ?? 0n);
  for (const word of tcb.init ?? []) registers.push(Number(BigInt.asUintN(32, word)));
  steps.push({
    kind: 'TCBWriteRegisters',
    about: name,
    target,
    words: [0, registers.length, ...registers],
  });
}

export function startThreads(loading: Loading): void {
  for (const name of startedThreads(loading.spec, loading.spaces)) {
    loading.steps.push({
      kind: 'TCBResume',
      about: name,
      target: pointerTo(loading, name),
      words: [],
    });
  }
}
