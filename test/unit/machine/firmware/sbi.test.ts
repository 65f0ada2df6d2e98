import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import { createSbi, sbiExtensions } from '../../../../runtime/machine/firmware/sbi.js';
import type { SupervisedHart } from '../../../../runtime/machine/ports.js';

interface Served {
  readonly console: string;
  readonly deadlines: readonly number[];
  readonly interrupts: readonly (readonly [number, boolean])[];
  readonly off: readonly number[];
  /** a0 and a1 afterwards; a1 was 77 before unless the call takes it. */
  readonly answer: readonly [number, number];
}

/** One call: a7, a6, then a0 and a1. */
function serve(which: number, id = 0, first = 0, second = 77): Served {
  const bytes: number[] = [];
  const deadlines: number[] = [];
  const interrupts: [number, boolean][] = [];
  const off: number[] = [];
  const firmware = createSbi({
    console: { write: (byte) => bytes.push(byte) },
    timer: { now: () => 0, ticksPerSecond: 1, setDeadline: (ticks) => deadlines.push(ticks) },
    harts: 2,
    setSoftwareInterrupt: (hart, level) => interrupts.push([hart, level]),
    powerOff: (code) => off.push(code),
  });
  const x = new Int32Array(32);
  x.set([first, second], 10);
  x.set([id, which], 16);
  const hart: SupervisedHart = {
    id: 0,
    x,
    pc: virtAddr(0),
    saveRegisters: () => undefined,
    loadRegisters: () => undefined,
    setAddressSpace: () => undefined,
    flushTranslations: () => undefined,
    chargeCycles: () => undefined,
  };
  firmware.call(hart);
  const console = String.fromCharCode(...bytes);
  return { console, deadlines, interrupts, off, answer: [x[10] ?? 0, x[11] ?? 0] };
}

describe('the supervisor binary interface', () => {
  it('puts a character on the console and leaves a1 alone, as a legacy call', () => {
    const { console, answer } = serve(sbiExtensions.putCharacter, 0, 0x41);
    assert.deepEqual([console, answer], ['A', [0, 77]]);
  });

  it('sets the timer to a time of 64 bits, by the legacy call and by the extension', () => {
    assert.deepEqual(serve(sbiExtensions.setTimer, 0, 5, 1).deadlines, [5 + 2 ** 32]);
    assert.deepEqual(serve(sbiExtensions.timer, 0, -1, 0).deadlines, [2 ** 32 - 1]);
    assert.equal(serve(sbiExtensions.timer, 1).answer[0], -2);
  });

  it('interrupts the harts of a mask, or all of them, and no others', () => {
    assert.deepEqual(serve(sbiExtensions.interrupts, 0, 0b1, 1).interrupts, [[1, true]]);
    assert.deepEqual(serve(sbiExtensions.interrupts, 0, 0, -1).interrupts, [
      [0, true],
      [1, true],
    ]);
    assert.deepEqual(serve(sbiExtensions.interrupts, 0, 0b10, 1).answer, [-3, 0]);
    assert.deepEqual(serve(sbiExtensions.clearInterrupt).interrupts, [[0, false]]);
  });

  it('tells its version, and which extensions it has', () => {
    assert.deepEqual(serve(sbiExtensions.base, 0).answer, [0, 0x0200_0000]);
    assert.deepEqual(serve(sbiExtensions.base, 3, sbiExtensions.hartState).answer, [0, 1]);
    assert.deepEqual(serve(sbiExtensions.base, 3, 0x1234).answer, [0, 0]);
  });

  it('says that harts run already, and which there are', () => {
    assert.deepEqual(serve(sbiExtensions.hartState, 0, 1).answer, [-6, 0]);
    assert.deepEqual(serve(sbiExtensions.hartState, 2, 1).answer, [0, 0]);
    assert.deepEqual(serve(sbiExtensions.hartState, 2, 2).answer, [-3, 0]);
  });

  it('switches off, with a code for a failure', () => {
    assert.deepEqual(serve(sbiExtensions.shutdown).off, [0]);
    assert.deepEqual(serve(sbiExtensions.reset, 0, 0, 0).off, [0]);
    assert.deepEqual(serve(sbiExtensions.reset, 0, 0, 1).off, [1]);
  });

  it('answers an unknown call with "not supported", whatever it asks', () => {
    for (const which of [9, 0x0bad_cafe, 0xffff_ffff]) assert.equal(serve(which).answer[0], -2);
  });
});
