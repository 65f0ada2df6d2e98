/**
 * The symbols of a program that have pages of their own (stacks, IPC buffers, shared memory, devices, holes), and its
 * heap, as an object for the linker: memory that is no part of the file, small pages before large ones, behind
 * everything else. What is mapped there is the word of the capability distribution.
 */
import type { ObjectFile, ObjectSection, ObjectSymbol } from '../object-file.js';
import type { ProgramBindings } from '../camkes/compile/bindings.js';

/** Begin and end of the heap: for assembly and C, and for guest TypeScript. */
export const heapStartNames = ['camkes_heap_start', '__guest_heap_start'] as const;
export const heapEndNames = ['camkes_heap_end', '__guest_heap_end'] as const;

const heapAlignmentBits = 4;

export function regionObject({ key, regions }: ProgramBindings, heapBytes: number): ObjectFile {
  const sections: ObjectSection[] = [];
  const symbols: ObjectSymbol[] = [];
  const heap = sections.length;
  sections.push(zeroSection('.bss.heap', heapAlignmentBits, heapBytes));
  for (const name of heapStartNames) symbols.push(symbolAt(name, heap, 0, heapBytes));
  for (const name of heapEndNames) symbols.push(symbolAt(name, heap, heapBytes, 0));
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
