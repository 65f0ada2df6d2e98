/**
 * Who holds which capability, as plain data: the state of a running kernel and what a capDL specification
 * describes have one shape, so that one analysis serves both. Objects are named by their index in the
 * list. It is capDL's own view: every object has slots, and a slot holds one capability.
 */
export interface CapabilityState {
  readonly components: readonly StateComponent[];
  readonly objects: readonly StateObject[];
  /** False for a kernel without MCS, where whoever receives a call can reply to it. */
  readonly hasReplyObjects: boolean;
}

/** Threads that count as one: a component of an assembly, or a single thread. */
export interface StateComponent {
  readonly name: string;
  readonly threads: readonly number[];
}

export type StateObjectType =
  | 'thread'
  | 'cnode'
  | 'endpoint'
  | 'notification'
  | 'reply'
  | 'schedContext'
  /** A page table of any level; an address space is its root. */
  | 'pageTable'
  | 'frame'
  | 'untyped'
  | 'asidPool'
  | 'asidControl'
  | 'irqHandler'
  | 'irqControl'
  | 'schedControl'
  | 'domain';

export interface StateObject {
  /** As sentences name it: `endpoint 0x80101000`, `ep_client`. */
  readonly name: string;
  readonly type: StateObjectType;
  /**
   * Of a CNode what it holds; of a page table what it maps; of a thread what is installed in it, by the
   * names in `threadSlots`; of an interrupt handler the notification that it signals; of an ASID pool its
   * address spaces. Empty slots are left out.
   */
  readonly slots: readonly StateCapability[];
  /** The untyped that it was made from; absent for one that the kernel made at boot. */
  readonly madeFrom?: number;
}

export interface StateCapability {
  /** Of a CNode its index or path, `0x012`; of a page table the virtual address; of a thread its name. */
  readonly slot: string;
  readonly object: number;
  readonly rights: StateRights;
  /** 0 or absent for none. */
  readonly badge?: number;
}

/** A type without rights has all of them: who holds it may do with it what can be done. */
export interface StateRights {
  readonly read: boolean;
  readonly write: boolean;
  readonly grant: boolean;
  readonly grantReply: boolean;
}

export const threadSlots = {
  cspace: 'cspace',
  vspace: 'vspace',
  faultHandler: 'fault handler',
  timeoutHandler: 'timeout handler',
  boundNotification: 'bound notification',
  schedContext: 'scheduling context',
  ipcBuffer: 'IPC buffer',
} as const;
