/**
 * Reads the line tables of DWARF 2 to 5 as GCC, Clang and Rust write them. Total and bounded: damaged
 * bytes end one unit's table early, with what was read before kept and the place reported.
 * DWARF 5, section 6.2; "op_index" and the other names are the standard's.
 */
import { virtAddr } from '../../base/address.js';
import type { LineRow } from '../../image/system-image.js';
import { ByteCursor } from './byte-cursor.js';
import { extendedOpcode, standardOpcode } from './constants.js';
import type { LineHeader, LineSections } from './line-header.js';
import { readLineHeader } from './line-header.js';

/** Rows of ascending addresses; the last one has `endSequence` set. */
export type LineSequence = readonly LineRow[];

export interface LineTables {
  readonly sequences: readonly LineSequence[];
  /** What could not be read, in the order of the section; empty for a sound table. */
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
}

export function readLineTables(sections: LineSections): LineTables {
  const sequences: LineSequence[] = [];
  const problems: { offset: number; message: string }[] = [];
  let offset = 0;
  while (offset < sections.line.length) {
    const header = readLineHeader(sections, offset);
    if (!header.ok) {
      problems.push({ offset, message: header.error.message });
      if (header.error.next === undefined) break;
      offset = header.error.next;
      continue;
    }
    const problem = runProgram(sections.line, header.value, sequences);
    if (problem !== undefined) problems.push(problem);
    offset = header.value.end;
  }
  return { sequences, problems };
}

/** The state machine of section 6.2.2, with the registers that a LineRow has no use for left out. */
interface Registers {
  address: number;
  opIndex: number;
  file: number;
  line: number;
  column: number;
  isStatement: boolean;
}

function runProgram(
  bytes: Uint8Array,
  header: LineHeader,
  sequences: LineSequence[],
): { offset: number; message: string } | undefined {
  const cursor = new ByteCursor(bytes, header.programOffset, header.end);
  let state = initialRegisters(header);
  let rows: LineRow[] = [];
  const append = (): void => {
    rows.push({
      address: virtAddr(state.address),
      file: header.files[state.file] ?? '',
      line: state.line,
      column: state.column,
      isStatement: state.isStatement,
      endSequence: false,
    });
  };
  const endSequence = (): void => {
    if (rows.length > 0) sequences.push([...rows, endRow(state.address)]);
    rows = [];
    state = initialRegisters(header);
  };
  while (!cursor.atEnd) {
    const at = cursor.offset;
    const opcode = cursor.u8();
    if (opcode >= header.opcodeBase) {
      const adjusted = opcode - header.opcodeBase;
      advance(state, header, Math.floor(adjusted / header.lineRange));
      state.line = (state.line + header.lineBase + (adjusted % header.lineRange)) >>> 0;
      append();
    } else if (opcode === 0) {
      const sizeBytes = cursor.uleb();
      const next = cursor.offset + sizeBytes;
      const extended = sizeBytes === 0 ? undefined : cursor.u8();
      if (extended === extendedOpcode.endSequence) endSequence();
      else if (extended === extendedOpcode.setAddress) {
        state.address = cursor.u32();
        state.opIndex = 0;
      }
      // set_discriminator, define_file and vendors' opcodes say nothing that a row keeps.
      if (next > header.end || cursor.offset > next)
        return { offset: at, message: 'An extended line opcode does not fit in its length.' };
      cursor.offset = next;
    } else runStandard(opcode, cursor, header, state, append);
    if (cursor.overrun)
      return { offset: at, message: 'The line program ends in the middle of an opcode.' };
  }
  // A sequence that nothing ends has no known extent: its rows are dropped.
  return rows.length === 0
    ? undefined
    : { offset: header.end, message: 'The line program ends without DW_LNE_end_sequence.' };
}

function runStandard(
  opcode: number,
  cursor: ByteCursor,
  header: LineHeader,
  state: Registers,
  append: () => void,
): void {
  switch (opcode) {
    case standardOpcode.copy:
      append();
      break;
    case standardOpcode.advancePc:
      advance(state, header, cursor.uleb());
      break;
    case standardOpcode.advanceLine:
      state.line = (state.line + cursor.sleb()) >>> 0;
      break;
    case standardOpcode.setFile:
      state.file = cursor.uleb();
      break;
    case standardOpcode.setColumn:
      state.column = cursor.uleb();
      break;
    case standardOpcode.negateStatement:
      state.isStatement = !state.isStatement;
      break;
    case standardOpcode.constAddPc:
      advance(state, header, Math.floor((255 - header.opcodeBase) / header.lineRange));
      break;
    case standardOpcode.fixedAdvancePc:
      // "…does not multiply the operand by minimum_instruction_length" (6.2.5.2).
      state.address = (state.address + cursor.u16()) >>> 0;
      state.opIndex = 0;
      break;
    default:
      // basic_block, prologue_end, epilogue_begin, set_isa and unknown ones: skip the operands.
      for (let left = header.operandCounts[opcode - 1] ?? 0; left > 0; left--) cursor.uleb();
  }
}

function advance(state: Registers, header: LineHeader, operationAdvance: number): void {
  const operations = state.opIndex + operationAdvance;
  const instructions = Math.floor(operations / header.maximumOperations);
  state.address = (state.address + header.minimumInstructionLength * instructions) >>> 0;
  state.opIndex = operations % header.maximumOperations;
}

const initialRegisters = (header: LineHeader): Registers => ({
  address: 0,
  opIndex: 0,
  file: 1,
  line: 1,
  column: 0,
  isStatement: header.defaultIsStatement,
});

/** The first address after a sequence. */
export const endRow = (address: number): LineRow => ({
  address: virtAddr(address),
  file: '',
  line: 0,
  column: 0,
  isStatement: false,
  endSequence: true,
});
