import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createNorFlash } from '../../../../runtime/machine/devices/nor-flash.js';
import { createSpiHost } from '../../../../runtime/machine/devices/spi-host.js';
import { spiHostRegisters } from '../../../../runtime/registers/spi-host.regs.js';
import { ascii, manualClock, wire } from './ports.js';
import { registersOf } from './registers-of.js';

const cyclesPerSecond = 100_000_000;
const cyclesPerClock = 40;
const direction = { dummy: 0, receive: 1, send: 2, both: 3 };
const error = { busy: 1, overflow: 2, underflow: 4, invalid: 8, noSelect: 16 };
const status = { rxStall: 1 << 23, txStall: 1 << 27, active: 1 << 30 };
const on = 0xa000_007f;

function fixture(delivered: Uint8Array = new Uint8Array()) {
  const clock = manualClock();
  const flash = createNorFlash({ clock, cyclesPerSecond, delivered });
  const errorInterrupt = wire();
  const eventInterrupt = wire();
  const host = createSpiHost({
    clock,
    errorInterrupt,
    eventInterrupt,
    cyclesPerClock,
    peripheral: flash,
  });
  const registers = registersOf(host, spiHostRegisters);
  registers.write('CONTROL', on);
  const settle = (seconds = 0.01): void => {
    clock.advanceTo(clock.now() + seconds * cyclesPerSecond);
  };
  const segment = (length: number, way: number, more: 'more' | 'last', speed = 0): void => {
    const command = (length - 1) | (speed << 10) | (way << 12) | (more === 'more' ? 1 << 9 : 0);
    registers.write('COMMAND', command);
  };
  const sendBytes = (bytes: readonly number[], more: 'more' | 'last'): void => {
    for (const byte of bytes) assert.equal(host.write(0x28, 1, byte), true);
    segment(bytes.length, direction.send, more);
    settle();
  };
  return {
    clock,
    flash,
    host,
    errorInterrupt,
    eventInterrupt,
    ...registers,
    settle,
    segment,
    command: (...bytes: number[]) => {
      sendBytes(bytes, 'last');
    },
    /** Sends bytes and receives others in the same selection. */
    ask: (bytes: readonly number[], count: number): number[] => {
      sendBytes(bytes, 'more');
      segment(count, direction.receive, 'last');
      settle();
      const words = Array.from({ length: Math.ceil(count / 4) }, () => registers.read('RXDATA'));
      return words
        .flatMap((word) => [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24])
        .slice(0, count);
    },
  };
}

describe('the OpenTitan SPI host', () => {
  it('takes two SPI clocks a bit and divider step, and is active until then', () => {
    const { clock, host, read, write, segment } = fixture();
    write('CONFIGOPTS', 4);
    host.write(0x28, 1, 0x9f);
    segment(1, direction.send, 'last');
    const cycles = 8 * 2 * 5 * cyclesPerClock;
    clock.advanceTo(cycles - 1);
    assert.equal(read('STATUS') & status.active, status.active);
    clock.advanceTo(cycles);
    assert.equal(read('STATUS') & status.active, 0);
  });

  it('sends the low byte of a word first, and drops what a segment leaves of a word', () => {
    const { write, settle, segment, read } = fixture(Uint8Array.of(1, 2, 3, 4, 5));
    write('TXDATA', 0x0000_0003);
    segment(4, direction.send, 'more');
    settle();
    segment(5, direction.receive, 'last');
    settle();
    assert.equal(read('RXDATA'), 0x0403_0201);
    assert.equal(read('RXDATA'), 0x0000_0005);
    write('TXDATA', 0xffff_ff9f);
    segment(1, direction.send, 'last');
    settle();
    assert.equal(read('STATUS') & 0xff, 0);
  });

  it('waits for something to send, and for room to receive', () => {
    const { read, write, settle, segment, clock } = fixture();
    segment(1, direction.send, 'last');
    settle();
    assert.equal(read('STATUS') & status.txStall, status.txStall);
    write('TXDATA', 3);
    settle();
    assert.equal(read('STATUS') & (status.txStall | status.active), 0);
    segment(300, direction.receive, 'last');
    clock.advanceTo(clock.now() + cyclesPerSecond / 100);
    assert.equal(read('STATUS') & status.rxStall, status.rxStall);
    assert.equal((read('STATUS') >>> 8) & 0xff, 64);
    for (let word = 0; word < 64; word += 1) read('RXDATA');
    settle();
    assert.equal((read('STATUS') >>> 8) & 0xff, 11);
  });

  it('tells of wrong use by an error that stops it until it is cleared', () => {
    const { errorInterrupt, read, write, segment, settle } = fixture();
    write('INTR_ENABLE', 1);
    read('RXDATA');
    assert.equal(read('ERROR_STATUS'), error.underflow);
    assert.equal(errorInterrupt.level, true);
    segment(1, direction.receive, 'last');
    settle();
    assert.equal(read('STATUS') & status.active, status.active);
    write('ERROR_STATUS', error.underflow);
    write('INTR_STATE', 1);
    settle();
    assert.equal(errorInterrupt.level, false);
    assert.equal(read('STATUS') & status.active, 0);
    segment(1, direction.both, 'last', 1);
    assert.equal(read('ERROR_STATUS'), error.invalid);
    write('ERROR_STATUS', 0x3f);
    write('CSID', 1);
    segment(1, direction.receive, 'last');
    assert.equal(read('ERROR_STATUS'), error.noSelect);
    write('ERROR_STATUS', 0x3f);
    write('CSID', 0);
    write('CONTROL', 0x7f);
    for (let command = 0; command < 5; command += 1) segment(1, direction.receive, 'last');
    assert.equal(read('ERROR_STATUS'), error.busy);
    write('ERROR_STATUS', 0x3f);
    for (let word = 0; word < 73; word += 1) write('TXDATA', word);
    assert.equal(read('ERROR_STATUS'), error.overflow);
  });

  it('drops everything on a software reset', () => {
    const { read, write, segment } = fixture();
    write('CONTROL', 0x7f);
    write('TXDATA', 1);
    segment(1, direction.send, 'last');
    write('CONTROL', 0x4000_007f);
    assert.equal(read('STATUS') & 0xf_ffff, 0);
    assert.equal(read('STATUS') & status.active, 0);
  });

  it('interrupts while a condition lasts that was asked for', () => {
    const { eventInterrupt, write, settle, segment, read } = fixture();
    write('INTR_ENABLE', 2);
    write('EVENT_ENABLE', 1 << 2);
    write('CONTROL', 0xa000_0000);
    assert.equal(eventInterrupt.level, false);
    segment(4, direction.receive, 'last');
    settle();
    assert.equal(eventInterrupt.level, true);
    write('INTR_STATE', 2);
    assert.equal(eventInterrupt.level, true);
    read('RXDATA');
    assert.equal(eventInterrupt.level, false);
  });
});

describe('the serial flash', () => {
  const sectorOf = (address: number) => [
    (address >>> 16) & 0xff,
    (address >>> 8) & 0xff,
    address & 0xff,
  ];

  it('says who it is', () => {
    const { ask } = fixture();
    assert.deepEqual(ask([0x9f], 3), [0xef, 0x40, 0x18]);
    assert.deepEqual(ask([0x90, 0, 0, 0], 2), [0xef, 0x17]);
    assert.deepEqual(ask([0xab, 0, 0, 0], 1), [0x17]);
  });

  it('gives what it was delivered with, by every kind of read, and ones behind it', () => {
    const { ask, host, segment, settle, read } = fixture(ascii('hello'));
    assert.deepEqual(ask([0x03, 0, 0, 1], 6), [...ascii('ello'), 0xff, 0xff]);
    assert.deepEqual(ask([0x0b, 0, 0, 1, 0], 2), [...ascii('el')]);
    for (const [command, speed, clocks] of [
      [0x3b, 1, 8],
      [0x6b, 2, 8],
    ] as const) {
      for (const byte of [command, 0, 0, 1]) host.write(0x28, 1, byte);
      segment(4, direction.send, 'more');
      segment(clocks, direction.dummy, 'more');
      segment(4, direction.receive, 'last', speed);
      settle();
      assert.equal(read('RXDATA'), 0x6f6c_6c65);
    }
  });

  it('programs a page only after a write enable, and then only clears bits', () => {
    const { command, ask, settle, flash } = fixture();
    command(0x02, 0, 1, 0, 0x0f);
    assert.deepEqual(ask([0x03, 0, 1, 0], 1), [0xff]);
    command(0x06);
    command(0x02, 0, 1, 0, 0x0f);
    settle();
    command(0x06);
    command(0x02, 0, 1, 0, 0xf3);
    settle();
    assert.deepEqual(ask([0x03, 0, 1, 0], 2), [0x03, 0xff]);
    assert.equal(flash.changes, 2);
    assert.equal(flash.contents().length, 0x101);
  });

  it('wraps a program at the end of its page', () => {
    const { command, ask } = fixture();
    command(0x06);
    command(0x02, 0, 1, 0xfe, 1, 2, 3);
    assert.deepEqual(ask([0x03, 0, 1, 0xfe], 3), [1, 2, 0xff]);
    assert.deepEqual(ask([0x03, 0, 1, 0], 1), [3]);
  });

  it('is busy while it erases, and answers nothing but its status then', () => {
    const { command, ask, settle } = fixture(Uint8Array.from({ length: 8192 }, () => 0));
    command(0x06);
    command(0x20, ...sectorOf(0x1000));
    assert.deepEqual(ask([0x05], 1), [1]);
    assert.deepEqual(ask([0x03, 0, 0, 0], 1), [0xff]);
    settle(0.05);
    assert.deepEqual(ask([0x05], 1), [0]);
    assert.deepEqual(ask([0x03, 0, 0x0f, 0xff], 2), [0, 0xff]);
  });

  it('does not change while its protection bits are set', () => {
    const { command, ask, settle } = fixture();
    command(0x06);
    command(0x01, 0x04);
    settle(0.02);
    command(0x06);
    command(0x02, 0, 0, 0, 0);
    assert.deepEqual(ask([0x03, 0, 0, 0], 1), [0xff]);
  });

  it('keeps its contents over a reset', () => {
    const { command, ask, flash, host, write } = fixture();
    command(0x06);
    command(0x02, 0, 0, 0, 0x42);
    host.reset();
    flash.reset();
    write('CONTROL', on);
    assert.deepEqual(ask([0x03, 0, 0, 0], 1), [0x42]);
  });
});
