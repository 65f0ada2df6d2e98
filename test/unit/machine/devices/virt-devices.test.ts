import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAclint } from '../../../../runtime/machine/devices/aclint.js';
import { createFirmwareTimer } from '../../../../runtime/machine/devices/firmware-timer.js';
import { createNs16550 } from '../../../../runtime/machine/devices/ns16550.js';
import { createSerialInput } from '../../../../runtime/machine/devices/serial-input.js';
import { createSifiveTest } from '../../../../runtime/machine/devices/sifive-test.js';
import { ascii, manualClock, sink, wire } from './ports.js';

const serial = () => {
  const output = sink();
  const input = createSerialInput();
  const interrupt = wire();
  const uart = createNs16550({ output, input, interrupt });
  return {
    output,
    input,
    interrupt,
    uart,
    read: (offset: number) => uart.read(offset, 1),
    write: (offset: number, value: number) => uart.write(offset, 1, value),
    type: (text: string) => {
      input.push(ascii(text));
      uart.inputArrived();
    },
  };
};
const [data, ier, iir, lcr, mcr, lsr] = [0, 1, 2, 3, 4, 5] as const;

describe('the NS16550 UART', () => {
  it('sends what is written to THR and is always ready for more', () => {
    const { write, read, output } = serial();
    assert.equal(read(lsr), 0x60);
    write(data, 0x41);
    assert.equal(output.text(), 'A');
    assert.equal(read(lsr), 0x60);
  });

  it('has the divisor latch in place of the data registers while DLAB is set', () => {
    const { write, read, output } = serial();
    write(lcr, 0x80);
    write(data, 0x01);
    write(ier, 0x02);
    assert.deepEqual([read(data), read(ier)], [0x01, 0x02]);
    write(lcr, 0x03);
    assert.equal(read(ier), 0);
    assert.equal(output.text(), '');
  });

  it('interrupts for received data at the trigger level, below it for the time-out', () => {
    const { write, read, type, interrupt } = serial();
    write(iir, 0x41);
    write(ier, 1);
    type('abc');
    assert.equal(interrupt.level, true);
    assert.equal(read(iir), 0xcc);
    type('d');
    assert.equal(read(iir), 0xc4);
    for (const letter of 'abcd') assert.equal(read(data), letter.charCodeAt(0));
    assert.equal(interrupt.level, false);
    assert.equal(read(iir), 0xc1);
  });

  it('interrupts once for the empty transmitter, until IIR has reported it', () => {
    const { write, read, interrupt } = serial();
    write(ier, 2);
    assert.equal(interrupt.level, true);
    assert.equal(read(iir), 2);
    assert.equal(interrupt.level, false);
    write(data, 0x41);
    assert.equal(read(iir), 2);
  });

  it('holds one byte without FIFOs and leaves the others on the wire', () => {
    const { read, type } = serial();
    type('xy');
    assert.equal(read(data), 0x78);
    assert.equal(read(data), 0x79);
    assert.equal(read(lsr), 0x60);
  });

  it('tells of the oldest character what was wrong with it, once', () => {
    const { write, read, input, uart, interrupt } = serial();
    write(iir, 0x41);
    write(ier, 4);
    input.disturb('break', 0);
    input.disturb('parityError', 0x41);
    uart.inputArrived();
    assert.equal(interrupt.level, true);
    assert.equal(read(lsr), 0x71);
    assert.equal(read(lsr), 0x61);
    assert.equal(interrupt.level, false);
    assert.equal(read(data), 0);
    assert.equal(read(lsr), 0x65);
    assert.equal(read(data), 0x41);
  });

  it('hears itself in loopback and reports a lost byte once', () => {
    const { write, read, output } = serial();
    write(mcr, 0x10);
    write(data, 0x61);
    write(data, 0x62);
    assert.equal(output.text(), '');
    assert.equal(read(lsr), 0x63);
    assert.equal(read(lsr), 0x61);
    assert.equal(read(data), 0x61);
  });

  it('sees its own modem outputs as inputs in loopback', () => {
    const { write, read } = serial();
    assert.equal(read(6), 0xb0);
    write(mcr, 0x15);
    assert.equal(read(6), 0x60);
  });

  it('is peeked without effect and restored from its record', () => {
    const one = serial();
    one.write(iir, 1);
    one.write(ier, 3);
    one.type('q');
    assert.equal(one.uart.peek(data, 1), 0x71);
    const other = serial();
    other.uart.load(one.uart.save());
    assert.deepEqual(other.uart.save(), one.uart.save());
    assert.equal(other.interrupt.level, true);
    assert.equal(other.read(data), 0x71);
  });
});

describe('the ACLINT', () => {
  const fixture = () => {
    const clock = manualClock();
    const software = wire();
    const timer = wire();
    const aclint = createAclint({ clock, software, timer, cyclesPerTick: 10 });
    return { clock, software, timer, aclint };
  };

  it('interrupts in the cycle in which mtime reaches mtimecmp', () => {
    const { clock, timer, aclint } = fixture();
    aclint.write(0x4004, 4, 0);
    aclint.write(0x4000, 4, 7);
    clock.advanceTo(69);
    assert.equal(timer.level, false);
    clock.advanceTo(70);
    assert.equal(timer.level, true);
    aclint.write(0x4004, 4, 1);
    assert.equal(timer.level, false);
  });

  it('counts on from what was written to mtime', () => {
    const { clock, aclint } = fixture();
    clock.advanceTo(1000);
    aclint.write(0xbffc, 4, 5);
    aclint.write(0xbff8, 4, 0xffff_ffff);
    clock.advanceTo(1010);
    assert.equal(aclint.read(0xbff8, 4), 0);
    assert.equal(aclint.read(0xbffc, 4), 6);
    assert.equal(aclint.ticks(), 6 * 2 ** 32);
  });

  it('drives the software interrupt by bit 0 of msip', () => {
    const { software, aclint } = fixture();
    aclint.write(0, 4, 0xffff_ffff);
    assert.equal(software.level, true);
    assert.equal(aclint.read(0, 4), 1);
    aclint.write(0, 4, 0);
    assert.equal(software.level, false);
  });

  it('expires after a restore exactly when it would have', () => {
    const one = fixture();
    one.aclint.write(0x4000, 4, 50);
    one.aclint.write(0x4004, 4, 0);
    const other = fixture();
    other.aclint.load(one.aclint.save());
    other.clock.advanceTo(499);
    assert.equal(other.timer.level, false);
    other.clock.advanceTo(500);
    assert.equal(other.timer.level, true);
  });
});

describe('the firmware timer', () => {
  it('has no event for a deadline beyond the times that the clock can count', () => {
    const scheduled: number[] = [];
    const clock = {
      now: () => 0,
      schedule: (cycle: number) => {
        scheduled.push(cycle);
        return { dispose: () => undefined };
      },
    };
    const timer = createFirmwareTimer({
      clock,
      interrupt: wire(),
      cyclesPerTick: 10,
      ticksPerSecond: 10_000_000,
    });
    timer.supervisorTimer.setDeadline(2 ** 60);
    timer.supervisorTimer.setDeadline(100);
    assert.deepEqual(scheduled, [1000]);
  });
});

describe('the test device', () => {
  const written = (value: number, size: 2 | 4): (number | 'reset')[] => {
    const heard: (number | 'reset')[] = [];
    const device = createSifiveTest({
      powerOff: (code) => heard.push(code),
      resetBoard: () => heard.push('reset'),
    });
    assert.equal(device.write(0, size, value), true);
    return heard;
  };

  it('ends the run with success, with a code, or starts again', () => {
    assert.deepEqual(written(0x5555, 4), [0]);
    assert.deepEqual(written(0x002a_3333, 4), [42]);
    assert.deepEqual(written(0x7777, 4), ['reset']);
    assert.deepEqual(written(0x5555, 2), [0]);
    assert.deepEqual(written(0x1234, 4), []);
  });

  it('never takes a failure without a code for success', () => {
    assert.deepEqual(written(0x3333, 4), [1]);
  });
});
