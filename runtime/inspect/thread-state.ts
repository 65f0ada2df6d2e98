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
import { threadState, threadStates, type ThreadStateName } from '../kernel/layout.js';
import type { Hart } from '../machine/machine.js';
import type { Platform } from '../platform.js';
import { hartSpace, type AddressSpace } from './address-space.js';
import { registerIndex, type TcbField } from './kernel-layout.js';
import {
  capabilityAt,
  kernelSource,
  slotBytes,
  tcbCapability,
  tcbOffset,
  tcbWord,
  type KernelSource,
} from './kernel-source.js';

/** Whether there are TCBs: a kernel that the views can read runs. */
export const hasKernel = (platform: Platform): boolean => kernelSource(platform) !== undefined;

/** The thread that an event of our kernel names: by whatever address inside the TCB object. */
export const threadAt = (address: number): number => address - (address % 2 ** tcbBits);

/** The thread behind a TCB pointer of the kernel. */
export const threadOf = (kernel: KernelSource, pointer: number): number =>
  kernel.physical(pointer - tcbOffset(kernel));

export const tcbPointer = (kernel: KernelSource, thread: number): number =>
  kernel.pointer(thread) + tcbOffset(kernel);

/** Every thread but the idle thread, oldest first. */
export function threadsOf(platform: Platform): number[] {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return platform.machine.harts.map((hart) => hart.id + 1);
  return tcbsOf(kernel).map((tcb) => threadOf(kernel, tcb));
}

/** The same by their TCB pointers. */
export function tcbsOf(kernel: KernelSource): readonly number[] {
  const { debug, globals, idleThread } = kernel.layout;
  if (debug === undefined || globals.allThreads === undefined) return reachableTcbs(kernel);
  // A set: a list that a stray store has bent into a ring must not hang the viewer.
  const found = new Set<number>();
  let at = kernel.word(globals.allThreads);
  while (at !== 0 && isTcbPointer(kernel, at) && !found.has(at)) {
    found.add(at);
    at = kernel.word(at - tcbOffset(kernel) + debug.next);
  }
  found.delete(idleThread);
  return [...found].reverse();
}

/** A kernel without a list of its threads: those that capabilities lead to from the one that runs. */
function reachableTcbs(kernel: KernelSource): number[] {
  const { layout } = kernel;
  const found = new Set<number>();
  const cnodes = new Set<number>();
  const pending: number[] = [];
  const add = (tcb: number): void => {
    if (tcb === layout.idleThread || found.has(tcb) || !isTcbPointer(kernel, tcb)) return;
    found.add(tcb);
    layout.tcbSlots.forEach((_name, index) => {
      pending.push(tcb - tcbOffset(kernel) + index * slotBytes(kernel));
    });
  };
  add(kernel.word(layout.globals.currentThread));
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { type, fields } = capabilityAt(kernel, at);
    const { pointer = 0, radix = 0 } = fields;
    if (type === 'thread') add(pointer);
    if (type !== 'cnode' || cnodes.has(pointer)) continue;
    cnodes.add(pointer);
    if (!kernel.contains(pointer, 2 ** (radix + layout.slotBits))) continue;
    for (let index = 0; index < 2 ** radix; index += 1) {
      pending.push(pointer + index * slotBytes(kernel));
    }
  }
  return [...found];
}

/** The thread that the hart executes, or undefined while it waits for an interrupt. */
export function currentThread(platform: Platform): number | undefined {
  const hart = platform.machine.harts[0];
  const kernel = kernelSource(platform);
  if (kernel === undefined) return hart === undefined ? undefined : hart.id + 1;
  const { globals, idleThread } = kernel.layout;
  const pointer = kernel.word(globals.currentThread);
  if (pointer === 0 || pointer === idleThread || hart?.isWaiting === true) return undefined;
  return threadOf(kernel, pointer);
}

export function threadName(platform: Platform, thread: number): string {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return `hart ${thread - 1}`;
  if (!isTcb(kernel, thread)) return 'no thread';
  const name = nameOf(kernel, thread);
  return name === '' ? `thread ${formatAddress(thread)}` : name;
}

/** Latin-1, without control characters that would disturb a console; empty in a kernel without names. */
function nameOf(kernel: KernelSource, thread: number): string {
  const { debug } = kernel.layout;
  let name = '';
  for (let index = 0; index < (debug?.nameBytes ?? 0); index += 1) {
    const byte = kernel.byte(kernel.pointer(thread) + (debug?.name ?? 0) + index);
    if (byte === 0) break;
    name += byte < 0x20 || byte === 0x7f ? '?' : String.fromCharCode(byte);
  }
  return name;
}

export function threadStateOf(platform: Platform, thread: number): ThreadStateName {
  if (!hasKernel(platform)) return 'running';
  const state = fieldOf(platform, thread, 'state') & 0xf;
  return threadStates[state] ?? 'inactive';
}

/** A word of the TCB; 0 for a field that the kernel lacks, and without a kernel. */
export function fieldOf(platform: Platform, thread: number, field: TcbField): number {
  const kernel = kernelSource(platform);
  return kernel === undefined ? 0 : tcbWord(kernel, tcbPointer(kernel, thread), field);
}

/** No page table lies there: nothing can be read through it. */
const nothingMapped: AddressSpace = { kind: 'sv32', root: physAddr(0) };

/** The address space that a thread's addresses belong to; nothing is mapped when it has none. */
export function spaceOf(platform: Platform, thread: number): AddressSpace {
  const kernel = kernelSource(platform);
  if (kernel === undefined) return hartSpace(platform, thread - 1);
  if (!isTcb(kernel, thread)) return nothingMapped;
  const { type, fields } = tcbCapability(kernel, tcbPointer(kernel, thread), 'vspace');
  return type === 'pageTable' && fields.isMapped === 1
    ? { kind: 'sv32', root: physAddr(kernel.physical(fields.pointer ?? 0)) }
    : nothingMapped;
}

/** An unsigned word; x0 is 0. */
export function readRegister(platform: Platform, thread: number, number: number): number {
  const hart = hartOf(platform, thread);
  if (hart !== undefined) return (hart.x[number] ?? 0) >>> 0;
  const name = savedName(number);
  return name === undefined ? 0 : readSaved(platform, thread, name);
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
  else writeSaved(platform, thread, name, value);
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
  return virtAddr(readSaved(platform, thread, isRunnable ? 'NextIP' : 'FaultIP'));
}

export function writePc(platform: Platform, thread: number, value: VirtAddr): void {
  const hart = hartOf(platform, thread);
  if (hart !== undefined) {
    hart.pc = value;
    return;
  }
  writeSaved(platform, thread, 'FaultIP', value);
  writeSaved(platform, thread, 'NextIP', value);
}

/** True while the thread waits inside a system call for someone else. */
export function isBlocked(platform: Platform, thread: number): boolean {
  const state = threadState[threadStateOf(platform, thread)];
  return state >= threadState.blockedOnReceive && state <= threadState.blockedOnNotification;
}

/** Whether a TCB object can lie there at all; ids of clients may be old or made up. */
export function isThread(platform: Platform, thread: number): boolean {
  const kernel = kernelSource(platform);
  return kernel === undefined
    ? platform.machine.harts[thread - 1] !== undefined
    : isTcb(kernel, thread);
}

/** The hart whose registers are the thread's now: not while it executes a kernel of its own. */
export function hartOf(platform: Platform, thread: number): Hart | undefined {
  if (!hasKernel(platform)) return platform.machine.harts[thread - 1];
  const hart = platform.machine.harts[0];
  return hart?.privilege === 0 && currentThread(platform) === thread ? hart : undefined;
}

const isTcb = (kernel: KernelSource, thread: number): boolean =>
  thread % 2 ** kernel.layout.tcbBits === 0 && isTcbPointer(kernel, tcbPointer(kernel, thread));

function isTcbPointer(kernel: KernelSource, pointer: number): boolean {
  const bytes = 2 ** kernel.layout.tcbBits;
  const offset = tcbOffset(kernel);
  return pointer % bytes === offset && kernel.contains(pointer - offset, bytes);
}

/** Undefined where no TCB is. */
function savedAt(kernel: KernelSource, thread: number, name: SavedRegister): number | undefined {
  if (!isTcb(kernel, thread)) return undefined;
  return tcbPointer(kernel, thread) + kernel.layout.tcb.registers + 4 * registerIndex(name);
}

function readSaved(platform: Platform, thread: number, name: SavedRegister): number {
  const kernel = kernelSource(platform);
  const at = kernel && savedAt(kernel, thread, name);
  return kernel === undefined || at === undefined ? 0 : kernel.word(at);
}

function writeSaved(platform: Platform, thread: number, name: SavedRegister, value: number): void {
  const kernel = kernelSource(platform);
  const at = kernel && savedAt(kernel, thread, name);
  if (kernel === undefined || at === undefined) return;
  platform.machine.memory.write32(physAddr(kernel.physical(at)), value >>> 0);
}

/** The TCB saves registers under their ABI names; x0 is not saved. */
function savedName(number: number): SavedRegister | undefined {
  return number === 0 ? undefined : (registers[number]?.abiName as SavedRegister | undefined);
}
