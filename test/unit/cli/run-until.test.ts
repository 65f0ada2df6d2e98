import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { UsageError } from '../../../runtime/cli/command.js';
import { parseMoment } from '../../../runtime/cli/run-until.js';

describe('a moment to look at', () => {
  it('is machine time with a unit, a number of instructions without', () => {
    assert.deepEqual(parseMoment('10ms'), { kind: 'seconds', seconds: 0.01 });
    assert.deepEqual(parseMoment('1.5s'), { kind: 'seconds', seconds: 1.5 });
    assert.deepEqual(parseMoment('5000'), { kind: 'instructions', count: 5000 });
    assert.deepEqual(parseMoment(undefined), { kind: 'idle' });
  });

  it('is wrong usage otherwise', () => {
    for (const text of ['', 'soon', '1.5', '-1', '10 ms'])
      assert.throws(() => parseMoment(text), UsageError, text);
  });
});
