import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { format, resolveConfig } from 'prettier';
import { interpreterSource } from '../../../../runtime/machine/cpu/interpreter-source.js';

const generated = 'runtime/machine/cpu/interpreter.generated.ts';

describe('the interpreter', () => {
  it('is what the instruction table says', async () => {
    const options = await resolveConfig(generated);
    const source = await format(interpreterSource(), { ...options, filepath: generated });
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(generated, source);
    assert.equal(
      readFileSync(generated, 'utf8'),
      source,
      'the instruction table or its generator changed: UPDATE_GOLDEN=1 rewrites the interpreter',
    );
  });
});
