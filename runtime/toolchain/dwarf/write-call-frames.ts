/**
 * How to find the caller of each function, as .debug_frame: one common entry, whose rules are those of the first
 * instruction of any function, and a table of what changes after it. DWARF 5, sections 6.4.1 and 6.4.2.
 */
import type { DebugFunction, FrameRow } from '../../image/debug-information.js';
import { ByteWriter } from './byte-writer.js';
import { frameInstruction, isCommonEntry } from './constants.js';

const returnAddress = 1;
const stackPointer = 2;
/** Offsets of saved registers are multiples of it. */
const dataAlignment = -4;

/** Empty when no function says anything. */
export function writeCallFrames(functions: readonly DebugFunction[]): Uint8Array {
  const told = functions.filter(({ frame }) => frame.length > 0);
  const writer = new ByteWriter();
  if (told.length === 0) return writer.bytes();
  writeEntry(writer, () => {
    writer.u32(isCommonEntry).u8(4).u8(0).u8(4).u8(0);
    writer.uleb(1).sleb(dataAlignment).uleb(returnAddress);
    writer.u8(frameInstruction.defineFrame).uleb(stackPointer).uleb(0);
  });
  for (const { low, sizeBytes, frame } of told)
    writeEntry(writer, () => {
      writer.u32(0).u32(low).u32(sizeBytes);
      let before: FrameRow = {
        offset: 0,
        cfa: { register: stackPointer, offset: 0 },
        saved: [],
      };
      for (const row of frame) {
        writeChange(writer, before, row);
        before = row;
      }
    });
  return writer.bytes();
}

function writeEntry(writer: ByteWriter, body: () => void): void {
  const start = writer.length;
  writer.u32(0);
  body();
  writer.align(4);
  writer.patchU32(start, writer.length - start - 4);
}

function writeChange(writer: ByteWriter, before: FrameRow, row: FrameRow): void {
  advance(writer, row.offset - before.offset);
  if (row.cfa.register !== before.cfa.register || row.cfa.offset !== before.cfa.offset)
    writer.u8(frameInstruction.defineFrame).uleb(row.cfa.register).uleb(row.cfa.offset);
  const old = new Map(before.saved.map(({ register, offset }) => [register, offset]));
  for (const { register, offset } of row.saved) {
    if (old.get(register) !== offset)
      writer.u8(frameInstruction.offset | register).uleb(offset / dataAlignment);
    old.delete(register);
  }
  for (const register of old.keys()) writer.u8(frameInstruction.restore | register);
}

function advance(writer: ByteWriter, bytes: number): void {
  if (bytes <= 0) return;
  if (bytes < 0x40) writer.u8(frameInstruction.advance | bytes);
  else if (bytes < 0x100) writer.u8(frameInstruction.advance1).u8(bytes);
  else if (bytes < 0x1_0000) writer.u8(frameInstruction.advance2).u16(bytes);
  else writer.u8(frameInstruction.advance4).u32(bytes);
}
