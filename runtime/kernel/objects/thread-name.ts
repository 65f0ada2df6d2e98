/** Names and the list of all threads: for debuggers and DebugDumpScheduler, as in a debug build of seL4. */
import type { PhysAddr } from '../../base/address.js';
import type { KernelState } from '../kernel-state.js';
import { globals, tcbDebug, tcbNameBytes, tcbObjectBase } from '../layout.js';

/** Latin-1, without control characters that would disturb a console. */
export function nameOf(k: KernelState, thread: number): string {
  const at = tcbObjectBase(thread) + tcbDebug.name;
  let name = '';
  for (let index = 0; index < tcbNameBytes; index += 1) {
    const byte = k.memory.read8((at + index) as PhysAddr);
    if (byte === 0) break;
    name += byte < 0x20 || byte === 0x7f ? '?' : String.fromCharCode(byte);
  }
  return name;
}

export function setName(k: KernelState, thread: number, name: string): void {
  const at = tcbObjectBase(thread) + tcbDebug.name;
  const length = Math.min(name.length, tcbNameBytes - 1);
  for (let index = 0; index < length; index += 1) {
    k.memory.write8((at + index) as PhysAddr, name.charCodeAt(index) & 0xff);
  }
  k.memory.write8((at + length) as PhysAddr, 0);
}

export function addToAllThreads(k: KernelState, thread: number): void {
  const first = k.global(globals.allThreads);
  k.write(tcbObjectBase(thread) + tcbDebug.previous, 0);
  k.write(tcbObjectBase(thread) + tcbDebug.next, first);
  if (first !== 0) k.write(tcbObjectBase(first) + tcbDebug.previous, thread);
  k.setGlobal(globals.allThreads, thread);
}

export function removeFromAllThreads(k: KernelState, thread: number): void {
  const next = k.read(tcbObjectBase(thread) + tcbDebug.next);
  const previous = k.read(tcbObjectBase(thread) + tcbDebug.previous);
  if (previous === 0) k.setGlobal(globals.allThreads, next);
  else k.write(tcbObjectBase(previous) + tcbDebug.next, next);
  if (next !== 0) k.write(tcbObjectBase(next) + tcbDebug.previous, previous);
  k.write(tcbObjectBase(thread) + tcbDebug.next, 0);
  k.write(tcbObjectBase(thread) + tcbDebug.previous, 0);
}
