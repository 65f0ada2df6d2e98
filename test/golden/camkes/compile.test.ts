/** Our own assemblies with the capDL that they become. `UPDATE_GOLDEN=1` writes it anew. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { compileSystem, readSystem } from '../../../runtime/toolchain/camkes/read-system.js';
import { analyzeCapdl } from '../../../runtime/toolchain/capdl/read.js';
import { printSpec } from '../../../runtime/toolchain/capdl/print.js';
import type { SourceFiles } from '../../../runtime/toolchain/text/source-files.js';

const folder = path.join('test', 'golden', 'camkes');
const files: SourceFiles = {
  readText: (name) => (existsSync(name) ? readFileSync(name, 'utf8') : undefined),
  readBytes: () => undefined,
};

describe('the compiler of assemblies', () => {
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.camkes'))) {
    it(`makes the recorded capDL of ${name}`, () => {
      const source = `${folder}/${name}`.replaceAll('\\', '/');
      const reading = readSystem(source, files);
      assert.deepEqual(
        reading.diagnostics.map(({ message }) => message),
        [],
      );
      const compiled = compileSystem(reading);
      assert.ok(compiled);
      assert.deepEqual(compiled.diagnostics, []);
      const actual = printSpec(compiled.spec).replaceAll(`${folder}/`, '');
      const expected = source.replace(/\.camkes$/, '.cdl');
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(expected, actual);
      assert.equal(actual, readFileSync(expected, 'utf8'));
      const { diagnostics } = analyzeCapdl(expected, actual, { dialect: 'sparrow' });
      // A page of the hand-over of memory is made twice, as the reference tools do it.
      assert.deepEqual(
        diagnostics.filter(({ severity }) => severity !== 'hint'),
        [],
      );
    });
  }
});
