import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { expand } from '../../runtime/isa/compressed.js';
import { decode } from '../../runtime/isa/decode.js';
import { compress, encode } from '../../runtime/isa/encode.js';
import type { Decoded, Operands } from '../../runtime/isa/instruction.js';
import { printInstruction } from '../../runtime/isa/print.js';
import { instructions } from '../../runtime/isa/table.js';

/** A word of a random row: its fixed bits, and random ones in the operand fields. */
const word = fc
  .tuple(fc.constantFrom(...instructions), fc.integer())
  .map(([row, random]) => (row.match | (random & ~row.mask)) >>> 0)
  .map((value) => ((value & 3) === 3 ? value : value & 0xffff));

const operandsOf = ({ rd, rs1, rs2, imm, csr, ordering }: Decoded): Operands => ({
  rd,
  rs1,
  rs2,
  imm,
  csr,
  ordering,
});

describe('the instruction set', () => {
  it('encodes what it decoded to the same word', () => {
    fc.assert(
      fc.property(word, (value) => {
        const decoded = decode(value);
        if (decoded === undefined) return;
        assert.deepEqual(encode(decoded.row, decoded), { ok: true, value });
      }),
      { numRuns: 5000 },
    );
  });

  it('decodes any word without a throw, and prints what it decoded', () => {
    fc.assert(
      fc.property(fc.integer(), (value) => {
        const decoded = decode(value);
        if (decoded) assert.match(printInstruction(decoded, 0), /^[a-z]/);
      }),
      { numRuns: 5000 },
    );
  });

  it('compresses only to an instruction with the same expansion', () => {
    fc.assert(
      fc.property(word, (value) => {
        const decoded = decode(value);
        if (decoded?.row.lengthBytes !== 4) return;
        const short = compress(decoded.row, decoded);
        if (short === undefined) return;
        const expanded = expand(decode(short) ?? assert.fail());
        const isCopy = decoded.row.name === 'addi' && expanded.row.name === 'add';
        if (isCopy) {
          assert.deepEqual([expanded.rd, expanded.rs1, expanded.rs2], [decoded.rd, 0, decoded.rs1]);
          return;
        }
        assert.equal(expanded.row, decoded.row);
        const swapped = { ...operandsOf(expanded), rs1: expanded.rs2, rs2: expanded.rs1 };
        const isSwapped = expanded.rs1 !== decoded.rs1;
        assert.deepEqual(isSwapped ? swapped : operandsOf(expanded), operandsOf(decoded));
      }),
      { numRuns: 20000 },
    );
  });
});
