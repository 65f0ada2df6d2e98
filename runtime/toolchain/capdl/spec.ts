/**
 * A capDL specification as plain data: every object with its parameters and the capability in each of its
 * slots. What the parser of `.cdl` makes, what an assembly compiles to, and what the loader, the printer and
 * the authority analysis read. Names of array elements are whole here: `ep[3]`.
 */
import type { Place } from '../text/source-line.js';

export type CapdlArchitecture = 'ia32' | 'arm11' | 'x86_64' | 'aarch64' | 'riscv';

export interface CapdlSpec {
  readonly architecture: CapdlArchitecture;
  /** Names are unique. In the order of the text; a made specification is sorted by name. */
  readonly objects: readonly CapdlObject[];
  /** Interrupt number to the name of its IRQ object. */
  readonly irqs: ReadonlyMap<number, string>;
  /** Derivations that the text states; capabilities without one are originals. The same as their `parent`. */
  readonly derivations: readonly { readonly parent: SlotName; readonly child: SlotName }[];
  readonly domains: CapdlDomains | undefined;
}

export interface CapdlDomains {
  readonly schedule: readonly { readonly domain: number; readonly duration: bigint }[];
  /** 0 where the text says nothing; undefined for `no_start`. */
  readonly start: number | undefined;
  readonly indexShift: number | undefined;
}

export interface SlotName {
  readonly object: string;
  readonly slot: number;
}

/** capDL's own words. The set of an architecture is in `object-kinds.ts`. */
export type CapdlObjectType =
  | 'ep'
  | 'notification'
  | 'tcb'
  | 'cnode'
  | 'ut'
  | 'irq'
  | 'asid_pool'
  | 'pt'
  | 'pd'
  | 'frame'
  | 'sc'
  | 'rtreply'
  | 'vcpu'
  | 'pml4'
  | 'pdpt'
  | 'pud'
  | 'pgd'
  | 'io_ports'
  | 'io_device'
  | 'io_pt'
  | 'ioapic_irq'
  | 'msi_irq'
  | 'arm_irq'
  | 'arm_io_device'
  | 'arm_sgi_signal'
  | 'streamid'
  | 'contextbank'
  | 'smc';

export interface CapdlObject {
  readonly name: string;
  readonly type: CapdlObjectType;
  /** log2 of its size; of a cnode the number of slots: `(5 bits)`. For frames from `4k`. */
  readonly sizeBits?: number;
  readonly physicalAddress?: bigint;
  readonly tcb?: TcbParameters;
  readonly sched?: SchedParameters;
  /** Content of a frame. */
  readonly fill?: readonly FrameFill[];
  readonly asidHigh?: number;
  /** Sparrow's hand-over of memory to this cnode: `untyped: True`. */
  readonly takesUntyped?: boolean;
  /** Parameters of kinds that riscv does not have, by their word, as printed behind the colon; `pci` has none. */
  readonly others?: ReadonlyMap<string, string>;
  /** The untyped that covers it. */
  readonly coveredBy?: string;
  /** Of an untyped what it covers, in the order of addresses. */
  readonly covers?: readonly string[];
  /** By slot number; those of a tcb are in `tcb-slots.ts`. */
  readonly slots: ReadonlyMap<number, CapdlCapability>;
  readonly origin?: Origin;
}

export interface TcbParameters {
  /** Virtual addresses; symbols of a component that is not built yet are left out. */
  readonly ipcBufferAddress?: bigint;
  readonly instructionPointer?: bigint;
  readonly stackPointer?: bigint;
  readonly priority?: number;
  readonly maxPriority?: number;
  readonly affinity?: number;
  readonly domain?: number;
  /** Words that the thread finds in its argument registers. */
  readonly init?: readonly bigint[];
  /** CPtr of the fault endpoint; before MCS. */
  readonly faultEndpoint?: bigint;
  /** Undefined means true. */
  readonly resume?: boolean;
  readonly fpuDisabled?: boolean;
}

/** Microseconds. */
export interface SchedParameters {
  readonly period: bigint;
  readonly budget: bigint;
  readonly data?: bigint;
}

export interface FrameFill {
  readonly destinationOffset: number;
  readonly lengthBytes: number;
  readonly source:
    | { readonly kind: 'file'; readonly file: string; readonly offset: number }
    | { readonly kind: 'bootinfo'; readonly id: string; readonly offset: number };
}

export interface CapdlCapability {
  /** An object's name, or one of `controlNames`, which no object stands for. */
  readonly object: string;
  /** Undefined for a kind of capability that has no rights. */
  readonly rights?: CapdlRights;
  readonly badge?: bigint;
  readonly guard?: bigint;
  readonly guardSize?: number;
  readonly cached?: boolean;
  /** Of a frame capability in a cnode: the page table slot that maps it. */
  readonly mapping?: SlotName;
  /** Of a TCB: the capability to reply, and the one that it is made from; before MCS. */
  readonly isReply?: boolean;
  readonly isMasterReply?: boolean;
  readonly asid?: { readonly high: bigint; readonly low: bigint };
  readonly core?: number;
  /** The capability that it was derived from, if the text says so. */
  readonly parent?: SlotName;
  readonly origin?: Origin;
}

/** Of a frame `grant` means execute. */
export interface CapdlRights {
  readonly read: boolean;
  readonly write: boolean;
  readonly grant: boolean;
  readonly grantReply: boolean;
}

/** Capabilities to the kernel itself; `sched_control` is one a core. */
export const controlNames = [
  'irq_control',
  'asid_control',
  'io_space_master',
  'domain',
  'sched_control',
] as const;

export type ControlName = (typeof controlNames)[number];

export const isControlName = (name: string): name is ControlName => controlSet.has(name);

const controlSet: ReadonlySet<string> = new Set(controlNames);

/** Why it is there: a place in a `.cdl`, or the line of an assembly that asked for it. */
export interface Origin {
  readonly place: Place;
  /** A noun phrase: `connection uart_mem`, `instance timer`. */
  readonly reason: string;
}
