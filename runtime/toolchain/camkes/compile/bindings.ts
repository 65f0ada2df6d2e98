/**
 * What a program has to know of what the compiler gave to it: slots, badges, symbols and sizes. Renderers add to it
 * as they give slots, so it can never differ from the specification; stubs in any language are made from it alone.
 * An end has those facts that its connector gives: a client has `endpoint`, an emitter has `signals`, and so on.
 */
import type {
  AttributeDeclaration,
  Connection,
  ConnectionEndpoint,
  Declared,
  Instance,
  InterfaceDeclaration,
} from '../system.js';
import type { Value } from '../value.js';
import type { Region } from './address-space.js';

/** One address space, hence one program: an instance, or all members of a group. */
export interface ProgramBindings {
  readonly key: string;
  readonly instances: readonly InstanceBindings[];
  /** Symbols that have pages of their own, in the order in which they were asked for. */
  readonly regions: readonly Region[];
  readonly isMcs: boolean;
  /** Where members call each other directly. */
  readonly capsule?: CapsuleBinding;
}

/** Endpoints of the two semaphores that the threads of a capsule share. */
export interface CapsuleBinding {
  /** Who has it executes. */
  readonly turn: number;
  /** The control threads of all members but one wait here until each member is ready. */
  readonly start: number;
}

export interface InstanceBindings {
  readonly instance: Instance;
  /** Written for CantripOS, whose components hold their own CNode and VSpace. */
  readonly isCantrip: boolean;
  readonly threads: readonly ThreadBinding[];
  readonly ends: readonly EndBinding[];
  /** Notifications. */
  readonly mutexes: readonly SlotBinding[];
  /** Endpoints. */
  readonly semaphores: readonly SemaphoreBinding[];
  /** Notifications. */
  readonly binarySemaphores: readonly SemaphoreBinding[];
  readonly copyRegions: readonly MemoryBinding[];
  readonly dmaPool: DmaPoolBinding | undefined;
  readonly attributes: readonly AttributeBinding[];
  readonly lifecycle: LifecycleBinding;
  /** Of an instance whose one thread serves all of its connections. */
  readonly singleThread: SingleThreadBinding | undefined;
  /** Where faults of its threads arrive, when a thread of its own waits for them. */
  readonly faults: FaultBinding | undefined;
  /** Of a component that holds its own CNode. */
  readonly cspace: CSpaceBinding | undefined;
  /** As its setting says; 0 without one. */
  readonly heapBytes: number;
  /** As its setting or the project's rule says; of guest TypeScript. */
  readonly allocationAfterInit: 'allowed' | 'forbidden';
}

export interface ThreadBinding {
  /** The control thread is 0; the others count on, as the reference tools order them. */
  readonly index: number;
  readonly name: string;
  readonly tcb: number;
  /** The interface that it serves; undefined for the control thread and the fault handler. */
  readonly interface: InterfaceDeclaration | undefined;
  readonly isFaultHandler: boolean;
  readonly priority: number;
  /** It has no time of its own, but for its start. */
  readonly isPassive: boolean;
  readonly stackSymbol: string;
  readonly stackBytes: number;
  /** The buffer is one page behind the symbol. */
  readonly ipcBufferSymbol: string;
}

/** Slots of the semaphores that threads start by, and what passive threads need beside them. */
export interface LifecycleBinding {
  readonly preInit: number;
  readonly interfaceInit: number;
  readonly postInit: number;
  readonly passive: { readonly schedContext: number; readonly notification: number } | undefined;
}

/** Slots of what it waits at: the endpoint of all calls, with the notification that is bound to the thread. */
export interface SingleThreadBinding {
  readonly notification: number;
  readonly endpoint: number;
  /** 0 on kernels without reply objects. */
  readonly reply: number;
}

export interface FaultBinding {
  readonly endpoint: number;
  /** 0 on kernels without reply objects. */
  readonly reply: number;
}

/** What a component of CantripOS has to work with capabilities. Slots; 0 for what it does not hold. */
export interface HeldCapabilities {
  readonly root: number;
  readonly vspace: number;
  /** Where it receives objects, and the bits of an index in it. */
  readonly receiveNode: number;
  readonly receiveNodeBits: number;
  readonly asidPool: number;
  readonly timeControl: number;
  readonly domainControl: number;
  /** Free slots that its settings ask for. */
  readonly headroom: number;
  /** It takes over what memory is left: BootInfo tells where, and which slots are free. */
  readonly takesUntyped: boolean;
}

export interface CSpaceBinding extends HeldCapabilities {
  /** The first and the last slot that it may use as it likes; 0 for none. */
  readonly firstFree: number;
  readonly lastFree: number;
  /** Of the whole CNode, which members of a group share. */
  readonly slotCount: number;
}

export interface SlotBinding extends Declared {
  readonly slot: number;
}

export interface SemaphoreBinding extends SlotBinding {
  readonly initial: number;
}

export interface AttributeBinding {
  readonly declaration: AttributeDeclaration;
  readonly value: Value;
}

export interface MemoryBinding {
  readonly name: string;
  readonly symbol: string;
  readonly sizeBytes: number;
  /** Where the program holds capabilities to its frames, too. */
  readonly frames?: FrameBinding;
}

/** Its frames may lie anywhere in physical memory. */
export interface DmaPoolBinding extends MemoryBinding {
  readonly isCached: boolean;
}

/** One end of a connection. Facts that its connector does not give are undefined. */
export interface EndBinding extends EndFacts {
  readonly connection: Connection;
  readonly end: ConnectionEndpoint;
  readonly side: 'from' | 'to';
  readonly index: number;
  /** Memory of `buffer`, which the messages are in. */
  readonly messages?: MemoryBinding;
}

export interface EndFacts {
  /** To call, or to receive from. */
  readonly endpoint?: number;
  /** Of a client: it calls the function of the server itself, which is in its program. */
  readonly isDirect?: true;
  /** Of a server that is called directly, and may wait meanwhile: the endpoint of the lock that lets one call in. */
  readonly callLock?: number;
  /** The server's reply object, on MCS kernels. */
  readonly reply?: number;
  /** Of a client: the badge that the server sees. */
  readonly badge?: bigint;
  /** Of a server, by the order of the ends. */
  readonly clients?: readonly ClientBinding[];
  /** Notifications that an emitter signals. */
  readonly signals?: readonly number[];
  /** The notification to wait on. */
  readonly notification?: number;
  /** With which this end is signalled, where the same notification is for others, too; `bits` tell them apart. */
  readonly signal?: { readonly badge: bigint; readonly bits: bigint };
  /** Of an emitter that counts its events in shared memory: one for each consumer; of a consumer its own. */
  readonly counters?: readonly CounterBinding[];
  /** Of a consumer of the plain connector: its runtime's endpoint and lock. */
  readonly handoff?: number;
  readonly lock?: number;
  readonly interrupts?: readonly InterruptBinding[];
  /** What the end maps. */
  readonly memory?: MemoryBinding;
  /** Of a device in the device tree: each block of its registers. */
  readonly registers?: readonly RegisterBinding[];
  /** Of a client: pins that it may use. */
  readonly pins?: readonly number[];
  /** The end of a dataport through whose memory the messages go. */
  readonly buffer?: ConnectionEndpoint;
  /** A lock on a buffer that threads of a client share. */
  readonly bufferLock?: number;
}

export interface ClientBinding {
  readonly client: ConnectionEndpoint;
  readonly badge: bigint;
  /** Messages of this client. */
  readonly memory?: MemoryBinding;
  /** The notification that tells the client of something. */
  readonly signal?: number;
  /** Pins that it may use. */
  readonly pins?: readonly number[];
  /** Six bytes. */
  readonly networkAddress?: readonly number[];
}

export interface CounterBinding {
  /** Those who wait are at this endpoint. */
  readonly endpoint: number;
  readonly memory: MemoryBinding;
}

/** Slots of the capabilities to frames, and what they allow. */
export interface FrameBinding {
  readonly slots: readonly number[];
  readonly pageBits: number;
  readonly isReadable: boolean;
  readonly isWritable: boolean;
}

export interface RegisterBinding {
  readonly memory: MemoryBinding;
  /** Of the first register in its page. */
  readonly offset: number;
}

export interface InterruptBinding {
  readonly name: string;
  readonly handler: number;
  readonly irq: number;
  /** The bits with which it comes; 0 where there is one only. */
  readonly badge: bigint;
  /** The capability that the driver pairs with the interrupt itself, as it is started. */
  readonly paired?: number;
}

/** Bindings of an instance while they are made. */
export interface BindingDraft {
  readonly threads: ThreadBinding[];
  readonly ends: Map<ConnectionEndpoint, EndBinding>;
  readonly mutexes: SlotBinding[];
  readonly semaphores: SemaphoreBinding[];
  readonly binarySemaphores: SemaphoreBinding[];
  readonly copyRegions: MemoryBinding[];
  dmaPool: DmaPoolBinding | undefined;
  lifecycle: LifecycleBinding;
  singleThread: SingleThreadBinding | undefined;
  faults: FaultBinding | undefined;
  held: HeldCapabilities | undefined;
}

export const newBindingDraft = (): BindingDraft => ({
  threads: [],
  ends: new Map(),
  mutexes: [],
  semaphores: [],
  binarySemaphores: [],
  copyRegions: [],
  dmaPool: undefined,
  lifecycle: { preInit: 0, interfaceInit: 0, postInit: 0, passive: undefined },
  singleThread: undefined,
  faults: undefined,
  held: undefined,
});
