/**
 * What the kernel tells an observer. Events are told after the fact, inside the trap that caused
 * them, and observing changes nothing. A thread is named by its TCB pointer, as in kernel memory: the
 * physical address of the middle of the TCB object (`tcbOffset` in layout.ts).
 */
import type { PhysAddr, VirtAddr } from '../base/address.js';

export type KernelEvent =
  | { readonly kind: 'threadCreated'; readonly thread: PhysAddr }
  | { readonly kind: 'threadDeleted'; readonly thread: PhysAddr }
  | { readonly kind: 'threadNamed'; readonly thread: PhysAddr; readonly name: string }
  | { readonly kind: 'switched'; readonly from: PhysAddr; readonly to: PhysAddr }
  | {
      /** A thread faulted. `handled` is false when it has no fault endpoint: it will not run again. */
      readonly kind: 'fault';
      readonly thread: PhysAddr;
      readonly fault: FaultView;
      readonly handled: boolean;
    }
  | {
      /** An invocation was refused with an error code; `message` says why in a sentence. */
      readonly kind: 'refused';
      readonly thread: PhysAddr;
      /** Invocation label and the error's name: `CNodeCopy`, `DeleteFirst`. */
      readonly invocation: string;
      readonly error: string;
      readonly message: string;
    }
  | { readonly kind: 'halted'; readonly message: string };

/**
 * The steps of the kernel's work, told to a tracer alone: there are many. Slots and objects are named by
 * their physical addresses; `type` is that of a capability, as people call it.
 */
export type KernelTraceEvent =
  | {
      /** An invocation that was accepted; it is told again each time that it goes on after a preemption. */
      readonly kind: 'invoked';
      readonly thread: PhysAddr;
      /** `CNodeCopy`. */
      readonly invocation: string;
      readonly type: string;
      /** The capability pointer that the thread named. */
      readonly address: number;
    }
  | {
      /** A message went from one thread to another: through an endpoint, or as an answer (endpoint 0). */
      readonly kind: 'message';
      readonly from: PhysAddr;
      readonly to: PhysAddr;
      readonly endpoint: PhysAddr;
      readonly badge: number;
      readonly label: number;
      /** Message words, and capabilities that were transferred or unwrapped. */
      readonly words: number;
      readonly capabilities: number;
      /** The message is the sender's fault. */
      readonly isFault: boolean;
    }
  | {
      readonly kind: 'signalled';
      readonly notification: PhysAddr;
      readonly badge: number;
      /** Absent when nobody waited: the signal bits are kept. */
      readonly woken?: PhysAddr;
    }
  | {
      /** A capability came to be: a copy, or the first one to a new object, derived from an untyped. */
      readonly kind: 'derived';
      readonly type: string;
      readonly from: PhysAddr;
      readonly to: PhysAddr;
    }
  | {
      readonly kind: 'moved';
      readonly type: string;
      readonly from: PhysAddr;
      readonly to: PhysAddr;
    }
  | {
      /** A capability is gone: deleted, or revoked with its parent. */
      readonly kind: 'deleted';
      readonly type: string;
      readonly slot: PhysAddr;
    }
  | {
      /** Nothing is derived any more from what is in the slot. */
      readonly kind: 'revoked';
      readonly type: string;
      readonly slot: PhysAddr;
    }
  | {
      readonly kind: 'interrupt';
      readonly irq: number;
      /** Absent when the interrupt has no notification: it is dropped. */
      readonly notification?: PhysAddr;
    };

/** A fault in the words of the seL4 manual (section 6.2). Addresses are the faulting thread's. */
export interface FaultView {
  readonly kind: 'CapFault' | 'UnknownSyscall' | 'UserException' | 'VMFault' | 'Timeout';
  readonly pc: VirtAddr;
  /** VMFault: the address; CapFault: the capability pointer; otherwise absent. */
  readonly address?: VirtAddr;
  /** Of a VMFault. */
  readonly access?: 'fetch' | 'load' | 'store';
  /** A sentence: "VM fault: store to 0x00000010, which no page maps". */
  readonly description: string;
}
