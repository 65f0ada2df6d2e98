/**
 * What a specification says about who holds what, in the form that the analysis of authority takes from a
 * running kernel, too. A component is all threads with one root CNode: they can do the same, and it is what
 * CAmkES makes an instance or a group of. In a running kernel each thread is one, since nothing there says
 * which belong together. Left out: IO devices, IO ports and virtual processors, and capabilities to reply.
 */
import {
  threadSlots,
  type CapabilityState,
  type StateCapability,
  type StateComponent,
  type StateObject,
  type StateObjectType,
  type StateRights,
} from '../../image/capability-state.js';
import { addressSpacesOf } from './address-spaces.js';
import {
  isControlName,
  type CapdlCapability,
  type CapdlObject,
  type CapdlObjectType,
  type CapdlSpec,
  type ControlName,
} from './spec.js';
import { tcbSlots } from './tcb-slots.js';

export function capabilityStateOfSpec(spec: CapdlSpec): CapabilityState {
  const indexOf = new Map<string, number>();
  const shown = spec.objects.filter(({ type }) => stateTypes[type] !== undefined);
  for (const [index, { name }] of shown.entries()) indexOf.set(name, index);
  const controls = controlsIn(spec);
  for (const [index, name] of controls.entries()) indexOf.set(name, shown.length + index);
  const building: Building = {
    spec,
    objects: new Map(spec.objects.map((object) => [object.name, object])),
    indexOf,
    addresses: pageAddresses(spec),
  };
  return {
    components: componentsOf(building),
    objects: [
      ...shown.map((object) => stateObject(object, building)),
      ...controls.map((name): StateObject => ({
        name: controlWords[name],
        type: controlTypes[name],
        slots: [],
      })),
    ],
    hasReplyObjects: spec.objects.some(({ type }) => type === 'sc' || type === 'rtreply'),
  };
}

interface Building {
  readonly spec: CapdlSpec;
  readonly objects: ReadonlyMap<string, CapdlObject>;
  readonly indexOf: ReadonlyMap<string, number>;
  /** By table and slot, where addresses of the architecture are known. */
  readonly addresses: ReadonlyMap<string, number>;
}

const stateTypes: Readonly<Partial<Record<CapdlObjectType, StateObjectType>>> = {
  tcb: 'thread',
  cnode: 'cnode',
  ep: 'endpoint',
  notification: 'notification',
  rtreply: 'reply',
  sc: 'schedContext',
  pt: 'pageTable',
  pd: 'pageTable',
  pdpt: 'pageTable',
  pml4: 'pageTable',
  pud: 'pageTable',
  pgd: 'pageTable',
  frame: 'frame',
  ut: 'untyped',
  asid_pool: 'asidPool',
  irq: 'irqHandler',
  arm_irq: 'irqHandler',
  ioapic_irq: 'irqHandler',
  msi_irq: 'irqHandler',
};

const controlTypes: Readonly<Record<Exclude<ControlName, 'io_space_master'>, StateObjectType>> = {
  irq_control: 'irqControl',
  asid_control: 'asidControl',
  domain: 'domain',
  sched_control: 'schedControl',
};

const controlWords: Readonly<Record<keyof typeof controlTypes, string>> = {
  irq_control: 'interrupt control',
  asid_control: 'ASID control',
  domain: 'domain control',
  sched_control: 'scheduling control',
};

const isShownControl = (name: string): name is keyof typeof controlTypes =>
  isControlName(name) && name !== 'io_space_master';

function controlsIn({ objects }: CapdlSpec): (keyof typeof controlTypes)[] {
  const found = new Set<keyof typeof controlTypes>();
  for (const { slots } of objects) {
    for (const { object } of slots.values()) if (isShownControl(object)) found.add(object);
  }
  return [...found];
}

function stateObject(object: CapdlObject, building: Building): StateObject {
  const { indexOf } = building;
  const madeFrom = object.coveredBy === undefined ? undefined : indexOf.get(object.coveredBy);
  const type = stateTypes[object.type] ?? 'untyped';
  return {
    name: object.name,
    type,
    slots: type === 'thread' ? threadCapabilities(object, building) : held(object, type, building),
    ...(madeFrom === undefined ? {} : { madeFrom }),
  };
}

function held(object: CapdlObject, type: StateObjectType, building: Building): StateCapability[] {
  const digits = Math.ceil((object.sizeBits ?? 12) / 4);
  return [...object.slots]
    .sort(([left], [right]) => left - right)
    .flatMap(([slot, capability]) => {
      const address = building.addresses.get(`${object.name} ${slot}`);
      const isPage = type === 'pageTable' && address !== undefined;
      const text = isPage
        ? `0x${address.toString(16).padStart(8, '0')}`
        : `0x${slot.toString(16).padStart(type === 'cnode' ? digits : 1, '0')}`;
      return stateCapability(text, capability, building);
    });
}

/** What is installed in a thread, by the names of the analysis. */
function threadCapabilities(thread: CapdlObject, building: Building): StateCapability[] {
  const named: readonly [number, string][] = [
    [tcbSlots.cspace, threadSlots.cspace],
    [tcbSlots.vspace, threadSlots.vspace],
    [tcbSlots.ipc_buffer_slot, threadSlots.ipcBuffer],
    [tcbSlots.fault_ep_slot, threadSlots.faultHandler],
    [tcbSlots.temp_fault_ep_slot, threadSlots.timeoutHandler],
    [tcbSlots.bound_notification, threadSlots.boundNotification],
    [tcbSlots.sc_slot, threadSlots.schedContext],
  ];
  const slots = named.flatMap(([slot, name]) => {
    const capability = thread.slots.get(slot);
    return capability === undefined ? [] : stateCapability(name, capability, building);
  });
  // Without MCS a fault handler is a capability pointer in the thread's own CSpace.
  const pointer = thread.tcb?.faultEndpoint ?? 0n;
  const root = building.objects.get(thread.slots.get(tcbSlots.cspace)?.object ?? '');
  const isPointed = pointer !== 0n && !thread.slots.has(tcbSlots.fault_ep_slot);
  const handler = isPointed
    ? root?.slots.get(Number(BigInt.asUintN(root.sizeBits ?? 0, pointer)))
    : undefined;
  return handler === undefined
    ? slots
    : [...slots, ...stateCapability(threadSlots.faultHandler, handler, building)];
}

const all: StateRights = { read: true, write: true, grant: true, grantReply: true };

/** One or none: a capability to reply is no capability to the thread. */
function stateCapability(
  slot: string,
  capability: CapdlCapability,
  { objects, indexOf }: Building,
): StateCapability[] {
  const index = indexOf.get(capability.object);
  if (index === undefined || capability.isReply === true || capability.isMasterReply === true) {
    return [];
  }
  const { badge } = capability;
  const isFrame = objects.get(capability.object)?.type === 'frame';
  return [
    {
      slot,
      object: index,
      rights: isFrame ? frameRights(capability) : (capability.rights ?? all),
      ...(badge === undefined || badge === 0n ? {} : { badge: Number(badge) }),
    },
  ];
}

/** What may be executed may be read; a frame carries no capabilities. */
function frameRights({ rights }: CapdlCapability): StateRights {
  const { read = false, write = false, grant = false } = rights ?? {};
  return { read: read || grant, write, grant: false, grantReply: false };
}

function pageAddresses(spec: CapdlSpec): ReadonlyMap<string, number> {
  const addresses = new Map<string, number>();
  if (spec.architecture !== 'riscv') return addresses;
  for (const { pages } of addressSpacesOf(spec)) {
    for (const { table, slot, virtualAddress } of pages) {
      addresses.set(`${table.name} ${slot}`, virtualAddress);
    }
  }
  return addresses;
}

function componentsOf({ spec, indexOf, objects }: Building): StateComponent[] {
  const groups = new Map<string, CapdlObject[]>();
  for (const object of spec.objects) {
    if (object.type !== 'tcb') continue;
    const root = object.slots.get(tcbSlots.cspace)?.object ?? object.name;
    const known = groups.get(root);
    if (known === undefined) groups.set(root, [object]);
    else known.push(object);
  }
  const taken = new Set<string>();
  return [...groups].map(([root, threads]) => {
    const isAlone = objects.get(root)?.type === 'tcb';
    const base = root.replace(isAlone ? /_tcb$/ : /_c(?:node|space)$/, '');
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = `${base} ${count}`;
    taken.add(name);
    return { name, threads: threads.flatMap((thread) => indexOf.get(thread.name) ?? []) };
  });
}
