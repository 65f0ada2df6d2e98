/**
 * The debug sections of a program: for each stretch of assembled code a line table and a minimal compile unit, so that
 * gdb and objdump show source lines, and one unit with functions, variables and types for all code that a compiler
 * told of. DWARF 5, sections 3.1.1 and 7.5.
 */
import type { DebugInformation } from '../../image/debug-information.js';
import type { AddressRange } from './address-lists.js';
import { ByteWriter } from './byte-writer.js';
import {
  attribute,
  form,
  languageAssembler,
  tagCompileUnit,
  unitTypeCompile,
} from './constants.js';
import type { LineSequence } from './line-program.js';
import { writeCallFrames } from './write-call-frames.js';
import { writeInformation } from './write-information.js';
import { writeLineTable } from './write-line-table.js';

export interface DebugSections {
  readonly line: Uint8Array;
  readonly info: Uint8Array;
  readonly abbreviations: Uint8Array;
  /** Those that only compiled code needs, by name. */
  readonly others: ReadonlyMap<string, Uint8Array>;
  /** Words that hold an address: a relocatable object needs a relocation at each. */
  readonly fixups: readonly DebugFixup[];
}

export interface DebugFixup {
  readonly section: 'line' | 'info';
  readonly offset: number;
  /** What the word counts from: the code of a sequence (its index), or another debug section. */
  readonly target:
    | { readonly kind: 'code'; readonly sequence: number }
    | { readonly kind: 'line' }
    | { readonly kind: 'abbreviations' };
}

const producer = 'CantripOS assembler';

export function writeDebugSections(
  sequences: readonly LineSequence[],
  compilationDirectory: string,
  /** Addresses in it are final: an object that is still to be linked has none. */
  debug?: DebugInformation,
): DebugSections {
  const line = new ByteWriter();
  const info = new ByteWriter();
  const fixups: DebugFixup[] = [];
  const isCompiled = compiledCode(debug);
  sequences.forEach((rows, sequence) => {
    if (isCompiled(rows)) return;
    const code = { kind: 'code', sequence } as const;
    const table = writeLineTable([rows], compilationDirectory);
    for (const offset of table.addressOffsets)
      fixups.push({ section: 'line', offset: line.length + offset, target: code });
    const unitOffset = info.length;
    info.u32(0); // unit_length, known at the end
    info.u16(5).u8(unitTypeCompile).u8(4);
    fixups.push({ section: 'info', offset: info.length, target: { kind: 'abbreviations' } });
    info.u32(0);
    info.uleb(1);
    fixups.push({ section: 'info', offset: info.length, target: { kind: 'line' } });
    info.u32(line.length);
    const lowPc = rows[0]?.address ?? 0;
    fixups.push({ section: 'info', offset: info.length, target: code });
    info.u32(lowPc);
    info.u32((rows.at(-1)?.address ?? lowPc) - lowPc);
    info.string(rows[0]?.file ?? '');
    info.string(compilationDirectory);
    info.string(producer);
    info.u16(languageAssembler);
    info.patchU32(unitOffset, info.length - unitOffset - 4);
    line.raw(table.bytes);
  });
  const abbreviations = new ByteWriter().raw(assemblyAbbreviations());
  const others = new Map<string, Uint8Array>();
  if (debug !== undefined) {
    const compiled = sequences.filter(isCompiled);
    const table = writeLineTable(compiled, compilationDirectory, filesOf(debug));
    const written = writeInformation(debug, info, {
      compilationDirectory,
      files: table.files,
      lineOffset: line.length,
      abbreviationOffset: abbreviations.length,
      ranges: codeOf(debug, compiled),
    });
    line.raw(table.bytes);
    abbreviations.raw(written.abbreviations);
    others.set('.debug_str', written.strings);
    others.set('.debug_rnglists', written.rangeLists);
    others.set('.debug_loclists', written.locationLists);
    const frames = writeCallFrames(debug.functions);
    if (frames.length > 0) others.set('.debug_frame', frames);
  }
  return {
    line: line.bytes(),
    info: info.bytes(),
    abbreviations: abbreviations.bytes(),
    others,
    fixups,
  };
}

/** Whether some function of a compiler has code in a sequence. */
function compiledCode(debug: DebugInformation | undefined): (rows: LineSequence) => boolean {
  const functions = debug?.functions ?? [];
  return (rows) => {
    const from = rows[0]?.address ?? 0;
    const to = rows.at(-1)?.address ?? from;
    // The functions are sorted by address: the last one that begins before the end decides.
    let [low, high] = [0, functions.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((functions[middle]?.low ?? 0) < to) low = middle + 1;
      else high = middle;
    }
    const last = functions[low - 1];
    return last !== undefined && last.low + last.sizeBytes > from;
  };
}

function* filesOf({ functions, globals, types }: DebugInformation): Generator<string> {
  for (const { place, variables, inlined } of functions) {
    if (place !== undefined) yield place.file;
    for (const variable of variables) if (variable.place !== undefined) yield variable.place.file;
    for (const { call, variables: own } of inlined) {
      if (call !== undefined) yield call.file;
      for (const variable of own) if (variable.place !== undefined) yield variable.place.file;
    }
  }
  for (const { place } of globals) if (place !== undefined) yield place.file;
  for (const type of types)
    if (type.kind === 'enumeration' && type.place !== undefined) yield type.place.file;
}

/** Of functions and of what has lines, ascending; those that touch are one range. */
function codeOf(
  { functions }: DebugInformation,
  sequences: readonly LineSequence[],
): AddressRange[] {
  const all = [
    ...functions.map(({ low, sizeBytes }) => ({ from: low, to: low + sizeBytes })),
    ...sequences.map((rows) => ({
      from: rows[0]?.address ?? 0,
      to: rows.at(-1)?.address ?? 0,
    })),
  ].sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of all) {
    const last = joined.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else joined.push({ from, to });
  }
  return joined;
}

/** One abbreviation, number 1: a compile unit without children, its attributes in the order above. */
function assemblyAbbreviations(): Uint8Array {
  const writer = new ByteWriter();
  writer.uleb(1).uleb(tagCompileUnit).u8(0);
  writer.uleb(attribute.statementList).uleb(form.secOffset);
  writer.uleb(attribute.lowPc).uleb(form.addr);
  writer.uleb(attribute.highPc).uleb(form.data4);
  writer.uleb(attribute.name).uleb(form.string);
  writer.uleb(attribute.compilationDirectory).uleb(form.string);
  writer.uleb(attribute.producer).uleb(form.string);
  writer.uleb(attribute.language).uleb(form.data2);
  return writer.uleb(0).uleb(0).uleb(0).bytes();
}
