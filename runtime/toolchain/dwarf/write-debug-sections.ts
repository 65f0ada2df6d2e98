/**
 * The debug sections of a program that was assembled: a line table and a minimal compile unit for each
 * stretch of code, so that gdb and objdump show source lines. No types or variables: assembly has none.
 * DWARF 5, sections 3.1.1 and 7.5.
 */
import { ByteWriter } from './byte-writer.js';
import {
  attribute,
  form,
  languageAssembler,
  tagCompileUnit,
  unitTypeCompile,
} from './constants.js';
import type { LineSequence } from './line-program.js';
import { writeLineTable } from './write-line-table.js';

export interface DebugSections {
  readonly line: Uint8Array;
  readonly info: Uint8Array;
  readonly abbreviations: Uint8Array;
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
): DebugSections {
  const line = new ByteWriter();
  const info = new ByteWriter();
  const fixups: DebugFixup[] = [];
  sequences.forEach((rows, sequence) => {
    const code = { kind: 'code', sequence } as const;
    const table = writeLineTable(rows, compilationDirectory);
    fixups.push({ section: 'line', offset: line.length + table.addressOffset, target: code });
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
  return { line: line.bytes(), info: info.bytes(), abbreviations: abbreviations(), fixups };
}

/** One abbreviation, number 1: a compile unit without children, its attributes in the order above. */
function abbreviations(): Uint8Array {
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
