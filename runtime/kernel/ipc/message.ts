/**
 * Message words of a thread: the first four in registers, the rest in the IPC buffer. The kernel finds
 * the buffer through the frame capability in the TCB, not through page tables. sel4-abi section 2.
 */
import { ipcBuffer, ipcBufferSizeBits } from '../../abi/ipc-buffer.js';
import { messageInfo, messageRegisters } from '../../abi/message-info.js';
import {
  frameBits,
  frameIsDevice,
  frameRights,
  frameRightsOf,
  mappedBase,
  tag,
  tagOf,
} from '../capabilities/capability.js';
import { costs } from '../costs.js';
import type { KernelState } from '../kernel-state.js';
import { slot, tcb, tcbSlot } from '../layout.js';
import { badgeRegister, firstMessageRegister, infoRegister } from '../objects/thread.js';

/** Physical address of the buffer that the thread may write (receive) or read (send), or 0. */
export function bufferOf(k: KernelState, thread: number, use: 'send' | 'receive'): number {
  const at = tcbSlot(thread, 'ipcBuffer');
  const w0 = k.read(at + slot.w0);
  if (tagOf(w0) !== tag.frame || frameIsDevice(w0)) return 0;
  const rights = frameRightsOf(w0);
  if (rights !== frameRights.readWrite && !(use === 'send' && rights === frameRights.readOnly)) {
    return 0;
  }
  const offset = k.read(thread + tcb.ipcBuffer) & ((1 << frameBits(w0)) - 1);
  return mappedBase(k.read(at + slot.w1)) + ((offset >>> ipcBufferSizeBits) << ipcBufferSizeBits);
}

/** Message word `index`; a word beyond the registers is 0 where there is no buffer. */
export function readMessage(k: KernelState, thread: number, buffer: number, index: number): number {
  if (index < messageRegisters) return k.read(thread + firstMessageRegister + 4 * index);
  return buffer === 0 ? 0 : k.read(buffer + ipcBuffer.message + 4 * index);
}

/** Whether the word could be delivered. */
export function writeMessage(
  k: KernelState,
  thread: number,
  buffer: number,
  index: number,
  value: number,
): boolean {
  if (index < messageRegisters) k.write(thread + firstMessageRegister + 4 * index, value);
  else if (buffer === 0) return false;
  else k.write(buffer + ipcBuffer.message + 4 * index, value);
  return true;
}

/** Answers a Call from the kernel: label, then words from MR0. */
export function answer(
  k: KernelState,
  thread: number,
  label: number,
  words: readonly number[],
): void {
  const buffer = bufferOf(k, thread, 'receive');
  let length = 0;
  while (length < words.length && writeMessage(k, thread, buffer, length, words[length] ?? 0)) {
    length += 1;
  }
  k.write(thread + badgeRegister, 0);
  k.write(thread + infoRegister, messageInfo(label, 0, 0, length));
}

/** How many words arrived. */
export function copyMessage(
  k: KernelState,
  sender: number,
  senderBuffer: number,
  receiver: number,
  receiverBuffer: number,
  length: number,
): number {
  const inRegisters = Math.min(length, messageRegisters);
  for (let index = 0; index < inRegisters; index += 1) {
    const at = firstMessageRegister + 4 * index;
    k.write(receiver + at, k.read(sender + at));
  }
  if (length <= messageRegisters || senderBuffer === 0 || receiverBuffer === 0) return inRegisters;
  for (let index = messageRegisters; index < length; index += 1) {
    const at = ipcBuffer.message + 4 * index;
    k.write(receiverBuffer + at, k.read(senderBuffer + at));
  }
  k.charge(costs.word * (length - messageRegisters));
  return length;
}
