/**
 * System calls of a debug build. They take no time from the budget and cause no rescheduling, so a
 * program prints without disturbing what it prints about. sel4-abi section 1.
 */
import { ipcBuffer } from '../abi/ipc-buffer.js';
import { maxMessageWords } from '../abi/message-info.js';
import { formatAddress, type PhysAddr } from '../base/address.js';
import { readCapability, tag, tagOf, threadPointer, typeName } from './capabilities/capability.js';
import { lookupSlot } from './capabilities/lookup.js';
import { bufferOf } from './ipc/message.js';
import type { KernelState } from './kernel-state.js';
import {
  globals,
  slot,
  tcb,
  tcbDebug,
  tcbObjectBase,
  tcbSlot,
  tcbSlots,
  threadStates,
} from './layout.js';
import { usedTime } from './objects/sched-context.js';
import { nameOf, setName } from './objects/thread-name.js';
import { register, stateOf } from './objects/thread.js';

/** False for a number that is none of these. Does not end the thread's turn. */
export function handleDebugSyscall(k: KernelState, number: number): boolean {
  const thread = k.currentThread;
  switch (number) {
    case -12:
      k.ports.console.write(k.read(thread + register.a0) & 0xff);
      return true;
    case -13:
      dumpScheduler(k);
      return true;
    case -14:
      halt(k, `Thread "${nameOf(k, thread)}" called DebugHalt.`, 0);
      return true;
    case -15:
      k.write(thread + register.a0, identify(k, thread));
      return true;
    case -16:
      dumpCapabilities(k, thread);
      return true;
    case -17:
      nameThread(k, thread);
      return true;
    default:
      return false;
  }
}

function halt(k: KernelState, message: string, code: number): void {
  k.print(`${message}\n`);
  k.emit({ kind: 'halted', message });
  k.ports.powerOff(code);
}

/** The type tag of a capability, 0 where there is none. */
function identify(k: KernelState, thread: number): number {
  const at = lookupSlot(k, thread, k.read(thread + register.a0));
  return at === 0 ? 0 : tagOf(k.read(at + slot.w0));
}

/** seL4 halts on a wrong capability or buffer here: the call serves debugging alone. */
function nameThread(k: KernelState, thread: number): void {
  const at = lookupSlot(k, thread, k.read(thread + register.a0));
  const w0 = at === 0 ? 0 : k.read(at + slot.w0);
  if (tagOf(w0) !== tag.thread) {
    halt(k, `DebugNameThread: the ${typeName(w0)} is no TCB; the machine halts.`, 1);
    return;
  }
  const buffer = bufferOf(k, thread, 'receive');
  if (buffer === 0) {
    halt(k, 'DebugNameThread: the thread has no IPC buffer with a name; the machine halts.', 1);
    return;
  }
  const limit = 4 * maxMessageWords;
  let name = '';
  while (name.length < limit) {
    const byte = k.memory.read8((buffer + ipcBuffer.message + name.length) as PhysAddr);
    if (byte === 0) break;
    name += String.fromCharCode(byte);
  }
  if (name.length === limit) {
    halt(
      k,
      `DebugNameThread: the name has no end within ${String(limit)} bytes; the machine halts.`,
      1,
    );
    return;
  }
  const named = threadPointer(w0);
  setName(k, named, name);
  k.emit({ kind: 'threadNamed', thread: named as PhysAddr, name: nameOf(k, named) });
}

/**
 * seL4 prints a core where here is a time: what a thread's own scheduling context was charged since it was made,
 * whoever asked for it meanwhile. Columns are as wide as the longest name, which is never cut.
 */
function dumpScheduler(k: KernelState): void {
  const threads: { readonly name: string; readonly rest: string }[] = [];
  for (let thread = k.global(globals.allThreads); thread !== 0;) {
    const state = threadStates[stateOf(k, thread)] ?? 'unknown';
    const ip = formatAddress(k.read(thread + register.faultIp));
    const priority = String(k.read(thread + tcb.priority)).padStart(3);
    const rest = `${state.padEnd(21)} ${ip} ${priority} ${timeText(k, thread).padStart(10)}`;
    threads.push({ name: nameOf(k, thread), rest });
    thread = k.read(tcbObjectBase(thread) + tcbDebug.next);
  }
  const columns = Math.max(32, ...threads.map(({ name }) => name.length));
  k.print('Threads: name, state, address, priority, microseconds used\n');
  for (const { name, rest } of threads) k.print(`  ${name.padEnd(columns)} ${rest}\n`);
}

/** The caller's turn is not yet charged. */
function timeText(k: KernelState, thread: number): string {
  const context = k.read(thread + tcb.schedContext);
  if (context === 0) return '-';
  const pending = thread === k.currentThread ? k.readTime(k.globals + globals.consumed) : 0;
  return String(k.microseconds(usedTime(k, context) + pending));
}

/** What the caller's TCB holds. */
function dumpCapabilities(k: KernelState, thread: number): void {
  k.print(`Capabilities of thread "${nameOf(k, thread)}":\n`);
  for (const name of tcbSlots) {
    const { w0, w1 } = readCapability(k, tcbSlot(thread, name));
    k.print(`  ${name.padEnd(16)} ${typeName(w0)} ${formatAddress(w0)} ${formatAddress(w1)}\n`);
  }
}
