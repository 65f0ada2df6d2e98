/** The guest compiler as it is shipped: with the part of binaryen that a debug build needs, and with a bound of memory. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { compilerBeside } from '../../../runtime/cli/compiler-beside.js';
import { compilerThread } from '../../../runtime/cli/compiler-thread.js';
import type { CompilerModule } from '../../../runtime/toolchain/guest/compiler-module.js';
import { buildBundle } from '../../support/bundle.js';
import { filesInMemory } from '../../support/files-in-memory.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-guest-compiler-'));
after(() => rmSync(folder, { recursive: true }));
buildBundle('guest-compiler', folder);
const beside = (name: string): string => path.join(folder, name);

const request = (text: string, isOptimized = false) => ({
  unit: {
    entries: ['A.ts'],
    options: {
      memoryBase: 0x1_0000,
      isOptimized,
      hasFloatingPoint: false,
      allocationAfterInit: 'allowed' as const,
    },
  },
  files: filesInMemory({ 'A.ts': text }),
  likely: [],
});

const countAnew =
  'Count them anew: node esbuild-binaryen.mjs extension/samples/rpc extension/samples/event';
const ordinary = readFileSync('test/unit/cli/ordinary-program.txt', 'utf8');

const small = 'export function run(n: i32): i32 { return n * 2; }';

describe("the guest compiler's bundle", () => {
  it('knows which functions of the present binaryen debug builds call', () => {
    const [part, whole] = ['binaryen-debug.wasm', 'binaryen.wasm'].map(
      (name) => statSync(beside(name)).size,
    );
    assert.ok(Number(part) < Number(whole) / 2, countAnew);
  });

  it('compiles ordinary statements for debugging with that part alone', async () => {
    const module = pathToFileURL(beside('guest-compiler.mjs'));
    module.searchParams.set('debug', '');
    const { guestCompiler } = (await import(module.href)) as CompilerModule;
    const { unit, files } = request(ordinary);
    const { diagnostics } = guestCompiler.compile(unit.entries, files, unit.options);
    assert.deepEqual(diagnostics, [], countAnew);
  });

  it('compiles for debugging and optimised, in one thread', async () => {
    const compiler = compilerBeside(folder);
    for (const isOptimized of [false, true, false]) {
      const { compiled } = await compiler.compile(request(small, isOptimized));
      assert.deepEqual(compiled.diagnostics, []);
      assert.ok(compiled.object !== undefined);
    }
    await compiler.close();
  });

  it('tells of a program for which binaryen needs more memory than it may have, and goes on', async () => {
    const module = pathToFileURL(beside('guest-compiler.mjs'));
    module.searchParams.set('limit', String(16 * 1024 * 1024));
    const thread = pathToFileURL(beside('guest-compiler-thread.mjs'));
    const compiler = compilerThread({ thread, module });
    const many = Array.from(
      { length: 3000 },
      (_, n) => `export function f${String(n)}(a: i32): i32 { return ${'a * a + '.repeat(20)}a; }`,
    );
    const { compiled } = await compiler.compile(request(many.join('\n')));
    assert.deepEqual(
      compiled.diagnostics.map(({ file, code }) => [file, code]),
      [['A.ts', 'compiler-crash']],
    );
    const again = await compiler.compile(request(small));
    assert.deepEqual(again.compiled.diagnostics, []);
    await compiler.close();
  });
});
