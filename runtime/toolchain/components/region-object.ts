/**
 * The symbols of a program that have pages of their own (stacks, IPC buffers, shared memory, devices, holes), and its
 * heap, as an object for the linker: memory that is no part of the file, small pages before large ones, behind
 * everything else. What is mapped there is the word of the capability distribution.
 */
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object-file.js';
import type { ProgramBindings } from '../camkes/compile/bindings.js';

const heapAlignmentBits = 4;

/** Of an instance: its heap, or that of guest TypeScript. */
export function heapObject(
  instance: string,
  kind: 'camkes' | 'guest',
  sizeBytes: number,
): ObjectFile {
  const prefix = kind === 'camkes' ? 'camkes' : '__guest';
  return {
    name: `heap of ${instance}`,
    sections: [zeroSection('.bss.heap', heapAlignmentBits, sizeBytes)],
    symbols: [
      symbolAt(`${prefix}_heap_start`, 0, 0, sizeBytes),
      symbolAt(`${prefix}_heap_end`, 0, sizeBytes, 0),
      // For a program that asks how large it is, whose start cannot be known before: guest/start-allocations.ts.
      ...(kind === 'guest'
        ? [symbolAt('__guest_arena_start', 0, 0, 0), symbolAt('__guest_arena_end', 0, sizeBytes, 0)]
        : []),
    ],
  };
}

export function regionObject({ key, regions }: ProgramBindings): ObjectFile {
  const sections: ObjectSection[] = [];
  const symbols: ObjectSymbol[] = [];
  const sizes = [...new Set(regions.map(({ pageBits }) => pageBits))].sort((a, b) => a - b);
  for (const pageBits of sizes) {
    let sizeBytes = 0;
    for (const region of regions) {
      if (region.pageBits !== pageBits) continue;
      const bytes = region.pages.length * 2 ** pageBits;
      symbols.push(symbolAt(region.symbol, sections.length, sizeBytes, bytes));
      sizeBytes += bytes;
    }
    sections.push(zeroSection(`.pages.${String(pageBits)}`, pageBits, sizeBytes));
  }
  return { name: `regions of ${key}`, sections, symbols };
}

/** What the linker has to keep although no code may name it. */
export const regionSymbols = ({ regions }: ProgramBindings): string[] =>
  regions.map(({ symbol }) => symbol);

const zeroSection = (name: string, alignmentBits: number, sizeBytes: number): ObjectSection => ({
  name,
  kind: 'nobits',
  allocated: true,
  writable: true,
  executable: false,
  alignmentBits,
  bytes: new Uint8Array(0),
  sizeBytes,
  relocations: [],
  lines: [],
});

const symbolAt = (
  name: string,
  section: number,
  offset: number,
  sizeBytes: number,
): ObjectSymbol => ({
  name,
  binding: 'global',
  kind: 'object',
  definition: { kind: 'section', section, offset },
  sizeBytes,
});
