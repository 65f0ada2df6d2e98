/**
 * The objects that an instance has of its own, in the order in which their capabilities are given. A CantripOS
 * component (Rust) holds itself and keeps room for capabilities that it receives; a component of CAmkES proper
 * (C) has pools of spare objects instead.
 */
import { smallPageBytes } from './architecture.js';
import type { Scope } from './context.js';
import { maximumPagesOfRegion, objectIn, provide, report, settingsOf, slotIn } from './context.js';
import { addCopyRegion, addDmaPool, receiveUntypedMemory } from './instance-memory.js';
import { takeSlot } from './cspace.js';
import {
  countSetting,
  flagSetting,
  integerOrTextSetting,
  integerSetting,
  listSetting,
} from './setting-values.js';
import { addDeviceTree } from './tree-hardware.js';
import { createThread, isPassive, threadsOf } from './threads.js';

export const isCantrip = ({ context, instance }: Scope): boolean =>
  flagSetting(context, instance.name, 'cantripos');

export function renderComponent(scope: Scope): void {
  if (isCantrip(scope)) renderCantripComponent(scope);
  else renderPlainComponent(scope);
}

function renderCantripComponent(scope: Scope): void {
  const { context, instance, space } = scope;
  const isSet = (name: string): boolean => flagSetting(context, instance.name, name);
  const takesUntyped = isSet('untyped_memory');
  scope.bindings.held = {
    root: slotIn(scope, 'cnode', space.cspace.cnode),
    vspace: slotIn(scope, 'pd', space.root),
    receiveNode: provide(scope, 'recv_cnode', 'cnode', {}, { sizeBits: receiveNodeBits }),
    receiveNodeBits,
    asidPool: isSet('asid_pool') ? provide(scope, 'asid_pool', 'asid_pool') : 0,
    domainControl: isSet('domain_ctrl')
      ? takeSlot(space.cspace, { object: 'domain', origin: scope.origin })
      : 0,
    timeControl: context.isMcs && isSet('sched_ctrl') ? provideSchedControl(scope) : 0,
    headroom: 0,
    takesUntyped,
  };
  if (takesUntyped) receiveUntypedMemory(scope);
  for (const region of instance.component.copyRegions)
    addCopyRegion(scope, region.name, region.sizeBytes ?? BigInt(smallPageBytes));
  takeCNodeSize(scope);
  provideLocks(scope, (name) => name.replaceAll('semaphore_semaphore', 'semaphore'));
  const threads = createThreads(scope);
  if (context.isMcs && threads.some((thread) => isPassive(scope, thread)))
    providePassiveInit(scope);
  provideInitLocks(scope);
}

const receiveNodeBits = 8;

function renderPlainComponent(scope: Scope): void {
  const { context } = scope;
  takeCNodeSize(scope);
  provideSecureCalls(scope);
  addDeviceTree(scope);
  addDmaPool(scope);
  provideLocks(scope, (name) => name);
  addPools(scope);
  if (context.isMcs) providePassiveInit(scope);
  createThreads(scope);
  provideFaults(scope);
  provideInitLocks(scope);
}

/** What the thread that reports faults waits with. */
function provideFaults(scope: Scope): void {
  if (!scope.context.hasFaultHandlers) return;
  const object = objectIn(scope, 'fault_ep', 'ep');
  const endpoint = slotIn(scope, 'fault_ep__fault_handler', object, { rights: 'RWP' });
  const { isMcs } = scope.context;
  const reply = isMcs ? provide(scope, 'fault_reply__fault_handler', 'rtreply') : 0;
  scope.bindings.faults = { endpoint, reply };
}

/** `objectNameOf` is for counting semaphores, which Sparrow's tools name in a way of their own. */
function provideLocks(scope: Scope, objectNameOf: (name: string) => string): void {
  const { bindings, instance } = scope;
  const { mutexes, semaphores, binarySemaphores } = instance.component;
  const rights = 'RW';
  for (const { name, place } of mutexes) {
    const slot = provide(scope, name, 'notification', { rights });
    bindings.mutexes.push({ name, place, slot });
  }
  for (const { name, place } of semaphores) {
    const slot = provide(scope, objectNameOf(name), 'ep', { rights });
    bindings.semaphores.push({ name, place, slot, initial: initialOf(scope, name, 1n) });
  }
  for (const { name, place } of binarySemaphores) {
    const slot = provide(scope, name, 'notification', { rights });
    bindings.binarySemaphores.push({ name, place, slot, initial: initialOf(scope, name, 0n) });
  }
}

const initialOf = ({ context, instance }: Scope, name: string, otherwise: bigint): number =>
  Number(BigInt.asIntN(32, integerSetting(context, instance.name, `${name}_value`) ?? otherwise));

/** Calls of secure firmware, each a capability with the number of the function as its badge. */
function provideSecureCalls(scope: Scope): void {
  const { context, instance } = scope;
  const setting = settingsOf(context, instance.name).get('allowed_smc_functions');
  if (setting === undefined || context.system.dialect === 'sparrow') return;
  if (context.architecture.capdl !== 'aarch64') {
    report(
      context,
      setting.place,
      'warning',
      'not-supported',
      `\`${instance.name}.allowed_smc_functions\` asks for calls of secure firmware, which ${context.architecture.name} does not have. They are left out.`,
    );
    return;
  }
  for (const number of listSetting(context, instance.name, 'allowed_smc_functions'))
    if (typeof number === 'bigint')
      provide(scope, `smc_${String(number)}`, 'smc', { badge: number });
}

/** What comes after the connections. */
export function finishComponent(scope: Scope): void {
  const { context, space } = scope;
  if (!isCantrip(scope)) return;
  const headroom = integerOrTextSetting(context, headroomOwner(scope), 'cnode_headroom') ?? 0n;
  const slots = Number(headroom < 0n || headroom > 1n << 20n ? 0n : headroom);
  space.cspace.headroom += slots;
  const { held } = scope.bindings;
  if (held !== undefined) scope.bindings.held = { ...held, headroom: slots };
  slotIn(scope, 'temporary_cantripos_slot', undefined);
  // The reference tools give that thread nothing to wait with; here it is last, so that every other slot is theirs.
  provideFaults(scope);
}

/** The reference tools ask the group alone; members that are built here have what their components ask for, together. */
function headroomOwner({ context, instance, space }: Scope): string {
  const isOwn =
    context.directCalls.candidates.has(space.key) &&
    !settingsOf(context, space.key).has('cnode_headroom');
  return isOwn ? instance.name : instance.addressSpace;
}

function createThreads(scope: Scope) {
  const { context, instance } = scope;
  const faultEndpoint = context.hasFaultHandlers ? objectIn(scope, 'fault_ep', 'ep') : undefined;
  const threads = threadsOf(context, instance);
  for (const thread of threads) createThread(scope, thread, faultEndpoint);
  return threads;
}

/** With them, passive threads get time for as long as they start. */
function providePassiveInit(scope: Scope): void {
  const prefix = `${String(scope.instance.name.length)}_0_control_9_passive_init`;
  const sizeBits = scope.context.architecture.schedContextBits;
  const sched = { period: 10_000n, budget: 10_000n, data: 0n };
  const schedContext = provide(scope, `${prefix}_sc`, 'sc', {}, { sizeBits, sched });
  const notification = provide(scope, `${prefix}_ntfn`, 'notification', { rights: 'RW' });
  scope.bindings.lifecycle = {
    ...scope.bindings.lifecycle,
    passive: { schedContext, notification },
  };
}

function provideInitLocks(scope: Scope): void {
  const { bindings } = scope;
  const semaphore = (name: string): number => provide(scope, name, 'ep', { rights: 'RW' });
  bindings.lifecycle = {
    ...bindings.lifecycle,
    preInit: semaphore('pre_init_ep'),
    interfaceInit: semaphore('interface_init_ep'),
    postInit: semaphore('post_init_ep'),
  };
}

/** The setting tells the core; Sparrow's tools always take core 0, whatever it says. */
export function provideSchedControl({ context, instance, space, origin }: Scope): number {
  const isSparrow = context.system.dialect === 'sparrow';
  const core = isSparrow ? 0n : (integerSetting(context, instance.name, 'sched_ctrl') ?? 0n);
  return takeSlot(space.cspace, { object: 'sched_control', core: Number(core), origin });
}

function addPools(scope: Scope): void {
  const { context, instance } = scope;
  const count = (name: string): number =>
    countSetting(context, instance.name, name, maximumPagesOfRegion);
  const domains = listSetting(context, instance.name, 'tcb_pool_domains');
  for (let index = 0; index < count('tcb_pool'); index += 1) {
    const domain = domains[index];
    const tcb = objectIn(scope, `tcb_pool_${String(index)}`, 'tcb');
    tcb.tcb = {
      priority: 254,
      maxPriority: 254,
      affinity: 0,
      resume: false,
      ...(typeof domain === 'bigint' ? { domain: Number(domain) } : {}),
    };
    slotIn(scope, `tcb_pool_${String(index)}`, tcb);
  }
  for (let index = 0; index < count('ep_pool'); index += 1)
    provide(scope, `ep_pool_${String(index)}`, 'ep', { rights: 'RW' });
  for (let index = 0; index < count('notification_pool'); index += 1)
    provide(scope, `notification_pool_${String(index)}`, 'notification', { rights: 'RW' });
  for (const name of settingsOf(context, instance.name).keys()) {
    const bits = /^untyped(\d{1,2})_pool$/.exec(name)?.[1];
    if (bits !== undefined) addUntypeds(scope, name, `untyped_${bits}_pool`, Number(bits), [4, 28]);
  }
}

export function addUntypeds(
  scope: Scope,
  setting: string,
  prefix: string,
  sizeBits: number,
  [smallest, largest]: readonly [number, number],
): void {
  const { context, instance } = scope;
  if (sizeBits < smallest || sizeBits > largest) {
    const place = settingsOf(context, instance.name).get(setting)?.place ?? instance.place;
    report(
      context,
      place,
      'error',
      'untyped-size',
      `An untyped of 2^${String(sizeBits)} bytes was asked for; expected 2^${String(smallest)} to 2^${String(largest)}.`,
    );
    return;
  }
  const count = countSetting(context, instance.name, setting, maximumPagesOfRegion);
  for (let index = 0; index < count; index += 1)
    provide(scope, `${prefix}_${String(index)}`, 'ut', {}, { sizeBits });
}

/** The size that the assembly gives to the CNode of the address space. */
function takeCNodeSize({ context, instance, space }: Scope): void {
  const bits = integerOrTextSetting(context, instance.addressSpace, 'cnode_size_bits');
  if (bits !== undefined && bits >= 1n && bits <= 28n) space.cspace.sizeBits = Number(bits);
}
