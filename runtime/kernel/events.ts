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

/** A fault in the words of the seL4 manual (section 6.2). Addresses are the faulting thread's. */
export interface FaultView {
  readonly kind: 'CapFault' | 'UnknownSyscall' | 'UserException' | 'VMFault' | 'Timeout';
  readonly pc: VirtAddr;
  /** VMFault: the address; CapFault: the capability pointer; otherwise absent. */
  readonly address?: VirtAddr;
  /** A sentence: "VM fault: store to 0x00000010, which no page maps". */
  readonly description: string;
}
