import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { access } from '../../../../runtime/machine/cpu/access.js';
import {
  PmpRanges,
  pmpAddressIsLocked,
  pmpConfig,
  pmpMode,
  pmpRange,
} from '../../../../runtime/machine/cpu/pmp.js';
import { hartBlockWords, hartWord } from '../../../../runtime/machine/memory/layout.js';
import { csr, enterMode, hartFixture, ramBase } from '../../../support/hart-fixture.js';

interface Entry {
  readonly mode: keyof typeof pmpMode;
  readonly rights?: number;
  readonly address: number;
}

/** A hart block with these entries, first entry first. */
function blockWith(entries: readonly Entry[]): Int32Array {
  const block = new Int32Array(hartBlockWords);
  entries.forEach(({ mode, rights = 7, address }, index) => {
    block[hartWord.pmpaddr + index] = address >>> 2;
    const config = rights | (pmpMode[mode] << pmpConfig.aShift);
    block[hartWord.pmpcfg + (index >> 2)]! |= config << ((index & 3) * 8);
  });
  return block;
}

function rangesOf(entries: readonly Entry[]): PmpRanges {
  const ranges = new PmpRanges();
  ranges.update(blockWith(entries));
  return ranges;
}

describe('a PMP entry', () => {
  it('in NAPOT mode covers a power of two that its trailing ones tell', () => {
    // 0b…10111 << 2: three trailing ones are 64 bytes.
    const block = blockWith([{ mode: 'napot', address: (0x20000000 << 2) | (0b0111 << 2) }]);
    assert.deepEqual(pmpRange(block, 0), { from: 0x80000000, to: 0x80000040 });
    block[hartWord.pmpaddr] = -1;
    assert.deepEqual(pmpRange(block, 0), { from: 0, to: 2 ** 35 });
    block[hartWord.pmpaddr] = 0x20000000;
    assert.deepEqual(pmpRange(block, 0), { from: 0x80000000, to: 0x80000008 });
  });

  it('in TOR mode reaches from the address below to its own', () => {
    const block = blockWith([
      { mode: 'tor', address: 0x1000 },
      { mode: 'tor', address: 0x3000 },
      { mode: 'tor', address: 0x2000 },
    ]);
    assert.deepEqual(pmpRange(block, 0), { from: 0, to: 0x1000 });
    assert.deepEqual(pmpRange(block, 1), { from: 0x1000, to: 0x3000 });
    assert.equal(pmpRange(block, 2), undefined, 'the top lies below the bottom');
  });

  it('must match all bytes of an access', () => {
    const ranges = rangesOf([{ mode: 'na4', address: 0x1000 }]);
    assert.equal(ranges.allows(0x1000, 4, access.load, 0), true);
    assert.equal(ranges.allows(0x1002, 4, access.load, 0), false);
    assert.equal(ranges.allows(0x0ffe, 4, access.load, 3), false, 'partial: even in M-mode');
  });

  it('that comes first decides', () => {
    const ranges = rangesOf([
      { mode: 'na4', address: 0x1000, rights: 1 },
      { mode: 'napot', address: 0xffffffff },
    ]);
    assert.equal(ranges.allows(0x1000, 4, access.store, 0), false);
    assert.equal(ranges.allows(0x1004, 4, access.store, 0), true);
    assert.equal(ranges.isUniform(0x1000), false);
    assert.equal(ranges.isUniform(0x2000), true);
  });

  it('binds M-mode only when it is locked', () => {
    const open = rangesOf([{ mode: 'na4', address: 0x1000, rights: 0 }]);
    assert.equal(open.allows(0x1000, 4, access.load, 3), true);
    const locked = rangesOf([{ mode: 'na4', address: 0x1000, rights: pmpConfig.l }]);
    assert.equal(locked.allows(0x1000, 4, access.load, 3), false);
  });

  it('that nothing matches lets M-mode pass, and nobody else', () => {
    const ranges = rangesOf([]);
    assert.equal(ranges.allows(0x1000, 4, access.load, 3), true);
    assert.equal(ranges.allows(0x1000, 4, access.load, 1), false);
    assert.equal(ranges.allows(0x1000, 4, access.load, 0), false);
  });

  it('that is locked keeps its address, and in TOR mode the one below', () => {
    const block = blockWith([
      { mode: 'off', address: 0 },
      { mode: 'tor', address: 0x2000, rights: pmpConfig.l },
    ]);
    assert.equal(pmpAddressIsLocked(block, 0), true);
    assert.equal(pmpAddressIsLocked(block, 1), true);
    assert.equal(pmpAddressIsLocked(block, 2), false);
    const fixture = hartFixture();
    fixture.write(csr.pmpcfg0, pmpConfig.l | 0x18);
    fixture.write(csr.pmpcfg0, 0x1f);
    fixture.write(csr.pmpaddr0, 1);
    assert.equal(fixture.read(csr.pmpcfg0), pmpConfig.l | 0x18);
    assert.equal(fixture.read(csr.pmpaddr0), 0);
  });

  it('takes effect at the next access, also when the page was in use', () => {
    const fixture = hartFixture('lw a0, 0(a1)\nlw a0, 0(a1)');
    enterMode(fixture, 1);
    fixture.hart.x[11] = ramBase + 0x3000;
    fixture.hart.run(1);
    assert.equal(fixture.hart.privilege, 1);
    // The first page stays open, the rest is closed.
    fixture.write(csr.pmpaddr0, (ramBase >>> 2) | 0x1ff);
    fixture.hart.run(1);
    assert.equal(fixture.read(csr.mcause), 5);
    assert.equal(fixture.read(csr.mtval), ramBase + 0x3000);
  });

  it('that splits a page allows code on its side only', () => {
    const fixture = hartFixture('addi a0, a0, 1\naddi a0, a0, 1\naddi a0, a0, 1');
    enterMode(fixture, 0);
    // 8 bytes: two instructions.
    fixture.write(csr.pmpaddr0, ramBase >>> 2);
    fixture.hart.run(3);
    assert.equal(fixture.hart.x[10], 2);
    assert.equal(fixture.read(csr.mcause), 1);
    assert.equal(fixture.read(csr.mepc), ramBase + 8);
  });
});
