import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { directives } from '../../../../language-server/assembly/directives.js';
import { assemble } from '../../../../runtime/toolchain/assembly/assemble.js';

describe('the table of directives', () => {
  for (const { name, example } of directives.filter((directive) => directive.example !== '')) {
    it(`describes ${name} as the assembler takes it`, () => {
      const files = { readText: () => `${example}\n`, readBytes: () => undefined };
      assert.match(example, new RegExp(`\\${name}\\b`));
      assert.deepEqual(assemble('example.S', files).diagnostics, []);
    });
  }
});
