/** Modules that no compiler writes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeModule } from '../../../../../runtime/toolchain/guest/wasm/decode-module.js';
import { readerOf, readName } from '../../../../../runtime/toolchain/guest/wasm/byte-reader.js';

const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** Begun and not finished, too far, half of a pair, and a byte that only goes on. */
const noText = [
  [0xf7, 0x4f, 0x90, 0x80],
  [0xf0, 0x28, 0x8c, 0x28],
  [0xf4, 0x90, 0x80, 0x80],
  [0xed, 0xa0, 0x80],
  [0x80],
  [0xe2, 0x82],
];

describe('the name of a section', () => {
  for (const bytes of noText) {
    const shown = bytes.map((byte) => byte.toString(16)).join(' ');
    it(`need not be UTF-8: ${shown}`, () => {
      const section = [0, bytes.length + 1, bytes.length, ...bytes];
      const { module, problems } = decodeModule(Uint8Array.from([...magic, ...section]));
      assert.deepEqual(problems, []);
      assert.ok(module);
    });
  }
});

describe('a name', () => {
  it('has the replacement character for what is no UTF-8', () => {
    for (const bytes of noText)
      assert.match(
        readName(readerOf(Uint8Array.from([bytes.length + 1, 0x61, ...bytes]))),
        /^a\ufffd/,
      );
  });

  it('keeps a byte order mark and letters of any length', () => {
    const bytes = new TextEncoder().encode('\ufeffaä€😀');
    assert.equal(readName(readerOf(Uint8Array.from([bytes.length, ...bytes]))), '\ufeffaä€😀');
  });
});
