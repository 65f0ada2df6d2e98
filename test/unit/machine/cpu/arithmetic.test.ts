import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  div,
  divu,
  mulh,
  mulhsu,
  mulhu,
  rem,
  remu,
} from '../../../../runtime/machine/cpu/arithmetic.js';

const signed = (value: bigint): number => Number(BigInt.asIntN(32, value));
const unsigned = (value: number): bigint => BigInt(value >>> 0);
const edges = fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000, 0xffff, 0x10000, -0x10000);
const word = fc.oneof(fc.integer({ min: -0x80000000, max: 0x7fffffff }), edges);

describe('RV32M', () => {
  it('multiplies and divides as integers without limit do', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(mulhu(a, b), signed((unsigned(a) * unsigned(b)) >> 32n));
        assert.equal(mulh(a, b), signed((BigInt(a) * BigInt(b)) >> 32n));
        assert.equal(mulhsu(a, b), signed((BigInt(a) * unsigned(b)) >> 32n));
        fc.pre(b !== 0);
        assert.equal(div(a, b), signed(BigInt(a) / BigInt(b)));
        assert.equal(rem(a, b), signed(BigInt(a) % BigInt(b)));
        assert.equal(divu(a, b), signed(unsigned(a) / unsigned(b)));
        assert.equal(remu(a, b), signed(unsigned(a) % unsigned(b)));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it('divides by zero without a trap', () => {
    assert.deepEqual([div(7, 0), divu(7, 0), rem(7, 0), remu(-7, 0)], [-1, -1, 7, -7]);
  });
});
