import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildOptions } from '../../../runtime/cli/platform-options.js';

const optionsOf = (...switches: readonly string[]) =>
  buildOptions({ operands: [], options: new Map(switches.map((name) => [name, ''])) });

describe('what the command line says of a build', () => {
  it('is for debugging, and optimised with --release', () => {
    assert.equal(optionsOf().optimization, undefined);
    assert.equal(optionsOf('--release').optimization, 'release');
  });
});
