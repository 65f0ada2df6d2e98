/** Which inputs make a program be compiled anew, told by a compiler that counts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BuildCache } from '../../../../runtime/toolchain/build-cache.js';
import { memoryCache } from '../../../../runtime/toolchain/build-cache.js';
import { finishBuilding } from '../../../../runtime/toolchain/build-step.js';
import { guestCompilations } from '../../../../runtime/toolchain/components/guest-compilations.js';
import type { CompiledGuest, GuestUnit } from '../../../../runtime/toolchain/guest/compile-unit.js';
import type { GuestCompiler } from '../../../../runtime/toolchain/guest/compiler-port.js';
import type { Diagnostic } from '../../../../runtime/toolchain/text/diagnostic.js';
import { noRange } from '../../../../runtime/toolchain/text/diagnostic.js';
import { filesInMemory } from '../../../support/files-in-memory.js';

const emptyModule = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** Imports `b.ts` of what begins with "b", and looks for `c.ts` in vain or not. */
function countingCompiler(problems: readonly Diagnostic[] = []): GuestCompiler & { runs: number } {
  const compiler = {
    runs: 0,
    compile: (...[[entry = ''], files]: Parameters<GuestCompiler['compile']>) => {
      compiler.runs += 1;
      const looked = [entry, 'c.ts'];
      if (files.readText(entry)?.startsWith('b') === true) looked.push('b.ts');
      const module = {
        name: looked.map((path) => files.readText(path) ?? '').join(),
        wasm: emptyModule,
        lines: [],
        functions: new Map(),
        types: [],
        isDebug: true,
      };
      return {
        ...(problems.length > 0 ? {} : { module }),
        diagnostics: problems,
        exports: [],
        unsafeLines: new Map([['x.ts', 2]]),
        files: looked,
      };
    },
    editorFiles: () => new Map<string, string>(),
  };
  return compiler;
}

const unit: GuestUnit = {
  entries: ['a.ts', 'camkes-entry'],
  options: {
    memoryBase: 0x1000,
    isOptimized: false,
    folder: '',
    generated: new Map([['camkes', 'glue']]),
    hasFloatingPoint: false,
    allocationAfterInit: 'allowed',
  },
};
const sources = { 'a.ts': 'b imports', 'b.ts': 'imported', 'other.ts': '' };

interface Setup {
  readonly texts?: Readonly<Record<string, string>>;
  readonly changed?: GuestUnit;
  readonly cache?: BuildCache | undefined;
  readonly compiler?: GuestCompiler;
}

/** As a build does: what is known, or else what the compiler makes. */
function compiledAnew(setup: Setup): { result: CompiledGuest; isFound: boolean } {
  const { texts = sources, changed = unit, cache, compiler = countingCompiler() } = setup;
  const compilations = guestCompilations(filesInMemory(texts), cache);
  const found = compilations.find(changed);
  const step = { instance: 'a', source: 'a.ts' };
  const result = found ?? finishBuilding(compilations.compile(changed, step), compiler);
  assert.ok(result !== undefined);
  return { result, isFound: found !== undefined };
}

describe('what was compiled is found again', () => {
  it('by a later build, as it came from the compiler', () => {
    const cache = memoryCache('1');
    const first = compiledAnew({ cache });
    const second = compiledAnew({ cache });
    assert.deepEqual([first.isFound, second.isFound], [false, true]);
    assert.deepEqual(second.result, first.result);
    assert.notEqual(first.result.object, undefined);
  });

  it('after a change of a file that has nothing to do with it', () => {
    const cache = memoryCache('1');
    compiledAnew({ cache });
    assert.equal(compiledAnew({ cache, texts: { ...sources, 'other.ts': 'new' } }).isFound, true);
  });

  it('after a change that was taken back', () => {
    const cache = memoryCache('1');
    for (const text of ['b imports', 'b imports more', 'b imports'])
      compiledAnew({ cache, texts: { ...sources, 'a.ts': text } });
    assert.equal(compiledAnew({ cache }).isFound, true);
  });

  it('within one build, without a cache', () => {
    const compiler = countingCompiler();
    const compilations = guestCompilations(filesInMemory(sources), undefined);
    const step = { instance: 'a', source: 'a.ts' };
    finishBuilding(compilations.compile(unit, step), compiler);
    assert.notEqual(compilations.find(unit), undefined);
    assert.equal(compiler.runs, 1);
  });
});

describe('compiled anew is after a change of', () => {
  const { options } = unit;
  const inputs: readonly (readonly [title: string, setup: Setup])[] = [
    ['its own source', { texts: { ...sources, 'a.ts': 'b imports other things' } }],
    ['a file that it imports', { texts: { ...sources, 'b.ts': 'imported!' } }],
    ['a file that was looked for and now is there', { texts: { ...sources, 'c.ts': '' } }],
    ['a file that is gone', { texts: { 'a.ts': 'b imports' } }],
    ['the version', { cache: undefined }],
    ['the entries', { changed: { ...unit, entries: ['a.ts', 'other-entry'] } }],
    ...Object.entries({
      memoryBase: 0x2000,
      isOptimized: true,
      folder: 'elsewhere',
      generated: new Map([['camkes', 'other glue']]),
      hasFloatingPoint: true,
      allocationAfterInit: 'forbidden' as const,
    }).map(
      ([name, value]) =>
        [
          `the option ${name}`,
          { changed: { ...unit, options: { ...options, [name]: value } } },
        ] as const,
    ),
  ];
  for (const [title, setup] of inputs)
    it(title, () => {
      const cache = memoryCache('1');
      compiledAnew({ cache });
      const later = { ...cache, version: title === 'the version' ? '2' : '1' };
      const clean = compiledAnew({ ...setup, cache: undefined });
      const again = compiledAnew({ ...setup, cache: later });
      assert.equal(again.isFound, false);
      assert.deepEqual(again.result, clean.result);
    });
});

describe('compiled anew is', () => {
  it('what was damaged in the cache', () => {
    const cache = memoryCache('1');
    compiledAnew({ cache });
    const damaged = { ...cache, read: (key: string) => cache.read(key)?.map((byte) => byte ^ 1) };
    assert.equal(compiledAnew({ cache: damaged }).isFound, false);
  });

  it('what had mistakes, in the next build', () => {
    const cache = memoryCache('1');
    const mistake = {
      file: 'a.ts',
      range: noRange,
      severity: 'error',
      code: 'x',
      message: 'X.',
    } as const;
    compiledAnew({ cache, compiler: countingCompiler([mistake]) });
    assert.equal(compiledAnew({ cache }).isFound, false);
  });
});
