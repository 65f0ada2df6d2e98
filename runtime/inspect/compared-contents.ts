/** An object of a specification against the one in memory that was found for it: its parameters and its slots. */
import { formatAddress, physAddr, virtAddr } from '../base/address.js';
import { registers } from '../isa/registers.js';
import { configuration } from '../kernel/configuration.js';
import { deliveringCapability, firstUntypedSlot } from '../toolchain/capdl/loaded-state.js';
import type { CapdlObject, CapdlRights } from '../toolchain/capdl/spec.js';
import { tcbSlotName, tcbSlots } from '../toolchain/capdl/tcb-slots.js';
import { viewTableEntries, type TableEntry } from './address-space.js';
import { describeCapability } from './capability-description.js';
import type { DecodedCapability } from './capability-layout.js';
import { compareCapability } from './compared-capability.js';
import { capabilityAt, slotBytes, tcbCapability, tcbOffset, tcbWord } from './kernel-source.js';
import { readSchedContext } from './sched-contexts.js';
import type { Comparison, LiveObject } from './spec-comparison.js';
import { readPc, readRegister, threadOf, threadStateOf } from './thread-state.js';

export function compareContents(comparison: Comparison, object: CapdlObject): void {
  const found = comparison.live.get(object.name);
  if (found === undefined) return;
  compareAddress(comparison, object, found);
  switch (object.type) {
    case 'tcb':
      compareThread(comparison, object, found.pointer + tcbOffset(comparison.kernel));
      break;
    case 'cnode':
      compareCNode(comparison, object, found);
      break;
    case 'pt':
      compareSpace(comparison, object, found);
      break;
    case 'sc':
      compareSchedContext(comparison, object, found);
      break;
    case 'asid_pool':
      comparePool(comparison, object, found);
      break;
    case 'notification':
      compareInterrupts(comparison, object);
      break;
    default:
      break;
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;

function compareAddress(
  { kernel, differ }: Comparison,
  object: CapdlObject,
  found: LiveObject,
): void {
  const { name, physicalAddress } = object;
  const address = kernel.physical(found.pointer);
  if (physicalAddress !== undefined && address !== Number(physicalAddress))
    differ(
      name,
      `${name} lies at ${formatAddress(address)}; it should lie at ${formatAddress(Number(physicalAddress))}.`,
    );
}

// ---- threads -----------------------------------------------------------------------------------

const installed = [
  [tcbSlots.cspace, 'cspace'],
  [tcbSlots.vspace, 'vspace'],
  [tcbSlots.ipc_buffer_slot, 'ipcBuffer'],
  [tcbSlots.fault_ep_slot, 'faultHandler'],
  [tcbSlots.temp_fault_ep_slot, 'timeoutHandler'],
] as const;

function compareThread(comparison: Comparison, object: CapdlObject, tcb: number): void {
  const { kernel, differ } = comparison;
  const { name, slots, tcb: wanted = {} } = object;
  for (const [slot, inKernel] of installed) {
    const where = `${tcbSlotName(slot) ?? ''} of ${name}`;
    const stated = slots.get(slot);
    const isHandler = inKernel === 'faultHandler' || inKernel === 'timeoutHandler';
    const capability =
      stated !== undefined && isHandler ? deliveringCapability(stated, 'fault') : stated;
    const found = tcbCapability(kernel, tcb, inKernel);
    if (capability !== undefined) compareCapability(comparison, where, capability, found, name);
    else if (found.type !== 'null')
      differ(name, `${where} holds ${labelOf(comparison, found)}; it should be empty.`);
  }
  compareLink(comparison, object, tcb, 'boundNotification');
  compareLink(comparison, object, tcb, 'schedContext');
  const expect = (what: string, found: number, expected: number): void => {
    if (found !== expected)
      differ(name, `${what} of ${name} is ${hex(found)}; it should be ${hex(expected)}.`);
  };
  expect('The priority', tcbWord(kernel, tcb, 'priority'), wanted.priority ?? 0);
  expect('The maximum priority', tcbWord(kernel, tcb, 'mcp'), wanted.maxPriority ?? 0);
  expect('The domain', tcbWord(kernel, tcb, 'domain'), wanted.domain ?? 0);
  const buffer = slots.has(tcbSlots.ipc_buffer_slot) ? Number(wanted.ipcBufferAddress ?? 0n) : 0;
  expect('The IPC buffer address', tcbWord(kernel, tcb, 'ipcBuffer'), buffer);
  if (!comparison.started.has(name)) compareUnstarted(comparison, object, tcb, expect);
}

function compareUnstarted(
  { platform, kernel, differ }: Comparison,
  { name, tcb: wanted = {} }: CapdlObject,
  tcb: number,
  expect: (what: string, found: number, expected: number) => void,
): void {
  const thread = threadOf(kernel, tcb);
  const state = threadStateOf(platform, thread);
  if (state !== 'inactive') {
    differ(name, `${name} has been started; it should wait until somebody starts it.`);
    return;
  }
  const word = (value: bigint | undefined): number => Number(BigInt.asUintN(32, value ?? 0n));
  expect('The first instruction', readPc(platform, thread), word(wanted.instructionPointer));
  const register = (abiName: string): number =>
    registers.findIndex((each) => each.abiName === abiName);
  expect(
    'The stack pointer',
    readRegister(platform, thread, register('sp')),
    word(wanted.stackPointer),
  );
  (wanted.init ?? []).forEach((value, index) => {
    const argument = `a${String(index)}`;
    expect(`Register ${argument}`, readRegister(platform, thread, register(argument)), word(value));
  });
}

function compareLink(
  { platform, kernel, differ, bind }: Comparison,
  { name, slots }: CapdlObject,
  tcb: number,
  field: 'boundNotification' | 'schedContext',
): void {
  const isSchedContext = field === 'schedContext';
  const wanted = slots.get(isSchedContext ? tcbSlots.sc_slot : tcbSlots.bound_notification);
  const what = isSchedContext ? 'scheduling context' : 'bound notification';
  const pointer = tcbWord(kernel, tcb, field);
  if (wanted === undefined) {
    // A thread without a scheduling context of its own runs on that of whom it serves.
    if (pointer !== 0 && !isSchedContext)
      differ(name, `${name} has a ${what}; it should have none.`);
  } else if (pointer !== 0) {
    const type = isSchedContext ? 'schedContext' : 'notification';
    bind(wanted.object, { type, pointer }, `The ${what} of ${name}`);
  } else if (
    !isSchedContext ||
    threadStateOf(platform, threadOf(kernel, tcb)) !== 'blockedOnReply'
  ) {
    // While it waits for a reply, a thread may have lent its own.
    differ(name, `${name} has no ${what}; it should have ${wanted.object}.`);
  }
}

const labelOf = ({ platform, kernel }: Comparison, found: DecodedCapability): string =>
  describeCapability(platform, kernel, found, new Map()).label;

// ---- CNodes ------------------------------------------------------------------------------------

function compareCNode(comparison: Comparison, object: CapdlObject, found: LiveObject): void {
  const { kernel, differ } = comparison;
  const { name, slots, takesUntyped } = object;
  const spare = takesUntyped === true ? firstUntypedSlot(object) : Infinity;
  const count = 2 ** ((found.sizeBits ?? 0) - kernel.layout.slotBits);
  for (let slot = 0; slot < count; slot += 1) {
    const capability = capabilityAt(kernel, found.pointer + slot * slotBytes(kernel));
    const wanted = slots.get(slot);
    const where = `Slot ${hex(slot)} of ${name}`;
    if (wanted !== undefined) compareCapability(comparison, where, wanted, capability, name);
    else if (capability.type !== 'null' && !isHandedOver(capability.type, slot - spare))
      differ(name, `${where} holds ${labelOf(comparison, capability)}; it should be empty.`);
  }
}

/** Spare memory, and in the slot before it a CNode with what the root task keeps. */
const isHandedOver = (type: DecodedCapability['type'], place: number): boolean =>
  place >= 0 ? type === 'untyped' : place === -1 && type === 'cnode';

// ---- address spaces ----------------------------------------------------------------------------

function compareSpace(comparison: Comparison, { name }: CapdlObject, found: LiveObject): void {
  const { kernel, spaces, differ, bind } = comparison;
  const space = spaces.get(name);
  // Tables below a root are compared with it.
  if (space === undefined) return;
  const entries = entriesOf(comparison, found.pointer);
  for (const { table, virtualAddress } of space.tables) {
    const entry = entries.tables.get(virtualAddress);
    if (entry === undefined) {
      differ(
        name,
        `${name} has no page table at ${formatAddress(virtualAddress)}; it should be ${table.name}.`,
      );
      continue;
    }
    entries.tables.delete(virtualAddress);
    const where = `The page table at ${formatAddress(virtualAddress)} in ${name}`;
    bind(table.name, { type: 'pageTable', pointer: kernel.pointer(entry.physical) }, where);
  }
  for (const { frame, virtualAddress, capability } of space.pages) {
    const entry = entries.pages.get(virtualAddress);
    entries.pages.delete(virtualAddress);
    const where = `The page at ${formatAddress(virtualAddress)} in ${name}`;
    const wanted = pageRights(capability.rights);
    if (entry === undefined) {
      if (wanted !== '---')
        differ(name, `${where} is not mapped; it should be ${frame.name}, ${wanted}.`);
      continue;
    }
    bind(frame.name, { type: 'frame', pointer: kernel.pointer(entry.physical) }, where);
    if (2 ** entry.sizeBits !== 2 ** (frame.sizeBits ?? 0))
      differ(name, `${where} has ${String(2 ** entry.sizeBits)} bytes, unlike ${frame.name}.`);
    if (entry.rights !== wanted)
      differ(name, `${where} is mapped ${entry.rights}; ${frame.name} should be ${wanted}.`);
  }
  for (const { start } of [...entries.tables.values(), ...entries.pages.values()])
    differ(name, `Something is mapped at ${formatAddress(start)} in ${name}; nothing should be.`);
}

type PageEntry = Extract<TableEntry, { kind: 'page' }>;

function entriesOf(
  { platform, kernel }: Comparison,
  root: number,
): { readonly tables: Map<number, TableEntry>; readonly pages: Map<number, PageEntry> } {
  const tables = new Map<number, TableEntry>();
  const pages = new Map<number, PageEntry>();
  for (const entry of viewTableEntries(platform, physAddr(kernel.physical(root)))) {
    // A real kernel maps itself into every address space, above those of users.
    if (entry.start >= configuration.userTop) break;
    if (entry.kind === 'page') pages.set(entry.start, entry);
    else {
      tables.set(entry.start, entry);
      for (const page of viewTableEntries(platform, entry.physical, virtAddr(entry.start)))
        if (page.kind === 'page') pages.set(page.start, page);
    }
  }
  return { tables, pages };
}

/** As an entry of a page table shows them; without rights in the text all are meant. */
function pageRights(rights: CapdlRights | undefined): string {
  const { read, write, grant } = rights ?? { read: true, write: true, grant: true };
  return `${read ? 'r' : '-'}${read && write ? 'w' : '-'}${grant ? 'x' : '-'}`;
}

// ---- time, ASIDs, interrupts ---------------------------------------------------------------------

function compareSchedContext(
  { kernel, differ }: Comparison,
  { name, sched }: CapdlObject,
  found: LiveObject,
): void {
  const context = readSchedContext(kernel, found.pointer);
  if (context === undefined) return;
  const budget = Number(sched?.budget ?? 0n);
  const period = Number(sched?.period ?? 0n);
  const amounts = context.refills.map(({ amountMicroseconds }) => amountMicroseconds);
  const whole = amounts.reduce((sum, amount) => sum + amount, 0);
  // What was used comes back later, so the refills together are the budget; each is rounded to ticks and back.
  if (Math.abs(whole - budget) > 2 * amounts.length)
    differ(name, `${name} has a budget of ${String(whole)} µs; it should be ${String(budget)} µs.`);
  const expected = budget === period ? 0 : period;
  if (Math.abs(context.periodMicroseconds - expected) > 1)
    differ(
      name,
      `${name} has a period of ${String(context.periodMicroseconds)} µs; it should be ${expected === 0 ? '0, for round robin' : `${String(expected)} µs`}.`,
    );
  const data = Number(sched?.data ?? 0n);
  if (context.badge !== data)
    differ(name, `${name} has data ${hex(context.badge)}; it should be ${hex(data)}.`);
}

/** Which roots are in it; which ASID each has is the kernel's choice. */
function comparePool(
  comparison: Comparison,
  { name, slots }: CapdlObject,
  found: LiveObject,
): void {
  const { kernel, live, differ } = comparison;
  const roots = new Set<number>();
  for (let index = 0; index < kernel.layout.asids.perPool; index += 1)
    roots.add(kernel.word(found.pointer + 4 * index));
  for (const { object } of slots.values()) {
    const root = live.get(object);
    if (root !== undefined && !roots.has(root.pointer))
      differ(name, `${name} has no ASID for ${object}.`);
  }
}

/** What an interrupt signals is kept by the kernel, not in a CNode. */
function compareInterrupts(comparison: Comparison, { name }: CapdlObject): void {
  const { kernel, spec, objects } = comparison;
  for (const [irq, object] of spec.irqs) {
    const wanted = objects.get(object)?.slots.get(0);
    if (wanted?.object !== name) continue;
    const found = capabilityAt(kernel, kernel.layout.globals.irqSlots + irq * slotBytes(kernel));
    const signal = deliveringCapability(wanted, 'signal');
    compareCapability(comparison, `Interrupt ${String(irq)}`, signal, found, object);
  }
}
