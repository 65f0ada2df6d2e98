import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseCamkes } from '../../../../runtime/toolchain/camkes/parse.js';
import { plainSourceText } from '../../../../runtime/toolchain/text/source-text.js';

const codes = (text: string): string[] =>
  parseCamkes(plainSourceText('a.camkes', text)).diagnostics.map(({ code }) => code);

describe('the CAmkES parser', () => {
  it('says one thing about one missing semicolon', () => {
    assert.deepEqual(codes('component A { uses P p\nprovides Q q; }'), ['semicolon-missing']);
  });

  it('ends a component without its brace where the next one begins', () => {
    assert.deepEqual(codes('component A { uses P p;\nprocedure P { void f(); }'), [
      'brace-missing',
    ]);
  });
});
