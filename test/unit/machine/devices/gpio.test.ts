import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGpio } from '../../../../runtime/machine/devices/gpio.js';
import { gpioRegisters } from '../../../../runtime/registers/gpio.regs.js';
import { manualClock, wire } from './ports.js';
import { registersOf } from './registers-of.js';

const cyclesPerClock = 40;

function fixture() {
  const clock = manualClock();
  const interrupts = Array.from({ length: 8 }, wire);
  const gpio = createGpio({ clock, interrupts, cyclesPerClock });
  return { clock, interrupts, gpio, ...registersOf(gpio, gpioRegisters) };
}

describe('the OpenTitan GPIO', () => {
  it('shows at a driven pin what it drives, and elsewhere what the board drives', () => {
    const { gpio, read, write } = fixture();
    gpio.setInputs(0b0110);
    write('DIRECT_OUT', 0b1001);
    assert.equal(read('DATA_IN'), 0b0110);
    write('DIRECT_OE', 0b0011);
    assert.equal(read('DATA_IN'), 0b0101);
    assert.equal(gpio.pads(), 0b0101);
  });

  it('changes under a mask only the pins that the mask selects', () => {
    const { read, write } = fixture();
    write('DIRECT_OUT', 0xffff_ffff);
    write('MASKED_OUT_LOWER', 0x00ff_000f);
    write('MASKED_OUT_UPPER', 0xff00_0000);
    assert.equal(read('DIRECT_OUT'), 0x00ff_ff0f);
    assert.equal(read('MASKED_OUT_LOWER'), 0xff0f);
    assert.equal(read('MASKED_OUT_UPPER'), 0x00ff);
    write('MASKED_OE_UPPER', 0x8000_ffff);
    assert.equal(read('DIRECT_OE'), 0x8000_0000);
  });

  it('interrupts at the edges that are enabled, until software clears the bit', () => {
    const { gpio, interrupts, read, write } = fixture();
    write('INTR_ENABLE', 0b11);
    write('INTR_CTRL_EN_RISING', 0b01);
    write('INTR_CTRL_EN_FALLING', 0b10);
    gpio.setInputs(0b11);
    assert.deepEqual([interrupts[0]?.level, interrupts[1]?.level], [true, false]);
    gpio.setInputs(0);
    assert.equal(read('INTR_STATE'), 0b11);
    write('INTR_STATE', 0b01);
    assert.deepEqual([interrupts[0]?.level, interrupts[1]?.level], [false, true]);
  });

  it('interrupts again at once while an enabled level lasts', () => {
    const { gpio, interrupts, write } = fixture();
    write('INTR_ENABLE', 0b1);
    write('INTR_CTRL_EN_LVLHIGH', 0b1);
    gpio.setInputs(1);
    write('INTR_STATE', 1);
    assert.equal(interrupts[0]?.level, true);
    gpio.setInputs(0);
    write('INTR_STATE', 1);
    assert.equal(interrupts[0].level, false);
    write('INTR_CTRL_EN_LVLLOW', 1);
    assert.equal(interrupts[0].level, true);
  });

  it('lets through a filter only what has lasted sixteen clocks', () => {
    const { clock, gpio, read, write } = fixture();
    write('CTRL_EN_INPUT_FILTER', 1);
    gpio.setInputs(0b11);
    assert.equal(read('DATA_IN'), 0b10);
    clock.advanceTo(15 * cyclesPerClock);
    gpio.setInputs(0b10);
    gpio.setInputs(0b11);
    clock.advanceTo(16 * cyclesPerClock);
    assert.equal(read('DATA_IN'), 0b10);
    clock.advanceTo(31 * cyclesPerClock);
    assert.equal(read('DATA_IN'), 0b11);
  });
});
