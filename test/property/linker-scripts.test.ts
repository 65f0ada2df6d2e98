/** Whatever a linker script says, linking ends with a result and with diagnostics that have a place. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { virtAddr } from '../../runtime/base/address.js';
import { assemble } from '../../runtime/toolchain/assembly/assemble.js';
import { link } from '../../runtime/toolchain/linker/link.js';
import { parseLinkerScript } from '../../runtime/toolchain/linker/script/parse.js';

const { vectors } = JSON.parse(
  readFileSync('test/unit/toolchain/linker/script-vectors.json', 'utf8'),
) as { vectors: readonly { readonly script: string }[] };

const source = '.globl _start\n_start: ret\n.data\n.word 1\n.bss\n.zero 8\n';
const { object } = assemble('a.S', { readText: () => source, readBytes: () => undefined });

/** Pieces of real scripts in any order, with pieces left out and put twice. */
const pieces = vectors.flatMap(
  ({ script }) => script.match(/[A-Za-z_.$]\w*|0x\w+|\d+|\s|./g) ?? [],
);

const scripts = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((list) => list.join('')),
  fc
    .tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat({ max: 12 }), fc.constantFrom(...pieces))
    .map(([{ script }, at, length, piece]) => {
      const start = at % script.length;
      return script.slice(0, start) + piece + script.slice(start + length);
    }),
);

describe('any linker script', () => {
  it('is read and followed to its end, and each complaint has a place in it', () => {
    fc.assert(
      fc.property(scripts, (text) => {
        const files = { readText: () => undefined, readBytes: () => undefined };
        const { script, diagnostics } = parseLinkerScript('a.ld', text, files);
        const result = link([object], { textBase: virtAddr(0), script, unusedSections: 'drop' });
        const lines = text.split('\n').length;
        for (const { message, range } of [...diagnostics, ...result.diagnostics]) {
          assert.notEqual(message, '');
          assert.ok(range.start.line < lines);
        }
      }),
    );
  });
});
