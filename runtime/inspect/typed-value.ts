/**
 * Bytes as their type has them: a line of text, and what unfolds below it. References to objects are followed
 * on the way, so that a guest TypeScript object shows its members and a string its characters. All is read
 * when it is asked for, and every text has an end.
 */
import { formatAddress, virtAddr, type VirtAddr } from '../base/address.js';
import type {
  DebugInformation,
  DebugMember,
  DebugType,
  TypeIndex,
} from '../image/debug-information.js';
import type { Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { collectionAt, entryAddresses, type Collection } from './collections.js';
import { sizeOfType } from '../image/type-size.js';
import { longestValue, readBytes } from './locals.js';
import { readNumber } from './memory.js';

export interface TypedValue {
  readonly text: string;
  /** As the source would write it. */
  readonly typeName: string;
  /** What is in it, if it unfolds. */
  readonly inside: Inside | undefined;
  /** Where the thing lies that this refers to, for a view of memory. */
  readonly memory: VirtAddr | undefined;
}

/** Members of a structure at an address, or elements of a row of equal ones. Plain data. */
export type Inside =
  | { readonly kind: 'members'; readonly type: TypeIndex; readonly address: VirtAddr }
  | {
      readonly kind: 'elements';
      readonly element: TypeIndex;
      readonly address: VirtAddr;
      readonly count: number;
    }
  /** Of a map or a set: those that are there are among the slots. */
  | {
      readonly kind: 'entries';
      readonly entry: TypeIndex;
      readonly address: VirtAddr;
      readonly slots: number;
      readonly count: number;
    };

export interface TypedMember {
  readonly name: string;
  readonly type: TypeIndex;
  readonly address: VirtAddr;
  /** Undefined where nothing is mapped. */
  readonly bytes: Uint8Array | undefined;
  /** A bit field is a part of what lies there. */
  readonly isPartial: boolean;
  readonly value: TypedValue;
}

export interface Reading {
  readonly platform: Platform;
  readonly space: AddressSpace;
  readonly debug: DebugInformation;
}

const longestText = 200;
const longestWholeText = 100_000;
const mostElements = 10_000;
const deepest = 32;

/** The type behind names and qualifiers. */
export function bareType(
  { types }: DebugInformation,
  index: TypeIndex,
): { type: DebugType; index: TypeIndex } {
  let at = index;
  for (let depth = 0; depth < deepest; depth += 1) {
    const type = types[at];
    if (type?.kind !== 'alias' || type.target === undefined)
      return { type: type ?? { kind: 'opaque', name: '?' }, index: at };
    at = type.target;
  }
  return { type: { kind: 'opaque', name: '?' }, index: at };
}

export function typeName(debug: DebugInformation, index: TypeIndex, depth = 0): string {
  const type = debug.types[index];
  if (type === undefined || depth > deepest) return '?';
  switch (type.kind) {
    case 'base':
    case 'alias':
    case 'text':
    case 'list':
    case 'opaque':
      return type.name;
    case 'structure':
    case 'union':
    case 'enumeration':
      return type.name ?? `(${type.kind})`;
    case 'array':
      return `${typeName(debug, type.element, depth + 1)}[${type.count === undefined ? '' : String(type.count)}]`;
    case 'pointer':
      return type.target === undefined ? 'void *' : `${typeName(debug, type.target, depth + 1)} *`;
  }
}

/** `address` is where the bytes are, if they are in memory. */
export function typedValue(
  reading: Reading,
  index: TypeIndex,
  bytes: Uint8Array,
  address: VirtAddr | undefined,
): TypedValue {
  const { debug } = reading;
  const { type, index: bare } = bareType(debug, index);
  const value = (text: string, inside?: Inside, memory?: VirtAddr): TypedValue => ({
    text,
    typeName: typeName(debug, index),
    inside,
    memory,
  });
  switch (type.kind) {
    case 'base':
      return value(baseText(type, bytes));
    case 'enumeration': {
      const number = integerOf(bytes, true);
      const name = type.values.find((each) => each.value === number)?.name;
      return value(name === undefined ? number.toString() : `${name} (${number.toString()})`);
    }
    case 'structure':
    case 'union':
      return address === undefined
        ? value('…')
        : value(
            summaryOf(reading, bare, address),
            { kind: 'members', type: bare, address },
            address,
          );
    case 'array':
      return address === undefined
        ? value('…')
        : value(
            `(${String(type.count ?? 0)})`,
            elements(type.element, address, type.count ?? 0),
            address,
          );
    case 'text':
      return referenced(bytes, value, (at) => [textAt(reading, at), undefined]);
    case 'list':
      return referenced(bytes, value, (at) => listAt(reading, type.element, at));
    case 'pointer':
      return referenced(bytes, value, (at) => pointedAt(reading, type.target, at));
    case 'alias':
    case 'opaque':
      return value(formatAddress(Number(integerOf(bytes, false) & 0xffff_ffffn)));
  }
}

const elements = (element: TypeIndex, address: VirtAddr, count: number): Inside | undefined =>
  count > 0
    ? { kind: 'elements', element, address, count: Math.min(count, mostElements) }
    : undefined;

function referenced(
  bytes: Uint8Array,
  value: (text: string, inside?: Inside, memory?: VirtAddr) => TypedValue,
  look: (address: VirtAddr) => readonly [string, Inside | undefined],
): TypedValue {
  const address = virtAddr(Number(integerOf(bytes, false) & 0xffff_ffffn));
  if (address === 0) return value('null');
  const [text, inside] = look(address);
  return value(text, inside, address);
}

function pointedAt(
  reading: Reading,
  target: TypeIndex | undefined,
  address: VirtAddr,
): readonly [string, Inside | undefined] {
  const plain = formatAddress(address);
  if (target === undefined) return [plain, undefined];
  const { debug, platform, space } = reading;
  const { type, index } = bareType(debug, target);
  if (type.kind === 'structure' || type.kind === 'union') {
    const collection = collectionAt(reading, type, address);
    if (collection !== undefined) return [`(${String(collection.count)})`, collection.inside];
    return [summaryOf(reading, index, address), { kind: 'members', type: index, address }];
  }
  const isCharacter = type.kind === 'base' && type.sizeBytes === 1 && type.encoding !== 'boolean';
  if (isCharacter) return [`${plain} ${characters(reading, address)}`, undefined];
  const isThere = readBytes(platform, space, address, 1) !== undefined;
  return [plain, isThere ? { kind: 'elements', element: target, address, count: 1 } : undefined];
}

/** `{x: 1, y: 2}`, members that refer to others by their address. */
function summaryOf(reading: Reading, index: TypeIndex, address: VirtAddr): string {
  const type = reading.debug.types[index];
  if (type?.kind !== 'structure' && type?.kind !== 'union') return formatAddress(address);
  const shown: string[] = [];
  let length = 0;
  for (const { name, type: memberType, offsetBytes, bits } of type.members) {
    if (length > longestText / 2) {
      shown.push('…');
      break;
    }
    const { type: bare } = bareType(reading.debug, memberType);
    const at = virtAddr((address + offsetBytes) >>> 0);
    const sizeBytes = Math.min(sizeOfType(reading.debug, memberType), longestValue);
    const isSmall = bare.kind !== 'structure' && bare.kind !== 'union' && bare.kind !== 'array';
    const bytes = isSmall ? readBytes(reading.platform, reading.space, at, sizeBytes) : undefined;
    const text = isSmall
      ? bytes === undefined
        ? '?'
        : bare.kind === 'pointer' || bare.kind === 'list'
          ? addressText(bytes)
          : typedValue(reading, memberType, bits === undefined ? bytes : bitField(bytes, bits), at)
              .text
      : '…';
    shown.push(`${name}: ${text}`);
    length += name.length + text.length;
  }
  return `{${shown.join(', ')}}`;
}

const addressText = (bytes: Uint8Array): string => {
  const address = Number(integerOf(bytes, false) & 0xffff_ffffn);
  return address === 0 ? 'null' : formatAddress(address);
};

/** One page of what unfolds. */
export function insideOf(
  reading: Reading,
  inside: Inside,
  start = 0,
  count = mostElements,
): TypedMember[] {
  const { debug, platform, space } = reading;
  const member = (
    name: string,
    type: TypeIndex,
    address: VirtAddr,
    bits?: { readonly first: number; readonly count: number },
  ): TypedMember => {
    const sizeBytes = Math.min(sizeOfType(debug, type), longestValue);
    const read = readBytes(platform, space, address, sizeBytes);
    const bytes = read && bits !== undefined ? bitField(read, bits) : read;
    const value =
      bytes === undefined
        ? {
            text: `(nothing is mapped at ${formatAddress(address)})`,
            typeName: typeName(debug, type),
            inside: undefined,
            memory: undefined,
          }
        : typedValue(reading, type, bytes, address);
    return { name, type, address, bytes, isPartial: bits !== undefined, value };
  };
  if (inside.kind === 'members') {
    const type = debug.types[inside.type];
    if (type?.kind !== 'structure' && type?.kind !== 'union') return [];
    return type.members
      .slice(start, start + count)
      .map((each) =>
        member(
          each.name,
          each.type,
          virtAddr((inside.address + each.offsetBytes) >>> 0),
          each.bits,
        ),
      );
  }
  if (inside.kind === 'entries') {
    const type = debug.types[inside.entry];
    const fields = type?.kind === 'structure' ? type.members : [];
    const [key, held = key] = fields.filter(({ name }) => name !== 'taggedNext');
    if (key === undefined || held === undefined) return [];
    const at = (entry: VirtAddr, { offsetBytes }: DebugMember): VirtAddr =>
      virtAddr((entry + offsetBytes) >>> 0);
    return entryAddresses(reading, inside, start, count).map((entry, index) => {
      const { value } = member('', key.type, at(entry, key));
      const name = held === key ? String(start + index) : value.text;
      return member(`[${name}]`, held.type, at(entry, held));
    });
  }
  const sizeBytes = sizeOfType(debug, inside.element);
  const end = Math.min(inside.count, start + count);
  return Array.from({ length: Math.max(0, end - start) }, (_, index) =>
    member(
      `[${String(start + index)}]`,
      inside.element,
      virtAddr((inside.address + (start + index) * sizeBytes) >>> 0),
    ),
  );
}

function baseText(type: DebugType & { kind: 'base' }, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (type.encoding) {
    case 'boolean':
      return bytes.some((byte) => byte !== 0) ? 'true' : 'false';
    case 'float':
      if (bytes.length >= 8) return String(view.getFloat64(0, true));
      return bytes.length >= 4 ? String(view.getFloat32(0, true)) : '?';
    case 'address':
      return formatAddress(Number(integerOf(bytes, false) & 0xffff_ffffn));
    case 'character': {
      const number = Number(integerOf(bytes, false));
      const isPrintable = number >= 0x20 && number < 0x7f;
      return isPrintable ? `${String(number)} '${String.fromCharCode(number)}'` : String(number);
    }
    case 'signed':
    case 'unsigned':
      return integerOf(bytes, type.encoding === 'signed').toString();
  }
}

/** Little-endian, any number of bytes. */
export function integerOf(bytes: Uint8Array, isSigned: boolean): bigint {
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[at] ?? 0);
  return isSigned ? BigInt.asIntN(bytes.length * 8, value) : value;
}

function bitField(
  bytes: Uint8Array,
  { first, count }: { readonly first: number; readonly count: number },
): Uint8Array {
  const value = BigInt.asUintN(count, integerOf(bytes, false) >> BigInt(first));
  return bytes.map((_, at) => Number((value >> BigInt(8 * at)) & 0xffn));
}

/** A string of guest TypeScript: UTF-16, its bytes counted in the word before. */
function textAt({ platform, space }: Reading, address: VirtAddr): string {
  const length = readNumber(platform, space, virtAddr((address - 4) >>> 0), 4);
  if (length === undefined) return `${formatAddress(address)} (nothing is mapped there)`;
  const bytes = readBytes(platform, space, address, Math.min(length & ~1, 2 * longestText));
  if (bytes === undefined) return `${formatAddress(address)} (no string)`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units = Array.from({ length: bytes.length / 2 }, (_, at) => view.getUint16(2 * at, true));
  return `${JSON.stringify(String.fromCharCode(...units))}${length > 2 * longestText ? '…' : ''}`;
}

function listAt(
  { platform, space }: Reading,
  element: TypeIndex,
  address: VirtAddr,
): readonly [string, Inside | undefined] {
  const start = readNumber(platform, space, virtAddr((address + 4) >>> 0), 4);
  const count = readNumber(platform, space, virtAddr((address + 12) >>> 0), 4);
  if (start === undefined || count === undefined)
    return [`${formatAddress(address)} (nothing is mapped there)`, undefined];
  return [`(${String(count)})`, elements(element, virtAddr(start), count)];
}

/** What a reference leads to, where that is a collection; of one that is null there is none. */
export function collectionOf(
  reading: Reading,
  index: TypeIndex,
  bytes: Uint8Array,
): { readonly type: string; readonly collection: Collection } | undefined {
  const { type: pointer } = bareType(reading.debug, index);
  if (pointer.kind !== 'pointer' || pointer.target === undefined) return undefined;
  const { type } = bareType(reading.debug, pointer.target);
  const address = Number(integerOf(bytes, false) & 0xffff_ffffn);
  if (address === 0 || (type.kind !== 'structure' && type.kind !== 'union')) return undefined;
  const collection = collectionAt(reading, type, virtAddr(address));
  return collection && { type: type.name ?? '', collection };
}

/** How many units a string has, or elements a list; undefined for anything else. */
export function countOf(
  { debug, platform, space }: Reading,
  index: TypeIndex,
  bytes: Uint8Array,
): number | undefined {
  const { type } = bareType(debug, index);
  const address = Number(integerOf(bytes, false) & 0xffff_ffffn);
  if (address === 0 || (type.kind !== 'text' && type.kind !== 'list')) return undefined;
  const at = type.kind === 'text' ? address - 4 : address + 12;
  const word = readNumber(platform, space, virtAddr(at >>> 0), 4);
  return word === undefined ? undefined : type.kind === 'text' ? word >>> 1 : word;
}

/** All of a string of guest TypeScript, up to a length that nobody reads. */
export function wholeText(
  { debug, platform, space }: Reading,
  index: TypeIndex,
  bytes: Uint8Array,
): string | undefined {
  if (bareType(debug, index).type.kind !== 'text') return undefined;
  const address = Number(integerOf(bytes, false) & 0xffff_ffffn);
  const count = countOf({ debug, platform, space }, index, bytes);
  if (count === undefined || count > longestWholeText) return undefined;
  const units = readBytes(platform, space, virtAddr(address), 2 * count);
  if (units === undefined) return undefined;
  const view = new DataView(units.buffer, units.byteOffset, units.byteLength);
  return Array.from({ length: count }, (_, at) =>
    String.fromCharCode(view.getUint16(2 * at, true)),
  ).join('');
}

/** What a C string shows, up to its end. */
function characters({ platform, space }: Reading, address: VirtAddr): string {
  let text = '';
  for (let at = 0; at < longestText; at += 1) {
    const byte = readNumber(platform, space, virtAddr((address + at) >>> 0), 1);
    if (byte === undefined) return at === 0 ? '' : `${JSON.stringify(text)}…`;
    if (byte === 0) return JSON.stringify(text);
    text += String.fromCharCode(byte);
  }
  return `${JSON.stringify(text)}…`;
}
