import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { causes, findCause } from '../../../runtime/isa/causes.js';
import { csrNumbered, csrs, findCsr } from '../../../runtime/isa/csrs.js';
import { findRegister, registers } from '../../../runtime/isa/registers.js';

const isSentence = /^[A-Z0-9m][^]*\.$/;

describe('registers', () => {
  it('are 32, each with both names and a role', () => {
    assert.equal(registers.length, 32);
    for (const register of registers) {
      assert.equal(findRegister(register.name), register);
      assert.equal(findRegister(register.abiName), register);
      assert.match(register.role, isSentence);
    }
  });

  it('have the numbers of the calling convention', () => {
    const numbers = ['zero', 'sp', 't2', 'fp', 's1', 'a0', 'a7', 's2', 's11', 't3', 't6'].map(
      (name) => findRegister(name)?.number,
    );
    assert.deepEqual(numbers, [0, 2, 7, 8, 9, 10, 17, 18, 27, 28, 31]);
  });

  it('refuse other names', () => {
    for (const name of ['x32', 'x00', 'A0', '', 's12', 'toString']) {
      assert.equal(findRegister(name), undefined, name);
    }
  });
});

describe('CSRs', () => {
  it('have unique names and numbers, docs, and fields that do not overlap', () => {
    assert.equal(new Set(csrs.map(({ name }) => name)).size, csrs.length);
    assert.equal(new Set(csrs.map(({ number }) => number)).size, csrs.length);
    for (const csr of csrs) {
      assert.match(csr.doc, isSentence, csr.name);
      let below = 32;
      for (const { name, high, low, doc } of csr.fields ?? []) {
        assert.ok(high < below && low <= high && low >= 0, `${csr.name}.${name}`);
        assert.match(doc, isSentence, `${csr.name}.${name}`);
        below = low;
      }
    }
  });

  it('are found by name, by decimal and by hexadecimal number', () => {
    const mstatus = csrNumbered(0x300);
    assert.equal(mstatus?.name, 'mstatus');
    for (const text of ['mstatus', 'MSTATUS', '768', '0x300']) assert.equal(findCsr(text), mstatus);
    for (const text of ['', 'mstatu', '0x', '0x1000', '5000'])
      assert.equal(findCsr(text), undefined);
  });

  it('take their privilege and access from the number', () => {
    const of = (name: string) => {
      const csr = findCsr(name) ?? assert.fail(name);
      return [csr.privilege, csr.readOnly];
    };
    assert.deepEqual(of('cycle'), [0, true]);
    assert.deepEqual(of('satp'), [1, false]);
    assert.deepEqual(of('mhartid'), [3, true]);
  });
});

describe('trap causes', () => {
  it('are found by the value of mcause, signed or not', () => {
    assert.equal(findCause(13)?.name, 'Load page fault');
    assert.equal(findCause(0x8000_0007)?.name, 'Machine timer interrupt');
    assert.equal(findCause(0x8000_0007 | 0)?.name, 'Machine timer interrupt');
    assert.equal(findCause(10), undefined);
  });

  it('have docs', () => {
    for (const { name, doc } of causes) assert.match(doc, isSentence, name);
  });
});
