import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAccelerometer } from '../../../../runtime/machine/devices/accelerometer.js';
import { createI2c } from '../../../../runtime/machine/devices/i2c.js';
import { i2cRegisters } from '../../../../runtime/registers/i2c.regs.js';
import { createSurroundings } from '../../../../runtime/machine/devices/surroundings.js';
import { createThermometer } from '../../../../runtime/machine/devices/thermometer.js';
import { manualClock, wire } from './ports.js';
import { registersOf } from './registers-of.js';

const cyclesPerSecond = 100_000_000;
const cyclesPerClock = 40;
const entry = {
  start: 1 << 8,
  stop: 1 << 9,
  read: 1 << 10,
  readContinues: 1 << 11,
  nackOk: 1 << 12,
};
const interrupt = { fmtThreshold: 0, rxThreshold: 1, rxOverflow: 3, halt: 4, complete: 9 };
const status = { fmtEmpty: 4, hostIdle: 8, rxEmpty: 32 };
const thermometerAddress = 0x48;
const accelerometerAddress = 0x53;

function fixture() {
  const clock = manualClock();
  const surroundings = createSurroundings(clock, cyclesPerSecond);
  const thermometer = createThermometer(surroundings);
  const accelerometer = createAccelerometer(surroundings);
  const interrupts = Array.from({ length: 15 }, wire);
  const i2c = createI2c({
    clock,
    interrupts,
    cyclesPerClock,
    targets: [thermometer, accelerometer],
  });
  const registers = registersOf(i2c, i2cRegisters);
  const settle = (): void => {
    clock.advanceTo(clock.now() + cyclesPerSecond / 100);
  };
  registers.write('CTRL', 1);
  return {
    clock,
    surroundings,
    interrupts,
    i2c,
    ...registers,
    settle,
    /** Bytes to a target, then a stop. */
    send: (address: number, ...bytes: number[]): void => {
      registers.write('FDATA', entry.start | (address << 1));
      bytes.forEach((byte, index) => {
        registers.write('FDATA', byte | (index === bytes.length - 1 ? entry.stop : 0));
      });
      settle();
    },
    /** Selects a register, and reads bytes from it after a repeated start. */
    receive: (address: number, register: number, count: number): number[] => {
      registers.write('FDATA', entry.start | (address << 1));
      registers.write('FDATA', register);
      registers.write('FDATA', entry.start | (address << 1) | 1);
      registers.write('FDATA', entry.read | entry.stop | count);
      settle();
      return Array.from({ length: count }, () => registers.read('RDATA'));
    },
  };
}

describe('the OpenTitan I2C host', () => {
  it('carries out an entry in the time of its bits', () => {
    const { clock, read, write } = fixture();
    // A clock of ten: nine bits are ninety clocks.
    write('TIMING0', (6 << 16) | 4);
    write('FDATA', entry.start | (thermometerAddress << 1));
    assert.equal(read('STATUS') & status.hostIdle, 0);
    write('FDATA', 0 | entry.stop);
    clock.advanceTo(90 * cyclesPerClock - 1);
    assert.equal(read('STATUS') & status.fmtEmpty, 0);
    clock.advanceTo(90 * cyclesPerClock);
    assert.equal(read('STATUS') & status.fmtEmpty, status.fmtEmpty);
    clock.advanceTo(180 * cyclesPerClock);
    assert.equal(read('STATUS') & status.hostIdle, status.hostIdle);
  });

  it('halts at an address that nobody acknowledges, and goes on when software has cleared the event', () => {
    const { interrupts, read, write, settle } = fixture();
    write('INTR_ENABLE', 1 << interrupt.halt);
    write('FDATA', entry.start | (0x20 << 1));
    write('FDATA', 0x55 | entry.stop);
    settle();
    assert.equal(read('CONTROLLER_EVENTS'), 1);
    assert.equal(interrupts[interrupt.halt]?.level, true);
    assert.equal(read('HOST_FIFO_STATUS') & 0xfff, 1);
    write('FIFO_CTRL', 2);
    write('CONTROLLER_EVENTS', 1);
    assert.equal(interrupts[interrupt.halt]?.level, false);
    settle();
    assert.equal(read('HOST_FIFO_STATUS') & 0xfff, 0);
    assert.equal(read('CONTROLLER_EVENTS'), 0);
  });

  it('goes on over a refusal that the entry allows', () => {
    const { read, write, settle } = fixture();
    write('FDATA', entry.start | entry.nackOk | entry.stop | (0x20 << 1));
    settle();
    assert.equal(read('CONTROLLER_EVENTS'), 0);
    assert.equal(read('STATUS') & status.hostIdle, status.hostIdle);
  });

  it('stops a refused transfer by itself when nobody handles it in time', () => {
    const { clock, read, write } = fixture();
    write('HOST_NACK_HANDLER_TIMEOUT', 0x8000_0000 + 50);
    write('FDATA', entry.start | (0x20 << 1));
    clock.advanceTo(9 * cyclesPerClock);
    assert.equal(read('CONTROLLER_EVENTS'), 1);
    clock.advanceTo((9 + 50) * cyclesPerClock);
    assert.equal(read('CONTROLLER_EVENTS'), 3);
    assert.equal(read('STATUS') & status.hostIdle, status.hostIdle);
  });

  it('loses bytes that the receive FIFO has no room for, and says so', () => {
    const { read, write, settle } = fixture();
    write('FDATA', entry.start | (accelerometerAddress << 1) | 1);
    write('FDATA', entry.read | entry.stop | 65);
    settle();
    assert.equal(read('HOST_FIFO_STATUS') >>> 16, 64);
    assert.equal((read('INTR_STATE') >>> interrupt.rxOverflow) & 1, 1);
  });

  it('raises its thresholds while they last, and cmd_complete once a transfer ends', () => {
    const { interrupts, read, write, receive } = fixture();
    write('INTR_ENABLE', (1 << interrupt.rxThreshold) | (1 << interrupt.fmtThreshold));
    write('HOST_FIFO_CONFIG', (1 << 16) | 1);
    assert.equal(interrupts[interrupt.fmtThreshold]?.level, true);
    write('INTR_STATE', 0x7fff);
    assert.equal(interrupts[interrupt.fmtThreshold]?.level, true);
    receive(accelerometerAddress, 0, 1);
    assert.equal((read('INTR_STATE') >>> interrupt.complete) & 1, 1);
    write('FDATA', entry.start | (accelerometerAddress << 1) | 1);
    write('FDATA', entry.read | entry.stop | 2);
    receive(accelerometerAddress, 0, 0);
    assert.equal(interrupts[interrupt.rxThreshold]?.level, true);
    write('FIFO_CTRL', 1);
    assert.equal(interrupts[interrupt.rxThreshold]?.level, false);
  });
});

describe('the thermometer', () => {
  it('gives the temperature around it in sixteenths of a degree', () => {
    const { surroundings, receive } = fixture();
    surroundings.set({ temperature: 25_250 });
    assert.deepEqual(receive(thermometerAddress, 0, 2), [0x19, 0x40]);
    surroundings.set({ temperature: -25_000 });
    assert.deepEqual(receive(thermometerAddress, 0, 2), [0xe7, 0x00]);
  });

  it('keeps limits and configuration, and keeps the last temperature while it is shut down', () => {
    const { surroundings, send, receive } = fixture();
    assert.deepEqual(receive(thermometerAddress, 1, 2), [0x60, 0xa0]);
    assert.deepEqual(receive(thermometerAddress, 3, 2), [0x50, 0x00]);
    send(thermometerAddress, 3, 0x1e, 0x00);
    assert.deepEqual(receive(thermometerAddress, 3, 2), [0x1e, 0x00]);
    surroundings.set({ temperature: 20_000 });
    send(thermometerAddress, 1, 0x61, 0xa0);
    surroundings.set({ temperature: 40_000 });
    assert.deepEqual(receive(thermometerAddress, 0, 2), [0x14, 0x00]);
    send(thermometerAddress, 1, 0x60, 0xa0);
    assert.deepEqual(receive(thermometerAddress, 0, 2), [0x28, 0x00]);
  });

  it('follows a slow wave by virtual time alone', () => {
    const { clock, surroundings } = fixture();
    assert.equal(surroundings.now().temperature, 22_000);
    clock.advanceTo(15 * cyclesPerSecond);
    assert.equal(surroundings.now().temperature, 23_500);
    clock.advanceTo(45 * cyclesPerSecond);
    assert.equal(surroundings.now().temperature, 20_500);
  });
});

describe('the accelerometer', () => {
  it('tells who it is, and measures only when it was told to', () => {
    const { surroundings, send, receive } = fixture();
    surroundings.set({ acceleration: [500, -500, 1_000] });
    assert.deepEqual(receive(accelerometerAddress, 0, 1), [0xe5]);
    assert.deepEqual(receive(accelerometerAddress, 0x32, 6), [0, 0, 0, 0, 0, 0]);
    send(accelerometerAddress, 0x2d, 0x08);
    assert.deepEqual(receive(accelerometerAddress, 0x32, 6), [0x80, 0, 0x80, 0xff, 0, 1]);
  });

  it('scales by its range, adds its offsets, and does not leave its range', () => {
    const { surroundings, send, receive } = fixture();
    surroundings.set({ acceleration: [1_000, 0, 20_000] });
    send(accelerometerAddress, 0x2d, 0x08);
    send(accelerometerAddress, 0x1e, 0xff);
    send(accelerometerAddress, 0x31, 0x01);
    assert.deepEqual(receive(accelerometerAddress, 0x32, 2), [126, 0]);
    assert.deepEqual(receive(accelerometerAddress, 0x36, 2), [0xff, 0x01]);
  });

  it('does not let software write what it measures', () => {
    const { send, receive } = fixture();
    send(accelerometerAddress, 0x00, 0x12);
    send(accelerometerAddress, 0x32, 0x12);
    assert.deepEqual(receive(accelerometerAddress, 0x00, 1), [0xe5]);
    assert.deepEqual(receive(accelerometerAddress, 0x32, 1), [0]);
  });
});
