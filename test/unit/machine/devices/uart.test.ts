import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSerialInput } from '../../../../runtime/machine/devices/serial-input.js';
import type { Disturbance } from '../../../../runtime/machine/devices/serial-input.js';
import { createUart } from '../../../../runtime/machine/devices/uart.js';
import { ascii, manualClock, sink, wire } from './ports.js';

const at = {
  INTR_STATE: 0x00,
  INTR_ENABLE: 0x04,
  INTR_TEST: 0x08,
  CTRL: 0x10,
  STATUS: 0x14,
  RDATA: 0x18,
  WDATA: 0x1c,
  FIFO_CTRL: 0x20,
  FIFO_STATUS: 0x24,
  TIMEOUT_CTRL: 0x30,
} as const;
const causes = { txWatermark: 1, rxWatermark: 2, txEmpty: 4, rxOverflow: 8, rxTimeout: 64 };
const status = { txFull: 1, rxFull: 2, txEmpty: 4, rxEmpty: 32 };
const ctrl = { tx: 1, rx: 2, systemLoopback: 16, lineLoopback: 32 };

function fixture() {
  const clock = manualClock();
  const output = sink();
  const input = createSerialInput();
  const interrupts = Array.from({ length: 8 }, wire);
  const uart = createUart({ clock, output, input, interrupts, cyclesPerClock: 40 });
  return {
    clock,
    output,
    interrupts,
    uart,
    read: (name: keyof typeof at) => uart.read(at[name], 4) ?? assert.fail(`${name} does not read`),
    write: (name: keyof typeof at, value: number) => {
      assert.equal(uart.write(at[name], 4, value), true);
    },
    input,
    type: (text: string) => {
      input.push(ascii(text));
      uart.inputArrived();
    },
  };
}

describe('the OpenTitan UART', () => {
  it('sends a byte at once when the transmitter is on', () => {
    const { write, read, output } = fixture();
    write('CTRL', ctrl.tx);
    write('WDATA', 0x41);
    assert.equal(output.text(), 'A');
    assert.equal(read('STATUS') & status.txEmpty, status.txEmpty);
  });

  it('takes a byte store to WDATA, and refuses one that misses a part of a register', () => {
    const { uart, write, output } = fixture();
    write('CTRL', ctrl.tx);
    assert.equal(uart.write(at.WDATA, 1, 0x42), true);
    assert.equal(uart.write(at.CTRL, 1, 0), false);
    assert.equal(uart.write(at.TIMEOUT_CTRL, 2, 0), false);
    assert.equal(output.text(), 'B');
  });

  it('reports a bus error past its last register', () => {
    const { uart } = fixture();
    assert.equal(uart.read(0x34, 4), undefined);
    assert.equal(uart.write(0x34, 4, 0), false);
  });

  it('keeps 32 bytes while the transmitter is off, drops the rest, and sends them when it goes on', () => {
    const { write, read, output } = fixture();
    for (let index = 0; index < 33; index += 1) write('WDATA', 0x61);
    assert.equal(read('FIFO_STATUS') & 0x3f, 32);
    assert.equal(read('STATUS') & status.txFull, status.txFull);
    write('CTRL', ctrl.tx);
    assert.equal(output.text(), 'a'.repeat(32));
    assert.equal(read('INTR_STATE') & causes.txWatermark, causes.txWatermark);
  });

  it('raises tx_empty when the last byte has left', () => {
    const { write, interrupts } = fixture();
    write('INTR_ENABLE', causes.txEmpty);
    write('CTRL', ctrl.tx);
    assert.equal(interrupts.at(2)?.level, false);
    write('WDATA', 0x41);
    assert.equal(interrupts.at(2)?.level, true);
    write('INTR_STATE', causes.txEmpty);
    assert.equal(interrupts.at(2)?.level, false);
  });

  it('raises rx_watermark when the FIFO rises to its level, not while it is above', () => {
    const { write, read, type, interrupts } = fixture();
    write('CTRL', ctrl.rx);
    write('INTR_ENABLE', causes.rxWatermark);
    write('FIFO_CTRL', 1 << 2);
    type('abc');
    assert.equal(interrupts.at(1)?.level, false);
    type('d');
    assert.equal(interrupts.at(1)?.level, true);
    write('INTR_STATE', causes.rxWatermark);
    type('e');
    assert.equal(interrupts.at(1)?.level, false);
    assert.equal(read('FIFO_STATUS') >>> 16, 5);
  });

  it('gives the bytes in order, then zero, and a debugger sees the next one without taking it', () => {
    const { write, read, type, uart } = fixture();
    write('CTRL', ctrl.rx);
    type('ab');
    assert.equal(uart.peek(at.RDATA, 4), 0x61);
    assert.equal(read('RDATA'), 0x61);
    assert.equal(read('RDATA'), 0x62);
    assert.equal(read('STATUS') & status.rxEmpty, status.rxEmpty);
    assert.equal(read('RDATA'), 0);
  });

  it('leaves bytes on the wire until the receiver is on and has room', () => {
    const { write, read, type } = fixture();
    type('x'.repeat(40));
    assert.equal(read('FIFO_STATUS'), 0);
    write('CTRL', ctrl.rx);
    assert.equal(read('FIFO_STATUS') >>> 16, 32);
    assert.equal(read('STATUS') & status.rxFull, status.rxFull);
    for (let index = 0; index < 8; index += 1) assert.equal(read('RDATA'), 0x78);
    assert.equal(read('FIFO_STATUS') >>> 16, 32);
    assert.equal(read('INTR_STATE') & causes.rxOverflow, 0);
  });

  it('hears itself in system loopback, and overflows', () => {
    const { write, read, output } = fixture();
    write('CTRL', ctrl.tx | ctrl.rx | ctrl.systemLoopback);
    for (let index = 0; index < 33; index += 1) write('WDATA', index);
    assert.equal(output.text(), '');
    assert.equal(read('RDATA'), 0);
    assert.equal(read('RDATA'), 1);
    assert.equal(read('INTR_STATE') & causes.rxOverflow, causes.rxOverflow);
  });

  it('sends back what comes in while in line loopback', () => {
    const { write, read, type, output } = fixture();
    write('CTRL', ctrl.tx | ctrl.rx | ctrl.lineLoopback);
    type('echo');
    assert.equal(output.text(), 'echo');
    assert.equal(read('FIFO_STATUS'), 0);
  });

  it('raises any interrupt by INTR_TEST', () => {
    const { write, interrupts } = fixture();
    write('INTR_ENABLE', 0xff);
    write('INTR_TEST', 0x81);
    assert.deepEqual(
      interrupts.map(({ level }) => level),
      [true, false, false, false, false, false, false, true],
    );
  });

  it('empties a FIFO by FIFO_CTRL, whose reset bits read as zero', () => {
    const { write, read, type } = fixture();
    write('CTRL', ctrl.rx);
    type('abc');
    write('FIFO_CTRL', 1 | (2 << 2));
    assert.equal(read('FIFO_STATUS'), 0);
    assert.equal(read('FIFO_CTRL'), 2 << 2);
  });

  it('raises rx_timeout when bytes wait for the programmed bit times', () => {
    const { write, type, interrupts, clock } = fixture();
    write('INTR_ENABLE', causes.rxTimeout);
    // A bit is 2^20 / 2^15 = 32 UART clocks, 1280 cycles.
    write('CTRL', ctrl.rx | (0x8000 << 16));
    write('TIMEOUT_CTRL', (0x8000_0000 | 10) >>> 0);
    type('a');
    clock.advanceTo(12_799);
    assert.equal(interrupts.at(6)?.level, false);
    clock.advanceTo(12_800);
    assert.equal(interrupts.at(6)?.level, true);
  });

  it('continues from a saved state as the original does', () => {
    const one = fixture();
    one.write('CTRL', ctrl.rx | (0x8000 << 16));
    one.write('INTR_ENABLE', causes.rxTimeout | causes.rxWatermark);
    one.write('TIMEOUT_CTRL', (0x8000_0000 | 10) >>> 0);
    one.type('xyz');
    const saved = one.uart.save();

    const other = fixture();
    other.uart.load(saved);
    assert.deepEqual(other.uart.save(), saved);
    assert.equal(other.interrupts.at(1)?.level, true);
    other.clock.advanceTo(20_000);
    assert.equal(other.interrupts.at(6)?.level, true);
    assert.equal(other.read('RDATA'), 0x78);
  });

  it('raises what is wrong with a character, and does not keep it', () => {
    const { write, read, uart, input } = fixture();
    write('CTRL', ctrl.rx);
    const arrive = (disturbance: Disturbance): number => {
      input.disturb(disturbance, 0x41);
      uart.inputArrived();
      const causesSeen = read('INTR_STATE');
      write('INTR_STATE', 0xff);
      return causesSeen;
    };
    assert.equal(arrive('break'), 0x30);
    assert.equal(arrive('frameError'), 0x10);
    assert.equal(read('FIFO_STATUS'), 0);
    // Without a parity bit there is none that could be wrong.
    assert.equal(arrive('parityError'), causes.rxWatermark);
    assert.equal(read('RDATA'), 0x41);
    write('CTRL', ctrl.rx | 64);
    assert.equal(arrive('parityError'), 0x80);
    assert.equal(read('FIFO_STATUS'), 0);
  });
});
