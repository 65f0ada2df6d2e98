/**
 * Instructions in memory as rows. Forward it decodes what is there, bytes that are no instruction
 * included. Backwards is a guess by nature, since lengths are mixed: the walk starts at a place that
 * is certain (the nearest symbol or line below, found through the image) and goes forward from there.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import { lineAt, symbolAt } from '../image/lookup.js';
import type { LineRow } from '../image/system-image.js';
import { decode, instructionLength } from '../isa/decode.js';
import { printInstruction } from '../isa/print.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { viewMemory } from './memory.js';
import { locate } from './modules.js';
import { lineFor, symbolFor, symbolize } from './symbols.js';

export interface InstructionView {
  readonly address: VirtAddr;
  /** Two or four bytes; none where memory cannot be read. */
  readonly bytes: readonly number[];
  /** `addi a0, a0, 1`, `.half 0x0000` for bytes that are no instruction, or `unreadable`. */
  readonly text: string;
  readonly isValid: boolean;
  /** Set at the first byte of a symbol. */
  readonly symbol?: string;
  /** The source line that made it. */
  readonly line?: LineRow;
}

/** Farther back than this a symbol is no help: the walk would take longer than it is worth. */
const longestWalkBytes = 64 * 1024;

/**
 * `count` rows that begin `instructionOffset` instructions from `address`. Every row that was asked
 * for is there: beyond what can be read, rows say so, because viewers count them.
 */
export function viewDisassembly(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  instructionOffset: number,
  count: number,
): InstructionView[] {
  const rows: InstructionView[] = [];
  if (instructionOffset < 0) {
    const before = instructionsBefore(platform, space, address, -instructionOffset);
    rows.push(...before.slice(0, count));
  }
  let at: number = address;
  for (let skipped = 0; skipped < instructionOffset; skipped += 1) {
    at += lengthAt(platform, space, virtAddr(at));
  }
  while (rows.length < count) {
    const row = viewInstruction(platform, space, virtAddr(at));
    rows.push(row);
    at = (at + (row.bytes.length || 2)) >>> 0;
  }
  return rows;
}

export function viewInstruction(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): InstructionView {
  const word = instructionAt(platform, space, address);
  if (word === undefined) return { address, bytes: [], text: 'unreadable', isValid: false };
  const decoded = decode(word.value);
  const text =
    decoded === undefined
      ? `${word.bytes.length === 2 ? '.half 0x' : '.word 0x'}${hexBytes(word.bytes)}`
      : printInstruction(decoded, address, (target) =>
          symbolize(platform, space, virtAddr(target)),
        );
  const found = symbolFor(platform, space, address);
  const line = lineFor(platform, space, address);
  return {
    address,
    bytes: word.bytes,
    text,
    isValid: decoded !== undefined,
    ...(found?.offset === 0 ? { symbol: found.symbol.name } : {}),
    ...(line === undefined ? {} : { line }),
  };
}

/** The bytes of the instruction at an address, and its word as `decode` wants it. */
export function instructionAt(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
): { readonly value: number; readonly bytes: number[] } | undefined {
  const first = viewMemory(platform, space, address, 2).bytes;
  if (first.length < 2) return undefined;
  const low = (first[0] ?? 0) | ((first[1] ?? 0) << 8);
  if (instructionLength(low) === 2) return { value: low, bytes: [...first] };
  // The second half may lie on another page, or nowhere.
  const second = viewMemory(platform, space, virtAddr(address + 2), 2).bytes;
  if (second.length < 2) return { value: low, bytes: [...first] };
  const high = (second[0] ?? 0) | ((second[1] ?? 0) << 8);
  return { value: ((high << 16) | low) >>> 0, bytes: [...first, ...second] };
}

/** Exactly `count` rows that end right before `address`, padded in front where nothing can be read. */
function instructionsBefore(
  platform: Platform,
  space: AddressSpace,
  address: VirtAddr,
  count: number,
): InstructionView[] {
  const addresses: number[] = [];
  let end: number = address;
  while (addresses.length < count) {
    const start = anchorBefore(platform, space, end, count - addresses.length);
    if (start === undefined) break;
    addresses.unshift(...walk(platform, space, start, end));
    end = start;
  }
  const kept = addresses.slice(-count);
  const rows = kept.map((at) => viewInstruction(platform, space, virtAddr(at)));
  let pad = kept[0] ?? address;
  while (rows.length < count) {
    pad = (pad - 2) >>> 0;
    rows.unshift(viewInstruction(platform, space, virtAddr(pad)));
  }
  return rows;
}

/**
 * A place before `end` from which decoding forward is right. Without a symbol near, code that begins
 * far enough back falls into step with the real one: a start is good when the walk meets `end`.
 */
function anchorBefore(
  platform: Platform,
  space: AddressSpace,
  end: number,
  wanted: number,
): number | undefined {
  const previous = virtAddr(end - 2);
  const located = locate(platform, space, previous);
  if (located !== undefined) {
    const { image, address: inImage } = located;
    const symbol = symbolAt(image, inImage);
    const line = lineAt(image, inImage);
    const backs = [symbol?.symbol.address, line?.address]
      .filter((start) => start !== undefined && start <= inImage)
      .map((start) => previous - (inImage - (start ?? 0)));
    const nearest = Math.max(...backs, -1);
    if (nearest >= 0 && end - nearest <= longestWalkBytes) return nearest;
  }
  const farthest = Math.max(0, end - 4 * wanted - 32);
  for (let start = farthest; start < end; start += 2) {
    const steps = walk(platform, space, start, end);
    if (steps.length > 0 && meets(platform, space, steps.at(-1) ?? start, end)) return start;
  }
  return undefined;
}

/** Addresses of the instructions from `start` to before `end`; empty when memory ends in between. */
function walk(platform: Platform, space: AddressSpace, start: number, end: number): number[] {
  const { bytes } = viewMemory(platform, space, virtAddr(start), end - start);
  if (bytes.length < end - start) return [];
  const addresses: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    addresses.push(start + at);
    // Where the last row would run over the end, it is two bytes of something else.
    const length = instructionLength(bytes[at] ?? 0);
    at += at + length > bytes.length ? 2 : length;
  }
  return addresses;
}

const meets = (platform: Platform, space: AddressSpace, last: number, end: number): boolean =>
  last + lengthAt(platform, space, virtAddr(last)) === end;

/** Unreadable memory counts as instructions of two bytes, the smallest. */
const lengthAt = (platform: Platform, space: AddressSpace, address: VirtAddr): number =>
  instructionAt(platform, space, address)?.bytes.length ?? 2;

const hexBytes = (bytes: readonly number[]): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');

/** `13 05 a5 00`: the bytes in the order in which they lie in memory. */
export const instructionBytes = (row: InstructionView): string =>
  row.bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
