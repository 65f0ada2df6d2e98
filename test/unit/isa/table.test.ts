import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode } from '../../../runtime/isa/decode.js';
import { findInstruction } from '../../../runtime/isa/encode.js';
import { layouts } from '../../../runtime/isa/format.js';
import type { Instruction } from '../../../runtime/isa/instruction.js';
import { instructions } from '../../../runtime/isa/table.js';

/** The operands that a row's syntax writes: `rd, imm(rs1)` has rd, imm and rs1. */
function writtenOperands({ syntax }: Instruction): readonly string[] {
  const names = (syntax.match(/[a-z]+[0-9]*/g) ?? []).map((name) =>
    name === 'target' || name === 'pred' || name === 'succ' ? 'imm' : name,
  );
  return [...new Set(names.filter((name) => name !== 'sp'))].sort();
}

describe('the instruction table', () => {
  it('has one row a mnemonic, with docs, a source and an effect', () => {
    const names = new Set<string>();
    for (const row of instructions) {
      assert.ok(!names.has(row.name), row.name);
      names.add(row.name);
      assert.match(row.doc, /^[A-Z].{15,}\.$/, row.name);
      assert.match(row.source, /^[UP] \d+(\.\d+)+$/, row.name);
      assert.notEqual(row.execute, '', row.name);
    }
  });

  it('writes in the syntax exactly the operands that the format holds', () => {
    for (const row of instructions) {
      // The mode and register fields of fences are reserved, the order of atomics is a suffix of the
      // mnemonic, and the immediate of c.nop only makes hints.
      if (row.format === 'fence' || row.name === 'c.nop') continue;
      const held = layouts[row.format].fields
        .map(({ operand }) => operand as string)
        .filter((operand) => operand !== 'ordering')
        .sort();
      assert.deepEqual(writtenOperands(row), held, row.name);
    }
  });

  it('uses in the effect only operands that the format or its implied registers give', () => {
    for (const row of instructions) {
      const { fields, implied } = layouts[row.format];
      const given = new Set<string>(fields.map(({ operand }) => operand));
      for (const operand of Object.keys(implied?.(row.match, 1) ?? {})) given.add(operand);
      for (const operand of ['rd', 'rs1', 'rs2', 'imm']) {
        if (new RegExp(`\\b${operand}\\b`).test(row.execute)) {
          assert.ok(given.has(operand), `${row.name}: ${operand}`);
        }
      }
    }
  });

  it('keeps the match within the mask and the operand fields outside it', () => {
    for (const row of instructions) {
      assert.equal(row.match & ~row.mask, 0, row.name);
      const fieldBits = layouts[row.format].fields
        .flatMap(({ pieces }) => pieces)
        .reduce((all, [high, low]) => all | ((2 ** (high - low + 1) - 1) << low), 0);
      const isNop = row.name === 'c.nop';
      assert.equal(fieldBits & row.mask & (isNop ? ~0xf80 : -1), 0, row.name);
      const all = row.lengthBytes === 4 ? -1 : 0xffff;
      const unused = all & ~row.mask & ~fieldBits;
      assert.equal(unused, 0, `${row.name}: bits of no field`);
    }
  });

  it('lets rows overlap only where the narrower one comes first', () => {
    instructions.forEach((later, index) => {
      for (const earlier of instructions.slice(0, index)) {
        const common = earlier.mask & later.mask;
        const overlap =
          earlier.lengthBytes === later.lengthBytes &&
          (earlier.match & common) === (later.match & common);
        if (overlap)
          assert.equal(earlier.mask & later.mask, later.mask, `${earlier.name} ${later.name}`);
      }
    });
  });

  it('reaches every row by its own match, except where zero operands mean another row', () => {
    const elsewhere = instructions
      .filter((row) => decode(row.match)?.row !== row)
      .map((row) => `${row.name}: ${decode(row.match)?.row.name ?? 'reserved'}`);
    assert.deepEqual(elsewhere, [
      'c.addi4spn: reserved',
      'c.addi: c.nop',
      'c.addi16sp: reserved',
      'c.lui: reserved',
      'c.lwsp: reserved',
      'c.jr: reserved',
      'c.mv: reserved',
      'c.jalr: c.ebreak',
      'c.add: c.ebreak',
    ]);
  });

  it('uses every format', () => {
    const used = new Set(instructions.map(({ format }) => format));
    assert.deepEqual(
      Object.keys(layouts).filter((format) => !used.has(format as Instruction['format'])),
      [],
    );
  });

  it('finds a row by its mnemonic in any case', () => {
    assert.equal(findInstruction('AMOSWAP.W')?.name, 'amoswap.w');
    assert.equal(findInstruction('amoswap.w.aq'), undefined);
  });
});
