import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf, guest } = runEncoding(
  ['sdk-runtime'],
  `
  import { Writer, textOf } from 'sel4/postcard';
  import { SdkRequest, SdkVerb, encodeBytes, encodeNumber, sdkErrorOf } from '../interfaces/sdk-runtime';
  function bytes(text: string): Uint8Array {
    let bytes = new Uint8Array(text.length);
    for (let at = 0; at < text.length; at++) bytes[at] = <u8>text.charCodeAt(at);
    return bytes;
  }
  export function request(verb: i32): void { write(verb, 'foo', '123'); }
  export function longRequest(count: i32): void { write(SdkVerb.Log, '', 'x'.repeat(count)); }
  function write(verb: i32, name: string, value: string): void {
    let request = new SdkRequest(verb);
    request.name = name;
    request.bytes = bytes(value);
    request.number = 3;
    request.duration = 1000;
    request.offset = 5;
    request.rate = 16000;
    request.bufferSize = 64;
    request.resetsReceiver = true;
    request.receiveLevel = 8;
    request.sendLevel = 4;
    request.isPatient = true;
    let room = new Uint8Array(2048);
    let to = Writer.over(room);
    give(request.encode(to) ? room.subarray(0, to.length) : null);
  }
  export function value(): void { give(encodeBytes(bytes('123'))); }
  export function mask(mask: u32): void { give(encodeNumber(mask)); }
  /** The verb is the first byte. */
  export function decodeRequest(): string {
    let request = SdkRequest.decode(taken[0], taken.subarray(1));
    if (request === null) return 'null';
    let text = textOf(request.bytes);
    return [request.name, text === null ? 'no text' : text, request.number.toString(), request.duration.toString()].join('|');
  }
  export function error(label: u32): i32 { return sdkErrorOf(label); }
  export function lastOfCantripOS(): i32 { return SdkVerb.GetModelOutput; }
`,
);
const foo = [3, 0x66, 0x6f, 0x6f];
const value = [3, 0x31, 0x32, 0x33];
const number = [3, 0, 0, 0];
const duration = [0xe8, 3, 0, 0];
/** Numbers that Rust calls `usize`. */
const [rate, samples] = [
  [0x80, 0x3e, 0, 0, 0, 0, 0, 0],
  [64, 0, 0, 0, 0, 0, 0, 0],
];

describe('requests of applications', () => {
  // By the structs of CantripOS's sdk-interface; the label is no part of the bytes.
  const vectors: readonly (readonly [string, number, readonly number[], string])[] = [
    ['Ping', 64, [], '||0|0'],
    ['Log', 65, value, '|123|0|0'],
    ['ReadKey', 66, foo, 'foo||0|0'],
    ['WriteKey', 67, [...foo, ...value], 'foo|123|0|0'],
    ['DeleteKey', 68, foo, 'foo||0|0'],
    ['OneshotTimer', 69, [...number, ...duration], '||3|1000'],
    ['PeriodicTimer', 70, [...number, ...duration], '||3|1000'],
    ['CancelTimer', 71, number, '||3|0'],
    ['WaitForTimers', 72, [], '||0|0'],
    ['PollForTimers', 73, [], '||0|0'],
    ['OneshotModel', 74, foo, 'foo||0|0'],
    ['PeriodicModel', 75, [...foo, ...duration], 'foo||0|1000'],
    ['CancelModel', 76, number, '||3|0'],
    ['WaitForModel', 77, [], '||0|0'],
    ['PollForModels', 78, [], '||0|0'],
    ['GetModelOutput', 79, number, '||3|0'],
    ['GetModelInputParams', 80, foo, 'foo||0|0'],
    ['SetModelInput', 81, [...number, 5, 0, 0, 0, ...value], '|123|3|0'],
    ['AudioReset', 82, [1, 0, 8, 4], '||0|0'],
    ['AudioRecordStart', 83, [...rate, ...samples, 1], '||0|0'],
    ['AudioRecordCollect', 84, [...number, 0, 0, 0, 0, 1], '||3|0'],
    ['AudioRecordStop', 85, [], '||0|0'],
    ['AudioPlayStart', 86, [...rate, ...samples], '||0|0'],
    ['AudioPlayStop', 88, [], '||0|0'],
    ['Exit', 89, number, '||3|0'],
    ['Transfer', 90, [...foo, ...value, ...number], 'foo|123|3|0'],
  ];
  for (const [name, verb, bytes, told] of vectors)
    it(`write and read ${name}`, () => {
      assert.deepEqual(bytesOf('request', verb), bytes);
      assert.equal(toldOf('decodeRequest', [verb, ...bytes]), told);
      assert.equal(toldOf('decodeRequest', [verb, ...bytes, 0, 255]), told);
      if (bytes.length > 0)
        assert.equal(toldOf('decodeRequest', [verb, ...bytes.slice(0, -1)]), 'null');
    });

  it('number sixteen in CantripOS', () => {
    assert.equal(guest.call('lastOfCantripOS'), 79);
  });

  it('are not written when they are longer than half a page', () => {
    assert.equal(bytesOf('longRequest', 2046)?.length, 2048);
    assert.equal(bytesOf('longRequest', 2047), undefined);
  });

  it('play whole samples, of four bytes each', () => {
    assert.equal(toldOf('decodeRequest', [87, 4, 0x31, 0x32, 0x33, 0x34]), '|1234|0|0');
    assert.equal(toldOf('decodeRequest', [87, 3, 0x31, 0x32, 0x33]), 'null');
  });

  it('may log what is no text, which the reader sees', () => {
    assert.equal(toldOf('decodeRequest', [65, 1, 0xff]), '|no text|0|0');
    assert.equal(toldOf('decodeRequest', [66, 1, 0xff]), 'null');
  });

  it('are answered with a value or with a number', () => {
    assert.deepEqual(bytesOf('value'), value);
    assert.deepEqual(bytesOf('mask', 0x8000_0000 | 0), [0, 0, 0, 0x80]);
  });

  it('have an unknown response for an error that nobody gives', () => {
    assert.deepEqual(
      [0, 18, 23, 24].map((label) => guest.call('error', label)),
      [0, 18, 23, 10],
    );
  });

  it('are read without a trap, whatever the bytes are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 95 }),
        fc.uint8Array({ maxLength: 24 }),
        (verb, bytes) => {
          toldOf('decodeRequest', [verb, ...bytes]);
        },
      ),
    );
  });
});
