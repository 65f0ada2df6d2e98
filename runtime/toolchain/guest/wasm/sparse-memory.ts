/**
 * Linear memory in pages that exist from the first store on, zeros before that. Only some ranges of addresses are memory
 * at all, and only so many pages are made, so that what a program does with it costs a bounded part of the host's.
 * Words may be unknown; one is known again when all of it was written.
 */
import type { DataSegment } from './module.js';
import type { AddressRange } from '../guest-module.js';

export interface SparseMemory {
  readonly ranges: readonly AddressRange[];
  readonly pages: Map<number, DataView>;
  readonly mostPages: number;
  /** Addresses, divided by four. */
  readonly unknownWords: Set<number>;
}

const pageBits = 12;
const pageBytes = 1 << pageBits;

/** `mostBytes` beside those of the segments, all of which are in one of the ranges. */
export function newSparseMemory(
  ranges: readonly AddressRange[],
  mostBytes: number,
  segments: readonly DataSegment[],
): SparseMemory {
  const pages = new Map<number, DataView>();
  const memory: SparseMemory = { ranges, pages, mostPages: Infinity, unknownWords: new Set() };
  for (const { address, bytes } of segments) writeBytes(memory, address, bytes);
  return { ...memory, mostPages: pages.size + (mostBytes >>> pageBits) };
}

/** Undefined: a part of it is no memory, or not known. */
export function readBytes(
  memory: SparseMemory,
  address: number,
  sizeBytes: number,
): Uint8Array | undefined {
  if (!isMemory(memory, address, sizeBytes) || hasUnknown(memory, address, sizeBytes))
    return undefined;
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes;) {
    const page = memory.pages.get((address + at) >>> pageBits);
    const first = (address + at) & (pageBytes - 1);
    const count = Math.min(pageBytes - first, sizeBytes - at);
    if (page !== undefined) bytes.set(bytesOf(page).subarray(first, first + count), at);
    at += count;
  }
  return bytes;
}

/** False: a part of it is no memory, or there would be too many pages; then nothing is promised of what is there. */
export function writeBytes(memory: SparseMemory, address: number, bytes: Uint8Array): boolean {
  if (!isMemory(memory, address, bytes.length)) return false;
  for (let at = 0; at < bytes.length;) {
    const page = pageFor(memory, address + at);
    if (page === undefined) return false;
    const first = (address + at) & (pageBytes - 1);
    const count = Math.min(pageBytes - first, bytes.length - at);
    bytesOf(page).set(bytes.subarray(at, at + count), first);
    at += count;
  }
  becomeKnown(memory, address, bytes.length);
  return true;
}

/** Of 1, 2, 4 or 8 bytes, filled with zeros; undefined as above. */
export function loadNumber(
  memory: SparseMemory,
  address: number,
  sizeBytes: number,
): number | bigint | undefined {
  const at = address & (pageBytes - 1);
  if (at + sizeBytes > pageBytes) {
    const bytes = readBytes(memory, address, sizeBytes);
    return bytes && numberAt(new DataView(bytes.buffer), 0, sizeBytes);
  }
  if (!isMemory(memory, address, sizeBytes) || hasUnknown(memory, address, sizeBytes))
    return undefined;
  const page = memory.pages.get(address >>> pageBits);
  return page === undefined ? (sizeBytes === 8 ? 0n : 0) : numberAt(page, at, sizeBytes);
}

/** False as above. */
export function storeNumber(
  memory: SparseMemory,
  address: number,
  sizeBytes: number,
  value: number | bigint,
): boolean {
  const at = address & (pageBytes - 1);
  if (at + sizeBytes > pageBytes) {
    const bytes = new Uint8Array(sizeBytes);
    putNumber(new DataView(bytes.buffer), 0, sizeBytes, value);
    return writeBytes(memory, address, bytes);
  }
  const page = isMemory(memory, address, sizeBytes) ? pageFor(memory, address) : undefined;
  if (page === undefined) return false;
  putNumber(page, at, sizeBytes, value);
  becomeKnown(memory, address, sizeBytes);
  return true;
}

/** What is there is from now on not known; false: it is no memory. */
export function forgetBytes(memory: SparseMemory, address: number, sizeBytes: number): boolean {
  if (!isMemory(memory, address, sizeBytes)) return false;
  for (let word = address >>> 2; word <= (address + sizeBytes - 1) >>> 2; word++)
    memory.unknownWords.add(word);
  return true;
}

export function isMemory({ ranges }: SparseMemory, address: number, sizeBytes: number): boolean {
  for (const { start, end } of ranges)
    if (address >= start && address + sizeBytes <= end) return true;
  return false;
}

const bytesOf = (page: DataView): Uint8Array => new Uint8Array(page.buffer);

function pageFor({ pages, mostPages }: SparseMemory, address: number): DataView | undefined {
  const number = address >>> pageBits;
  const found = pages.get(number);
  if (found !== undefined || pages.size >= mostPages) return found;
  const made = new DataView(new ArrayBuffer(pageBytes));
  pages.set(number, made);
  return made;
}

function hasUnknown({ unknownWords }: SparseMemory, address: number, sizeBytes: number): boolean {
  if (unknownWords.size === 0) return false;
  for (let word = address >>> 2; word <= (address + sizeBytes - 1) >>> 2; word++)
    if (unknownWords.has(word)) return true;
  return false;
}

function becomeKnown({ unknownWords }: SparseMemory, address: number, sizeBytes: number): void {
  if (unknownWords.size === 0) return;
  for (let word = (address + 3) >>> 2; 4 * word + 4 <= address + sizeBytes; word++)
    unknownWords.delete(word);
}

function numberAt(view: DataView, at: number, sizeBytes: number): number | bigint {
  switch (sizeBytes) {
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true);
    case 4:
      return view.getInt32(at, true);
    default:
      return view.getBigInt64(at, true);
  }
}

/** The lower bytes of a number. */
function putNumber(view: DataView, at: number, sizeBytes: number, value: number | bigint): void {
  if (sizeBytes === 8) view.setBigInt64(at, BigInt(value), true);
  else {
    const word = typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : value;
    if (sizeBytes === 1) view.setUint8(at, word);
    else if (sizeBytes === 2) view.setUint16(at, word, true);
    else view.setInt32(at, word, true);
  }
}
