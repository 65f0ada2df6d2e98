/**
 * The arenas of components in guest TypeScript: how large each is, what is in use, and how long collections took. A
 * program tells that in words of its memory, which are found by their symbols; a program of several instances has them
 * once for each, in the order of the instances.
 */
import { virtAddr, type VirtAddr } from '../base/address.js';
import type { ImageSymbol, SystemImage } from '../image/system-image.js';
import type { LoadedProgram, Platform } from '../platform.js';
import { heapBounds, heapCounters, type HeapCounter } from '../toolchain/guest/heap-counters.js';
import type { AddressSpace } from './address-space.js';
import { readNumber } from './memory.js';
import { programOfThread, spaceOfProgram } from './modules.js';

export interface HeapView {
  /** Of the instance, or of the program that it is all of. */
  readonly name: string;
  readonly arenaBytes: number;
  /** Bytes of objects with their headers; undefined where the program does not tell. */
  readonly usedBytes: number | undefined;
  /** The most that were ever in use. */
  readonly peakBytes: number | undefined;
  readonly collections: number | undefined;
  /** Objects visited and blocks swept, in all collections and in the longest one. */
  readonly steps: number | undefined;
  readonly longestPauseSteps: number | undefined;
}

/** Of every program that is loaded and has an arena. */
export function viewHeaps(platform: Platform): HeapView[] {
  return platform.programs.flatMap((program) => heapsOf(platform, program));
}

/** Of the program that a thread executes. */
export function heapsOfThread(platform: Platform, thread: number): HeapView[] {
  const program = programOfThread(platform, thread);
  return program === undefined ? [] : heapsOf(platform, program);
}

/** Where an arena lies in its program. */
export interface Arena {
  readonly name: string;
  readonly start: VirtAddr;
  readonly end: VirtAddr;
}

/** In the order of the instances. */
export function arenasOf(image: SystemImage): Arena[] {
  const ends = symbolsOf(image, heapBounds.end);
  return symbolsOf(image, heapBounds.start).map(({ name, address: start }, index) => {
    const instance = name.slice(0, -heapBounds.start.length).replace(/\.$/, '');
    const end = ends[index]?.address ?? start;
    return { name: instance === '' ? image.name : instance, start, end };
  });
}

function heapsOf(platform: Platform, program: LoadedProgram): HeapView[] {
  const { image } = program;
  const arenas = arenasOf(image);
  const space = arenas.length === 0 ? undefined : spaceOfProgram(platform, program);
  if (space === undefined) return [];
  return arenas.map(({ name: instance, start, end }, index) => {
    const read = (name: HeapCounter['name']): number | undefined =>
      counter(platform, space, image, name, index);
    return {
      name: instance,
      arenaBytes: end - start,
      usedBytes: read('used'),
      peakBytes: read('peak'),
      collections: read('collections'),
      steps: read('steps'),
      longestPauseSteps: read('longestPause'),
    };
  });
}

function counter(
  platform: Platform,
  space: AddressSpace,
  image: SystemImage,
  name: HeapCounter['name'],
  index: number,
): number | undefined {
  const symbol = heapCounters.find((each) => each.name === name)?.symbol;
  const found = symbol === undefined ? undefined : symbolsOf(image, symbol)[index];
  return found && readNumber(platform, space, virtAddr(found.address), 4);
}

/** By address; what the linker calls `instance.name` is the same thing of an instance. */
const symbolsOf = ({ symbols }: SystemImage, name: string): ImageSymbol[] =>
  symbols.filter(
    (symbol) =>
      (symbol.name === name || symbol.name.endsWith(`.${name}`)) && symbol.kind !== 'function',
  );
