/**
 * Words of a TCB: saved registers, state, flags. Who runs when is the scheduler's business.
 */
import type { SavedRegister } from '../../abi/user-context.js';
import type { KernelState } from '../kernel-state.js';
import { registerOffset, tcb, threadState } from '../layout.js';

/** Offsets of the registers that the ABI uses. */
export const register = {
  a0: registerOffset('a0'),
  a1: registerOffset('a1'),
  a2: registerOffset('a2'),
  a6: registerOffset('a6'),
  a7: registerOffset('a7'),
  t0: registerOffset('t0'),
  tp: registerOffset('tp'),
  sp: registerOffset('sp'),
  scause: registerOffset('scause'),
  faultIp: registerOffset('FaultIP'),
  nextIp: registerOffset('NextIP'),
} as const;

export const badgeRegister = register.a0;
export const infoRegister = register.a1;
/** MR0; the next three follow it. */
export const firstMessageRegister = register.a2;

export const readRegister = (k: KernelState, thread: number, name: SavedRegister): number =>
  k.read(thread + registerOffset(name));
export const writeRegister = (
  k: KernelState,
  thread: number,
  name: SavedRegister,
  value: number,
): void => {
  k.write(thread + registerOffset(name), value);
};

export const stateOf = (k: KernelState, thread: number): number => k.read(thread + tcb.state) & 0xf;

export const blockingObject = (k: KernelState, thread: number): number =>
  (k.read(thread + tcb.state) & ~0xf) >>> 0;

/** Writes state and object without telling the scheduler. */
export const writeState = (k: KernelState, thread: number, state: number, object: number): void => {
  k.write(thread + tcb.state, object | state);
};

export const replyOf = (k: KernelState, thread: number): number =>
  (k.read(thread + tcb.reply) & ~0xf) >>> 0;
export const setReplyOf = (k: KernelState, thread: number, reply: number): void => {
  k.write(thread + tcb.reply, reply | (k.read(thread + tcb.reply) & 0xf));
};

const queuedBit = 2;
const releaseBit = 1;
export const isQueued = (k: KernelState, thread: number): boolean =>
  (k.read(thread + tcb.reply) & queuedBit) !== 0;
export const isInReleaseQueue = (k: KernelState, thread: number): boolean =>
  (k.read(thread + tcb.reply) & releaseBit) !== 0;
const setBit = (k: KernelState, thread: number, bit: number, value: boolean): void => {
  const word = k.read(thread + tcb.reply);
  k.write(thread + tcb.reply, value ? word | bit : word & ~bit);
};
export const setQueued = (k: KernelState, thread: number, value: boolean): void => {
  setBit(k, thread, queuedBit, value);
};
export const setInReleaseQueue = (k: KernelState, thread: number, value: boolean): void => {
  setBit(k, thread, releaseBit, value);
};

/** What a thread that blocks on a send wants: see tcbStructure.ipc. */
export const ipcBits = { isCall: 2, canGrantReply: 4, canGrant: 8 } as const;

export const isRunnable = (k: KernelState, thread: number): boolean => {
  const state = stateOf(k, thread);
  return state === threadState.running || state === threadState.restart;
};

export const isBlocked = (k: KernelState, thread: number): boolean => {
  const state = stateOf(k, thread);
  return state >= threadState.blockedOnReceive && state <= threadState.blockedOnNotification;
};

export const isStopped = (k: KernelState, thread: number): boolean =>
  stateOf(k, thread) === threadState.inactive || isBlocked(k, thread);

export const faultType = (k: KernelState, thread: number): number =>
  k.read(thread + tcb.fault0) & 0xf;
export const clearFault = (k: KernelState, thread: number): void => {
  k.write(thread + tcb.fault0, 0);
  k.write(thread + tcb.fault1, 0);
};
