import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRvTimer } from '../../../../runtime/machine/devices/rv-timer.js';
import { manualClock, wire } from './ports.js';

const at = {
  CTRL: 0x004,
  INTR_ENABLE0: 0x100,
  INTR_STATE0: 0x104,
  INTR_TEST0: 0x108,
  CFG0: 0x10c,
  TIMER_V_LOWER0: 0x110,
  TIMER_V_UPPER0: 0x114,
  COMPARE_LOWER0_0: 0x118,
  COMPARE_UPPER0_0: 0x11c,
} as const;

function fixture() {
  const clock = manualClock();
  const interrupt = wire();
  const timer = createRvTimer({
    clock,
    interrupt,
    cyclesPerClock: 40,
    clocksPerSecond: 2_500_000,
  });
  return {
    clock,
    interrupt,
    timer,
    read: (name: keyof typeof at) => timer.read(at[name], 4),
    write: (name: keyof typeof at, value: number) => {
      assert.equal(timer.write(at[name], 4, value), true);
    },
  };
}

/** Expires at mtime 10 with the given CFG0. */
function started(configuration: number) {
  const made = fixture();
  made.write('CFG0', configuration);
  made.write('INTR_ENABLE0', 1);
  made.write('COMPARE_UPPER0_0', 0);
  made.write('COMPARE_LOWER0_0', 10);
  made.write('CTRL', 1);
  return made;
}

describe('the OpenTitan timer', () => {
  it('counts clocks while it is active', () => {
    const { clock, read, write } = fixture();
    clock.advanceTo(1000);
    assert.equal(read('TIMER_V_LOWER0'), 0);
    write('CTRL', 1);
    clock.advanceTo(1399);
    assert.equal(read('TIMER_V_LOWER0'), 9);
    clock.advanceTo(1400);
    assert.equal(read('TIMER_V_LOWER0'), 10);
    write('CTRL', 0);
    clock.advanceTo(5000);
    assert.equal(read('TIMER_V_LOWER0'), 10);
  });

  it('interrupts in the cycle in which mtime reaches the comparator', () => {
    const { clock, interrupt } = started(0x0001_0000);
    clock.advanceTo(399);
    assert.equal(interrupt.level, false);
    clock.advanceTo(400);
    assert.equal(interrupt.level, true);
  });

  it('divides by the prescaler plus one and adds the step', () => {
    // Every 5 clocks mtime grows by 3: it is at or past 10 after 4 ticks of 200 cycles.
    const { clock, interrupt, read } = started(0x0003_0004);
    clock.advanceTo(799);
    assert.equal(interrupt.level, false);
    clock.advanceTo(800);
    assert.equal(interrupt.level, true);
    assert.equal(read('TIMER_V_LOWER0'), 12);
  });

  it('raises the state again after a clear until the comparator has moved', () => {
    const { clock, interrupt, read, write } = started(0x0001_0000);
    clock.advanceTo(500);
    write('INTR_STATE0', 1);
    assert.equal(read('INTR_STATE0'), 1);
    write('COMPARE_LOWER0_0', 100);
    assert.equal(read('INTR_STATE0'), 0);
    assert.equal(interrupt.level, false);
  });

  it('counts on from a value that software wrote, over the 32-bit boundary', () => {
    const { clock, read, write } = fixture();
    write('TIMER_V_LOWER0', 0xffff_ffff);
    write('TIMER_V_UPPER0', 0x8000_0001);
    write('CTRL', 1);
    clock.advanceTo(40);
    assert.equal(read('TIMER_V_LOWER0'), 0);
    assert.equal(read('TIMER_V_UPPER0'), 0x8000_0002);
  });

  it('raises its line by INTR_TEST0', () => {
    const { interrupt, write } = fixture();
    write('INTR_ENABLE0', 1);
    write('INTR_TEST0', 1);
    assert.equal(interrupt.level, true);
    write('INTR_STATE0', 1);
    assert.equal(interrupt.level, false);
  });

  it('serves a supervisor: ticks from power-on, and a deadline', () => {
    const { clock, interrupt, timer } = fixture();
    clock.advanceTo(4000);
    assert.equal(timer.supervisorTimer.now(), 100);
    timer.supervisorTimer.setDeadline(150);
    assert.equal(timer.supervisorTimer.now(), 100);
    clock.advanceTo(5999);
    assert.equal(interrupt.level, false);
    clock.advanceTo(6000);
    assert.equal(interrupt.level, true);
    timer.supervisorTimer.setDeadline(Infinity);
    assert.equal(interrupt.level, false);
  });

  it('expires after a restore exactly when it would have', () => {
    const one = started(0x0001_0000);
    one.clock.advanceTo(123);
    const saved = one.timer.save();
    const other = fixture();
    other.clock.advanceTo(123);
    other.timer.load(saved);
    assert.deepEqual(other.timer.save(), saved);
    other.clock.advanceTo(399);
    assert.equal(other.interrupt.level, false);
    other.clock.advanceTo(400);
    assert.equal(other.interrupt.level, true);
  });
});
