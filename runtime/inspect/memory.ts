/**
 * Bytes as a debugger reads and writes them, through an address space. A hole ends a transfer and is
 * reported with its length; device registers are peeked without side effects and never written.
 */
import { physAddr, virtAddr, type VirtAddr } from '../base/address.js';
import type { Platform } from '../platform.js';
import { translate, type AddressSpace } from './address-space.js';

export interface MemoryView {
  /** The readable bytes from the address on, up to the first hole. */
  readonly bytes: Uint8Array;
  /** Length of that hole, within what was asked for; 0 when everything was read. */
  readonly unreadableBytes: number;
}

const addressLimit = 2 ** 32;

export function viewMemory(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  count: number,
): MemoryView {
  const end = Math.min(address + count, addressLimit);
  const bytes = new Uint8Array(Math.max(0, end - address));
  let at: number = address;
  while (at < end) {
    const copied = readPage(platform, space, virtAddr(at), bytes, at - address, end);
    if (copied === 0) break;
    at += copied;
  }
  const read = at - address;
  let hole = at;
  while (hole < end && !isReadable(platform, space, virtAddr(hole))) {
    const known = translate(platform, space, virtAddr(hole));
    // Without a translation no byte of the page can be read; with one, each byte decides.
    hole += known === undefined ? 0x1000 - (hole % 0x1000) : 1;
  }
  const unreadableBytes =
    address + count > end && hole >= end ? count - read : Math.min(hole, end) - at;
  return { bytes: bytes.subarray(0, read), unreadableBytes };
}

/** A little-endian word, halfword or byte; undefined when a byte of it cannot be read. */
export function readNumber(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  sizeBytes: 1 | 2 | 4,
): number | undefined {
  const { bytes } = viewMemory(platform, space, address, sizeBytes);
  if (bytes.length < sizeBytes) return undefined;
  return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
}

/** Writes to RAM until the first byte that is not RAM; returns how many bytes were written. */
export function writeMemory(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  bytes: Uint8Array,
): number {
  const { memory } = platform.machine;
  let written = 0;
  while (written < bytes.length && address + written < addressLimit) {
    const found = translate(platform, space, virtAddr(address + written));
    if (found === undefined) break;
    const size = Math.min(found.restOfPageBytes, bytes.length - written);
    if (!memory.contains(found.physical, size)) break;
    memory.copyIn(found.physical, bytes.subarray(written, written + size));
    written += size;
  }
  return written;
}

/** Copies the readable part of one page; returns how many bytes that was. */
function readPage(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  into: Uint8Array,
  offset: number,
  end: number,
): number {
  const found = translate(platform, space, address);
  if (found === undefined) return 0;
  const size = Math.min(found.restOfPageBytes, end - address);
  const { memory } = platform.machine;
  if (memory.contains(found.physical, size)) {
    into.set(memory.copyOut(found.physical, size), offset);
    return size;
  }
  for (let index = 0; index < size; index += 1) {
    const byte = platform.machine.inspectByte(physAddr(found.physical + index));
    if (byte === undefined) return index;
    into[offset + index] = byte;
  }
  return size;
}

function isReadable(platform: Platform, space: AddressSpace, address: VirtAddr): boolean {
  return readPage(platform, space, address, new Uint8Array(1), 0, address + 1) === 1;
}
