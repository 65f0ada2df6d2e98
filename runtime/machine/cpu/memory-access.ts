/**
 * Loads, stores and atomics as the specification has them: translated, checked, misaligned or to a
 * device. The interpreter comes here when an access has no entry in the TLB. Each function does the
 * whole access or, having raised the trap, none of it, and tells which.
 */
import { hartWord, lineBits, pageBytes } from '../memory/layout.js';
import type { AccessSize } from '../bus/bus.js';
import { physAddr } from '../../base/address.js';
import { access, accessFault, type Access } from './access.js';
import { cause } from './csr-bits.js';
import type { HartCore } from './hart-core.js';
import { keepTranslation, translate } from './tlb.js';
import { raise } from './trap.js';

/** `size` is negative for a sign-extending load. Writes register `rd`. */
export function load(core: HartCore, address: number, size: number, rd: number): boolean {
  const bytes = size < 0 ? -size : size;
  const inPage = pageBytes - (address & (pageBytes - 1));
  let value: number;
  if (bytes <= inPage) {
    const physical = reach(core, address, bytes, access.load);
    if (physical < 0) return false;
    const offset = core.ramOffsetOf(physical, bytes);
    if (offset >= 0) {
      keepTranslation(core, address, physical, access.load);
      value = readBytes(core, offset, bytes);
    } else {
      const read = isAligned(physical, bytes)
        ? core.bus.read(physAddr(physical), bytes as AccessSize)
        : undefined;
      if (read === undefined) return refuse(core, address, access.load);
      value = read;
    }
  } else {
    const low = reachRam(core, address, inPage, access.load);
    if (low < 0) return false;
    const high = reachRam(core, address + inPage, bytes - inPage, access.load);
    if (high < 0) return false;
    value = readBytes(core, low, inPage) | (readBytes(core, high, bytes - inPage) << (inPage * 8));
  }
  core.block[rd] = size === -1 ? (value << 24) >> 24 : size === -2 ? (value << 16) >> 16 : value;
  return true;
}

export function store(core: HartCore, address: number, bytes: number, value: number): boolean {
  const inPage = pageBytes - (address & (pageBytes - 1));
  if (bytes <= inPage) {
    const physical = reach(core, address, bytes, access.store);
    if (physical < 0) return false;
    const offset = core.ramOffsetOf(physical, bytes);
    if (offset >= 0) {
      keepTranslation(core, address, physical, access.store);
      writeBytes(core, offset, bytes, value);
      return true;
    }
    const unsigned = bytes === 4 ? value >>> 0 : value & (bytes === 2 ? 0xffff : 0xff);
    const done =
      isAligned(physical, bytes) &&
      core.bus.write(physAddr(physical), bytes as AccessSize, unsigned);
    return done || refuse(core, address, access.store);
  }
  // Both pages are checked before the first byte is written.
  const low = reachRam(core, address, inPage, access.store);
  if (low < 0) return false;
  const high = reachRam(core, address + inPage, bytes - inPage, access.store);
  if (high < 0) return false;
  writeBytes(core, low, inPage, value);
  writeBytes(core, high, bytes - inPage, value >>> (inPage * 8));
  return true;
}

/** LR: reads an aligned word and reserves it. */
export function loadReserved(core: HartCore, address: number, rd: number): boolean {
  if ((address & 3) !== 0) return fault(core, cause.loadMisaligned, address);
  const offset = reachRam(core, address, 4, access.load);
  if (offset < 0) return false;
  core.block[hartWord.reservation] = offset;
  core.code.markReserved(offset);
  core.block[rd] = core.words[offset >>> 2]!;
  if (core.watches.count > 0) core.watches.loaded(core.id, offset, 4);
  return true;
}

/** SC: 0 in rd when it stored, 1 when the reservation was gone. Either way there is none afterwards. */
export function storeConditional(
  core: HartCore,
  address: number,
  value: number,
  rd: number,
): boolean {
  if ((address & 3) !== 0) return fault(core, cause.storeMisaligned, address);
  const offset = reachRam(core, address, 4, access.store);
  if (offset < 0) return false;
  const holds = core.block[hartWord.reservation] === offset;
  core.block[hartWord.reservation] = 0;
  if (holds) writeBytes(core, offset, 4, value);
  core.block[rd] = holds ? 0 : 1;
  return true;
}

export type AmoOperation = 'swap' | 'add' | 'xor' | 'and' | 'or' | 'min' | 'max' | 'minu' | 'maxu';

/** Reads an aligned word into rd and writes back what the operation makes of it and `value`. */
export function amo(
  core: HartCore,
  operation: AmoOperation,
  address: number,
  value: number,
  rd: number,
): boolean {
  if ((address & 3) !== 0) return fault(core, cause.storeMisaligned, address);
  const offset = reachRam(core, address, 4, access.store);
  if (offset < 0) return false;
  const old = core.words[offset >>> 2]!;
  if (core.watches.count > 0) core.watches.loaded(core.id, offset, 4);
  writeBytes(core, offset, 4, combine(operation, old, value));
  core.block[rd] = old;
  return true;
}

function combine(operation: AmoOperation, old: number, value: number): number {
  switch (operation) {
    case 'swap':
      return value;
    case 'add':
      return (old + value) | 0;
    case 'xor':
      return old ^ value;
    case 'and':
      return old & value;
    case 'or':
      return old | value;
    case 'min':
      return Math.min(old, value);
    case 'max':
      return Math.max(old, value);
    case 'minu':
      return Math.min(old >>> 0, value >>> 0) | 0;
    case 'maxu':
      return Math.max(old >>> 0, value >>> 0) | 0;
  }
}

/** Physical address of an access that may be made, or -1 with the trap raised. */
function reach(core: HartCore, address: number, bytes: number, kind: Access): number {
  const physical = translate(core, address, bytes, kind, core.dataPrivilege);
  if (physical >= 0) return physical;
  raise(core, -physical, address | 0);
  return -1;
}

/** Offset in linear memory, where only RAM will do: misaligned across pages, and atomics. */
function reachRam(core: HartCore, address: number, bytes: number, kind: Access): number {
  const physical = reach(core, address, bytes, kind);
  if (physical < 0) return -1;
  const offset = core.ramOffsetOf(physical, bytes);
  if (offset < 0) refuse(core, address, kind);
  return offset;
}

const isAligned = (address: number, bytes: number): boolean => (address & (bytes - 1)) === 0;

function refuse(core: HartCore, address: number, kind: Access): false {
  return fault(core, accessFault(kind), address);
}

function fault(core: HartCore, code: number, address: number): false {
  raise(core, code, address | 0);
  return false;
}

function readBytes(core: HartCore, offset: number, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index++) value |= core.bytes[offset + index]! << (index * 8);
  if (core.watches.count > 0) core.watches.loaded(core.id, offset, bytes);
  return value;
}

function writeBytes(core: HartCore, offset: number, bytes: number, value: number): void {
  for (let index = 0; index < bytes; index++) core.bytes[offset + index] = value >>> (index * 8);
  const last = offset + bytes - 1;
  if (core.lines[offset >>> lineBits] !== 0) core.code.storedBy(core.id, offset);
  if (last >>> lineBits !== offset >>> lineBits && core.lines[last >>> lineBits] !== 0) {
    core.code.storedBy(core.id, last);
  }
  if (core.watches.count > 0) core.watches.stored(core.id, offset, bytes);
}
