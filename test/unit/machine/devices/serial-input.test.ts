import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSerialInput } from '../../../../runtime/machine/devices/serial-input.js';

describe('the serial input', () => {
  it('gives a whole file back in order, and saves what is left of it', () => {
    const input = createSerialInput();
    const file = Uint8Array.from({ length: 300_000 }, (_unused, index) => index % 251);
    input.push(file);
    for (let index = 0; index < 10_000; index += 1) assert.equal(input.take(), index % 251);
    const copy = createSerialInput();
    copy.load(input.save());
    assert.deepEqual(copy.save(), input.save());
    for (let index = 10_000; index < file.length; index += 1)
      assert.equal(copy.take(), index % 251);
    assert.equal(copy.take(), undefined);
  });
});
