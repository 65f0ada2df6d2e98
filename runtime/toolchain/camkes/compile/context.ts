/**
 * What all parts of the compiler share: the system, what is made so far, and the way to say that something is
 * missing. A `Scope` is one thing that is rendered: an instance, or one end of a connection.
 */
import type { AllocationRule } from '../../settings/cantrip-json.js';
import type { Diagnostic, RelatedPlace, Severity } from '../../text/diagnostic.js';
import type { Place } from '../../text/source-line.js';
import { diagnosticAt } from '../../text/source-line.js';
import type { CapdlObjectType, CapdlRights, Origin } from '../../capdl/spec.js';
import type { CamkesSystem, Connection, ConnectionEndpoint, Instance, Setting } from '../system.js';
import type { AddressSpace, RegionPage } from './address-space.js';
import { addRegion, symbolOf } from './address-space.js';
import type { Architecture } from './architecture.js';
import type {
  BindingDraft,
  CapsuleBinding,
  EndFacts,
  FrameBinding,
  MemoryBinding,
} from './bindings.js';
import type { CSpace } from './cspace.js';
import { obtainSlot, takeSlot } from './cspace.js';
import type { DirectCalls } from './direct-calls.js';
import type {
  DraftCapability,
  DraftObject,
  ObjectParameters,
  ObjectSpace,
} from './object-space.js';
import { noRights, obtainObject, rightsOf } from './object-space.js';

export interface CompileContext {
  readonly system: CamkesSystem;
  readonly architecture: Architecture;
  /** Whether the kernel has scheduling contexts. */
  readonly isMcs: boolean;
  /** Whether each instance has a thread that reports faults of the others. */
  readonly hasFaultHandlers: boolean;
  readonly allocationAfterInit: AllocationRule;
  readonly defaultStackBytes: bigint;
  readonly directCalls: DirectCalls;
  readonly objects: ObjectSpace;
  readonly spaces: Map<string, ComponentSpace>;
  readonly irqs: Map<number, { readonly name: string; readonly place: Place }>;
  /** The notification of an instance that connections share, by the instance's name. */
  readonly sharedNotifications: Map<string, DraftObject>;
  /** The endpoint of an instance that connections call, likewise. */
  readonly sharedEndpoints: Map<string, DraftObject>;
  /** The ends of all connections by instance, in the order of the connections. */
  readonly ends: ReadonlyMap<Instance, readonly SystemEnd[]>;
  /** Settings by what they are set for: an instance, a group or a connection. */
  readonly settings: ReadonlyMap<string, ReadonlyMap<string, Setting>>;
  /** What programs have to know, by instance. */
  readonly bindings: Map<Instance, BindingDraft>;
  readonly diagnostics: Diagnostic[];
  /** Settings that were complained about: one complaint each. */
  readonly reported: Set<Setting>;
}

export interface SystemEnd {
  readonly connection: Connection;
  readonly side: 'from' | 'to';
  readonly end: ConnectionEndpoint;
  /** Its position among the ends of its side. */
  readonly index: number;
}

export interface ComponentSpace extends AddressSpace {
  readonly cspace: CSpace;
  readonly instances: Instance[];
  readonly threads: CreatedThread[];
  /** Of a space with direct calls. */
  capsule?: CapsuleBinding;
}

/** A thread whose addresses are filled in when the layout of its program is known. */
export interface CreatedThread {
  readonly tcb: DraftObject;
  readonly slot: number;
  readonly instance: Instance;
  readonly stackSymbol: string;
  readonly stackBytes: number;
  readonly ipcBufferSymbol: string;
}

export interface Scope {
  readonly context: CompileContext;
  /** The instance's or connection's name: the first part of the names of its objects. */
  readonly label: string;
  readonly instance: Instance;
  readonly space: ComponentSpace;
  readonly origin: Origin;
  readonly bindings: BindingDraft;
}

export interface EndScope extends Scope, Omit<SystemEnd, 'side'> {}

/** Adds to what the program knows of this end. */
export function bindEnd({ bindings, connection, end, index }: EndScope, facts: EndFacts): void {
  const side = connection.from.includes(end) ? 'from' : 'to';
  const known = bindings.ends.get(end) ?? { connection, end, side, index };
  bindings.ends.set(end, { ...known, ...facts });
}

/** More pages for one thing, or objects in one pool, are a mistake. */
export const maximumPagesOfRegion = 1 << 16;

export function report(
  context: CompileContext,
  place: Place,
  severity: Severity,
  code: string,
  message: string,
  related: readonly RelatedPlace[] = [],
): void {
  context.diagnostics.push(diagnosticAt(place, severity, code, message, related));
}

const noSettings: ReadonlyMap<string, Setting> = new Map();

export const settingsOf = (context: CompileContext, owner: string): ReadonlyMap<string, Setting> =>
  context.settings.get(owner) ?? noSettings;

export const objectIn = (
  { context, label, origin }: Scope,
  name: string,
  type: CapdlObjectType,
  parameters: ObjectParameters = {},
): DraftObject => obtainObject(context.objects, `${label}_${name}`, type, origin, parameters);

/** What `capabilityTo` shall have beside its object; letters of rights as capDL prints them. */
export interface CapabilityParts {
  readonly rights?: string;
  readonly badge?: bigint;
  readonly isUncached?: boolean;
}

export function capabilityTo(
  scope: Scope,
  object: DraftObject,
  { rights, badge, isUncached = false }: CapabilityParts = {},
): DraftCapability {
  const held = rightsFor(scope.context, object.type, rights);
  const capability: DraftCapability = {
    object: object.name,
    ...(held === undefined ? {} : { rights: held }),
    ...(badge === undefined ? {} : { badge }),
    ...(isUncached ? { cached: false } : {}),
    origin: scope.origin,
  };
  if (object.type === 'cnode') {
    capability.guard = 0n;
    capability.guardSize = 0;
    if (object === scope.space.cspace.cnode) scope.space.cspace.toItself.push(capability);
  }
  return capability;
}

const kindsWithRights: readonly CapdlObjectType[] = ['frame', 'ep', 'notification'];

/** Only Sparrow's capDL has rights on reply objects. */
function rightsFor(
  { system }: CompileContext,
  type: CapdlObjectType,
  letters: string | undefined,
): CapdlRights | undefined {
  const has =
    kindsWithRights.includes(type) || (type === 'rtreply' && system.dialect === 'sparrow');
  if (!has) return undefined;
  return letters === undefined ? noRights : rightsOf(letters);
}

/** The slot of the capability of this name in the scope; an empty one without an object. */
export function slotIn(
  scope: Scope,
  name: string,
  object: DraftObject | undefined,
  parts: CapabilityParts = {},
): number {
  const capability = object === undefined ? undefined : capabilityTo(scope, object, parts);
  return obtainSlot(scope.space.cspace, `${scope.label}\n${name}`, capability).slot;
}

/** An object of the scope and a capability to it under the same name. */
export function provide(
  scope: Scope,
  name: string,
  type: CapdlObjectType,
  parts: CapabilityParts = {},
  parameters: ObjectParameters = {},
): number {
  return slotIn(scope, name, objectIn(scope, name, type, parameters), parts);
}

export const heldIn = ({ space }: Scope, slot: number): DraftCapability | undefined =>
  space.cspace.cnode.slots.get(slot);

/** Memory that is mapped at a symbol of the scope's instance. */
export interface SharedMemory {
  /** The frames are `<name>_<number>_obj`. */
  readonly name: string;
  readonly symbol: string;
  readonly pageBits: number;
  readonly pageCount: number;
  /** As capDL prints them. */
  readonly rights: string;
  readonly isUncached?: boolean;
  readonly physicalAddress?: bigint | undefined;
  /** A file that it holds at the start. */
  readonly content?: string | undefined;
  /** Whether the program gets capabilities to the frames. */
  readonly isInCNode?: boolean;
}

export function shareMemory(scope: Scope, memory: SharedMemory): MemoryBinding {
  const frames = sharedFrames(scope, memory);
  const pages: RegionPage[] = frames.map((frame) => {
    const capability = capabilityTo(scope, frame, {
      rights: memory.rights,
      isUncached: memory.isUncached ?? false,
    });
    return { capability, isInCNode: memory.isInCNode ?? false };
  });
  const slots = pages.flatMap(({ capability, isInCNode }) =>
    isInCNode ? [takeSlot(scope.space.cspace, capability)] : [],
  );
  const symbol = symbolOf(scope.instance, memory.symbol);
  addRegion(scope.space, { symbol, pageBits: memory.pageBits, pages, origin: scope.origin });
  const sizeBytes = memory.pageCount * 2 ** memory.pageBits;
  const plain = { name: memory.symbol, symbol, sizeBytes };
  return slots.length === 0 ? plain : { ...plain, frames: framesOf(memory, slots) };
}

/** `rights` are letters. */
export const framesOf = (
  { pageBits, rights }: Pick<SharedMemory, 'pageBits' | 'rights'>,
  slots: readonly number[],
): FrameBinding => ({
  slots,
  pageBits,
  isReadable: rights.includes('R'),
  isWritable: rights.includes('W'),
});

export function sharedFrames(
  { context, origin }: Scope,
  {
    name,
    pageBits,
    pageCount,
    physicalAddress,
    content,
  }: Pick<SharedMemory, 'name' | 'pageBits' | 'pageCount' | 'physicalAddress' | 'content'>,
): DraftObject[] {
  return Array.from({ length: pageCount }, (_, index) => {
    const number = numbered(context, index, pageCount);
    const frame = obtainObject(context.objects, `${name}_${number}_obj`, 'frame', origin, {
      sizeBits: pageBits,
    });
    if (content !== undefined)
      frame.fill = [
        {
          destinationOffset: 0,
          lengthBytes: 2 ** pageBits,
          source: { kind: 'file', file: content, offset: index * 2 ** pageBits },
        },
      ];
    if (physicalAddress !== undefined)
      frame.physicalAddress = physicalAddress + BigInt(index) * (1n << BigInt(pageBits));
    return frame;
  });
}

/** Upstream writes leading zeros, so that names sort; Sparrow does not. */
export const numbered = ({ system }: CompileContext, index: number, count: number): string =>
  system.dialect === 'sparrow'
    ? String(index)
    : String(index).padStart(String(Math.max(count - 1, 0)).length, '0');

export const connectionOrigin = (connection: Connection): Origin => ({
  place: connection.place,
  reason: `connection ${connection.name}`,
});
