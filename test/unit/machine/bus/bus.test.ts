import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBus } from '../../../../runtime/machine/bus/bus.js';
import type { Device } from '../../../../runtime/machine/bus/device.js';

/** Answers with the offset that it was asked for, and remembers writes. */
function echoDevice(): Device & { readonly writes: number[][] } {
  const writes: number[][] = [];
  return {
    writes,
    read: (offset) => offset,
    peek: (offset) => offset,
    write(offset, size, value) {
      writes.push([offset, size, value]);
      return true;
    },
    reset: () => undefined,
    save: () => ({}),
    load: () => undefined,
  };
}

describe('the bus', () => {
  const low = echoDevice();
  const high = echoDevice();
  const bus = createBus([
    { base: 0xffff_f000, sizeBytes: 0x1000, device: high },
    { base: 0x1000, sizeBytes: 0x100, device: low },
  ]);

  it('gives a device offsets from its base', () => {
    assert.equal(bus.read(0x1010, 4), 0x10);
    assert.equal(bus.peek(0x10ff, 1), 0xff);
  });

  it('passes unsigned values, also for addresses that came as signed words', () => {
    assert.equal(bus.write(-4, 4, -1), true);
    assert.deepEqual(high.writes, [[0xffc, 4, 0xffff_ffff]]);
  });

  it('reports a bus error where nothing answers', () => {
    assert.equal(bus.read(0x0fff, 1), undefined);
    assert.equal(bus.read(0x1100, 1), undefined);
    assert.equal(bus.peek(0x8000_0000, 4), undefined);
    assert.equal(bus.write(0x2000, 4, 1), false);
  });

  it('reports a bus error for an access that leaves a device half way', () => {
    assert.equal(bus.read(0x10fe, 4), undefined);
  });

  it('refuses two devices at one address', () => {
    assert.throws(
      () =>
        createBus([
          { base: 0, sizeBytes: 0x101, device: low },
          { base: 0x100, sizeBytes: 4, device: high },
        ]),
      /BUS-1.*0x00000100/,
    );
  });
});
