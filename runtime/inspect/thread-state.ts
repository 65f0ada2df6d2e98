/**
 * A thread as the kernel keeps it: where its TCB is, and where each of its registers is at this
 * moment. The registers of the thread that runs are in the hart, those of all others in their TCB.
 * A thread is named by the physical address of its TCB object. Without our kernel there are no TCBs:
 * each hart then counts as one thread, numbered from 1.
 */
import { tcbBits } from '../abi/object-types.js';
import type { SavedRegister } from '../abi/user-context.js';
import { formatAddress, physAddr, virtAddr, type VirtAddr } from '../base/address.js';
import { registers } from '../isa/registers.js';
import {
  mappedBase,
  pageTableIsMapped,
  readCapability,
  tag,
  tagOf,
} from '../kernel/capabilities/capability.js';
import type { KernelState } from '../kernel/kernel-state.js';
import { nameOf } from '../kernel/objects/thread-name.js';
import {
  emptyPageTable,
  globals,
  registerOffset,
  tcb,
  tcbDebug,
  tcbObjectBase,
  tcbOffset,
  tcbSlot,
  threadState,
  threadStates,
  type ThreadStateName,
} from '../kernel/layout.js';
import { readOnlyState } from '../kernel/read-only-state.js';
import type { Hart } from '../machine/machine.js';
import type { Platform } from '../platform.js';
import { hartSpace, type AddressSpace } from './address-space.js';

export const hasKernel = (platform: Platform): boolean => platform.options.kernel === 'builtin';

export const kernelState = ({ machine }: Platform): KernelState =>
  readOnlyState(machine.memory, machine.board);

/** Whatever address inside a TCB object the kernel uses, this is the thread's name here. */
export const threadAt = (address: number): number => address - (address % 2 ** tcbBits);

const pointerTo = (thread: number): number => thread + tcbOffset;

/** Every thread but the idle thread, oldest first. */
export function threadsOf(platform: Platform): number[] {
  if (!hasKernel(platform)) return platform.machine.harts.map((hart) => hart.id + 1);
  const kernel = kernelState(platform);
  const found: number[] = [];
  let at = kernel.global(globals.allThreads);
  // A list that a stray store has bent into a ring must not hang the viewer.
  while (at !== 0 && isTcb(platform, at) && !found.includes(tcbObjectBase(at))) {
    if (at !== kernel.idleThread) found.push(tcbObjectBase(at));
    at = kernel.read(tcbObjectBase(at) + tcbDebug.next);
  }
  return found.reverse();
}

/** The thread that the hart executes, or undefined while it waits for an interrupt. */
export function currentThread(platform: Platform): number | undefined {
  const hart = platform.machine.harts[0];
  if (!hasKernel(platform)) return hart === undefined ? undefined : hart.id + 1;
  const kernel = kernelState(platform);
  const pointer = kernel.currentThread;
  if (pointer === 0 || pointer === kernel.idleThread || hart?.isWaiting === true) return undefined;
  return tcbObjectBase(pointer);
}

export function threadName(platform: Platform, thread: number): string {
  if (!hasKernel(platform)) return `hart ${thread - 1}`;
  if (!isThread(platform, thread)) return 'no thread';
  const name = nameOf(kernelState(platform), pointerTo(thread));
  return name === '' ? `thread ${formatAddress(thread)}` : name;
}

export function threadStateOf(platform: Platform, thread: number): ThreadStateName {
  if (!hasKernel(platform)) return 'running';
  const state = fieldOf(platform, thread, tcb.state) & 0xf;
  return threadStates[state] ?? 'inactive';
}

/** A word of the TCB by its offset in `layout.ts`. */
export function fieldOf(platform: Platform, thread: number, offset: number): number {
  const address = physAddr(pointerTo(thread) + offset);
  const { memory } = platform.machine;
  return memory.contains(address, 4) ? memory.read32(address) : 0;
}

/** The address space that a thread's addresses belong to; nothing is mapped when it has none. */
export function spaceOf(platform: Platform, thread: number): AddressSpace {
  if (!hasKernel(platform)) return hartSpace(platform, thread - 1);
  if (isTcb(platform, pointerTo(thread))) {
    const root = readCapability(kernelState(platform), tcbSlot(pointerTo(thread), 'vspace'));
    if (tagOf(root.w0) === tag.pageTable && pageTableIsMapped(root.w0)) {
      return { kind: 'sv32', root: physAddr(mappedBase(root.w1)) };
    }
  }
  return { kind: 'sv32', root: emptyPageTable(platform.machine.board) };
}

/** An unsigned word; x0 is 0. */
export function readRegister(platform: Platform, thread: number, number: number): number {
  const hart = hartOf(platform, thread);
  if (hart !== undefined) return (hart.x[number] ?? 0) >>> 0;
  const name = savedName(number);
  return name === undefined ? 0 : fieldOf(platform, thread, registerOffset(name));
}

/** False for x0, whose value cannot change. */
export function writeRegister(
  platform: Platform,
  thread: number,
  number: number,
  value: number,
): boolean {
  const name = savedName(number);
  if (name === undefined) return false;
  const hart = hartOf(platform, thread);
  if (hart !== undefined) hart.x[number] = value | 0;
  else writeField(platform, thread, registerOffset(name), value);
  return true;
}

/**
 * Where the thread goes on, or, while it blocks in a system call, the ecall that it waits in:
 * FaultIP for a thread that would start over, NextIP for one that was interrupted.
 */
export function readPc(platform: Platform, thread: number): VirtAddr {
  const hart = hartOf(platform, thread);
  if (hart !== undefined) return hart.pc;
  const isRunnable = threadStateOf(platform, thread) === 'running';
  return virtAddr(fieldOf(platform, thread, registerOffset(isRunnable ? 'NextIP' : 'FaultIP')));
}

export function writePc(platform: Platform, thread: number, value: VirtAddr): void {
  const hart = hartOf(platform, thread);
  if (hart !== undefined) {
    hart.pc = value;
    return;
  }
  writeField(platform, thread, registerOffset('FaultIP'), value);
  writeField(platform, thread, registerOffset('NextIP'), value);
}

/** True while the thread waits inside a system call for someone else. */
export function isBlocked(platform: Platform, thread: number): boolean {
  const state = threadState[threadStateOf(platform, thread)];
  return state >= threadState.blockedOnReceive && state <= threadState.blockedOnNotification;
}

/** Whether a TCB object can lie there at all; ids of clients may be old or made up. */
export const isThread = (platform: Platform, thread: number): boolean =>
  hasKernel(platform)
    ? isTcb(platform, pointerTo(thread))
    : platform.machine.harts[thread - 1] !== undefined;

/** The hart whose registers are the thread's now. */
export function hartOf(platform: Platform, thread: number): Hart | undefined {
  if (!hasKernel(platform)) return platform.machine.harts[thread - 1];
  return currentThread(platform) === thread ? platform.machine.harts[0] : undefined;
}

function isTcb(platform: Platform, pointer: number): boolean {
  const { memory } = platform.machine;
  return (
    pointer % 2 ** tcbBits === tcbOffset && memory.contains(tcbObjectBase(pointer), 2 ** tcbBits)
  );
}

function writeField(platform: Platform, thread: number, offset: number, value: number): void {
  const address = physAddr(pointerTo(thread) + offset);
  const { memory } = platform.machine;
  if (memory.contains(address, 4)) memory.write32(address, value >>> 0);
}

/** The TCB saves registers under their ABI names; x0 is not saved. */
function savedName(number: number): SavedRegister | undefined {
  return number === 0 ? undefined : (registers[number]?.abiName as SavedRegister | undefined);
}
