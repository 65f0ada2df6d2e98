/**
 * Where a variable is, from a location expression. Expressions that compute are given up: what they name is
 * then told to be nowhere. DWARF 5, sections 2.5 and 2.6.1.
 */
import { virtAddr } from '../../base/address.js';
import type { ValuePlace } from '../../image/debug-information.js';
import { ByteCursor } from './byte-cursor.js';
import { operation } from './constants.js';

const mostPieces = 64;

/** `frameBase` is the expression of the function that `DW_OP_fbreg` counts from. */
export function placeOfExpression(
  bytes: Uint8Array,
  frameBase: Uint8Array | undefined,
): ValuePlace | undefined {
  const cursor = new ByteCursor(bytes);
  const pieces: { sizeBytes: number; at: ValuePlace | undefined }[] = [];
  while (!cursor.atEnd) {
    const at = simplePlace(cursor, frameBase);
    if (at === 'unknown') return undefined;
    if (pieces.length === 0 && cursor.offset >= bytes.length) return at;
    if (cursor.u8() !== operation.piece || pieces.length >= mostPieces) return undefined;
    pieces.push({ sizeBytes: cursor.uleb(), at });
  }
  return cursor.overrun || pieces.length === 0 ? undefined : { kind: 'pieces', pieces };
}

/** Undefined for a piece that is nowhere, which has no operation at all. */
function simplePlace(
  cursor: ByteCursor,
  frameBase: Uint8Array | undefined,
): ValuePlace | undefined | 'unknown' {
  if (cursor.bytes[cursor.offset] === operation.piece) return undefined;
  const code = cursor.u8();
  if (code >= operation.register0 && code <= operation.register31)
    return { kind: 'register', register: code - operation.register0 };
  if (code >= operation.based0 && code <= operation.based31) {
    const offset = cursor.sleb();
    // What a register plus a number is, not what lies there, is a computed value.
    if (cursor.bytes[cursor.offset] === operation.stackValue) return 'unknown';
    return { kind: 'based', register: code - operation.based0, offset };
  }
  switch (code) {
    case operation.registerX:
      return { kind: 'register', register: cursor.uleb() };
    case operation.address:
      return { kind: 'memory', address: virtAddr(cursor.u32()) };
    case operation.frameBased:
      return inFrame(cursor.sleb(), frameBase);
    case operation.implicitValue: {
      const length = cursor.uleb();
      const start = cursor.offset;
      cursor.skip(length);
      if (cursor.overrun || length > 16) return 'unknown';
      return {
        kind: 'constant',
        value: littleEndian(cursor.bytes.subarray(start, start + length)),
      };
    }
    default: {
      const value = constantOf(code, cursor);
      if (value === undefined || cursor.u8() !== operation.stackValue) return 'unknown';
      return { kind: 'constant', value };
    }
  }
}

function inFrame(offset: number, frameBase: Uint8Array | undefined): ValuePlace | 'unknown' {
  if (frameBase?.[0] === operation.callFrameAddress) return { kind: 'frame', offset };
  const base =
    frameBase === undefined ? undefined : simplePlace(new ByteCursor(frameBase), undefined);
  if (base === undefined || base === 'unknown') return 'unknown';
  if (base.kind === 'register') return { kind: 'based', register: base.register, offset };
  return base.kind === 'based' ? { ...base, offset: base.offset + offset } : 'unknown';
}

function constantOf(code: number, cursor: ByteCursor): bigint | undefined {
  if (code >= operation.literal0 && code <= operation.literal31)
    return BigInt(code - operation.literal0);
  switch (code) {
    case operation.const1u:
      return BigInt(cursor.u8());
    case operation.const1s:
      return BigInt(cursor.s8());
    case operation.const2u:
      return BigInt(cursor.u16());
    case operation.const2s:
      return BigInt((cursor.u16() << 16) >> 16);
    case operation.const4u:
      return BigInt(cursor.u32());
    case operation.const4s:
      return BigInt(cursor.u32() | 0);
    case operation.constu:
      return BigInt(cursor.uleb());
    case operation.consts:
      return BigInt(cursor.sleb());
    default:
      return undefined;
  }
}

const littleEndian = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
