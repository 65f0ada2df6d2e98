/**
 * The objects in the arenas of guest TypeScript: what the memory runtime says of each block, and who refers to it. Referrers are
 * found by their words: one that holds the address of an object counts as a reference, whichever type it has, but in texts. On
 * stacks and in registers a word counts even where its function has no more use for it.
 */
import { formatAddress, virtAddr, type VirtAddr } from '../base/address.js';
import type { DebugClass, DebugInformation } from '../image/debug-information.js';
import type { LoadedProgram, Platform } from '../platform.js';
import type { AddressSpace } from './address-space.js';
import { arenasOf, type Arena } from './heaps.js';
import { readBytes } from './locals.js';
import { readNumber } from './memory.js';
import { programOfThread, spaceOfProgram } from './modules.js';
import { wordsOfThreads, type HeldWord } from './stack-holders.js';
import { bareType, insideOf, typedValue, type Reading, type TypedValue } from './typed-value.js';

export interface ArenaObjects {
  /** Of the instance, or of the program that it is all of. */
  readonly name: string;
  readonly reading: Reading;
  /** The largest first. */
  readonly classes: readonly ObjectClass[];
  /** By address. */
  readonly objects: readonly HeapObject[];
  /** Why the list ends before the arena does. */
  readonly problem?: string;
}

export interface ObjectClass {
  readonly name: string;
  readonly count: number;
  /** With the headers of the objects. */
  readonly bytes: number;
}

export interface HeapObject {
  readonly address: VirtAddr;
  readonly className: string;
  readonly bytes: number;
  /** Who refers to it: `shelf`, `0x00101230 next`, `reader_0 in Shelf#lend: book`. */
  readonly heldBy: readonly string[];
  readonly value: TypedValue;
}

/** Of every program that is loaded and has an arena. */
export function viewHeapObjects(platform: Platform): ArenaObjects[] {
  return platform.programs.flatMap((program) => objectsOf(platform, program));
}

/** Of the program that a thread executes. */
export function heapObjectsOfThread(platform: Platform, thread: number): ArenaObjects[] {
  const program = programOfThread(platform, thread);
  return program === undefined ? [] : objectsOf(platform, program);
}

/** As text: name and value of each member, or of the first elements. */
export const fieldsOf = (
  { reading }: ArenaObjects,
  { value }: HeapObject,
): { readonly name: string; readonly value: string }[] =>
  value.inside === undefined
    ? []
    : insideOf(reading, value.inside, 0, mostFields).map((each) => ({
        name: each.name,
        value: each.value.text,
      }));

const mostFields = 100;
const mostObjects = 100_000;
const mostHolders = 20;
const mostStaticBytes = 4096;
/** Words of the header, see runtime/system/guest-runtime/header.ts. */
const headerBytes = 16;
const isFree = 1;
/** AssemblyScript's own number of the class. */
const textClass = 2;

function objectsOf(platform: Platform, program: LoadedProgram): ArenaObjects[] {
  const { debug } = program.image;
  const space = debug?.classes === undefined ? undefined : spaceOfProgram(platform, program);
  if (debug === undefined || space === undefined) return [];
  const reading: Reading = { platform, space, debug };
  const threads = wordsOfThreads(platform, program);
  return arenasOf(program.image).map((arena, module) => {
    const classes = new Map(
      (debug.classes ?? []).filter((each) => each.module === module).map((each) => [each.id, each]),
    );
    return viewArena(reading, arena, classes, threads);
  });
}

interface Block {
  readonly address: VirtAddr;
  readonly bytes: number;
  readonly classOf: DebugClass | undefined;
  readonly isText: boolean;
  readonly content: DataView;
}

function viewArena(
  reading: Reading,
  { name, start, end }: Arena,
  classes: ReadonlyMap<number, DebugClass>,
  threads: readonly HeldWord[],
): ArenaObjects {
  const { platform, space, debug } = reading;
  const { blocks, problem } = blocksOf(platform, space, start, end, classes);
  const holders = holdersOf(reading, blocks, threads);
  const objects = blocks.map(({ address, bytes, classOf }): HeapObject => {
    const reference = new Uint8Array(4);
    new DataView(reference.buffer).setUint32(0, address, true);
    const value =
      classOf === undefined
        ? { text: formatAddress(address), typeName: '?', inside: undefined, memory: address }
        : typedValue(reading, classOf.type, reference, undefined);
    const className = classOf?.name ?? 'of no known class';
    return { address, className, bytes, heldBy: holders.get(address) ?? [], value };
  });
  const found = { name, reading: { platform, space, debug }, classes: byClass(objects), objects };
  return problem === undefined ? found : { ...found, problem };
}

function byClass(objects: readonly HeapObject[]): ObjectClass[] {
  const sums = new Map<string, { count: number; bytes: number }>();
  for (const { className, bytes } of objects) {
    const sum = sums.get(className) ?? { count: 0, bytes: 0 };
    sums.set(className, { count: sum.count + 1, bytes: sum.bytes + bytes });
  }
  return [...sums]
    .map(([name, sum]) => ({ name, ...sum }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

/** Blocks lie side by side; one whose size is none ends the list. */
function blocksOf(
  platform: Platform,
  space: AddressSpace,
  start: VirtAddr,
  end: VirtAddr,
  classes: ReadonlyMap<number, DebugClass>,
): { readonly blocks: readonly Block[]; readonly problem?: string } {
  const first = (start + 7) & ~7;
  const bytes = readBytes(platform, space, virtAddr(first), Math.max(0, (end & ~7) - first));
  const blocks: Block[] = [];
  if (bytes === undefined) return { blocks, problem: 'the arena is not mapped' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at + headerBytes <= bytes.length && blocks.length < mostObjects) {
    const word = view.getUint32(at, true);
    const size = (word & ~7) >>> 0;
    // Blocks are made with the first object.
    if (word === 0 && at === 0) return { blocks };
    if (size < headerBytes || at + size > bytes.length)
      return { blocks, problem: `the block at ${formatAddress(first + at)} has no valid size` };
    if ((word & isFree) === 0) {
      const id = view.getUint16(at + 8, true);
      const used = Math.min(view.getUint32(at + 12, true), size - headerBytes);
      blocks.push({
        address: virtAddr(first + at + headerBytes),
        bytes: size,
        classOf: classes.get(id),
        isText: id === textClass,
        content: new DataView(bytes.buffer, bytes.byteOffset + at + headerBytes, used),
      });
    }
    at += size;
  }
  return blocks.length === mostObjects
    ? { blocks, problem: `more than ${mostObjects} objects are not looked at` }
    : { blocks };
}

function holdersOf(
  reading: Reading,
  blocks: readonly Block[],
  threads: readonly HeldWord[],
): Map<number, string[]> {
  const holders = new Map<number, string[]>(blocks.map(({ address }) => [address, []]));
  const note = (address: number, holder: string): void => {
    const known = holders.get(address);
    if (known !== undefined && known.length < mostHolders && !known.includes(holder))
      known.push(holder);
  };
  const { debug, platform, space } = reading;
  const wordAt = (address: number): number | undefined =>
    readNumber(platform, space, virtAddr(address >>> 0), 4);
  for (const { name, at, type } of debug.globals) {
    // A constant that refers to an object is its address.
    const word = at.kind === 'memory' ? wordAt(at.address) : Number(BigInt.asUintN(32, at.value));
    if (word === undefined || word === 0) continue;
    note(word, name);
    // What a variable begins with may be in the program itself: an object like those in the arena.
    const classOf = debug.classes?.find((each) => each.type === type);
    if (holders.has(word) || classOf === undefined || classOf.id === textClass) continue;
    const size = Math.min(wordAt(word - 4) ?? 0, mostStaticBytes);
    const nameAt = memberNames(debug, classOf);
    for (let offset = 0; offset + 4 <= size; offset += 4) {
      const member = nameAt(offset);
      if (member !== undefined) note(wordAt(word + offset) ?? 0, `${name} ${member}`);
    }
  }
  for (const { address, isText, content, classOf } of blocks) {
    if (isText) continue;
    const nameAt = memberNames(debug, classOf);
    for (let at = 0; at + 4 <= content.byteLength; at += 4) {
      const word = content.getUint32(at, true);
      const member = holders.has(word) ? nameAt(at) : undefined;
      if (member !== undefined) note(word, `${formatAddress(address)} ${member}`);
    }
  }
  for (const { word, holder } of threads) note(word, holder);
  return holders;
}

/** What the word at an offset of an object is called; undefined for one that says again where the elements begin. */
function memberNames(
  debug: DebugInformation,
  classOf: DebugClass | undefined,
): (offset: number) => string | undefined {
  const reference = classOf && bareType(debug, classOf.type).type;
  if (reference?.kind === 'list') return (offset) => (offset === 0 ? 'elements' : undefined);
  const target = reference?.kind === 'pointer' ? reference.target : undefined;
  const structure = target === undefined ? undefined : bareType(debug, target).type;
  const members = structure?.kind === 'structure' ? structure.members : [];
  const isRow = members.length === 1 && members[0]?.name === 'data';
  return (offset) => {
    if (isRow) return `[${offset / 4}]`;
    const { name = `+${offset}` } = members.find((each) => each.offsetBytes === offset) ?? {};
    return name === 'dataStart' ? undefined : name;
  };
}
