import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPlic } from '../../../../runtime/machine/devices/plic.js';
import { createRvPlic } from '../../../../runtime/machine/devices/rv-plic.js';
import { wire } from './ports.js';

function openTitan() {
  const external = wire();
  const software = wire();
  const plic = createRvPlic({ external, software });
  const claimAddress = 0x20_0004;
  return {
    external,
    software,
    plic,
    enable: (source: number, priority: number) => {
      const word = 0x2000 + 4 * Math.floor(source / 32);
      plic.write(4 * source, 4, priority);
      plic.write(word, 4, ((plic.read(word, 4) ?? 0) | (1 << (source % 32))) >>> 0);
    },
    claim: () => plic.read(claimAddress, 4),
    complete: (source: number) => plic.write(claimAddress, 4, source),
    setThreshold: (threshold: number) => plic.write(0x20_0000, 4, threshold),
  };
}

describe('the OpenTitan interrupt controller', () => {
  it('interrupts for an enabled source with a priority, until it is claimed', () => {
    const { plic, external, enable, claim } = openTitan();
    plic.sources.line(2).set(true);
    assert.equal(external.level, false);
    assert.equal(plic.read(0x1000, 4), 4);
    enable(2, 1);
    assert.equal(external.level, true);
    assert.equal(claim(), 2);
    assert.equal(external.level, false);
    assert.equal(claim(), 0);
  });

  it('interrupts again after completion while the line is still up', () => {
    const { plic, external, enable, claim, complete } = openTitan();
    enable(38, 1);
    plic.sources.line(38).set(true);
    assert.equal(claim(), 38);
    complete(38);
    assert.equal(external.level, true);
    assert.equal(claim(), 38);
    plic.sources.line(38).set(false);
    complete(38);
    assert.equal(external.level, false);
  });

  it('claims the highest priority first, and the lowest number among equals', () => {
    const { plic, enable, claim } = openTitan();
    enable(7, 1);
    enable(3, 2);
    enable(5, 2);
    for (const source of [7, 5, 3]) plic.sources.line(source).set(true);
    assert.deepEqual([claim(), claim(), claim(), claim()], [3, 5, 7, 0]);
  });

  it('interrupts only above the threshold, but still gives such a source to a claim', () => {
    const { plic, external, enable, claim, setThreshold } = openTitan();
    setThreshold(3);
    enable(4, 3);
    plic.sources.line(4).set(true);
    assert.equal(external.level, false);
    assert.equal(claim(), 4);
  });

  it('ignores the completion of a source that is not enabled', () => {
    const { plic, enable, claim, complete } = openTitan();
    enable(4, 1);
    plic.sources.line(4).set(true);
    claim();
    plic.write(0x2000, 4, 0);
    complete(4);
    plic.write(0x2000, 4, 1 << 4);
    assert.equal(claim(), 0);
  });

  it('shows a debugger the claim without claiming', () => {
    const { plic, enable, claim } = openTitan();
    enable(9, 1);
    plic.sources.line(9).set(true);
    assert.equal(plic.peek(0x20_0004, 4), 9);
    assert.equal(claim(), 9);
  });

  it('drives the software interrupt', () => {
    const { plic, software } = openTitan();
    plic.write(0x400_0000, 4, 1);
    assert.equal(software.level, true);
  });

  it('has no source 0', () => {
    const { plic, external } = openTitan();
    plic.write(0, 4, 7);
    plic.write(0x2000, 4, 0xffff_ffff);
    assert.equal(plic.read(0, 4), 0);
    assert.equal(plic.read(0x2000, 4), 0xffff_fffe);
    assert.equal(external.level, false);
  });

  it('serves a supervisor, also when it masks a source before it completes it', () => {
    const { plic, external } = openTitan();
    const interrupts = plic.sources.supervisorInterrupts(0);
    interrupts.setEnabled(2, true);
    plic.sources.line(2).set(true);
    assert.equal(external.level, true);
    assert.equal(interrupts.claim(), 2);
    interrupts.setEnabled(2, false);
    interrupts.complete(2);
    assert.equal(external.level, false);
    interrupts.setEnabled(2, true);
    assert.equal(interrupts.claim(), 2);
  });

  it('restores pending and claimed sources', () => {
    const one = openTitan();
    one.enable(2, 1);
    one.enable(3, 1);
    one.plic.sources.line(2).set(true);
    one.plic.sources.line(3).set(true);
    one.claim();
    const other = openTitan();
    other.plic.load(one.plic.save());
    assert.deepEqual(other.plic.save(), one.plic.save());
    assert.equal(other.external.level, true);
    assert.equal(other.claim(), 3);
    other.complete(2);
    assert.equal(other.claim(), 2);
  });
});

describe('the interrupt controller of virt', () => {
  it('serves M-mode and S-mode separately, and a source goes to who claims first', () => {
    const machineExternal = wire();
    const supervisorExternal = wire();
    const plic = createPlic({ machineExternal, supervisorExternal });
    plic.write(4 * 10, 4, 1);
    plic.write(0x2000, 4, 1 << 10);
    plic.write(0x2080, 4, 1 << 10);
    plic.sources.line(10).set(true);
    assert.deepEqual([machineExternal.level, supervisorExternal.level], [true, true]);
    assert.equal(plic.read(0x20_1004, 4), 10);
    assert.deepEqual([machineExternal.level, supervisorExternal.level], [false, false]);
    assert.equal(plic.read(0x20_0004, 4), 0);
    plic.sources.line(10).set(true);
    assert.equal(plic.read(0x20_0004, 4), 0);
    plic.write(0x20_1004, 4, 10);
    assert.equal(plic.read(0x20_0004, 4), 10);
  });

  it('asks no second time for a line that stays up, but for each request, as QEMU’s does', () => {
    const supervisorExternal = wire();
    const plic = createPlic({ machineExternal: wire(), supervisorExternal });
    const interrupts = plic.sources.supervisorInterrupts(1);
    const line = plic.sources.line(10);
    interrupts.setEnabled(10, true);
    line.set(true);
    assert.equal(interrupts.claim(), 10);
    interrupts.complete(10);
    assert.equal(supervisorExternal.level, false);
    line.set(true);
    assert.equal(supervisorExternal.level, true);
    assert.equal(interrupts.claim(), 10);
    // A request while it is served waits for the completion; one that is taken back does not.
    line.set(true);
    assert.equal(plic.read(0x1000, 4), 1 << 10);
    assert.equal(interrupts.claim(), 0);
    line.set(false);
    line.set(true);
    interrupts.complete(10);
    assert.equal(supervisorExternal.level, true);
    line.set(false);
    assert.equal(supervisorExternal.level, false);
  });

  it('takes words only, and reads zero where it has no register', () => {
    const plic = createPlic({ machineExternal: wire(), supervisorExternal: wire() });
    assert.equal(plic.read(0, 1), undefined);
    assert.equal(plic.write(4, 2, 1), false);
    assert.equal(plic.read(0x3000, 4), 0);
  });
});
