import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runEncoding } from '../../../support/guest-encoding.js';

const { bytesOf, toldOf } = runEncoding(
  ['logger'],
  `
  import { LogRequest } from '../interfaces/logger';
  export function log(level: i32): void { give(new LogRequest(level, 'timer::h\\u00e9').encode()); }
  export function logLetters(count: i32): void { give(new LogRequest(3, 'x'.repeat(count)).encode()); }
  export function logWide(before: i32): void { give(new LogRequest(3, 'x'.repeat(before) + '\\u{1f600}'.repeat(600)).encode()); }
  export function decode(): string {
    let request = LogRequest.decode(taken);
    return request === null ? 'null' : request.level.toString() + ' ' + request.text;
  }
  export function decodeLength(): string {
    let request = LogRequest.decode(taken);
    return request === null ? 'null' : request.text.length.toString() + ' ' + request.text.slice(-5);
  }
`,
);
const text = [...new TextEncoder().encode('timer::hé')];

describe('requests to the logger', () => {
  it('write and read the level and the text', () => {
    assert.deepEqual(bytesOf('log', 2), [0, 2, text.length, ...text]);
    assert.equal(toldOf('decode', [0, 2, text.length, ...text]), '2 timer::hé');
    assert.equal(toldOf('decode', [0, 5, 0]), '5 ');
  });

  it('are none when they end too soon, are of no level or no text', () => {
    for (const bytes of [
      [],
      [0],
      [0, 3],
      [0, 3, 4, 65],
      [1, 3, 0],
      [0, 0, 0],
      [0, 6, 0],
      [0, 3, 1, 0xff],
    ])
      assert.equal(toldOf('decode', bytes), 'null');
  });

  it('fit into half a page: a longer text ends in dots', () => {
    assert.equal(bytesOf('logLetters', 2044)?.length, 2048);
    assert.equal(toldOf('decodeLength', bytesOf('logLetters', 2044) ?? []), '2044 xxxxx');
    assert.equal(bytesOf('logLetters', 2045)?.length, 2048);
    assert.equal(toldOf('decodeLength', bytesOf('logLetters', 5000) ?? []), '2044 xx...');
  });

  it('are not cut within a character', () => {
    for (const before of [0, 1, 2, 3]) {
      const bytes = bytesOf('logWide', before) ?? [];
      assert.ok(bytes.length <= 2048 && bytes.length > 2044);
      assert.match(toldOf('decodeLength', bytes), /^\d+ 😀\.\.\.$/u);
    }
  });
});
