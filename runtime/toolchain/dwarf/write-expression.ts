/** Where a variable is, as a location expression: the counterpart of value-place.ts. DWARF 5, section 2.6.1. */
import type { ValuePlace } from '../../image/debug-information.js';
import { ByteWriter } from './byte-writer.js';
import { operation } from './constants.js';

/** Places in the frame count from what the function's frame base is: the canonical frame address. */
export function writeExpression(place: ValuePlace, sizeBytes: number): Uint8Array {
  const writer = new ByteWriter();
  writePlace(writer, place, sizeBytes);
  return writer.bytes();
}

export const frameBaseExpression = Uint8Array.of(operation.callFrameAddress);

function writePlace(writer: ByteWriter, place: ValuePlace, sizeBytes: number): void {
  switch (place.kind) {
    case 'register':
      if (place.register < 32) writer.u8(operation.register0 + place.register);
      else writer.u8(operation.registerX).uleb(place.register);
      return;
    case 'frame':
      writer.u8(operation.frameBased).sleb(place.offset);
      return;
    case 'based':
      writer.u8(operation.based0 + place.register).sleb(place.offset);
      return;
    case 'memory':
      writer.u8(operation.address).u32(place.address);
      return;
    case 'constant':
      writeConstant(writer, place.value, sizeBytes);
      return;
    case 'pieces':
      for (const { sizeBytes: size, at } of place.pieces) {
        if (at !== undefined) writePlace(writer, at, size);
        writer.u8(operation.piece).uleb(size);
      }
      return;
  }
}

/** A word on the stack, or the bytes themselves where there are more: the stack of a debugger has words. */
function writeConstant(writer: ByteWriter, value: bigint, sizeBytes: number): void {
  if (sizeBytes > 4) {
    writer.u8(operation.implicitValue).uleb(8);
    writer.u32(Number(BigInt.asUintN(32, value)));
    writer.u32(Number(BigInt.asUintN(32, value >> 32n)));
  } else if (value >= 0n && value < 32n)
    writer.u8(operation.literal0 + Number(value)).u8(operation.stackValue);
  else
    writer
      .u8(operation.constu)
      .uleb(Number(BigInt.asUintN(32, value)))
      .u8(operation.stackValue);
}
