/**
 * What a thread asks of a capability, as one value: registers and IPC buffer are interpreted here and
 * nowhere else.
 */
import type { LabelRow } from '../../abi/labels.js';
import type { Capability } from '../capabilities/capability.js';
import { readCapability } from '../capabilities/capability.js';
import { readMessage } from '../ipc/message.js';
import type { KernelState } from '../kernel-state.js';

export interface Invocation {
  readonly thread: number;
  /** Undefined for a label that the ABI version does not have. */
  readonly row: LabelRow | undefined;
  readonly label: number;
  /** Message words that there are. */
  readonly length: number;
  /** Address that the thread used, for messages. */
  readonly address: number;
  readonly slot: number;
  readonly capability: Capability;
  /** Slots of the extra capabilities, in order. */
  readonly extra: readonly number[];
  /** Physical address of the IPC buffer, or 0. */
  readonly buffer: number;
  readonly isCall: boolean;
  readonly isBlocking: boolean;
  readonly canDonate: boolean;
  /** First half of ReplyRecv, NBSendRecv or NBSendWait. */
  readonly isFirstPhase: boolean;
}

export const argument = (k: KernelState, invocation: Invocation, index: number): number =>
  readMessage(k, invocation.thread, invocation.buffer, index);

/** The two words of a 64-bit argument, low word first. */
export const timeArgument = (k: KernelState, invocation: Invocation, index: number): number =>
  argument(k, invocation, index) + argument(k, invocation, index + 1) * 2 ** 32;

export interface ExtraCapability {
  readonly slot: number;
  readonly capability: Capability;
}

export function extraCapability(
  k: KernelState,
  invocation: Invocation,
  index: number,
): ExtraCapability | undefined {
  const slot = invocation.extra[index];
  return slot === undefined ? undefined : { slot, capability: readCapability(k, slot) };
}

/** `CNode_Copy`; for an unknown label, its number. */
export const methodOf = (invocation: Invocation): string =>
  invocation.row?.method ?? `label ${String(invocation.label)}`;

/**
 * What performing did: `done` is answered with an empty message, `answered` has set the message itself,
 * `preempted` has done part and the system call starts over.
 */
export type Performed = 'done' | 'answered' | 'preempted';
