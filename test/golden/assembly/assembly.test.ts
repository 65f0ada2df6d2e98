/**
 * Our own sources with the bytes that GNU as makes of them, section by section. `compare-with-gas.mjs`
 * checks the same sources against an installed GNU as; here only the recorded bytes are needed.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { assemble } from '../../../runtime/toolchain/assembly/assemble.js';
import type { SourceFiles } from '../../../runtime/toolchain/text/source-files.js';

const folder = path.join('test', 'golden', 'assembly');
const files: SourceFiles = {
  readText: (name) => (existsSync(name) ? readFileSync(name, 'utf8') : undefined),
  readBytes: (name) => (existsSync(name) ? readFileSync(name) : undefined),
};

/** Sixteen bytes a line; sections without bytes and without a size are left out. */
function dump(source: string): string {
  const { object, diagnostics } = assemble(source, files);
  assert.deepEqual(diagnostics, []);
  const lines: string[] = [];
  for (const { name, bytes, sizeBytes, relocations } of object.sections) {
    if (sizeBytes === 0) continue;
    lines.push(`${name} ${sizeBytes}`);
    for (let at = 0; at < bytes.length; at += 16) {
      lines.push(Buffer.from(bytes.subarray(at, at + 16)).toString('hex'));
    }
    for (const { offset, type, symbol, addend } of relocations) {
      lines.push(`  ${offset} ${type} ${object.symbols[symbol]?.name ?? '?'} ${addend}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

describe('the assembler', () => {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.S'))) {
    it(`makes the recorded bytes of ${name}`, () => {
      const source = path.join(folder, name);
      const expected = source.replace(/\.S$/, '.hex');
      const actual = dump(source);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, actual);
      assert.equal(actual, readFileSync(expected, 'utf8'));
    });
  }
});
