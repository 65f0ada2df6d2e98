/**
 * A relocatable of any toolchain as an object that our linker takes. Of its debug information the source
 * lines are kept: the table is read with every section at a made-up address of its own, which tells
 * section and offset apart again.
 */
import { virtAddr } from '../../base/address.js';
import { alignUp } from '../../base/bits.js';
import type { Result } from '../../base/result.js';
import { fail, ok } from '../../base/result.js';
import { readDebugLines } from '../dwarf/debug-lines.js';
import { readDebugInformation } from '../dwarf/read-debug-information.js';
import { relocateSection } from '../linker/relocate-section.js';
import type {
  ObjectDebug,
  ObjectGlobal,
  ObjectFile,
  ObjectFunction,
  ObjectLine,
  ObjectSection,
  ObjectSymbol,
  Relocation,
  RelocationType,
} from '../object-file.js';
import { relocationTypes } from '../object-file.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { ElfFile, ElfSection, ElfSymbol } from './elf-file.js';
import {
  flagRvc,
  relaSizeBytes,
  sectionFlag,
  sectionIndex,
  sectionType,
  symbolBinding,
  symbolType,
} from './elf-file.js';
import { elfDiagnostic } from './read.js';

export function objectFromElf(elf: ElfFile): Result<ObjectFile, Diagnostic> {
  if (elf.kind !== 'relocatable')
    return fail(
      elfDiagnostic(
        elf.path,
        16,
        'elf-wrong-type',
        'The ELF file is an executable, which is linked already; a relocatable object is needed.',
      ),
    );
  const kept = elf.sections.flatMap((section, index) =>
    (section.flags & sectionFlag.allocated) !== 0 ? [{ section, index }] : [],
  );
  const newIndex = new Map(kept.map(({ index }, position) => [index, position]));
  const symbols = elf.symbols.map((symbol) => symbolOf(symbol, newIndex));
  const sections: ObjectSection[] = [];
  for (const { section, index } of kept) {
    if (!isAlignment(section.alignmentBytes))
      return fail(
        elfDiagnostic(
          elf.path,
          section.headerOffset + 32,
          'elf-malformed',
          `Section ${section.name} wants an alignment of ${section.alignmentBytes} bytes; it must be a power of two and at most 16 MiB.`,
        ),
      );
    const relocations = relocationsOf(elf, index, 'refuse');
    if (!relocations.ok) return relocations;
    sections.push(sectionOf(section, relocations.value));
  }
  const bare: ObjectFile = {
    name: elf.path,
    sections,
    symbols,
    usesCompressed: (elf.flags & flagRvc) !== 0,
  };
  const { lines, debug } = debugOf(elf, bare);
  return ok({
    ...bare,
    ...(debug === undefined ? {} : { debug }),
    sections: sections.map((section, index) => ({ ...section, lines: lines[index] ?? [] })),
  });
}

const isAlignment = (value: number): boolean =>
  value <= 2 ** 24 && 2 ** Math.round(Math.log2(value)) === value;

function sectionOf(section: ElfSection, relocations: readonly Relocation[]): ObjectSection {
  return {
    name: section.name,
    kind:
      section.type === sectionType.nobits
        ? 'nobits'
        : section.type === sectionType.note
          ? 'note'
          : 'progbits',
    allocated: true,
    writable: (section.flags & sectionFlag.writable) !== 0,
    executable: (section.flags & sectionFlag.executable) !== 0,
    alignmentBits: Math.ceil(Math.log2(section.alignmentBytes)),
    bytes: section.bytes,
    fileOffset: section.offset,
    sizeBytes: section.sizeBytes,
    relocations,
    isRetained: (section.flags & sectionFlag.retained) !== 0,
    lines: [],
  };
}

/** Indices stay those of the file, so the null symbol stays too, as the number 0. */
function symbolOf(symbol: ElfSymbol, newIndex: ReadonlyMap<number, number>): ObjectSymbol {
  return {
    name: symbol.name,
    binding:
      symbol.binding === symbolBinding.local
        ? 'local'
        : symbol.binding === symbolBinding.weak
          ? 'weak'
          : 'global',
    kind: kindOf(symbol.type),
    definition: definitionOf(symbol, newIndex),
    sizeBytes: symbol.sizeBytes,
  };
}

function kindOf(type: number): ObjectSymbol['kind'] {
  if (type === symbolType.function) return 'function';
  if (type === symbolType.object) return 'object';
  if (type === symbolType.section) return 'section';
  return type === symbolType.file ? 'file' : 'none';
}

function definitionOf(
  symbol: ElfSymbol,
  newIndex: ReadonlyMap<number, number>,
): ObjectSymbol['definition'] {
  if (symbol.section === sectionIndex.common)
    return { kind: 'common', sizeBytes: symbol.sizeBytes, alignmentBytes: symbol.value };
  if (symbol.section === sectionIndex.undefined)
    return symbol.name === '' ? { kind: 'absolute', value: 0 } : { kind: 'undefined' };
  const section = newIndex.get(symbol.section);
  // A symbol of a section that is not loaded counts from that section's start.
  return section === undefined
    ? { kind: 'absolute', value: symbol.value }
    : { kind: 'section', section, offset: symbol.value };
}

const typeByNumber = new Map<number, RelocationType>(
  (Object.keys(relocationTypes) as RelocationType[]).map((type) => [relocationTypes[type], type]),
);

/** Types that we cannot apply are refused in what is loaded, and skipped in debug sections. */
function relocationsOf(
  elf: ElfFile,
  target: number,
  unknown: 'refuse' | 'skip',
): Result<Relocation[], Diagnostic> {
  const relocations: Relocation[] = [];
  for (const table of elf.sections) {
    if (table.info !== target) continue;
    if (table.type === sectionType.rel)
      return fail(
        elfDiagnostic(
          elf.path,
          table.headerOffset,
          'elf-malformed',
          `The relocations of section ${target} have no addends (SHT_REL); RISC-V files have SHT_RELA.`,
        ),
      );
    if (table.type !== sectionType.rela) continue;
    const view = new DataView(table.bytes.buffer, table.bytes.byteOffset, table.bytes.byteLength);
    for (let at = 0; at + relaSizeBytes <= table.bytes.length; at += relaSizeBytes) {
      const info = view.getUint32(at + 4, true);
      const type = typeByNumber.get(info & 0xff);
      if (type === undefined) {
        if (unknown === 'skip') continue;
        return fail(
          elfDiagnostic(
            elf.path,
            table.offset + at,
            'unsupported-relocation',
            `Relocation type ${info & 0xff} is not supported; compile without position-independent code and thread-local storage (-fno-pic).`,
          ),
        );
      }
      relocations.push({
        offset: view.getUint32(at, true),
        type,
        symbol: info >>> 8,
        addend: view.getInt32(at + 8, true),
      });
    }
  }
  return ok(relocations);
}

/** Lines by section of `object`, and functions with their variables. What cannot be read is not there. */
function debugOf(
  elf: ElfFile,
  object: ObjectFile,
): { readonly lines: ObjectLine[][]; readonly debug: ObjectDebug | undefined } {
  const bases: number[] = [];
  let next = 0x1000;
  for (const section of object.sections) {
    bases.push(next);
    next = alignUp(next + section.sizeBytes + 1, 4);
  }
  const valueOf = ({ definition }: ObjectSymbol): { kind: 'value'; value: number } => {
    if (definition.kind === 'absolute') return { kind: 'value', value: definition.value };
    if (definition.kind !== 'section') return { kind: 'value', value: 0 };
    return { kind: 'value', value: (bases[definition.section] ?? 0) + definition.offset };
  };
  const bytesOf = (name: string): Uint8Array | undefined => {
    const index = elf.sections.findIndex((candidate) => candidate.name === name);
    const section = elf.sections[index];
    if (section === undefined || (section.flags & sectionFlag.compressed) !== 0) return undefined;
    const relocations = relocationsOf(elf, index, 'skip');
    if (!relocations.ok) return undefined;
    return relocateSection(object, sectionOf(section, relocations.value), virtAddr(0), { valueOf })
      .bytes;
  };
  const lines: ObjectLine[][] = object.sections.map(() => []);
  for (const sequence of readDebugLines(bytesOf).sequences)
    for (const row of sequence) {
      const section = bases.findLastIndex((base) => base <= row.address);
      if (row.endSequence || section < 0) continue;
      lines[section]?.push({
        offset: row.address - (bases[section] ?? 0),
        file: row.file,
        line: row.line,
        column: row.column,
      });
    }
  for (const list of lines) list.sort((a, b) => a.offset - b.offset);
  const known = readDebugInformation(bytesOf);
  if (known === undefined) return { lines, debug: undefined };
  const functions = known.functions.flatMap((each): ObjectFunction[] => {
    const section = bases.findLastIndex((base) => base <= each.low);
    if (section < 0) return [];
    return [
      {
        section,
        offset: each.low - (bases[section] ?? 0),
        function: { ...each, low: virtAddr(0) },
      },
    ];
  });
  const globals = known.globals.flatMap((global): ObjectGlobal[] => {
    if (global.at.kind === 'constant') return [{ section: undefined, offset: 0, global }];
    const { address } = global.at;
    const section = bases.findLastIndex((base) => base <= address);
    // Those of other objects, and of common blocks, are at no address here.
    if (section < 0) return [];
    return [{ section, offset: address - (bases[section] ?? 0), global }];
  });
  return { lines, debug: { types: known.types, functions, globals } };
}
