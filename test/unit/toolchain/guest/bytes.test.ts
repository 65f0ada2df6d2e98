/** `sel4/bytes`: what works a word at a time gives what working byte by byte gives, wherever the bytes lie. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runGuest } from '../../../support/guest-program.js';

const room = 64;
const guest = runGuest(`
  import { areEqual, lastOtherThan, setWordAt, sumBytes, sumTable, wordAt } from 'sel4/bytes';
  let one = new Uint8Array(${room});
  let other = new Uint8Array(${room});
  let table = sumTable(0xedb88320);
  export function put(at: i32, byte: u32): void { one[at] = <u8>byte; }
  export function putOther(at: i32, byte: u32): void { other[at] = <u8>byte; }
  export function byteAt(at: i32): u32 { return one[at]; }
  export function word(from: i32, at: i32): u32 { return wordAt(one.subarray(from), at); }
  export function setWord(from: i32, at: i32, value: u32): void { setWordAt(one.subarray(from), at, value); }
  export function equal(from: i32, end: i32, otherFrom: i32): bool {
    return areEqual(one.subarray(from, end), other.subarray(otherFrom));
  }
  export function last(from: i32, end: i32, value: u32): i32 { return lastOtherThan(one.subarray(from, end), <u8>value); }
  export function sum(from: i32, start: i32, end: i32, before: u32): u32 {
    return sumBytes(table, one.subarray(from), start, end, before);
  }
`);
const call = (name: string, ...args: readonly number[]): number =>
  Number(guest.call(name, ...args)) >>> 0;

const bytes = fc.array(fc.oneof(fc.constant(0), fc.constant(0xff), fc.nat(255)), {
  minLength: room,
  maxLength: room,
});
const range = fc
  .tuple(fc.nat(room), fc.nat(room))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);

function put(values: readonly number[], name = 'put'): void {
  values.forEach((byte, at) => call(name, at, byte));
}

/** As Ethernet has it, bit by bit. */
function summed(values: readonly number[], before: number): number {
  let sum = before;
  for (const byte of values) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ ((sum & 1) === 1 ? 0xedb88320 : 0);
  }
  return sum >>> 0;
}

describe('bytes a word at a time', () => {
  it('are read and written as little-endian words at any place', () => {
    fc.assert(
      fc.property(
        bytes,
        fc.nat(3),
        fc.nat(room - 8),
        fc.nat(0xffff_ffff),
        (values, from, at, value) => {
          put(values);
          const place = from + at;
          const expected = new DataView(Uint8Array.from(values).buffer).getUint32(place, true);
          assert.equal(call('word', from, at), expected);
          call('setWord', from, at, value);
          const word = [0, 1, 2, 3].map((index) => call('byteAt', place + index));
          assert.deepEqual(
            word,
            [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff),
          );
          if (place > 0) assert.equal(call('byteAt', place - 1), values[place - 1]);
          assert.equal(call('byteAt', place + 4), values[place + 4]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are not read or written behind the end', () => {
    assert.throws(() => call('word', 0, room - 3), /A word lies within the bytes/);
    assert.throws(() => call('word', 0, -1), /A word lies within the bytes/);
    assert.throws(() => call('setWord', 0, room - 3, 1), /A word lies within the bytes/);
    assert.throws(() => call('sum', 0, 3, room + 1, 0), /within the bytes/);
  });

  it('are compared, searched and summed up as bytes are', () => {
    fc.assert(
      fc.property(
        bytes,
        bytes,
        range,
        fc.nat(8),
        fc.nat(0xffff_ffff),
        fc.boolean(),
        (values, others, [start = 0, end = 0], from, before, isSame) => {
          const second = isSame ? [...values.slice(start), ...others].slice(0, room) : others;
          put(values);
          put(second, 'putOther');
          const part = values.slice(start, end);
          const isEqual = part.every((byte, index) => byte === second[index]);
          assert.equal(call('equal', start, end, 0), Number(isEqual));
          for (const value of [0, 0xff])
            assert.equal(
              call('last', start, end, value) | 0,
              part.findLastIndex((byte) => byte !== value),
            );
          const inside = Math.min(from, start);
          assert.equal(
            call('sum', inside, start - inside, end - inside, before),
            summed(part, before),
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
