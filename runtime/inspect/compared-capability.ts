/** One capability of a specification against the one that is in its slot: type, object, rights, badge, guard, mapping. */
import { formatAddress } from '../base/address.js';
import type { CapabilityType } from '../kernel/capabilities/capability.js';
import type { CapdlCapability, CapdlObjectType, CapdlRights } from '../toolchain/capdl/spec.js';
import { describeCapability, rightsOf } from './capability-description.js';
import type { DecodedCapability } from './capability-layout.js';
import { objectBits, objectPointer } from './kernel-source.js';
import type { Comparison } from './spec-comparison.js';

/** `where` names the slot as a sentence begins: `Slot 0x5 of client_cnode`. */
export function compareCapability(
  comparison: Comparison,
  where: string,
  wanted: CapdlCapability,
  found: DecodedCapability,
  holder: string,
): void {
  const { kernel, objects, interrupts } = comparison;
  const differ = (message: string): void => {
    comparison.differ(holder, `${where} ${message}`);
  };
  const { object } = wanted;
  const kind = objects.get(object)?.type;
  const type = kind === undefined ? specialTypes.get(object) : liveTypes[kind];
  if (found.type === 'null') {
    differ(`is empty; it should hold ${named(kind, object)}.`);
    return;
  }
  if (found.type !== type) {
    differ(`holds ${told(comparison, found)}; it should hold ${named(kind, object)}.`);
    return;
  }
  if (kind === 'irq' && found.fields.irq !== interrupts.get(object))
    differ(
      `handles interrupt ${String(found.fields.irq ?? 0)}; ${object} is interrupt ${String(interrupts.get(object) ?? 0)}.`,
    );
  compareSize(comparison, object, found, differ);
  const pointer = objectPointer(kernel, found);
  if (pointer !== undefined && kind !== undefined) {
    const isSized = found.type === 'untyped' || found.type === 'cnode';
    const sizeBits = isSized ? objectBits(kernel, found) : 0;
    comparison.bind(object, { type: found.type, pointer, sizeBits }, where);
  }
  const rights = rightsDifference(kind, wanted.rights, found);
  if (rights !== undefined) differ(`${rights} for ${object}.`);
  compareData(kind, wanted, found, differ);
  if (kind === 'frame') compareMapping(comparison, wanted, found, differ);
}

function compareSize(
  { kernel, objects }: Comparison,
  name: string,
  found: DecodedCapability,
  differ: (message: string) => void,
): void {
  const { type, sizeBits } = objects.get(name) ?? {};
  const isSized = type === 'cnode' || type === 'frame' || type === 'ut' || type === 'sc';
  if (!isSized || sizeBits === undefined) return;
  const slotBits = type === 'cnode' ? kernel.layout.slotBits : 0;
  const own = objectBits(kernel, found) - slotBits;
  if (own !== sizeBits)
    differ(`leads to something of ${String(own)} bits; ${name} has ${String(sizeBits)}.`);
}

/** Each kind of capDL and the capability that the kernel has for it. */
export const liveTypes: Readonly<Partial<Record<CapdlObjectType, CapabilityType>>> = {
  ep: 'endpoint',
  notification: 'notification',
  tcb: 'thread',
  cnode: 'cnode',
  ut: 'untyped',
  irq: 'irqHandler',
  asid_pool: 'asidPool',
  pt: 'pageTable',
  frame: 'frame',
  sc: 'schedContext',
  rtreply: 'reply',
};

const specialTypes: ReadonlyMap<string, CapabilityType> = new Map([
  ['irq_control', 'irqControl'],
  ['asid_control', 'asidControl'],
  ['sched_control', 'schedControl'],
  ['domain', 'domain'],
]);

const named = (kind: CapdlObjectType | undefined, object: string): string =>
  kind === undefined ? object : `${kind} ${object}`;

const told = ({ platform, kernel }: Comparison, found: DecodedCapability): string =>
  describeCapability(platform, kernel, found, new Map()).label;

/** Without rights in the text a capability has all that its kind knows. */
function rightsDifference(
  kind: CapdlObjectType | undefined,
  wanted: CapdlRights = everything,
  capability: DecodedCapability,
): string | undefined {
  const known = knownRights.get(kind ?? 'ut');
  if (known === undefined) return undefined;
  const found = rightsOf(capability);
  const isWanted = (right: keyof CapdlRights): boolean =>
    // Sv32 has no page that can be written and not read.
    wanted[right] && (kind !== 'frame' || right !== 'write' || wanted.read);
  if (known.every(({ right }) => isWanted(right) === found[right])) return undefined;
  const letters = (has: (right: keyof CapdlRights) => boolean): string => {
    const text = known.map(({ right, letter }) => (has(right) ? letter : '')).join('');
    return text === '' ? 'no rights' : text;
  };
  return `gives ${letters((right) => found[right])} instead of ${letters(isWanted)}`;
}

const everything: CapdlRights = { read: true, write: true, grant: true, grantReply: true };

interface KnownRight {
  readonly right: keyof CapdlRights;
  readonly letter: string;
}

const read: KnownRight = { right: 'read', letter: 'R' };
const write: KnownRight = { right: 'write', letter: 'W' };
const grant: KnownRight = { right: 'grant', letter: 'G' };
const grantReply: KnownRight = { right: 'grantReply', letter: 'P' };

const knownRights: ReadonlyMap<CapdlObjectType, readonly KnownRight[]> = new Map([
  ['ep', [read, write, grant, grantReply]],
  ['notification', [read, write]],
  ['rtreply', [grant]],
  ['frame', [read, write]],
]);

function compareData(
  kind: CapdlObjectType | undefined,
  wanted: CapdlCapability,
  { fields }: DecodedCapability,
  differ: (message: string) => void,
): void {
  if (kind === 'ep' || kind === 'notification') {
    const badge = Number(wanted.badge ?? 0n);
    if (fields.badge !== badge)
      differ(
        `has badge ${String(fields.badge ?? 0)} for ${wanted.object}; it should be ${String(badge)}.`,
      );
  }
  if (kind === 'cnode') {
    const guard = Number(wanted.guard ?? 0n);
    const guardSize = wanted.guardSize ?? 0;
    if (fields.guard !== guard || fields.guardSize !== guardSize)
      differ(
        `has guard ${formatAddress(fields.guard ?? 0)} of ${String(fields.guardSize ?? 0)} bits for ${wanted.object}; it should be ${formatAddress(guard)} of ${String(guardSize)} bits.`,
      );
  }
}

function compareMapping(
  { kernel, pages, live }: Comparison,
  { object, mapping }: CapdlCapability,
  { fields }: DecodedCapability,
  differ: (message: string) => void,
): void {
  const { asid = 0, vaddr = 0 } = fields;
  const page =
    mapping === undefined ? undefined : pages.get(`${mapping.object} ${String(mapping.slot)}`);
  if (page === undefined) {
    if (asid !== 0)
      differ(`is mapped at ${formatAddress(vaddr)}; the capability to ${object} should not be.`);
    return;
  }
  const root = live.get(page.root.name);
  const { asids, globals } = kernel.layout;
  const pool = kernel.word(globals.asidTable + 4 * Math.floor(asid / asids.perPool));
  const space = pool === 0 ? 0 : kernel.word(pool + 4 * (asid % asids.perPool));
  if (asid === 0)
    differ(
      `is not mapped; the capability to ${object} should map ${formatAddress(page.virtualAddress)} in ${page.root.name}.`,
    );
  else if (vaddr !== page.virtualAddress || (root !== undefined && root.pointer !== space))
    differ(
      `is mapped at ${formatAddress(vaddr)}${root !== undefined && root.pointer !== space ? ' in another address space' : ''}; it should be at ${formatAddress(page.virtualAddress)} in ${page.root.name}.`,
    );
}
