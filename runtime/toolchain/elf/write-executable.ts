/**
 * A linked program as an ELF executable with symbols and DWARF, as GNU readelf, objdump and gdb want it. Reading it back gives the same image.
 */
import type { ImageSymbol, LineRow } from '../../image/system-image.js';
import type { LineSequence } from '../dwarf/line-program.js';
import { writeDebugSections } from '../dwarf/write-debug-sections.js';
import type { Linked, LinkedSegment } from '../linker/linked.js';
import { segmentBytes, segmentSizeBytes } from '../linker/linked.js';
import {
  fileType,
  sectionFlag,
  sectionIndex,
  sectionType,
  segmentFlag,
  symbolBinding,
  symbolType,
} from './elf-file.js';
import { attributesSection } from './riscv-attributes.js';
import type { NewSection } from './write-elf.js';
import { symbolOrder, writeElf } from './write-elf.js';

export interface WriteExecutableOptions {
  /** What relative source paths are relative to, for debuggers; absent: where the debugger runs. */
  readonly compilationDirectory?: string;
}

export function writeExecutable(
  linked: Linked,
  { compilationDirectory = '.' }: WriteExecutableOptions = {},
): Uint8Array {
  const loaded = linked.segments.flatMap(sectionsOf);
  const indexOf = (name: string | undefined): number => {
    const index = loaded.findIndex((section) => section.name === name);
    return index < 0 ? sectionIndex.absolute : index + 1;
  };
  return writeElf({
    type: fileType.executable,
    entry: linked.entry,
    segments: linked.segments.map((segment) => ({
      address: segment.address,
      ...(segment.loadAddress === undefined ? {} : { loadAddress: segment.loadAddress }),
      bytes: segmentBytes(segment),
      memorySizeBytes: segmentSizeBytes(segment),
      flags:
        segmentFlag.readable |
        (segment.writable ? segmentFlag.writable : 0) |
        (segment.executable ? segmentFlag.executable : 0),
    })),
    sections: [...loaded, attributesSection(), ...debugSections(linked, compilationDirectory)],
    symbols: symbolOrder(
      linked.symbols.map((symbol) => ({
        name: symbol.name,
        value: symbol.address,
        sizeBytes: symbol.sizeBytes,
        binding: bindingNumber(symbol.binding),
        type: typeNumber(symbol.kind),
        section: indexOf(symbol.section),
      })),
    ),
  });
}

/** The rows between two ends; rows after the last end, which nothing bounds, are dropped. */
function splitSequences(lines: readonly LineRow[]): LineSequence[] {
  const sequences: LineRow[][] = [];
  let open: LineRow[] = [];
  for (const row of lines) {
    open.push(row);
    if (!row.endSequence) continue;
    if (open.length > 1) sequences.push(open);
    open = [];
  }
  return sequences;
}

function sectionsOf(segment: LinkedSegment, index: number): NewSection[] {
  return segment.sections.map((section) => ({
    name: section.name,
    type: section.isZeroFilled ? sectionType.nobits : sectionType.progbits,
    flags:
      sectionFlag.allocated |
      (segment.writable ? sectionFlag.writable : 0) |
      (segment.executable ? sectionFlag.executable : 0),
    address: section.address,
    bytes: new Uint8Array(0),
    sizeBytes: section.sizeBytes,
    segment: index,
    alignmentBytes: 2 ** section.alignmentBits,
  }));
}

function debugSections({ lines, debug: told }: Linked, compilationDirectory: string): NewSection[] {
  const sequences = splitSequences(lines);
  if (sequences.length === 0 && told === undefined) return [];
  const debug = writeDebugSections(sequences, compilationDirectory, told);
  return [
    debugSection('.debug_info', debug.info),
    debugSection('.debug_abbrev', debug.abbreviations),
    debugSection('.debug_line', debug.line),
    ...[...debug.others].map(([name, bytes]) => debugSection(name, bytes)),
  ];
}

export const debugSection = (name: string, bytes: Uint8Array): NewSection => ({
  name,
  type: sectionType.progbits,
  flags: 0,
  address: 0,
  bytes,
  sizeBytes: bytes.length,
  alignmentBytes: 1,
});

export function bindingNumber(binding: ImageSymbol['binding']): number {
  return symbolBinding[binding];
}

function typeNumber(kind: ImageSymbol['kind']): number {
  return kind === 'label' || kind === 'absolute' ? symbolType.none : symbolType[kind];
}
