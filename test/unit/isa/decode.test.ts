import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode, instructionLength } from '../../../runtime/isa/decode.js';
import { encode } from '../../../runtime/isa/encode.js';

const nameOf = (word: number): string | undefined => decode(word)?.row.name;

describe('decode', () => {
  it('takes the length from the two lowest bits', () => {
    assert.deepEqual([0, 1, 2, 3, 0xffffffff].map(instructionLength), [2, 2, 2, 4, 4]);
  });

  it('looks only at the lower half of a compressed instruction', () => {
    assert.equal(nameOf(0xffff0001), 'c.nop');
  });

  it('gives the operands of the wide instruction that a compressed one stands for', () => {
    const { rd, rs1, rs2, imm } = decode(0x557e) ?? assert.fail();
    assert.deepEqual({ rd, rs1, rs2, imm }, { rd: 10, rs1: 2, rs2: 0, imm: 252 });
  });

  it('keeps acquire and release apart', () => {
    assert.equal(decode(0x1405a52f)?.ordering, 2);
    assert.equal(decode(0x1205a52f)?.ordering, 1);
  });

  it('refuses reserved encodings', () => {
    const reserved = {
      'all zeros': 0x0000,
      'all ones': 0xffffffff,
      'c.addi4spn with 0': 0x0004,
      'c.addi16sp with 0': 0x6101,
      'c.lui with 0': 0x6501,
      'c.lwsp to x0': 0x4002,
      'c.jr x0': 0x8002,
      'c.slli by 32': 0x1502,
      'c.srli by 32': 0x9101,
      'c.srai by 32': 0x9501,
      'c.subw of RV64': 0x9d0d,
      'slli by 32': 0x02051513,
      'c.fld of D': 0x2000,
      'lr.w with rs2': 0x1015a52f,
      'lr.d of RV64': 0x1005b52f,
      'ecall with rd': 0x000000f3,
      'add with a free funct7': 0x10c58533,
    };
    for (const [what, word] of Object.entries(reserved))
      assert.equal(nameOf(word), undefined, what);
  });

  it('accepts hints, which have no effect', () => {
    const hints: readonly (readonly [number, string])[] = [
      [0x0005, 'c.nop'],
      [0x0501, 'c.addi'],
      [0x4005, 'c.li'],
      [0x6005, 'c.lui'],
      [0x8006, 'c.mv'],
      [0x9006, 'c.add'],
      [0x0502, 'c.slli'],
      [0x8101, 'c.srli'],
      [0x0100000f, 'fence'],
      [0x00108013, 'addi'],
    ];
    for (const [word, name] of hints) assert.equal(nameOf(word), name);
  });

  it('is undone by encode for every 16-bit word', () => {
    for (let word = 0; word < 0x10000; word++) {
      const decoded = instructionLength(word) === 2 ? decode(word) : undefined;
      if (decoded === undefined) continue;
      assert.deepEqual(encode(decoded.row, decoded), { ok: true, value: word });
    }
  });
});
