/**
 * What a block-wise interpreter could get wrong: counts, stops and stores in the middle of a block.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { physAddr, virtAddr } from '../../../../runtime/base/address.js';
import { csr, deviceAddress, hartFixture, ramBase } from '../../../support/hart-fixture.js';
import { tinyProgram } from '../../../support/tiny-program.js';

const word = (text: string): number => new DataView(tinyProgram(text).buffer).getInt32(0, true);
const repeated = (text: string, count: number): string => Array(count).fill(text).join('\n');
const increments = (count: number): string => repeated('addi a0, a0, 1', count);

describe('a basic block', () => {
  it('can be left after any of its instructions', () => {
    for (let stop = 1; stop < 25; stop++) {
      const { hart } = hartFixture(`loop:\n${increments(9)}\njal zero, loop`);
      assert.equal(hart.run(stop), 'budget');
      assert.equal(hart.instructions, stop);
      assert.equal(hart.pc, ramBase + (stop % 10) * 4);
      assert.equal(hart.x[10], stop - Math.floor(stop / 10));
      // And entered in its middle.
      hart.run(100);
      assert.equal(hart.pc, ramBase + (stop % 10) * 4);
      assert.equal(hart.x[10], stop - Math.floor(stop / 10) + 90);
    }
  });

  it('may be longer than the length in an entry can tell', () => {
    for (const count of [254, 255, 256, 257, 510, 511, 512, 700, 1000]) {
      for (const pieces of [1, 7, 5000]) {
        const { hart } = hartFixture(`loop:\n${increments(count)}\njal zero, loop`);
        for (let left = 5000; left > 0; left -= pieces) hart.run(Math.min(pieces, left));
        assert.equal(hart.instructions, 5000);
        assert.equal(hart.x[10], 5000 - Math.floor(5000 / (count + 1)));
      }
    }
  });

  it('ends with its page, and goes on in the next', () => {
    const fixture = hartFixture();
    fixture.load(increments(1200));
    fixture.hart.run(1150);
    assert.equal(fixture.hart.x[10], 1150);
    assert.equal(fixture.hart.pc, ramBase + 4600);
  });

  it('counts what came before a trap in its middle, and the trap', () => {
    // Nothing is at 0x1000: the load faults.
    const { hart, write } = hartFixture(`${increments(3)}\nlw a1, 0(a2)\n${increments(5)}`);
    write(csr.mtvec, ramBase + 0x2000);
    hart.x[12] = 0x1000;
    hart.run(4);
    assert.equal(hart.x[10], 3);
    assert.equal(hart.instructions, 3);
    assert.equal(hart.steps, 4);
    assert.equal(hart.pc, ramBase + 0x2000);
  });

  it('has the count of instructions right in its middle', () => {
    const { hart } = hartFixture(`${increments(3)}\ncsrrs a1, minstret, zero\n${increments(5)}`);
    hart.run(9);
    assert.deepEqual([hart.x[10], hart.x[11]], [8, 3]);
  });

  it('pays cycles that are charged in its middle', () => {
    const { hart } = hartFixture(`${increments(3)}\nlw a1, 0(a2)\n${increments(50)}`);
    hart.x[12] = deviceAddress | 0;
    assert.equal(hart.run(10), 'budget');
    assert.equal(hart.x[10], 9);
    hart.chargeCycles(5);
    assert.equal(hart.run(10), 'budget');
    assert.equal(hart.x[10], 14);
  });

  it('stops where a breakpoint is set in its middle, and runs through when it is gone', () => {
    const { hart, memory } = hartFixture(`loop:\n${increments(300)}\njal zero, loop`);
    hart.run(2000);
    for (const at of [0, 1, 44, 45, 46, 200, 300]) {
      const address = physAddr(ramBase + at * 4);
      memory.breakpoints.add(address);
      assert.equal(hart.run(1000), 'breakpoint');
      assert.equal(hart.pc, address);
      memory.breakpoints.delete(address);
      const { instructions } = hart;
      assert.equal(hart.run(301), 'budget');
      assert.equal(hart.pc, address);
      assert.equal(hart.instructions, instructions + 301);
    }
  });
});

describe('a store into a basic block', () => {
  const newer = word('addi a0, a0, 100');

  it('is seen by the very block that makes it, wherever it goes', () => {
    for (let target = 1; target < 200; target += 1) {
      const { hart } = hartFixture(`loop:\nsw a1, 0(a2)\n${increments(199)}\njal zero, loop`);
      // Once before, so that the whole block is known.
      hart.x.set([word('addi a0, a0, 1'), ramBase + 4], 11);
      hart.run(201);
      assert.equal(hart.x[10], 199);
      hart.x.set([0, newer, ramBase + target * 4], 10);
      hart.run(201);
      assert.equal(hart.x[10], 198 + 100, `the store to instruction ${target}`);
      assert.equal(hart.pc, ramBase);
      assert.equal(hart.instructions, 402);
    }
  });

  it('is seen when the block is entered in its middle', () => {
    const { hart, setWord } = hartFixture(`${increments(60)}\nloop:\njal zero, loop`);
    for (const entry of [0, 13, 27, 41]) {
      hart.pc = virtAddr(ramBase + entry * 4);
      hart.run(60 - entry);
    }
    setWord(ramBase + 50 * 4, newer);
    for (const entry of [0, 13, 27, 41]) {
      hart.x[10] = 0;
      hart.pc = virtAddr(ramBase + entry * 4);
      hart.run(60 - entry);
      assert.equal(hart.x[10], 60 - entry - 1 + 100);
      assert.equal(hart.pc, ramBase + 240);
    }
  });

  it('is seen when the target lies behind a part that no entry can tell the length of', () => {
    const { hart, setWord } = hartFixture(`loop:\n${increments(900)}\njal zero, loop`);
    hart.run(901);
    for (const target of [0, 254, 255, 256, 510, 645, 646, 899]) {
      setWord(ramBase + target * 4, newer);
      hart.x[10] = 0;
      hart.run(901);
      assert.equal(hart.x[10], 899 + 100, `the store to instruction ${target}`);
      setWord(ramBase + target * 4, word('addi a0, a0, 1'));
    }
  });

  it('of compressed instructions is seen too', () => {
    const fixture = hartFixture();
    // c.addi a0, 1
    fixture.memory.copyIn(
      physAddr(ramBase),
      new Uint8Array(Uint16Array.from({ length: 600 }, () => 0x0505).buffer),
    );
    for (let target = 0; target < 500; target += 17) {
      fixture.hart.pc = virtAddr(ramBase);
      fixture.hart.run(500);
      fixture.hart.x[10] = 0;
      // c.addi a0, 2
      fixture.memory.write16(physAddr(ramBase + target * 2), 0x0509);
      fixture.hart.pc = virtAddr(ramBase);
      fixture.hart.run(500);
      assert.equal(fixture.hart.x[10], 501, `the store to instruction ${target}`);
      fixture.memory.write16(physAddr(ramBase + target * 2), 0x0505);
    }
  });
});
