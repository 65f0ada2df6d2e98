/**
 * Puts an ELF file together from segments, sections and symbols: string tables, header tables and
 * offsets. What the parts mean is the callers' business. System V gABI, chapter 4.
 */
import { ByteWriter } from '../dwarf/byte-writer.js';
import {
  elfClass32,
  elfDataLittleEndian,
  elfMachineRiscv,
  elfMagic,
  fileHeaderSizeBytes,
  flagRvc,
  programHeaderSizeBytes,
  sectionHeaderSizeBytes,
  sectionType,
  segmentType,
  symbolBinding,
  symbolSizeBytes,
} from './elf-file.js';

export interface ElfParts {
  readonly type: number;
  readonly entry: number;
  readonly segments: readonly NewSegment[];
  /** Their header indices count from 1, in this order; segments' sections come first. */
  readonly sections: readonly NewSection[];
  readonly symbols: readonly NewSymbol[];
}

export interface NewSegment {
  readonly address: number;
  /** p_paddr, where it is another one. */
  readonly loadAddress?: number;
  readonly bytes: Uint8Array;
  readonly memorySizeBytes: number;
  readonly flags: number;
}

export interface NewSection {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: number;
  /** Empty for SHT_NOBITS and for a section whose bytes a segment holds. */
  readonly bytes: Uint8Array;
  readonly sizeBytes: number;
  /** The segment that holds its bytes. */
  readonly segment?: number;
  /** 'symbols' stands for the symbol table, whose index only this file knows. */
  readonly link?: 'symbols';
  readonly info?: number;
  readonly alignmentBytes: number;
  readonly entrySizeBytes?: number;
}

export interface NewSymbol {
  readonly name: string;
  readonly value: number;
  readonly sizeBytes: number;
  readonly binding: number;
  readonly type: number;
  readonly section: number;
}

const pageSizeBytes = 4096;

/** Locals first, as the standard wants them; an index in the result is one in the file, less the null symbol. */
export function symbolOrder<T extends { readonly binding: number }>(symbols: readonly T[]): T[] {
  const isLocal = ({ binding }: T): boolean => binding === symbolBinding.local;
  return [...symbols.filter(isLocal), ...symbols.filter((symbol) => !isLocal(symbol))];
}

/** `symbols` must be in `symbolOrder`. */
export function writeElf(parts: ElfParts): Uint8Array {
  const writer = new ByteWriter();
  writer.raw(new Uint8Array(fileHeaderSizeBytes + parts.segments.length * programHeaderSizeBytes));
  const segmentOffsets = parts.segments.map((segment) => {
    // A loader maps pages: the offset and the address agree in the bits below a page.
    while (writer.length % pageSizeBytes !== segment.address % pageSizeBytes) writer.u8(0);
    const offset = writer.length;
    writer.raw(segment.bytes);
    return offset;
  });

  const symbolTable = symbolSections(parts.symbols);
  const sections = [...parts.sections, ...symbolTable];
  const names = new StringTable();
  const nameOffsets = sections.map((section) => names.add(section.name));
  const ownName = names.add('.shstrtab');
  const offsets = sections.map((section) => {
    if (section.segment !== undefined) {
      const inSegment = section.address - (parts.segments[section.segment]?.address ?? 0);
      return (segmentOffsets[section.segment] ?? 0) + inSegment;
    }
    writer.align(Math.min(pageSizeBytes, section.alignmentBytes));
    const offset = writer.length;
    writer.raw(section.bytes);
    return offset;
  });
  const namesOffset = writer.length;
  writer.raw(names.bytes());

  writer.align(4);
  const headersOffset = writer.length;
  writer.raw(new Uint8Array(sectionHeaderSizeBytes));
  sections.forEach((section, index) => {
    writer
      .u32(nameOffsets[index] ?? 0)
      .u32(section.type)
      .u32(section.flags)
      .u32(section.address);
    writer.u32(offsets[index] ?? 0).u32(section.sizeBytes);
    const link =
      section.link === 'symbols'
        ? parts.sections.length + 1
        : section.type === sectionType.symtab
          ? parts.sections.length + 2
          : 0;
    writer.u32(link).u32(section.info ?? 0);
    writer.u32(section.alignmentBytes).u32(section.entrySizeBytes ?? 0);
  });
  writer.u32(ownName).u32(sectionType.strtab).u32(0).u32(0);
  writer.u32(namesOffset).u32(names.bytes().length).u32(0).u32(0).u32(1).u32(0);

  const bytes = writer.bytes();
  bytes.set(fileHeader(parts, headersOffset, sections.length + 2), 0);
  bytes.set(programHeaders(parts.segments, segmentOffsets), fileHeaderSizeBytes);
  return bytes;
}

function fileHeader(parts: ElfParts, headersOffset: number, sectionCount: number): Uint8Array {
  const writer = new ByteWriter();
  writer.u32(elfMagic).u8(elfClass32).u8(elfDataLittleEndian).u8(1).u8(0);
  writer.raw(new Uint8Array(8));
  writer.u16(parts.type).u16(elfMachineRiscv).u32(1).u32(parts.entry);
  writer
    .u32(parts.segments.length > 0 ? fileHeaderSizeBytes : 0)
    .u32(headersOffset)
    .u32(flagRvc);
  writer.u16(fileHeaderSizeBytes);
  writer.u16(parts.segments.length > 0 ? programHeaderSizeBytes : 0).u16(parts.segments.length);
  writer
    .u16(sectionHeaderSizeBytes)
    .u16(sectionCount)
    .u16(sectionCount - 1);
  return writer.bytes();
}

function programHeaders(segments: readonly NewSegment[], offsets: readonly number[]): Uint8Array {
  const writer = new ByteWriter();
  segments.forEach((segment, index) => {
    writer
      .u32(segmentType.load)
      .u32(offsets[index] ?? 0)
      .u32(segment.address)
      .u32(segment.address);
    writer.u32(segment.bytes.length).u32(segment.memorySizeBytes);
    writer.u32(segment.flags).u32(pageSizeBytes);
  });
  return writer.bytes();
}

/** .symtab and its .strtab, which follow the callers' sections. */
function symbolSections(symbols: readonly NewSymbol[]): NewSection[] {
  const names = new StringTable();
  const writer = new ByteWriter();
  writer.raw(new Uint8Array(symbolSizeBytes));
  for (const symbol of symbols) {
    writer.u32(names.add(symbol.name)).u32(symbol.value).u32(symbol.sizeBytes);
    writer
      .u8((symbol.binding << 4) | symbol.type)
      .u8(0)
      .u16(symbol.section);
  }
  const locals = symbols.filter(({ binding }) => binding === symbolBinding.local).length;
  const table = (name: string, type: number, bytes: Uint8Array): NewSection => ({
    name,
    type,
    flags: 0,
    address: 0,
    bytes,
    sizeBytes: bytes.length,
    alignmentBytes: 1,
  });
  return [
    {
      ...table('.symtab', sectionType.symtab, writer.bytes()),
      info: locals + 1,
      alignmentBytes: 4,
      entrySizeBytes: symbolSizeBytes,
    },
    table('.strtab', sectionType.strtab, names.bytes()),
  ];
}

class StringTable {
  private readonly writer = new ByteWriter().u8(0);
  private readonly known = new Map<string, number>([['', 0]]);

  add(text: string): number {
    const found = this.known.get(text);
    if (found !== undefined) return found;
    const offset = this.writer.length;
    this.writer.string(text);
    this.known.set(text, offset);
    return offset;
  }

  bytes(): Uint8Array {
    return this.writer.bytes();
  }
}
