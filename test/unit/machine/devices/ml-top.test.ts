import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMlTop } from '../../../../runtime/machine/devices/ml-top.js';
import { mlTopRegisters } from '../../../../runtime/registers/ml-top.regs.js';
import { wire } from './ports.js';
import { registersOf } from './registers-of.js';

function core() {
  const interrupts = Array.from({ length: 4 }, wire);
  const sentences: string[] = [];
  const device = createMlTop({ interrupts, told: (sentence) => sentences.push(sentence) });
  return { interrupts, sentences, device, ...registersOf(device, mlTopRegisters) };
}

describe('the control block of the vector core', () => {
  it('holds the core, and has cleared its memory', () => {
    const { read } = core();
    assert.deepEqual([read('CTRL'), read('INIT_STATUS'), read('ERROR_STATUS')], [3, 1, 0]);
  });

  it('says that nothing runs, once for each time that the core is let go', () => {
    const { read, write, sentences, interrupts } = core();
    write('CTRL', 0x100 | 1);
    assert.equal(sentences.length, 0);
    write('CTRL', 0x100);
    write('CTRL', 0x200);
    assert.equal(sentences.length, 1);
    assert.equal(read('CTRL'), 0x200);
    assert.deepEqual(
      interrupts.map(({ level }) => level),
      [false, false, false, false],
    );
  });

  it('raises an interrupt by INTR_TEST while it is enabled, until it is cleared', () => {
    const { read, write, interrupts, device } = core();
    const levels = (): boolean[] => interrupts.map(({ level }) => level);
    write('INTR_TEST', 0b1010);
    assert.deepEqual([read('INTR_STATE'), ...levels()], [0b1010, false, false, false, false]);
    write('INTR_ENABLE', 0b0010);
    assert.deepEqual(levels(), [false, true, false, false]);
    const state = device.save();
    write('INTR_STATE', 0b0010);
    assert.deepEqual([read('INTR_STATE'), ...levels()], [0b1000, false, false, false, false]);
    device.load(state);
    assert.deepEqual(levels(), [false, true, false, false]);
    device.reset();
    assert.deepEqual([read('CTRL'), ...levels()], [3, false, false, false, false]);
  });
});
