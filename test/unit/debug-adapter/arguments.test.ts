import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { integer, list, oneOf, optional, shape, text } from '../../../debug-adapter/arguments.js';

const check = shape({
  line: integer,
  condition: optional(text),
  mode: optional(oneOf('on', 'off')),
  parts: optional(list(integer)),
});

const sentence = (value: unknown): string => {
  const result = check(value, 'arguments');
  return result.ok ? 'accepted' : result.error;
};

describe('the checks of request arguments', () => {
  it('keep what the shape names and drop the rest', () => {
    const result = check({ line: 3, condition: null, extra: true }, 'arguments');
    assert.deepEqual(result, { ok: true, value: { line: 3 } });
  });

  it('name the member that is wrong', () => {
    assert.equal(sentence({}), 'arguments.line must be an integer, but it is missing.');
    assert.equal(
      sentence({ line: 1, condition: 2 }),
      'arguments.condition must be a string, but it is 2.',
    );
    assert.equal(
      sentence({ line: 1, mode: 'maybe' }),
      'arguments.mode must be one of on, off, but it is "maybe".',
    );
    assert.equal(
      sentence({ line: 1, parts: [1, 'x'] }),
      'arguments.parts[1] must be an integer, but it is "x".',
    );
    assert.equal(sentence(undefined), 'arguments must be an object, but it is missing.');
  });
});
