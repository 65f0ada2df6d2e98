/**
 * Registers as rows for a viewer: general registers and pc of a thread, the CSRs of its hart with
 * their fields, the message registers and the IPC buffer of a thread. sel4-abi sections 1 and 2.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import { bits } from '../base/bits.js';
import { ipcBuffer, ipcBufferFields } from '../abi/ipc-buffer.js';
import { infoLength, messageInfoFields, messageRegisters } from '../abi/message-info.js';
import { csrs } from '../isa/csrs.js';
import { registers } from '../isa/registers.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { readNumber, writeMemory } from './memory.js';
import { fieldOf, hartOf, hasKernel, readPc, readRegister, spaceOf } from './thread-state.js';

export interface RegisterView {
  /** `a0`, `pc`, `mstatus`, `MR0`. */
  readonly name: string;
  readonly value: number;
  /** What it is for, as a sentence. */
  readonly doc: string;
  readonly fields: readonly FieldView[];
}

export interface FieldView {
  readonly name: string;
  readonly value: number;
  readonly high: number;
  readonly low: number;
  readonly doc: string;
}

/** pc first, then x0 to x31 under their ABI names. */
export function viewRegisters(platform: Platform, thread: number): RegisterView[] {
  const pc = {
    name: 'pc',
    value: readPc(platform, thread),
    doc: 'Address of the next instruction; of the system call while the thread blocks in one.',
    fields: [],
  };
  const general = registers.map((register) => ({
    name: register.abiName,
    value: readRegister(platform, thread, register.number),
    doc: `${register.name}. ${register.role}`,
    fields: [],
  }));
  return [pc, ...general];
}

/** The performance counters beyond cycle, time and instret exist and are always 0. */
const alwaysZero = /^m?hpm(counter|event)\d+h?$/;

/** The CSRs of the hart that can hold something. A thread that does not run has none of its own. */
export function viewCsrs(platform: Platform, thread: number): RegisterView[] {
  const hart = hartOf(platform, thread) ?? platform.machine.harts[0];
  if (hart === undefined) return [];
  return csrs.flatMap((csr) => {
    const value = alwaysZero.test(csr.name) ? undefined : hart.readCsr(csr.number);
    if (value === undefined) return [];
    const word = value >>> 0;
    const fields = (csr.fields ?? []).map((field) => fieldView(field, word));
    return [{ name: csr.name, value: word, doc: csr.doc, fields }];
  });
}

/** Message info (a1) with its fields, the badge or capability word (a0), and the message words. */
export function viewMessage(platform: Platform, thread: number): RegisterView[] {
  const info = readRegister(platform, thread, infoRegister);
  const rows: RegisterView[] = [
    {
      name: 'message info',
      value: info,
      doc: 'In a1: what is sent, or what was received.',
      fields: messageInfoFields.map((field) => fieldView(field, info)),
    },
    {
      name: 'badge',
      value: readRegister(platform, thread, badgeRegister),
      doc: 'In a0: the badge of the sender after a receive, the capability address before a call.',
      fields: [],
    },
  ];
  const count = Math.max(messageRegisters, infoLength(info));
  for (let index = 0; index < count; index += 1) {
    const value = readMessageWord(platform, thread, index);
    if (value === undefined) break;
    const place = index < messageRegisters ? `In a${index + 2}.` : 'In the IPC buffer.';
    rows.push({ name: `MR${index}`, value, doc: `Message word ${index}. ${place}`, fields: [] });
  }
  return rows;
}

/** Virtual address of a thread's IPC buffer; undefined when it has none. */
export function ipcBufferAddress(platform: Platform, thread: number): VirtAddr | undefined {
  if (!hasKernel(platform)) return undefined;
  const address = fieldOf(platform, thread, 'ipcBuffer');
  return address === 0 ? undefined : virtAddr(address);
}

/** The members of the IPC buffer; arrays of words are written `msg[0]`. Empty without a buffer. */
export function viewIpcBuffer(platform: Platform, thread: number): RegisterView[] {
  const base = ipcBufferAddress(platform, thread);
  if (base === undefined) return [];
  const space = spaceOf(platform, thread);
  return ipcBufferFields.flatMap((field) =>
    Array.from({ length: field.words }, (_, index) => index).flatMap((index) => {
      const value = readWord(platform, space, base + field.offset + 4 * index);
      if (value === undefined) return [];
      const name = field.words === 1 ? field.name : `${field.name}[${index}]`;
      return [{ name, value, doc: field.doc, fields: [] }];
    }),
  );
}

/** The first four words travel in a2 to a5, the rest in the IPC buffer. */
export function readMessageWord(
  platform: Platform,
  thread: number,
  index: number,
): number | undefined {
  if (index < messageRegisters) return readRegister(platform, thread, messageRegister(index));
  const base = ipcBufferAddress(platform, thread);
  if (base === undefined) return undefined;
  return readWord(platform, spaceOf(platform, thread), base + ipcBuffer.message + 4 * index);
}

/** The virtual address of a member as `viewIpcBuffer` names it. */
export function ipcBufferMember(
  platform: Platform,
  thread: number,
  name: string,
): VirtAddr | undefined {
  const base = ipcBufferAddress(platform, thread);
  const parts = /^(\w+)(?:\[(\d+)\])?$/.exec(name);
  const field = ipcBufferFields.find((candidate) => candidate.name === parts?.[1]);
  const index = Number(parts?.[2] ?? 0);
  if (base === undefined || field === undefined || index >= field.words) return undefined;
  return virtAddr(base + field.offset + 4 * index);
}

/** Stores a word in a thread's memory; false where there is no RAM. */
export function writeWord(
  platform: Platform,
  thread: number,
  address: VirtAddr,
  value: number,
): boolean {
  const bytes = Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
  return writeMemory(platform, spaceOf(platform, thread), address, bytes) === 4;
}

/** a0 holds the badge, a1 the message info, a2 to a5 the first message words. */
export const badgeRegister = 10;
export const infoRegister = 11;
export const messageRegister = (index: number): number => 12 + index;

const readWord = (platform: Platform, space: AddressSpace, address: number): number | undefined =>
  readNumber(platform, space, virtAddr(address), 4);

function fieldView(
  field: {
    readonly name: string;
    readonly high: number;
    readonly low: number;
    readonly doc: string;
  },
  word: number,
): FieldView {
  const { name, high, low, doc } = field;
  return { name, value: bits(word, high, low), high, low, doc };
}
