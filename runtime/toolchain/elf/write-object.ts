/**
 * An object file as an ELF relocatable that GNU ld links like its own: sections, relocations with
 * addends (SHT_RELA), symbols, and the source lines as DWARF.
 */
import { virtAddr } from '../../base/address.js';
import type { LineRow } from '../../image/system-image.js';
import { ByteWriter } from '../dwarf/byte-writer.js';
import { endRow } from '../dwarf/line-program.js';
import type { DebugFixup } from '../dwarf/write-debug-sections.js';
import { writeDebugSections } from '../dwarf/write-debug-sections.js';
import type { ObjectFile, ObjectSection, ObjectSymbol, Relocation } from '../object-file.js';
import { relocationTypes } from '../object-file.js';
import {
  fileType,
  relaSizeBytes,
  sectionFlag,
  sectionIndex,
  sectionType,
  symbolBinding,
  symbolType,
} from './elf-file.js';
import { attributesSection } from './riscv-attributes.js';
import type { NewSection, NewSymbol } from './write-elf.js';
import { symbolOrder, writeElf } from './write-elf.js';
import { bindingNumber, debugSection } from './write-executable.js';

export interface WriteObjectOptions {
  /** As in WriteExecutableOptions. */
  readonly compilationDirectory?: string;
}

export function writeObject(
  object: ObjectFile,
  { compilationDirectory = '.' }: WriteObjectOptions = {},
): Uint8Array {
  const own = object.sections.map(sectionOf);
  const coded = object.sections.flatMap((section, index) =>
    section.lines.length > 0 && section.sizeBytes > 0 ? [index] : [],
  );
  const debug =
    coded.length === 0
      ? undefined
      : writeDebugSections(
          coded.map((index) => rowsOf(object.sections[index])),
          compilationDirectory,
        );
  const infoIndex = own.length + 1;
  const debugOwn = debug
    ? [
        debugSection('.debug_info', debug.info),
        debugSection('.debug_abbrev', debug.abbreviations),
        debugSection('.debug_line', debug.line),
      ]
    : [];

  // Each section gets a symbol, which relocations of the debug sections refer to.
  const sectionSymbols = [...own, ...debugOwn].map((_, index) => sectionSymbol(index + 1));
  const named = object.symbols.map(symbolOf);
  const symbols = symbolOrder([...sectionSymbols, ...named.filter((symbol) => !isNull(symbol))]);
  const numberOf = new Map(symbols.map((symbol, index) => [symbol, index + 1]));
  const sectionNumber = (section: number): number =>
    numberOf.get(sectionSymbols[section - 1] ?? sectionSymbol(0)) ?? 0;

  const relocations = object.sections.flatMap((section, index) =>
    section.relocations.length === 0
      ? []
      : [
          relocationSection(
            section.name,
            index + 1,
            section.relocations.map((relocation) => {
              const symbol = named[relocation.symbol];
              return entry(relocation, (symbol && numberOf.get(symbol)) ?? 0);
            }),
          ),
        ],
  );
  const targetOf = ({ target }: DebugFixup): number => {
    if (target.kind === 'code') return sectionNumber((coded[target.sequence] ?? 0) + 1);
    return sectionNumber(target.kind === 'line' ? infoIndex + 2 : infoIndex + 1);
  };
  const debugRelocations = (section: DebugFixup['section'], bytes: Uint8Array): RelaEntry[] =>
    (debug?.fixups ?? [])
      .filter((fixup) => fixup.section === section)
      .map((fixup) => ({
        offset: fixup.offset,
        type: relocationTypes.R_RISCV_32,
        symbol: targetOf(fixup),
        addend: new DataView(bytes.buffer).getInt32(fixup.offset, true),
      }));
  return writeElf({
    type: fileType.relocatable,
    entry: 0,
    segments: [],
    sections: [
      ...own,
      ...debugOwn,
      ...relocations,
      ...(debug
        ? [
            relocationSection('.debug_info', infoIndex, debugRelocations('info', debug.info)),
            relocationSection('.debug_line', infoIndex + 2, debugRelocations('line', debug.line)),
          ]
        : []),
      attributesSection(),
    ],
    symbols,
  });
}

function sectionOf(section: ObjectSection): NewSection {
  return {
    name: section.name,
    type:
      section.kind === 'nobits'
        ? sectionType.nobits
        : section.kind === 'note'
          ? sectionType.note
          : (arrayTypes[section.name] ?? sectionType.progbits),
    flags:
      (section.allocated ? sectionFlag.allocated : 0) |
      (section.writable ? sectionFlag.writable : 0) |
      (section.executable ? sectionFlag.executable : 0),
    address: 0,
    bytes: section.bytes,
    sizeBytes: section.sizeBytes,
    alignmentBytes: 2 ** section.alignmentBits,
  };
}

/** Sections that GNU ld expects to have a type of their own. */
const arrayTypes: Readonly<Record<string, number>> = {
  '.init_array': sectionType.initArray,
  '.fini_array': sectionType.finiArray,
  '.preinit_array': sectionType.preinitArray,
};

/** Addresses are offsets in the section. */
function rowsOf(section: ObjectSection | undefined): LineRow[] {
  const rows = (section?.lines ?? []).map((line) => ({
    address: virtAddr(line.offset),
    file: line.file,
    line: line.line,
    column: line.column,
    isStatement: true,
    endSequence: false,
  }));
  return [...rows, endRow(section?.sizeBytes ?? 0)];
}

/** The null symbol of an object that was read from disk: relocations without a symbol name index 0. */
const isNull = (symbol: NewSymbol): boolean =>
  symbol.name === '' && symbol.type === symbolType.none && symbol.value === 0;

const sectionSymbol = (section: number): NewSymbol => ({
  name: '',
  value: 0,
  sizeBytes: 0,
  binding: symbolBinding.local,
  type: symbolType.section,
  section,
});

function symbolOf(symbol: ObjectSymbol): NewSymbol {
  const { definition } = symbol;
  const common = {
    name: symbol.kind === 'section' ? '' : symbol.name,
    sizeBytes: definition.kind === 'common' ? definition.sizeBytes : symbol.sizeBytes,
    binding: bindingNumber(symbol.binding),
    type: symbolType[symbol.kind],
  };
  switch (definition.kind) {
    case 'section':
      return { ...common, value: definition.offset, section: definition.section + 1 };
    case 'absolute':
      return { ...common, value: definition.value, section: sectionIndex.absolute };
    case 'common':
      // "The value member of a common symbol holds its alignment" (gABI, "Symbol Values").
      return { ...common, value: definition.alignmentBytes, section: sectionIndex.common };
    case 'undefined':
      return { ...common, value: 0, section: sectionIndex.undefined };
  }
}

interface RelaEntry {
  readonly offset: number;
  readonly type: number;
  readonly symbol: number;
  readonly addend: number;
}

const entry = (relocation: Relocation, symbol: number): RelaEntry => ({
  offset: relocation.offset,
  type: relocationTypes[relocation.type],
  symbol,
  addend: relocation.addend,
});

function relocationSection(
  name: string,
  target: number,
  entries: readonly RelaEntry[],
): NewSection {
  const writer = new ByteWriter();
  for (const { offset, type, symbol, addend } of entries)
    writer
      .u32(offset)
      .u32((symbol << 8) | type)
      .u32(addend);
  return {
    name: `.rela${name}`,
    type: sectionType.rela,
    flags: 0x40, // SHF_INFO_LINK
    address: 0,
    bytes: writer.bytes(),
    sizeBytes: writer.length,
    link: 'symbols',
    info: target,
    alignmentBytes: 4,
    entrySizeBytes: relaSizeBytes,
  };
}
