/**
 * Whether a specification can be loaded on riscv: all that the kernel would refuse in the middle of
 * loading and that can be told before. Every fault is reported, each at the object or the capability.
 */
import {
  maxUntypedBits,
  megaPageBits,
  minSchedContextBits,
  minUntypedBits,
  pageBits,
} from '../../../abi/object-types.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { noRange } from '../../text/diagnostic.js';
import { diagnosticAt } from '../../text/source-line.js';
import { addressSpacesOf, entriesOfTable } from '../address-spaces.js';
import type { CapdlCapability, CapdlObject, CapdlSpec, Origin } from '../spec.js';
import { tcbSlotName, tcbSlots } from '../tcb-slots.js';
import { loadableTypes } from './object-sizes.js';

/** Objects that every specification has. */
export const specialObjects = ['irq_control', 'asid_control', 'sched_control', 'domain'] as const;
export type SpecialObject = (typeof specialObjects)[number];
export const isSpecial = (name: string): name is SpecialObject =>
  specialObjects.some((each) => each === name);

export interface Checker {
  readonly spec: CapdlSpec;
  readonly objects: ReadonlyMap<string, CapdlObject>;
  readonly problem: (origin: Origin | undefined, code: string, message: string) => void;
}

export function checkLoadable(spec: CapdlSpec, file: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const problem: Checker['problem'] = (origin, code, message) => {
    diagnostics.push(
      origin === undefined
        ? { file, range: noRange, severity: 'error', code, message }
        : diagnosticAt(origin.place, 'error', code, message),
    );
  };
  const architecture = hasWideGuards(spec) ? 'riscv64' : spec.architecture;
  if (architecture !== 'riscv') {
    problem(
      undefined,
      'load-architecture',
      `The specification is for ${architecture}, and the emulated boards are riscv32, so it cannot be booted here. Build it from its assembly with --architecture riscv32.`,
    );
    return diagnostics;
  }
  const objects = new Map(spec.objects.map((object) => [object.name, object]));
  const checker: Checker = { spec, objects, problem };
  for (const object of spec.objects) checkObject(checker, object);
  checkInterrupts(checker);
  checkSpaces(checker);
  checkUniqueCapabilities(checker);
  return diagnostics;
}

/** capDL has one word for both riscv; the guards of root CNodes fill a word. */
function hasWideGuards({ architecture, objects }: CapdlSpec): boolean {
  if (architecture !== 'riscv') return false;
  const sizes = new Map(objects.map(({ name, sizeBits = 0 }) => [name, sizeBits]));
  return objects.some(({ type, slots }) => {
    const cspace = type === 'tcb' ? slots.get(tcbSlots.cspace) : undefined;
    return cspace !== undefined && (cspace.guardSize ?? 0) + (sizes.get(cspace.object) ?? 0) === 64;
  });
}

function checkObject(checker: Checker, object: CapdlObject): void {
  const { name, type, slots, origin } = object;
  const problem = (code: string, message: string): void => {
    checker.problem(origin, code, message);
  };
  if (!loadableTypes.has(type)) {
    problem('load-unsupported-object', `${name} is a ${type}, which riscv does not have.`);
    return;
  }
  checkSize(object, problem);
  const { physicalAddress } = object;
  if (physicalAddress !== undefined) checkPhysicalAddress(object, physicalAddress, problem);
  if (type === 'tcb') checkThread(object, problem);
  const limit = slotLimitOf(object);
  for (const [slot, capability] of slots) {
    const at = capability.origin ?? origin;
    if (limit !== undefined && slot >= limit) {
      checker.problem(
        at,
        'load-slot-outside',
        `Slot ${hex(slot)} lies outside ${name}, whose ${String(limit)} slots end with ${hex(limit - 1)}.`,
      );
    }
    if (!checker.objects.has(capability.object) && !isSpecial(capability.object)) {
      checker.problem(
        at,
        'load-unknown-object',
        `Slot ${hex(slot)} of ${name} names ${capability.object}, which is no object of the specification.`,
      );
    }
    checkCapability(checker, object, slot, capability);
  }
}

function slotLimitOf({ type, sizeBits }: CapdlObject): number | undefined {
  if (type === 'cnode') return sizeBits === undefined ? undefined : 2 ** sizeBits;
  if (type === 'pt') return entriesOfTable;
  return type === 'irq' ? 1 : undefined;
}

function checkSize(
  { name, type, sizeBits }: CapdlObject,
  problem: (code: string, message: string) => void,
): void {
  const range = sizeRanges.get(type);
  if (range === undefined) return;
  const [least, most, unit] = range;
  if (sizeBits === undefined) {
    if (type !== 'sc') problem('load-no-size', `${name} has no size; write ${unit}.`);
  } else if (type === 'frame' ? sizeBits !== least && sizeBits !== most : sizeBits < least) {
    const wanted =
      type === 'frame'
        ? 'frames on riscv have 4k or 4M'
        : `it needs at least ${String(least)} bits`;
    problem('load-size', `${name} has a size of ${String(sizeBits)} bits; ${wanted}.`);
  } else if (sizeBits > most) {
    problem(
      'load-size',
      `${name} has a size of ${String(sizeBits)} bits; the kernel makes it up to ${String(most)} bits.`,
    );
  }
}

/** Least and most bits, and how a size is written. */
const sizeRanges: ReadonlyMap<CapdlObject['type'], readonly [number, number, string]> = new Map([
  ['cnode', [1, 25, '`(5 bits)`']],
  ['frame', [pageBits, megaPageBits, '`(4k)` or `(4M)`']],
  ['ut', [minUntypedBits, maxUntypedBits, '`(12 bits)`']],
  ['sc', [minSchedContextBits, maxUntypedBits, '`(7 bits)`']],
]);

function checkPhysicalAddress(
  { name, type, sizeBits = 0 }: CapdlObject,
  address: bigint,
  problem: (code: string, message: string) => void,
): void {
  if (type !== 'frame' && type !== 'ut') return;
  const size = 1n << BigInt(sizeBits);
  if (address < 0n || address + size > 1n << 32n) {
    problem('load-physical-address', `${name} lies at ${hex(address)}, above 32-bit addresses.`);
  } else if (address % size !== 0n) {
    problem(
      'load-physical-address',
      `${name} lies at ${hex(address)}, which is no multiple of its ${String(size)} bytes.`,
    );
  }
}

/** Registers a0 to a7. */
const mostArguments = 8;

function checkThread(
  { name, tcb, slots }: CapdlObject,
  problem: (code: string, message: string) => void,
): void {
  if (slots.has(tcbSlots.cspace) !== slots.has(tcbSlots.vspace)) {
    const [has, lacks] = slots.has(tcbSlots.cspace) ? ['cspace', 'vspace'] : ['vspace', 'cspace'];
    problem(
      'load-thread-space',
      `${name} has a ${has} and no ${lacks}; the kernel gives a thread both or none.`,
    );
  }
  if (tcb === undefined) return;
  const count = tcb.init?.length ?? 0;
  if (count > mostArguments) {
    problem(
      'load-arguments',
      `${name} has ${String(count)} words in \`init\`; a thread starts with up to ${String(mostArguments)}, in a0 to a7.`,
    );
  }
  if (tcb.affinity !== undefined && tcb.affinity !== 0) {
    problem(
      'load-affinity',
      `${name} is to run on core ${String(tcb.affinity)}; the kernel has one core, number 0.`,
    );
  }
  for (const [word, value] of [
    ['prio', tcb.priority],
    ['max_prio', tcb.maxPriority],
    ['dom', tcb.domain],
  ] as const) {
    if (value !== undefined && (value < 0 || value > 255))
      problem(
        'load-priority',
        `${name} has ${word} ${String(value)}; it is a number from 0 to 255.`,
      );
  }
  for (const [word, value] of [
    ['ip', tcb.instructionPointer],
    ['sp', tcb.stackPointer],
    ['addr', tcb.ipcBufferAddress],
  ] as const) {
    if (value !== undefined && (value < 0n || value >= 1n << 32n))
      problem('load-address', `${name} has ${word} ${hex(value)}, which has more than 32 bits.`);
  }
}

/** Kinds of objects that a slot may lead to, by the kind of what has the slot. */
const contents: Readonly<Partial<Record<CapdlObject['type'], ReadonlySet<string>>>> = {
  pt: new Set(['pt', 'frame']),
  asid_pool: new Set(['pt']),
  irq: new Set(['notification']),
};

const threadContents: ReadonlyMap<number, string> = new Map([
  [tcbSlots.cspace, 'cnode'],
  [tcbSlots.vspace, 'pt'],
  [tcbSlots.ipc_buffer_slot, 'frame'],
  [tcbSlots.fault_ep_slot, 'ep'],
  [tcbSlots.sc_slot, 'sc'],
  [tcbSlots.temp_fault_ep_slot, 'ep'],
  [tcbSlots.bound_notification, 'notification'],
]);

function checkCapability(
  { objects, problem }: Checker,
  holder: CapdlObject,
  slot: number,
  capability: CapdlCapability,
): void {
  const origin = capability.origin ?? holder.origin;
  const type = objects.get(capability.object)?.type ?? capability.object;
  if (holder.type === 'tcb') {
    const wanted = threadContents.get(slot);
    const word = tcbSlotName(slot) ?? `slot ${hex(slot)}`;
    if (wanted === undefined) {
      problem(
        origin,
        'load-thread-slot',
        `${holder.name} has something in ${word}, which threads of an MCS kernel on riscv do not have.`,
      );
    } else if (wanted !== type) {
      problem(
        origin,
        'load-thread-slot',
        `${word} of ${holder.name} has ${capability.object}, a ${type}; it takes a ${wanted}.`,
      );
    }
  } else if (holder.type !== 'cnode') {
    const wanted = contents[holder.type];
    if (wanted?.has(type) !== true)
      problem(
        origin,
        'load-contents',
        `${holder.name} is a ${holder.type} and cannot hold ${capability.object}, a ${type}.`,
      );
  }
  if (capability.isMasterReply === true)
    problem(
      origin,
      'load-reply',
      `${holder.name} has a master reply capability, which an MCS kernel does not have.`,
    );
  const { guard = 0n, guardSize = 0 } = capability;
  if (type === 'cnode' && (guardSize > 31 || guard >= 1n << BigInt(Math.min(guardSize, 18))))
    problem(
      origin,
      'load-guard',
      `The capability to ${capability.object} has guard ${hex(guard)} of ${String(guardSize)} bits; a guard has at most 18 bits that are not zero, and fits into its size.`,
    );
  const { badge = 0n } = capability;
  if (badge < 0n || badge >= 1n << 28n)
    problem(
      origin,
      'load-badge',
      `The capability to ${capability.object} has badge ${hex(badge)}; a badge has 28 bits.`,
    );
}

function checkInterrupts({ spec, objects, problem }: Checker): void {
  const numbered = new Set(spec.irqs.values());
  for (const [irq, name] of spec.irqs) {
    if (objects.get(name)?.type !== 'irq')
      problem(
        objects.get(name)?.origin,
        'load-interrupt',
        `Interrupt ${String(irq)} is mapped to ${name}, which is no irq object.`,
      );
  }
  for (const { name, type, origin } of spec.objects) {
    if (type === 'irq' && !numbered.has(name))
      problem(
        origin,
        'load-interrupt',
        `${name} has no interrupt number; name it in \`irq maps\`.`,
      );
  }
}

const userTop = 0x8000_0000;

function checkSpaces({ spec, objects, problem }: Checker): void {
  const mappedBy = new Map<string, string>();
  for (const { root, tables, pages } of addressSpacesOf(spec)) {
    for (const { table, virtualAddress } of tables) {
      const other = mappedBy.get(table.name);
      if (other !== undefined)
        problem(
          table.origin,
          'load-table-shared',
          `Page table ${table.name} is mapped in ${root.name} at ${hex(virtualAddress)} and in ${other}; the kernel maps a table once.`,
        );
      mappedBy.set(table.name, `${root.name} at ${hex(virtualAddress)}`);
      if (virtualAddress >= userTop) outside(problem, table, virtualAddress, root);
    }
    for (const { frame, virtualAddress, table, capability } of pages) {
      const fits = table === root ? megaPageBits : pageBits;
      if (frame.sizeBits !== fits)
        problem(
          capability.origin ?? frame.origin,
          'load-frame-size',
          table === root
            ? `${frame.name} is mapped at ${hex(virtualAddress)} by the root ${root.name}, whose entries are 4M; a 4k frame needs a page table between.`
            : `${frame.name} of 4M is mapped at ${hex(virtualAddress)} by ${table.name}, whose entries are 4k; map it by the root ${root.name}.`,
        );
      if (virtualAddress >= userTop) outside(problem, frame, virtualAddress, root);
    }
    for (const { table } of tables) {
      for (const { object, origin } of table.slots.values()) {
        if (objects.get(object)?.type !== 'pt') continue;
        problem(
          origin ?? table.origin,
          'load-table-depth',
          `${object} is a third level of page tables in ${root.name}; Sv32 has two.`,
        );
      }
    }
  }
}

function outside(
  problem: Checker['problem'],
  mapped: CapdlObject,
  address: number,
  root: CapdlObject,
): void {
  problem(
    mapped.origin,
    'load-address',
    `${mapped.name} is mapped at ${hex(address)} in ${root.name}; user addresses end at ${hex(userTop)}.`,
  );
}

/** Capabilities that the kernel moves but does not copy. */
function checkUniqueCapabilities({ spec, objects, problem }: Checker): void {
  const seen = new Map<string, string>();
  const takers = spec.objects.filter(({ takesUntyped }) => takesUntyped === true);
  for (const taker of takers.slice(1))
    problem(
      taker.origin,
      'load-untyped-taker',
      `${taker.name} and ${takers[0]?.name ?? ''} both take the spare memory; only one CNode can.`,
    );
  for (const holder of spec.objects) {
    if (holder.type !== 'cnode') continue;
    for (const [slot, { object, origin }] of holder.slots) {
      if (object !== 'irq_control' && objects.get(object)?.type !== 'ut') continue;
      const place = `slot ${hex(slot)} of ${holder.name}`;
      const other = seen.get(object);
      if (other !== undefined)
        problem(
          origin ?? holder.origin,
          'load-cannot-copy',
          `${object} is in ${place} and in ${other}; the kernel does not copy such a capability.`,
        );
      seen.set(object, place);
    }
  }
}

export const hex = (value: number | bigint): string =>
  value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
