import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { csrs } from '../../../../runtime/isa/csrs.js';
import { csr, enterMode, hartFixture, ramBase } from '../../../support/hart-fixture.js';

describe('a CSR', () => {
  for (const [number, written, read] of [
    [csr.mstatus, 0xffffffff, 0x007e19aa],
    [csr.mstatus, 0x00001000, 0x00000000],
    [csr.medeleg, 0xffffffff, 0x0000b3ff],
    [csr.mideleg, 0xffffffff, 0x00000222],
    [csr.mie, 0xffffffff, 0x00000aaa],
    [csr.mip, 0xffffffff, 0x00000222],
    [csr.mtvec, 0xffffffff, 0xfffffffd],
    [csr.mepc, 0xffffffff, 0xfffffffe],
    [csr.mcause, 0x8000000b, 0x8000000b],
    [csr.satp, 0xffffffff, 0xffffffff],
    [csr.pmpcfg0, 0x7f7f7f7f, 0x1f1f1f1f],
    [csr.pmpcfg0, 0x02020202, 0x00000000],
    [0x301, 0, 0x40141105],
    [0x306, 0xffffffff, 7],
    [0x320, 0xffffffff, 0],
    [0xb03, 0xffffffff, 0],
  ] as const) {
    const hex = (value: number): string => value.toString(16);
    it(`0x${hex(number)} keeps of ${hex(written)} what is legal: ${hex(read)}`, () => {
      const fixture = hartFixture();
      fixture.write(number, written);
      assert.equal(hex(fixture.read(number)), hex(read));
    });
  }

  it('of supervisor mode shows its part of the machine one', () => {
    const fixture = hartFixture();
    fixture.write(csr.mstatus, 0xffffffff);
    assert.equal(fixture.read(csr.sstatus), 0x000c0122);
    fixture.write(csr.sstatus, 0);
    assert.equal(fixture.read(csr.mstatus), 0x007e19aa & ~0x000c0122);
    fixture.write(csr.mie, 0xaaa);
    assert.equal(fixture.read(0x104), 0, 'nothing is delegated');
    fixture.write(csr.mideleg, 0x222);
    assert.equal(fixture.read(0x104), 0x222);
  });

  it('that is read-only cannot be written', () => {
    const fixture = hartFixture('csrrw a0, mhartid, a1\ncsrrs a0, mhartid, zero');
    fixture.write(csr.mtvec, ramBase + 0x1000);
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 2);
    assert.equal(fixture.hart.writeCsr(0xf14, 1), false);
    assert.equal(fixture.hart.readCsr(0xf14), 0);
  });

  it('that is absent has no value', () => {
    const fixture = hartFixture();
    assert.equal(fixture.hart.readCsr(0x747), undefined);
    assert.equal(fixture.hart.writeCsr(0x747, 0), false);
  });

  it('set with the zero register is only read', () => {
    // mcycle would go wrong by one if it were written.
    const fixture = hartFixture(
      'csrrs a0, mcycle, zero\ncsrrs a1, mcycle, zero\ncsrrc a2, mcycle, zero',
    );
    fixture.hart.run(3);
    assert.deepEqual([...fixture.hart.x.subarray(10, 13)], [0, 1, 2]);
  });

  it('of an external interrupt keeps the wire out of a read-modify-write', () => {
    const fixture = hartFixture('csrrsi a0, mip, 2');
    fixture.hart.lines.seip.set(true);
    fixture.hart.run(1);
    fixture.hart.lines.seip.set(false);
    assert.equal(fixture.hart.x[10], 1 << 9);
    assert.equal(fixture.read(csr.mip), 2, 'SEIP was not latched');
  });

  it('counts cycles and retired instructions apart', () => {
    const fixture = hartFixture('ecall\ncsrrs a0, mcycle, zero\ncsrrs a1, minstret, zero');
    fixture.write(csr.mtvec, ramBase + 4);
    fixture.hart.run(3);
    assert.equal(fixture.hart.x[10], 1, 'the trap took a cycle');
    assert.equal(fixture.hart.x[11], 1, 'and the ecall did not retire');
  });

  it('that counts shows what was written at the next instruction, in both halves', () => {
    const fixture = hartFixture(
      'csrrw zero, minstret, a0\ncsrrw zero, minstreth, a0\ncsrrs a1, minstret, zero\ncsrrs a2, minstret, zero\ncsrrs a3, minstreth, zero',
    );
    fixture.hart.x[10] = -1;
    fixture.hart.run(5);
    assert.deepEqual([...fixture.hart.x.subarray(11, 14)], [-1, 0, 0]);
  });

  for (const [privilege, machine, supervisor, allowed] of [
    [1, 0, 7, false],
    [1, 1, 0, true],
    [0, 1, 0, false],
    [0, 0, 1, false],
    [0, 1, 1, true],
  ] as const) {
    it(`cycle in mode ${privilege} with mcounteren ${machine} and scounteren ${supervisor} is ${allowed ? 'read' : 'illegal'}`, () => {
      const fixture = hartFixture('csrrs a0, cycle, zero');
      enterMode(fixture, privilege);
      fixture.write(0x306, machine);
      fixture.write(0x106, supervisor);
      fixture.hart.run(1);
      assert.equal(fixture.hart.privilege, allowed ? privilege : 3);
    });
  }

  it('needs the privilege that its number says', () => {
    const fixture = hartFixture();
    for (const row of csrs.filter(({ privilege }) => privilege !== 0)) {
      fixture.load(`csrrs a0, ${row.name}, zero`);
      fixture.hart.pc = virtAddr(ramBase);
      fixture.write(csr.mcause, 0);
      enterMode(fixture, row.privilege === 3 ? 1 : 0);
      fixture.hart.run(1);
      assert.equal(fixture.read(csr.mcause), 2, row.name);
    }
  });
});
