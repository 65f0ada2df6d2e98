/**
 * What a tree says once its names are resolved: objects with their slots, each capability with the object that
 * it is to, and the way back from each to the text. The checks and `spec.ts` are made from it. Its
 * objects are those of capDL: an array of 64 frames is 64 objects of one declaration.
 */
import type { Span } from '../text/source-text.js';
import type { ObjectKind } from './object-kinds.js';
import type { PlacedProblem, PlacedSpan } from './problem.js';
import type { CapdlArchitecture, CapdlDomains, CapdlObjectType, ControlName } from './spec.js';
import type {
  CapabilityNode,
  NameNode,
  ObjectNode,
  PlacedBlock,
  SlotReferenceNode,
} from './tree.js';

export interface Linked {
  readonly architecture: CapdlArchitecture | undefined;
  /** By whole name, `ep[3]`. In no order: an edit puts what it declares at the end. */
  readonly objects: ReadonlyMap<string, LinkedObject>;
  readonly arrays: ReadonlyMap<string, readonly LinkedObject[]>;
  /** In the order of the text. */
  readonly orderedObjects: readonly LinkedObject[];
  readonly capabilities: readonly LinkedCapability[];
  readonly capabilityNames: ReadonlyMap<string, CapabilityName>;
  readonly irqs: ReadonlyMap<number, LinkedInterrupt>;
  readonly derivations: readonly LinkedDerivation[];
  readonly domains: CapdlDomains | undefined;
}

export interface Declaration {
  /** The block that it stands in; the nodes' offsets count from its start. */
  readonly at: PlacedBlock;
  /** Undefined for an untyped that exists because something is declared in it: `name/x = tcb`. */
  readonly node: ObjectNode | undefined;
  readonly nameNode: NameNode;
  readonly kind: ObjectKind | undefined;
  readonly type: CapdlObjectType | undefined;
  /** Of an array. */
  readonly count: number | undefined;
  readonly sizeBits: number | undefined;
  readonly physicalAddress: bigint | undefined;
}

export interface LinkedObject {
  readonly name: string;
  readonly declaration: Declaration;
  slots: Map<number, LinkedCapability> | undefined;
  coveredBy: LinkedObject | undefined;
  /** Where the text says so. */
  coveredAt: PlacedSpan | undefined;
  covers: LinkedObject[] | undefined;
  /** How often a capability, an interrupt or an untyped names it. */
  uses: number;
}

export interface LinkedCapability {
  readonly container: LinkedObject;
  readonly slot: number;
  readonly at: PlacedBlock;
  readonly node: CapabilityNode;
  /** Undefined where it is not known, and for control capabilities. */
  object: LinkedObject | undefined;
  control: ControlName | undefined;
  facts: CapabilityFacts;
  parent: SlotOf | undefined;
}

export interface SlotOf {
  readonly object: LinkedObject;
  readonly slot: number;
}

/** What the parameters say. */
export interface CapabilityFacts {
  /** Bits: read 1, write 2, grant 4, grantReply 8; undefined where no letters are written. */
  readonly rights?: number;
  readonly badge?: bigint;
  readonly guard?: bigint;
  readonly guardSize?: number;
  readonly cached?: boolean;
  readonly mapping?: SlotReferenceNode;
  readonly asid?: { readonly high: bigint; readonly low: bigint };
  readonly core?: number;
  readonly isReply?: boolean;
  readonly isMasterReply?: boolean;
}

/** A name that the text gives to a slot. */
export interface CapabilityName {
  readonly name: string;
  readonly object: LinkedObject | undefined;
  readonly slot: number;
  readonly at: PlacedSpan;
  uses: number;
}

export interface LinkedInterrupt {
  readonly number: number;
  readonly object: LinkedObject;
  readonly at: PlacedSpan;
}

export interface LinkedDerivation {
  readonly parent: SlotOf;
  readonly child: SlotOf;
  readonly at: PlacedSpan;
}

/** Collects problems. */
export interface Reporter {
  readonly add: (problem: PlacedProblem) => void;
}

export const placed = (at: PlacedBlock, { start, end }: Span): PlacedSpan => ({
  in: at,
  start,
  end,
});

/** Where the object is declared. */
export const declaredAt = ({ declaration: { at, nameNode } }: LinkedObject): PlacedSpan =>
  placed(at, nameNode);

/** Where the capability is written. */
export const writtenAt = ({ at, node }: LinkedCapability): PlacedSpan => placed(at, node);

export const slotSpan = ({ at, node }: LinkedCapability): PlacedSpan =>
  placed(at, node.slot ?? node);

export const targetSpan = ({ at, node }: LinkedCapability): PlacedSpan => placed(at, node.target);

export const typeOf = (object: LinkedObject | undefined): CapdlObjectType | undefined =>
  object?.declaration.type;
