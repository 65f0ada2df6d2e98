/**
 * Reads an ELF32 little-endian RISC-V executable or relocatable. Total: every offset, count and size
 * is checked against the file before it is used, so a truncated, foreign or damaged file is a
 * Diagnostic with the byte offset of the first thing that is wrong. System V gABI, chapters 4 and 5.
 */
import type { Result } from '../../base/result.js';
import { fail, ok } from '../../base/result.js';
import { noRange } from '../text/diagnostic.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { ElfFile, ElfSection, ElfSegment, ElfSymbol } from './elf-file.js';
import {
  elfClass32,
  elfDataLittleEndian,
  elfMachineRiscv,
  elfMagic,
  fileHeaderSizeBytes,
  fileType,
  programHeaderSizeBytes,
  sectionHeaderSizeBytes,
  sectionType,
  segmentType,
  symbolSizeBytes,
} from './elf-file.js';

/** True when the file begins as every ELF file does; the rest may still be wrong. */
export function isElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

export function elfDiagnostic(
  path: string,
  offset: number,
  code: string,
  message: string,
): Diagnostic {
  return { file: path, range: noRange, severity: 'error', code, message, offset };
}

export function readElf(path: string, file: Uint8Array): Result<ElfFile, Diagnostic> {
  // A plain view: the caller's may be of a subclass (Node's Buffer), whose `slice` does not copy.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength);
  const source: Source = {
    path,
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  };
  const kind = readIdentification(source);
  if (!kind.ok) return kind;
  const segments = readSegments(source);
  if (!segments.ok) return segments;
  const sections = readSections(source);
  if (!sections.ok) return sections;
  const symbols = readSymbols(source, sections.value);
  if (!symbols.ok) return symbols;
  return ok({
    path,
    kind: kind.value,
    entry: source.view.getUint32(24, true),
    flags: source.view.getUint32(36, true),
    segments: segments.value,
    sections: sections.value,
    symbols: symbols.value,
  });
}

interface Source {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

type Read<T> = Result<T, Diagnostic>;

function readIdentification(source: Source): Read<ElfFile['kind']> {
  const { bytes, view } = source;
  if (bytes.length < 4 || view.getUint32(0, true) !== elfMagic)
    return wrong(
      source,
      0,
      'elf-not-elf',
      'This is not an ELF file: it does not begin with 7f 45 4c 46.',
    );
  if (bytes.length < 6) return truncated(source, 0, 'the ELF header', fileHeaderSizeBytes);
  if (bytes[4] !== elfClass32)
    return wrong(
      source,
      4,
      'elf-wrong-class',
      `The ELF class is ${bytes[4] === 2 ? '64-bit' : `${bytes[4] ?? 0}, which is unknown`}; the machine runs 32-bit programs. Compile for rv32.`,
    );
  if (bytes[5] !== elfDataLittleEndian)
    return wrong(
      source,
      5,
      'elf-wrong-endianness',
      `The ELF data encoding is ${bytes[5] === 2 ? 'big-endian' : `${bytes[5] ?? 0}, which is unknown`}; the machine is little-endian.`,
    );
  if (bytes.length < fileHeaderSizeBytes)
    return truncated(source, 0, 'the ELF header', fileHeaderSizeBytes);
  const machine = view.getUint16(18, true);
  if (machine !== elfMachineRiscv)
    return wrong(
      source,
      18,
      'elf-wrong-machine',
      `The ELF machine is ${machineName(machine)}; a RISC-V file (${elfMachineRiscv}) is needed.`,
    );
  const type = view.getUint16(16, true);
  if (type === fileType.executable) return ok('executable');
  if (type === fileType.relocatable) return ok('relocatable');
  return wrong(
    source,
    16,
    'elf-wrong-type',
    type === fileType.shared
      ? 'The ELF file is position independent (ET_DYN), which needs a dynamic loader; link it with -static -no-pie.'
      : `The ELF type is ${type}; an executable (${fileType.executable}) or a relocatable (${fileType.relocatable}) is needed.`,
  );
}

function readSegments(source: Source): Read<ElfSegment[]> {
  const { view } = source;
  const table = headerTable(source, 'program', 28, 42, 44, programHeaderSizeBytes);
  if (!table.ok) return table;
  const segments: ElfSegment[] = [];
  for (const at of table.value) {
    if (view.getUint32(at, true) !== segmentType.load) continue;
    const virtualAddress = view.getUint32(at + 8, true);
    const fileSizeBytes = view.getUint32(at + 16, true);
    const memorySizeBytes = view.getUint32(at + 20, true);
    const bytes = slice(source, at + 4, view.getUint32(at + 4, true), fileSizeBytes, 'a segment');
    if (!bytes.ok) return bytes;
    if (memorySizeBytes < fileSizeBytes)
      return wrong(
        source,
        at + 20,
        'elf-malformed',
        `A segment takes ${memorySizeBytes} bytes of memory and ${fileSizeBytes} bytes of the file; it cannot be larger in the file.`,
      );
    if (virtualAddress + memorySizeBytes > 2 ** 32)
      return wrong(
        source,
        at + 8,
        'elf-malformed',
        `A segment of ${memorySizeBytes} bytes at 0x${hex(virtualAddress)} goes past the end of the 32-bit address space.`,
      );
    segments.push({
      virtualAddress,
      physicalAddress: view.getUint32(at + 12, true),
      bytes: bytes.value,
      offset: view.getUint32(at + 4, true),
      memorySizeBytes,
      flags: view.getUint32(at + 24, true),
      headerOffset: at,
    });
  }
  return ok(segments);
}

function readSections(source: Source): Read<ElfSection[]> {
  const { view } = source;
  const table = headerTable(source, 'section', 32, 46, 48, sectionHeaderSizeBytes);
  if (!table.ok) return table;
  const namesIndex = view.getUint16(50, true);
  const namesHeader = table.value[namesIndex];
  if (table.value.length > 0 && namesHeader === undefined)
    return wrong(
      source,
      50,
      'elf-malformed',
      `The section names are said to be in section ${namesIndex}, but there are ${table.value.length} sections.`,
    );
  const unnamed: (Omit<ElfSection, 'name'> & { readonly nameOffset: number })[] = [];
  for (const at of table.value) {
    const type = view.getUint32(at + 4, true);
    const offset = view.getUint32(at + 16, true);
    const sizeBytes = view.getUint32(at + 20, true);
    const hasBytes = type !== sectionType.nobits && type !== sectionType.null;
    const bytes = hasBytes
      ? slice(source, at + 16, offset, sizeBytes, 'a section')
      : ok(new Uint8Array(0));
    if (!bytes.ok) return bytes;
    unnamed.push({
      nameOffset: view.getUint32(at, true),
      type,
      flags: view.getUint32(at + 8, true),
      address: view.getUint32(at + 12, true),
      offset,
      bytes: bytes.value,
      sizeBytes: type === sectionType.null ? 0 : sizeBytes,
      link: view.getUint32(at + 24, true),
      info: view.getUint32(at + 28, true),
      alignmentBytes: Math.max(1, view.getUint32(at + 32, true)),
      headerOffset: at,
    });
  }
  const names = unnamed[namesIndex]?.bytes ?? new Uint8Array(0);
  const sections: ElfSection[] = [];
  for (const { nameOffset, ...section } of unnamed) {
    const name = section.type === sectionType.null ? '' : stringAt(names, nameOffset);
    if (name === undefined)
      return wrong(
        source,
        section.headerOffset,
        'elf-malformed',
        `A section's name is at ${nameOffset} of a table of ${names.length} bytes.`,
      );
    sections.push({ name, ...section });
  }
  return ok(sections);
}

function readSymbols(source: Source, sections: readonly ElfSection[]): Read<ElfSymbol[]> {
  const table = sections.find((section) => section.type === sectionType.symtab);
  if (table === undefined) return ok([]);
  const names = sections[table.link];
  if (names?.type !== sectionType.strtab)
    return wrong(
      source,
      table.headerOffset + 24,
      'elf-malformed',
      `The symbol table takes its names from section ${table.link}, which is not a string table.`,
    );
  const symbols: ElfSymbol[] = [];
  const count = Math.floor(table.sizeBytes / symbolSizeBytes);
  for (let index = 0; index < count; index++) {
    const at = table.offset + index * symbolSizeBytes;
    const nameOffset = source.view.getUint32(at, true);
    const name = nameOffset === 0 ? '' : stringAt(names.bytes, nameOffset);
    if (name === undefined)
      return wrong(
        source,
        at,
        'elf-malformed',
        `Symbol ${index} has its name at ${nameOffset} of a table of ${names.sizeBytes} bytes.`,
      );
    const info = source.view.getUint8(at + 12);
    symbols.push({
      name,
      value: source.view.getUint32(at + 4, true),
      sizeBytes: source.view.getUint32(at + 8, true),
      binding: info >>> 4,
      type: info & 15,
      section: source.view.getUint16(at + 14, true),
      offset: at,
    });
  }
  return ok(symbols);
}

/** The file offsets of a table's entries; the three arguments are where the ELF header describes it. */
function headerTable(
  source: Source,
  what: 'program' | 'section',
  offsetAt: number,
  entrySizeAt: number,
  countAt: number,
  minimumSizeBytes: number,
): Read<number[]> {
  const { view, bytes } = source;
  const offset = view.getUint32(offsetAt, true);
  const entrySizeBytes = view.getUint16(entrySizeAt, true);
  const count = view.getUint16(countAt, true);
  if (count === 0 || offset === 0) return ok([]);
  if (entrySizeBytes < minimumSizeBytes)
    return wrong(
      source,
      entrySizeAt,
      'elf-malformed',
      `A ${what} header is said to take ${entrySizeBytes} bytes; it takes ${minimumSizeBytes}.`,
    );
  if (offset + count * entrySizeBytes > bytes.length)
    return truncated(source, offsetAt, `the ${what} headers`, offset + count * entrySizeBytes);
  return ok(Array.from({ length: count }, (_, index) => offset + index * entrySizeBytes));
}

/** `fieldAt` is where the file states `offset`: the place to look at when the bytes are not there. */
function slice(
  source: Source,
  fieldAt: number,
  offset: number,
  sizeBytes: number,
  what: string,
): Read<Uint8Array> {
  if (offset + sizeBytes > source.bytes.length)
    return sizeBytes === 0
      ? ok(new Uint8Array(0))
      : truncated(source, fieldAt, what, offset + sizeBytes);
  return ok(source.bytes.subarray(offset, offset + sizeBytes));
}

/** Undefined when it starts outside the table or has no end; not UTF-8 is read byte by byte. */
export function stringAt(table: Uint8Array, offset: number): string | undefined {
  const end = table.indexOf(0, offset);
  if (offset >= table.length || end < 0) return undefined;
  return decodeUtf8(table.subarray(offset, end));
}

const utf8 = new TextDecoder('utf-8');
const decodeUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes);

function truncated(source: Source, offset: number, what: string, needed: number): Read<never> {
  return wrong(
    source,
    offset,
    'elf-truncated',
    `The file is truncated: ${what} would end at byte ${needed}, but the file has ${source.bytes.length} bytes.`,
  );
}

function wrong(source: Source, offset: number, code: string, message: string): Read<never> {
  return fail(elfDiagnostic(source.path, offset, code, message));
}

const hex = (value: number): string => value.toString(16).padStart(8, '0');

const machineNames: Readonly<Record<number, string>> = {
  3: 'x86 (3)',
  8: 'MIPS (8)',
  20: 'PowerPC (20)',
  40: 'ARM (40)',
  62: 'x86-64 (62)',
  183: 'AArch64 (183)',
};

const machineName = (machine: number): string => machineNames[machine] ?? `${machine}`;
