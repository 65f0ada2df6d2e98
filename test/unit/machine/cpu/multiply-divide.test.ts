import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../../support/fast-check.js';
import { hartFixture } from '../../../support/hart-fixture.js';

const signed = (value: bigint): number => Number(BigInt.asIntN(32, value));
const unsigned = (value: number): bigint => BigInt(value >>> 0);
const edges = fc.constantFrom(0, 1, -1, 0x7fffffff, -0x80000000, 0xffff, 0x10000, -0x10000);
const word = fc.oneof(fc.integer({ min: -0x80000000, max: 0x7fffffff }), edges);

const names = ['mul', 'mulh', 'mulhsu', 'mulhu', 'div', 'divu', 'rem', 'remu'] as const;
/** Results in x12 and up, in the order of the names. */
const source = names.map((name, index) => `${name} x${index + 12}, a0, a1`).join('\n');

describe('RV32M', () => {
  const { hart } = hartFixture(source);
  const start = hart.pc;
  const results = (a: number, b: number): Record<(typeof names)[number], number> => {
    hart.pc = start;
    hart.x.set([a, b], 10);
    hart.run(names.length);
    const values = names.map((name, index) => [name, hart.x[index + 12]]);
    return Object.fromEntries(values) as Record<(typeof names)[number], number>;
  };

  it('multiplies and divides as integers without limit do', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        fc.pre(b !== 0);
        assert.deepEqual(results(a, b), {
          mul: signed(BigInt(a) * BigInt(b)),
          mulh: signed((BigInt(a) * BigInt(b)) >> 32n),
          mulhsu: signed((BigInt(a) * unsigned(b)) >> 32n),
          mulhu: signed((unsigned(a) * unsigned(b)) >> 32n),
          div: signed(BigInt(a) / BigInt(b)),
          divu: signed(unsigned(a) / unsigned(b)),
          rem: signed(BigInt(a) % BigInt(b)),
          remu: signed(unsigned(a) % unsigned(b)),
        });
      }),
      { numRuns: 1000 },
    );
  });

  it('gives -1 and the dividend for a divisor of 0, and wraps where the quotient overflows', () => {
    for (const a of [0, 5, -5, -0x80000000]) {
      const { div, divu, rem, remu } = results(a, 0);
      assert.deepEqual([div, divu, rem, remu], [-1, -1, a, a]);
    }
    const { div, rem } = results(-0x80000000, -1);
    assert.deepEqual([div, rem], [-0x80000000, 0]);
  });
});
