import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { sha256 } from '../../../runtime/base/sha256.js';

describe('sha256', () => {
  it('gives the digest of the standard for "abc"', () => {
    assert.equal(
      sha256(new TextEncoder().encode('abc')),
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('agrees with Node for every length around the ends of blocks', () => {
    for (let length = 0; length < 260; length++) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 151 + length) & 0xff);
      assert.equal(sha256(bytes), createHash('sha256').update(bytes).digest('hex'));
    }
  });
});
