import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aliases } from '../../../runtime/isa/aliases.js';
import { decode } from '../../../runtime/isa/decode.js';
import { encode, findInstruction } from '../../../runtime/isa/encode.js';
import { printInstruction } from '../../../runtime/isa/print.js';

const printed = (word: number, options?: { aliases: boolean }): string =>
  printInstruction(decode(word) ?? assert.fail(), 0x8000_0000, undefined, options);

describe('printInstruction', () => {
  it('prefers the alias that a reader expects', () => {
    assert.deepEqual(
      [0x13, 0x8067, 0x00050513, 0x00500513, 0x30002573, 0xc0102573, 0x00a05063].map((word) =>
        printed(word),
      ),
      ['nop', 'ret', 'mv a0,a0', 'li a0,5', 'csrr a0,mstatus', 'rdtime a0', 'blez a0,0x80000000'],
    );
  });

  it('prints compressed instructions as the wide ones that they stand for', () => {
    assert.deepEqual(
      [0x0001, 0x8082, 0x852e, 0x1141, 0x4532, 0xa001, 0xd101].map((word) => printed(word)),
      [
        'nop',
        'ret',
        'mv a0,a1',
        'addi sp,sp,-16',
        'lw a0,12(sp)',
        'j 0x80000000',
        'beqz a0,0x7fffff00',
      ],
    );
  });

  it('shows their own names without aliases', () => {
    assert.deepEqual(
      [0x0001, 0x8082, 0x852e, 0x1141].map((word) => printed(word, { aliases: false })),
      ['c.nop', 'c.jr ra', 'c.mv a0,a1', 'c.addi sp,-16'],
    );
  });

  it('keeps the compressed name of a hint, which a wide instruction would not be', () => {
    assert.deepEqual(
      [0x0005, 0x4005, 0x8006].map((word) => printed(word)),
      ['c.nop 1', 'c.li zero,1', 'c.mv zero,ra'],
    );
  });

  it('names a target by its symbol', () => {
    const call = decode(0x008000ef) ?? assert.fail();
    const symbolize = (address: number) => (address === 0x8000_0008 ? 'main' : undefined);
    assert.equal(printInstruction(call, 0x8000_0000, symbolize), 'jal 0x80000008 <main>');
  });

  it('wraps a target around the address space', () => {
    assert.equal(printInstruction(decode(0xffdff06f) ?? assert.fail(), 0), 'j 0xfffffffc');
  });

  it('puts the order of an atomic operation into the mnemonic', () => {
    assert.equal(printed(0x06b6252f), 'amoadd.w.aqrl a0,a1,(a2)');
  });

  it('prints a CSR without a name as a number', () => {
    assert.equal(printed(0x5c002573), 'csrr a0,0x5c0');
  });

  it('prints every alias for the instruction that it stands for', () => {
    for (const alias of aliases) {
      const row = findInstruction(alias.of) ?? assert.fail(alias.of);
      const operands = { rd: 10, rs1: 11, rs2: 12, imm: 4, csr: 0x340, ...alias.fixed };
      const encoded = encode(row, operands);
      assert.ok(encoded.ok, alias.name);
      assert.match(printed(encoded.value), new RegExp(`^${alias.name.replace('.', '\\.')}( |$)`));
      assert.match(alias.doc, /\.$/);
    }
  });
});
