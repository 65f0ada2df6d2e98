import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const generated = new Map([
  ['peek', 'export function addressOf(bytes: Uint8Array): usize { return bytes.dataStart; }'],
]);
const source = `import { Reader, Writer } from 'sel4/postcard';
import { addressOf } from 'peek';
const room = new Uint8Array(64);
let size = 0;
export function address(): usize { return addressOf(room); }
export function length(): i32 { return size; }
function done(writer: Writer): bool { size = writer.length; return writer.isTooLong; }
export function put_u32(value: u32): bool { const to = Writer.over(room); to.u32(value); return done(to); }
export function put_u64(value: u64): bool { const to = Writer.over(room); to.u64(value); return done(to); }
export function put_i32(value: i32): bool { const to = Writer.over(room); to.i32(value); return done(to); }
export function put_i64(value: i64): bool { const to = Writer.over(room); to.i64(value); return done(to); }
export function put_i8(value: i32): bool { const to = Writer.over(room); to.i8(<i8>value); return done(to); }
export function record(): bool {
  const to = Writer.over(room);
  to.variant(2); to.bool(true); to.option(false); to.option(true); to.u16(300); to.text('hé'); to.sequence(2); to.i16(-1); to.i16(1);
  return done(to);
}
export function tooLong(): bool { const to = Writer.over(new Uint8Array(3)); to.text('abc'); return to.isTooLong; }
export function readU32(count: i32): u32 { const from = Reader.over(room.subarray(0, count)); const value = from.u32(); return from.isWrong ? 0xdead : value; }
export function readI32(): i32 { return Reader.over(room).i32(); }
export function readI64(): i64 { return Reader.over(room).i64(); }
export function readU64(): u64 { const from = Reader.over(room); const value = from.u64(); return from.isWrong ? 0xdead : value; }
export function readU16(): u32 { const from = Reader.over(room); const value = from.u16(); return from.isWrong ? 0xdead : value; }
export function readBool(): i32 { const from = Reader.over(room); const value = from.bool(); return from.isWrong ? -1 : value ? 1 : 0; }
export function readRecord(): string {
  const from = Reader.over(room.subarray(0, size));
  const parts: string[] = [from.variant().toString(), from.bool().toString(), from.option().toString(), from.option().toString(), from.u16().toString(), from.text()];
  for (let left = from.sequence(); left > 0; left--) parts.push(from.i16().toString());
  return parts.join(' ') + ' ' + from.isWrong.toString() + ' ' + from.rest.toString();
}
export function put_fixed(): bool {
  const to = Writer.over(room);
  to.fixed16(0x102); to.fixed32(0x3040506); to.fixed64(0x708090a0b0c0d0e); to.size(300);
  return done(to);
}
export function readFixed(count: i32): string {
  const from = Reader.over(room.subarray(0, count));
  const parts: string[] = [from.fixed16().toString(), from.fixed32().toString(), from.fixed64().toString(), from.size().toString()];
  return parts.join(' ') + ' ' + from.isWrong.toString();
}
export function readText(count: i32): i32 { const from = Reader.over(room.subarray(0, count)); from.text(); return from.isWrong ? 1 : 0; }
`;
const guest = runGuest(source, { generated, arenaBytes: 0x10_0000 });
const at = Number(guest.call('address'));

const written = (): number[] =>
  Array.from({ length: Number(guest.call('length')) }, (_, index) =>
    guest.memory.getUint8(at + index),
  );

function put(...bytes: readonly number[]): void {
  for (const [index, value] of bytes.entries()) guest.memory.setUint8(at + index, value);
}

describe('the encoding postcard', () => {
  // Numbers of the wire specification of postcard 1.0, "Varint Encoded Integers".
  const unsigned: readonly (readonly [number, readonly number[]])[] = [
    [0, [0]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16383, [0xff, 0x7f]],
    [65535, [0xff, 0xff, 0x03]],
    [0xffff_ffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ];
  for (const [value, bytes] of unsigned)
    it(`writes and reads ${value}`, () => {
      guest.call('put_u32', value);
      assert.deepEqual(written(), bytes);
      assert.equal(Number(guest.call('readU32', bytes.length)) >>> 0, value);
    });

  for (const value of [0, -1, 1, 63, -64, 64, 2147483647, -2147483648])
    it(`writes and reads the signed ${value}`, () => {
      guest.call('put_i32', value);
      assert.equal(guest.call('readI32'), value);
      guest.call('put_i64', BigInt(value) * 0x1_0000_0001n);
      assert.equal(guest.call('readI64'), BigInt.asIntN(64, BigInt(value) * 0x1_0000_0001n));
    });

  it('puts signed numbers alternately around zero', () => {
    const bytes = [0, -1, 1, -2].map((value) => {
      guest.call('put_i32', value);
      return written()[0];
    });
    assert.deepEqual(bytes, [0, 1, 2, 3]);
    guest.call('put_i8', -1);
    assert.deepEqual(written(), [0xff]);
  });

  it('writes and reads the largest number of 64 bits', () => {
    guest.call('put_u64', 0xffff_ffff_ffff_ffffn);
    assert.deepEqual(written(), [...Array<number>(9).fill(0xff), 1]);
    assert.equal(BigInt.asUintN(64, BigInt(guest.call('readU64') ?? 0)), 0xffff_ffff_ffff_ffffn);
  });

  it('writes and reads variants, options, texts and lists one after the other', () => {
    guest.call('record');
    assert.deepEqual(written(), [2, 1, 0, 1, 0xac, 0x02, 3, 0x68, 0xc3, 0xa9, 2, 1, 2]);
    assert.equal(guest.text(guest.call('readRecord')), '2 true false true 300 hé -1 1 false 0');
  });

  it('says that something does not fit, and writes nothing of it', () => {
    assert.equal(guest.call('tooLong'), 1);
  });

  it('refuses what ends too soon, is too large for its type, or is no truth value', () => {
    put(0x80, 0x80);
    assert.equal(guest.call('readU32', 2), 0xdead);
    put(0xff, 0xff, 0xff, 0xff, 0x1f);
    assert.equal(guest.call('readU32', 5), 0xdead);
    put(0xff, 0xff, 0x07);
    assert.equal(guest.call('readU16'), 0xdead);
    put(...Array<number>(9).fill(0xff), 0x02);
    assert.equal(guest.call('readU64'), 0xdeadn);
    put(2);
    assert.equal(guest.call('readBool'), -1);
    put(5, 0x61);
    assert.equal(guest.call('readText', 2), 1);
  });

  it('writes and reads numbers of fixed size, as version 0.7 does, low byte first', () => {
    guest.call('put_fixed');
    const bytes = [2, 1, 6, 5, 4, 3, 14, 13, 12, 11, 10, 9, 8, 7, 0x2c, 1, 0, 0, 0, 0, 0, 0];
    assert.deepEqual(written(), bytes);
    const numbers = '258 50595078 506664896818842894 300';
    assert.equal(guest.text(guest.call('readFixed', bytes.length)), `${numbers} false`);
  });

  it('finds fixed numbers that are cut off or larger than a word', () => {
    guest.call('put_fixed');
    assert.match(guest.text(guest.call('readFixed', 21)), / 0 true$/);
    assert.match(guest.text(guest.call('readFixed', 1)), /^0 0 0 0 true$/);
    put(...Array<number>(14).fill(0), 0, 0, 0, 0, 1, 0, 0, 0);
    assert.match(guest.text(guest.call('readFixed', 22)), / 0 true$/);
  });

  it('reads those texts that are well-formed UTF-8', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const isText = (bytes: Uint8Array): boolean => {
      try {
        decoder.decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const edges = fc.constantFrom(0, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2);
    const firsts = fc.constantFrom(
      0xdf,
      0xe0,
      0xec,
      0xed,
      0xee,
      0xef,
      0xf0,
      0xf1,
      0xf3,
      0xf4,
      0xf5,
    );
    const text = fc.array(fc.oneof(edges, firsts, fc.nat(255)), { maxLength: 8 });
    const known = [
      [0xe2, 0x82, 0xac],
      [0xf0, 0x9f, 0x98, 0x80],
      [0xed, 0xa0, 0x80],
    ];
    fc.assert(
      fc.property(text, (bytes) => {
        put(bytes.length, ...bytes);
        const expected = isText(Uint8Array.from(bytes)) ? 0 : 1;
        assert.equal(guest.call('readText', bytes.length + 1), expected);
      }),
      { numRuns: 2000, examples: known.map((bytes) => [bytes]) },
    );
  });
});
