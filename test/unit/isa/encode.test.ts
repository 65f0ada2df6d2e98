import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compress, encode, findInstruction } from '../../../runtime/isa/encode.js';
import type { Operands } from '../../../runtime/isa/instruction.js';

const row = (name: string) => findInstruction(name) ?? assert.fail(name);
const none: Operands = { rd: 0, rs1: 0, rs2: 0, imm: 0, csr: 0, ordering: 0 };

const errorOf = (name: string, operands: Partial<Operands>): string => {
  const result = encode(row(name), operands);
  return result.ok ? assert.fail(`${name} was encoded`) : result.error.message;
};
const compressed = (name: string, operands: Partial<Operands>): string | undefined =>
  compress(row(name), { ...none, ...operands })?.toString(16);

describe('encode', () => {
  it('takes operands that are left out as 0', () => {
    assert.deepEqual(encode(row('addi'), {}), { ok: true, value: 0x13 });
  });

  it('gives unsigned words', () => {
    assert.deepEqual(encode(row('lui'), { rd: 31, imm: -4096 }), { ok: true, value: 0xffffffb7 });
  });

  it('takes upper constants signed and unsigned', () => {
    const signed = encode(row('lui'), { rd: 1, imm: -4096 });
    assert.deepEqual(encode(row('lui'), { rd: 1, imm: 0xfffff000 }), signed);
  });

  it('says the range of a constant', () => {
    assert.equal(
      errorOf('addi', { imm: 2048 }),
      'The constant of `addi` is from -2048 to 2047, not 2048.',
    );
    assert.equal(errorOf('slli', { imm: 32 }), 'The constant of `slli` is from 0 to 31, not 32.');
    assert.equal(
      errorOf('lui', { imm: 2 ** 32 }),
      'The constant of `lui` is from 0 to 1048575, not 1048576.',
    );
    assert.equal(errorOf('csrrw', { csr: 4096 }), 'A CSR number is from 0 to 0xfff, not 4096.');
  });

  it('says the multiple that a scaled constant must be', () => {
    assert.equal(
      errorOf('c.lw', { rd: 8, rs1: 8, imm: 6 }),
      'The constant of `c.lw` is a multiple of 4 from 0 to 124, not 6.',
    );
    assert.equal(
      errorOf('c.addi16sp', { imm: 0 }),
      'The constant of `c.addi16sp` is a multiple of 16 from -512 to 496, but not 0, not 0.',
    );
  });

  it('says how far a branch reaches', () => {
    assert.equal(
      errorOf('beq', { imm: 4096 }),
      'The distance to the target of `beq` is a multiple of 2 from -4096 to 4094, not 4096.',
    );
  });

  it('says which registers a compressed instruction takes', () => {
    assert.equal(
      errorOf('c.sub', { rd: 5, rs2: 8 }),
      '`c.sub` takes a register from s0 to a5 (x8 to x15) as rd, not t0.',
    );
    assert.equal(
      errorOf('c.lwsp', { rd: 0 }),
      '`c.lwsp` takes a register from zero to t6 (x0 to x31), but not zero as rd, not zero.',
    );
  });

  it('refuses operands that mean another instruction', () => {
    assert.match(errorOf('c.addi', { rd: 0, imm: 1 }), /would be c\.nop/);
  });
});

describe('compress', () => {
  it('chooses the form that GNU as chooses', () => {
    assert.equal(compressed('addi', {}), '1');
    assert.equal(compressed('addi', { rd: 10, rs1: 10, imm: 5 }), '515');
    assert.equal(compressed('addi', { rd: 10, imm: 5 }), '4515');
    assert.equal(compressed('addi', { rd: 10, rs1: 11 }), '852e');
    assert.equal(compressed('addi', { rd: 2, rs1: 2, imm: -64 }), '7139');
    assert.equal(compressed('addi', { rd: 2, rs1: 2, imm: 16 }), '141');
    assert.equal(compressed('addi', { rd: 8, rs1: 2, imm: 16 }), '800');
    assert.equal(compressed('add', { rd: 10, rs1: 11, rs2: 10 }), '952e');
    assert.equal(compressed('lw', { rd: 10, rs1: 2, imm: 12 }), '4532');
    assert.equal(compressed('lw', { rd: 10, rs1: 11, imm: 12 }), '45c8');
    assert.equal(compressed('jal', { imm: 8 }), 'a021');
    assert.equal(compressed('jalr', { rs1: 1 }), '8082');
    assert.equal(compressed('lui', { rd: 10, imm: -4096 }), '757d');
    assert.equal(compressed('ebreak', {}), '9002');
  });

  it('keeps the wide form where operands do not fit', () => {
    assert.equal(compressed('addi', { rd: 10, rs1: 10, imm: 32 }), undefined);
    assert.equal(compressed('addi', { rd: 10, rs1: 11, imm: 1 }), undefined);
    assert.equal(compressed('lw', { rd: 10, rs1: 11, imm: 128 }), undefined);
    assert.equal(compressed('sub', { rd: 5, rs1: 5, rs2: 6 }), undefined);
    assert.equal(compressed('jal', { rd: 5, imm: 8 }), undefined);
  });

  it('never makes a hint', () => {
    assert.equal(compressed('addi', { rd: 0, imm: 5 }), undefined);
    assert.equal(compressed('slli', { rd: 10, rs1: 10, imm: 0 }), undefined);
    assert.equal(compressed('lui', { rd: 0, imm: 4096 }), undefined);
    assert.equal(compressed('add', { rd: 0, rs2: 5 }), undefined);
  });
});
