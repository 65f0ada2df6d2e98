import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  alignDown,
  alignUp,
  bits,
  countTrailingOnes,
  signExtend,
} from '../../../runtime/base/bits.js';

describe('bit arithmetic', () => {
  it('takes fields as the manuals name them, up to the whole word', () => {
    assert.equal(bits(0x1234_5678, 15, 8), 0x56);
    assert.equal(bits(-1, 31, 0), 0xffff_ffff);
    assert.equal(bits(0x8000_0000, 31, 31), 1);
  });

  it('counts trailing ones from none to all', () => {
    assert.equal(countTrailingOnes(0), 0);
    assert.equal(countTrailingOnes(0b1_0111), 3);
    assert.equal(countTrailingOnes(0x7fff_ffff), 31);
    assert.equal(countTrailingOnes(0xffff_ffff), 32);
  });

  it('extends signs', () => {
    assert.equal(signExtend(0xfff, 12), -1);
    assert.equal(signExtend(0x7ff, 12), 0x7ff);
    assert.equal(signExtend(0xffff_ffff, 32), -1);
  });

  it('aligns addresses in both directions, past the top too', () => {
    assert.equal(alignDown(0xffff_ffff, 12), 0xffff_f000);
    assert.equal(alignUp(0x1001, 12), 0x2000);
    assert.equal(alignUp(0xffff_ffff, 12), 2 ** 32);
  });
});
