import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createGoldfishRtc } from '../../../../runtime/machine/devices/goldfish-rtc.js';
import { manualClock, wire } from './ports.js';

const [timeLow, timeHigh, alarmLow, alarmHigh, enabled, clearAlarm, status, clearInterrupt] = [
  0, 4, 8, 12, 16, 20, 24, 28,
] as const;

/** At 100 MHz a cycle is 10 ns. */
const clockAt = (epochSeconds = 0) => {
  const clock = manualClock();
  const interrupt = wire();
  const rtc = createGoldfishRtc({ clock, interrupt, cyclesPerSecond: 100_000_000, epochSeconds });
  rtc.reset();
  return {
    clock,
    interrupt,
    rtc,
    read: (offset: number) => rtc.read(offset, 4),
    write: (offset: number, value: number) => rtc.write(offset, 4, value),
  };
};

describe('the Goldfish real-time clock', () => {
  it('counts nanoseconds of virtual time from its epoch', () => {
    const { clock, read } = clockAt(1_000_000_000);
    // 10^18 is 0x0de0b6b3 a7640000.
    assert.deepEqual([read(timeLow), read(timeHigh)], [0xa764_0000, 0x0de0_b6b3]);
    clock.advanceTo(5);
    assert.equal(read(timeLow), 0xa764_0032);
  });

  it('keeps the high half from the last read of the low one', () => {
    const { clock, read } = clockAt();
    clock.advanceTo(429_496_730);
    assert.equal(read(timeHigh), 0);
    assert.equal(read(timeLow), 4);
    clock.advanceTo(2 * 429_496_730);
    assert.equal(read(timeHigh), 1);
    assert.equal(read(timeLow), 8);
    assert.equal(read(timeHigh), 2);
  });

  it('is read by a debugger without disturbing the high half', () => {
    const { clock, read, rtc } = clockAt();
    clock.advanceTo(429_496_730);
    assert.equal(rtc.peek(timeLow, 4), 4);
    assert.equal(read(timeHigh), 0);
  });

  it('can be set, and goes on from there', () => {
    const { clock, read, write } = clockAt();
    write(timeHigh, 3);
    write(timeLow, 100);
    clock.advanceTo(7);
    assert.deepEqual([read(timeLow), read(timeHigh)], [170, 3]);
  });

  it('interrupts at the alarm where that is enabled, until it is cleared', () => {
    const { clock, interrupt, read, write } = clockAt();
    write(enabled, 1);
    write(alarmHigh, 0);
    write(alarmLow, 1000);
    assert.equal(read(status), 1);
    clock.advanceTo(99);
    assert.equal(interrupt.level, false);
    clock.advanceTo(100);
    assert.equal(interrupt.level, true);
    assert.equal(read(status), 0);
    write(clearInterrupt, 1);
    assert.equal(interrupt.level, false);
  });

  it('remembers an alarm that went off while interrupts were disabled', () => {
    const { clock, interrupt, write } = clockAt();
    write(alarmLow, 1000);
    clock.advanceTo(200);
    assert.equal(interrupt.level, false);
    write(enabled, 1);
    assert.equal(interrupt.level, true);
    write(enabled, 0);
    assert.equal(interrupt.level, false);
  });

  it('goes off at once for an alarm in the past, and never for one that was cleared', () => {
    const { clock, interrupt, read, write } = clockAt();
    clock.advanceTo(10);
    write(enabled, 1);
    write(alarmLow, 50);
    assert.equal(interrupt.level, true);
    write(clearInterrupt, 0);
    write(alarmLow, 1000);
    write(clearAlarm, 0);
    assert.equal(read(status), 0);
    clock.advanceTo(1000);
    assert.equal(interrupt.level, false);
  });

  it('does not move a set alarm when the clock is set', () => {
    const { clock, interrupt, write } = clockAt();
    write(enabled, 1);
    write(alarmLow, 1000);
    write(timeLow, 990);
    clock.advanceTo(99);
    assert.equal(interrupt.level, false);
    clock.advanceTo(100);
    assert.equal(interrupt.level, true);
  });

  it('goes on as before from a saved state', () => {
    const first = clockAt();
    first.write(enabled, 1);
    first.write(alarmLow, 1000);
    first.write(timeLow, 500);
    first.read(timeLow);
    const saved = first.rtc.save();
    const second = clockAt();
    second.rtc.load(saved);
    assert.deepEqual(second.rtc.save(), saved);
    second.clock.advanceTo(100);
    assert.equal(second.interrupt.level, true);
    assert.equal(second.read(timeLow), 1500);
  });
});
