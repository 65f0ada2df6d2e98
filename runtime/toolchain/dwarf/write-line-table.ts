/**
 * Writes a DWARF 5 line table of one or more sequences. Special opcodes where they fit, so that a line of
 * assembly costs a byte or two. DWARF 5, section 6.2; the parameters are those GCC uses.
 */
import { ByteWriter } from './byte-writer.js';
import { extendedOpcode, form, lineContent, standardOpcode } from './constants.js';
import type { LineSequence } from './line-program.js';

const lineBase = -5;
const lineRange = 14;
const opcodeBase = 13;
const operandCounts = [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];

export interface LineTable {
  readonly bytes: Uint8Array;
  /** Where each sequence's first address stands: a relocatable object relocates it. */
  readonly addressOffsets: readonly number[];
  /** The number of each file. */
  readonly files: ReadonlyMap<string, number>;
}

/**
 * Each sequence ends with its endSequence row. Relative file names are relative to `compilationDirectory`;
 * `otherFiles` have no row, and get a number all the same.
 */
export function writeLineTable(
  sequences: readonly LineSequence[],
  compilationDirectory: string,
  otherFiles: Iterable<string> = [],
): LineTable {
  const files = new Map<string, number>();
  const number = (file: string): void => {
    if (!files.has(file)) files.set(file, files.size + 1);
  };
  for (const rows of sequences) for (const row of rows) if (!row.endSequence) number(row.file);
  for (const file of otherFiles) number(file);
  const writer = new ByteWriter();
  writer.u32(0); // unit_length, known at the end
  writer.u16(5).u8(4).u8(0);
  const headerLengthOffset = writer.length;
  writer.u32(0);
  writer.u8(1).u8(1).u8(1).u8(lineBase).u8(lineRange).u8(opcodeBase);
  for (const count of operandCounts) writer.u8(count);
  // One directory, number 0: the compilation directory.
  writer.u8(1).uleb(lineContent.path).uleb(form.string);
  writer.uleb(1).string(compilationDirectory);
  // File 0 is the unit's primary source; the program's files follow from 1 on, as GCC writes them.
  writer.u8(2).uleb(lineContent.path).uleb(form.string);
  writer.uleb(lineContent.directoryIndex).uleb(form.udata);
  writer.uleb(files.size + 1);
  const [first = ''] = files.keys();
  for (const file of [first, ...files.keys()]) writer.string(file).uleb(0);
  writer.patchU32(headerLengthOffset, writer.length - headerLengthOffset - 4);
  const addressOffsets = sequences.map((rows) => writeProgram(writer, rows, files));
  writer.patchU32(0, writer.length - 4);
  return { bytes: writer.bytes(), addressOffsets, files };
}

function writeProgram(
  writer: ByteWriter,
  rows: LineSequence,
  files: ReadonlyMap<string, number>,
): number {
  let address = rows[0]?.address ?? 0;
  let file = 1;
  let line = 1;
  let column = 0;
  let isStatement = true;
  writer.u8(0).uleb(5).u8(extendedOpcode.setAddress);
  const addressOffset = writer.length;
  writer.u32(address);
  for (const row of rows) {
    if (row.endSequence) {
      if (row.address !== address) writer.u8(standardOpcode.advancePc).uleb(row.address - address);
      writer.u8(0).uleb(1).u8(extendedOpcode.endSequence);
      break;
    }
    const number = files.get(row.file) ?? 0;
    if (number !== file) writer.u8(standardOpcode.setFile).uleb(number);
    if (row.column !== column) writer.u8(standardOpcode.setColumn).uleb(row.column);
    if (row.isStatement !== isStatement) writer.u8(standardOpcode.negateStatement);
    writeRow(writer, row.address - address, row.line - line);
    ({ address, line, column, isStatement } = row);
    file = number;
  }
  return addressOffset;
}

/** Advances by both deltas and appends the row: one special opcode, or what leads up to one. */
function writeRow(writer: ByteWriter, addressDelta: number, lineDelta: number): void {
  let lines = lineDelta;
  let addresses = addressDelta;
  if (lines < lineBase || lines >= lineBase + lineRange) {
    writer.u8(standardOpcode.advanceLine).sleb(lines);
    lines = 0;
  }
  const opcode = (advance: number): number => lines - lineBase + lineRange * advance + opcodeBase;
  if (opcode(addresses) > 255) {
    writer.u8(standardOpcode.advancePc).uleb(addresses);
    addresses = 0;
  }
  writer.u8(opcode(addresses));
}
