/**
 * The record `camkes_footprint`, by which a running program knows how large its parts are: text, data, zeros and stacks
 * in bytes, as `footprint.ts` has them. They are known when it is linked, so its words are filled then; a program in
 * which nobody reads the record has none. `system/sel4/own-program.ts` reads it.
 */
import type { ProgramBindings } from '../camkes/compile/bindings.js';
import type { Linked, LinkedSection, LinkedSegment } from '../linker/linked.js';
import type { ObjectFile } from '../object-file.js';

const symbol = 'camkes_footprint';
const recordBytes = 16;

export const footprintRecord = (): ObjectFile => ({
  name: 'footprint',
  sections: [
    {
      name: '.rodata.camkes_footprint',
      kind: 'progbits',
      allocated: true,
      writable: false,
      executable: false,
      alignmentBits: 2,
      bytes: new Uint8Array(recordBytes),
      sizeBytes: recordBytes,
      relocations: [],
      lines: [],
    },
  ],
  symbols: [
    {
      name: symbol,
      binding: 'global',
      kind: 'object',
      definition: { kind: 'section', section: 0, offset: 0 },
      sizeBytes: recordBytes,
    },
  ],
});

export function fillFootprint(linked: Linked, bindings: ProgramBindings): Linked {
  const record = linked.symbols.find(({ name }) => name === symbol);
  if (record === undefined) return linked;
  const words = partsOf(linked, bindings);
  const holds = ({ address, bytes }: LinkedSection): boolean =>
    record.address >= address && record.address + recordBytes <= address + bytes.length;
  const filled = (section: LinkedSection): LinkedSection => {
    if (!holds(section)) return section;
    const bytes = section.bytes.slice();
    const view = new DataView(bytes.buffer, record.address - section.address, recordBytes);
    for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true);
    return { ...section, bytes };
  };
  const segments = linked.segments.map((segment) => ({
    ...segment,
    sections: segment.sections.map(filled),
  }));
  return { ...linked, segments };
}

function partsOf({ segments, symbols }: Linked, bindings: ProgramBindings): readonly number[] {
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
  const bytesOf = (isExecutable: boolean): number =>
    sum(segments.filter(({ executable }) => executable === isExecutable).map(filledBytes));
  const arenas = symbols.filter(({ name }) => heapStart.test(name));
  const zeros = segments
    .flatMap(({ sections }) => sections.filter(({ isZeroFilled }) => isZeroFilled))
    .map(({ sizeBytes }) => sizeBytes);
  const notZeros = [...arenas.map(({ sizeBytes }) => sizeBytes), regionBytesOf(bindings)];
  const stacks = bindings.instances.flatMap(({ threads }) => threads);
  return [
    bytesOf(true),
    bytesOf(false),
    Math.max(0, sum(zeros) - sum(notZeros)),
    sum(stacks.map(({ stackBytes }) => stackBytes)),
  ];
}

/** Up to its tail of zeros, gaps between sections with it. */
function filledBytes({ address, sections }: LinkedSegment): number {
  const last = sections.findLast(({ isZeroFilled }) => !isZeroFilled);
  return last === undefined ? 0 : last.address + last.sizeBytes - address;
}

/** Of a member of a group, with the instance's name before it. */
export const heapStart = /(^|\.)(__guest|camkes)_heap_start$/;

export const regionBytesOf = ({ regions }: ProgramBindings): number =>
  regions.reduce((sum, { pages, pageBits }) => sum + pages.length * 2 ** pageBits, 0);
