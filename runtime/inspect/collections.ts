/**
 * Maps, sets, typed arrays and other views, static arrays and buffers of guest TypeScript, which are objects to a compiler: known by
 * their names and by the members that the standard library gives them, and shown by what is in them. Whatever does not
 * hold together is no collection, and is shown as the object that it is.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { DebugMember, DebugType, TypeIndex } from '../image/debug-information.js';
import { sizeOfType } from '../image/type-size.js';
import { readNumber } from './memory.js';
import type { Inside, Reading } from './typed-value.js';

export interface Collection {
  readonly count: number;
  readonly inside: Inside | undefined;
}

type Structure = Extract<DebugType, { readonly kind: 'structure' | 'union' }>;

/** More are not looked at. */
const mostElements = 10_000;

export function collectionAt(
  reading: Reading,
  type: Structure,
  address: VirtAddr,
): Collection | undefined {
  const name = type.name ?? '';
  if (/^(Map|Set)</.test(name)) return entriesAt(reading, type, address);
  if (/^(StaticArray<|ArrayBuffer$)/.test(name)) return inlineElements(reading, type, address);
  return /^((Uint|Int|Float)(8|16|32|64)(Clamped)?Array|DataView)$/.test(name)
    ? viewedElements(reading, type, address)
    : undefined;
}

/** Entries in the order in which they were put in; those that were taken out again are marked in their last word. */
function entriesAt(reading: Reading, type: Structure, address: VirtAddr): Collection | undefined {
  const number = (name: string): number | undefined => wordOf(reading, type, address, name);
  const entry = elementOfMember(reading, type, 'entries');
  const [start, count, used, capacity] = [
    number('entries'),
    number('entriesCount'),
    number('entriesOffset'),
    number('entriesCapacity'),
  ];
  if (entry === undefined || start === undefined || count === undefined) return undefined;
  if (used === undefined || capacity === undefined || count > used || used > capacity)
    return undefined;
  const slots = Math.min(used, mostElements);
  return {
    count,
    inside:
      count === 0
        ? undefined
        : {
            kind: 'entries',
            entry,
            address: virtAddr(start),
            slots,
            count: Math.min(count, slots),
          },
  };
}

/** The addresses of the entries that are there, a page of them. */
export function entryAddresses(
  { debug, platform, space }: Reading,
  { entry, address, slots }: Extract<Inside, { readonly kind: 'entries' }>,
  start: number,
  count: number,
): VirtAddr[] {
  const type = debug.types[entry];
  const mark = type?.kind === 'structure' ? memberNamed(type, 'taggedNext') : undefined;
  const sizeBytes = sizeOfType(debug, entry);
  const found: VirtAddr[] = [];
  if (mark === undefined) return found;
  for (let slot = 0; slot < slots && found.length < start + count; slot += 1) {
    const at = virtAddr((address + slot * sizeBytes) >>> 0);
    const next = readNumber(platform, space, virtAddr((at + mark.offsetBytes) >>> 0), 4);
    if (next === undefined) break;
    if ((next & 1) === 0) found.push(at);
  }
  return found.slice(start);
}

/** The words before an object say how many bytes it has. */
function inlineElements(
  reading: Reading,
  type: Structure,
  address: VirtAddr,
): Collection | undefined {
  const [data] = type.members;
  const array = data && reading.debug.types[data.type];
  const bytes = readNumber(reading.platform, reading.space, virtAddr((address - 4) >>> 0), 4);
  if (array?.kind !== 'array' || bytes === undefined) return undefined;
  return row(reading, array.element, address, bytes);
}

function viewedElements(
  reading: Reading,
  type: Structure,
  address: VirtAddr,
): Collection | undefined {
  const start = wordOf(reading, type, address, 'dataStart');
  const bytes = wordOf(reading, type, address, 'byteLength');
  const element = targetOf(reading, type, 'dataStart');
  if (start === undefined || bytes === undefined || element === undefined) return undefined;
  return row(reading, element, virtAddr(start), bytes);
}

function row({ debug }: Reading, element: TypeIndex, address: VirtAddr, bytes: number): Collection {
  const count = Math.floor(bytes / sizeOfType(debug, element));
  const shown = Math.min(count, mostElements);
  return {
    count,
    inside: count === 0 ? undefined : { kind: 'elements', element, address, count: shown },
  };
}

const memberNamed = ({ members }: Structure, name: string): DebugMember | undefined =>
  members.find((member) => member.name === name);

function wordOf(
  { platform, space }: Reading,
  type: Structure,
  address: VirtAddr,
  name: string,
): number | undefined {
  const member = memberNamed(type, name);
  return member && readNumber(platform, space, virtAddr((address + member.offsetBytes) >>> 0), 4);
}

function targetOf({ debug }: Reading, type: Structure, name: string): TypeIndex | undefined {
  const pointer = debug.types[memberNamed(type, name)?.type ?? -1];
  return pointer?.kind === 'pointer' ? pointer.target : undefined;
}

function elementOfMember(reading: Reading, type: Structure, name: string): TypeIndex | undefined {
  const array = reading.debug.types[targetOf(reading, type, name) ?? -1];
  return array?.kind === 'array' ? array.element : undefined;
}
