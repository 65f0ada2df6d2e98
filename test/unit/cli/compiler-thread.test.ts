/** The guest compiler's thread with compilers that fail in every way: each request is answered, and work goes on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { CompilerThread } from '../../../runtime/cli/compiler-thread.js';
import { checkerThreads } from '../../../runtime/cli/checker-threads.js';
import { compilerThread } from '../../../runtime/cli/compiler-thread.js';
import type { CompilationRequest } from '../../../runtime/toolchain/build-step.js';
import { newCancellation, type Cancellation } from '../../../runtime/toolchain/drive-build.js';
import type { CompiledUnit } from '../../../runtime/toolchain/guest/compile-unit.js';
import { filesInMemory } from '../../support/files-in-memory.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-compiler-'));
after(() => rmSync(folder, { recursive: true }));
const thread = pathToFileURL(path.resolve('out/runtime/cli/compiler-worker.js'));
const realModule = pathToFileURL(
  path.resolve('out/runtime/toolchain/guest/assemblyscript/main.js'),
);

/** Does what the source says. */
const fake = `
const nothing = { exports: [], unsafeLines: new Map(), diagnostics: [], files: [] };
const compile = ([entry], files) => {
  const text = files.readText(entry);
  if (text === 'crash') throw new RangeError('too deep');
  if (text === 'abort') return { ...nothing, diagnostics: [{ file: entry, code: 'compiler-crash', severity: 'error', message: 'Aborted.' }] };
  if (text === 'part' && import.meta.url.endsWith('?debug')) return { ...nothing, diagnostics: [{ file: entry, code: 'compiler-crash', severity: 'error', message: 'unreachable' }] };
  if (text === 'exit') process.exit(3);
  while (text === 'hang');
  if (text === 'eat') for (const eaten = []; ; ) eaten.push(new Array(1e5).fill({}));
  const read = (text ?? '').split(' ').map((name) => files.readText(name) ?? '-');
  started += text === 'count' ? 1 : 0;
  return { ...nothing, exports: read.concat(text === 'count' ? String(started) : []) };
};
let started = 0;
export const guestCompiler = { compile };
export const preparedCompiler = () => guestCompiler;
export const newKeptCode = () => ({ add() {} });
export const compileUnit = (compiler, { entries, options }, files) => {
  const { files: read, ...compiled } = compiler.compile(entries, files, options);
  return { compiled, files: read };
};
`;

function fakeModule(name: string, text: string): URL {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const options = {
  memoryBase: 0x1_0000,
  isOptimized: false,
  hasFloatingPoint: false,
  allocationAfterInit: 'allowed',
} as const;

const request = (text: string, others: Readonly<Record<string, string>> = {}) =>
  ({
    unit: { entries: ['app/Main.ts'], options },
    files: filesInMemory({ 'app/Main.ts': text, ...others }),
    likely: ['app/Main.ts'],
  }) satisfies CompilationRequest;

const told = ({ compiled }: CompiledUnit): string[] =>
  compiled.diagnostics.map(({ file, code, message }) => `${file} ${code}: ${message}`);

/** Compiles something well, so that whatever came before has no part in it. */
async function goesOn(compiler: CompilerThread): Promise<void> {
  const { compiled } = await compiler.compile(request('other.ts', { 'other.ts': 'text' }));
  assert.deepEqual([compiled.exports, compiled.diagnostics], [['text'], []]);
}

describe("the guest compiler's thread", () => {
  const module = fakeModule('fake', fake);
  const limits = { limitMilliseconds: 240_000, limitMegabytes: 64 };
  const compiler = compilerThread({ thread, module, ...limits });
  after(() => compiler.close());

  it('ends beside the rest of a build, where nothing else is expected, and comes again for what is asked all the same', async () => {
    const once = compilerThread({ thread, module, ...limits, later: 'nothing' });
    const counted = async (): Promise<unknown> =>
      (await once.compile(request('count'))).compiled.exports.at(-1);
    assert.deepEqual([await counted(), await counted()], ['1', '2']);
    once.expectNothing?.();
    assert.equal(await counted(), '1');
    await once.close();
    compiler.expectNothing?.();
    await goesOn(compiler);
  });

  it('that was only started, and never asked, is ended at once', async () => {
    const early = compilerThread({ thread, module, ...limits });
    early.start();
    await early.close();
  });

  it('asks for the files that the compiler reads', async () => {
    const { compiled } = await compiler.compile(
      request('a.ts b.ts a.ts', { 'a.ts': 'A', 'c.ts': 'C' }),
    );
    assert.deepEqual(compiled.exports, ['A', '-', 'A']);
  });

  it('answers several requests in their order', async () => {
    const all = ['one.ts', 'two.ts', 'three.ts'].map((name) =>
      compiler.compile(request(name, { [name]: name })),
    );
    const exports = (await Promise.all(all)).map(({ compiled }) => compiled.exports);
    assert.deepEqual(exports, [['one.ts'], ['two.ts'], ['three.ts']]);
  });

  it('tells of a compiler that throws, and goes on with the rest', async () => {
    const [wrong] = await Promise.all([compiler.compile(request('crash')), goesOn(compiler)]);
    assert.deepEqual(told(wrong), [
      'app/Main.ts compiler-crash: The compiler failed on this program: too deep. The last change is the likely cause; undo parts of it to find which.',
    ]);
  });

  it('is another one after a compiler that tells of its crash itself', async () => {
    const count = async () => (await compiler.compile(request('count'))).compiled.exports.at(-1);
    assert.equal(await count(), '1');
    assert.equal(await count(), '2');
    assert.deepEqual(told(await compiler.compile(request('abort'))), [
      'app/Main.ts compiler-crash: Aborted.',
    ]);
    assert.equal(await count(), '1');
  });

  it('begins again with the whole compiler where a part of it does not do', async () => {
    const part = compilerThread({ thread, module: new URL('?debug', module), ...limits });
    const { compiled } = await part.compile(request('part'));
    assert.deepEqual([compiled.exports, compiled.diagnostics], [['-'], []]);
    await part.close();
    const missing = new URL('nothing.mjs?debug', module);
    writeFileSync(
      fileURLToPath(missing),
      `if (import.meta.url.endsWith('?debug')) throw new Error();\n${fake}`,
    );
    const broken = compilerThread({ thread, module: missing, ...limits });
    await goesOn(broken);
    await broken.close();
  });

  it('tells of a compiler that ends its thread, and goes on', async () => {
    const [wrong] = await Promise.all([compiler.compile(request('exit')), goesOn(compiler)]);
    assert.match(told(wrong).join(), /^app\/Main\.ts compiler-crash: .*its thread ended/);
  });

  it('tells of a compiler that needs too much memory, and goes on', async () => {
    const [wrong] = await Promise.all([compiler.compile(request('eat')), goesOn(compiler)]);
    assert.match(told(wrong).join(), /^app\/Main\.ts compiler-memory: .* more than 64 MB/);
  });

  it('ends a compilation that is given up, and goes on', async () => {
    void compiler.compile(request('hang'));
    void compiler.compile(request('hang'));
    compiler.abandon();
    await goesOn(compiler);
  });

  it('ends a check that is cancelled, waiting or not, and goes on', async () => {
    const [running, waiting] = [newCancellation(), newCancellation()];
    const asked = [running, waiting].map((cancellation) => {
      const { unit, files } = request('hang');
      return compiler.check(unit, files, cancellation);
    });
    waiting.cancel();
    running.cancel();
    assert.deepEqual(await Promise.all(asked), [undefined, undefined]);
    await goesOn(compiler);
  });

  it('tells of a compiler that cannot be loaded', async () => {
    const broken = compilerThread({ thread, module: fakeModule('broken', 'throw Error("x")') });
    const wrong = told(await broken.compile(request('')));
    assert.match(wrong.join(), /^app\/Main\.ts compiler-not-loaded: .*cannot be loaded: x\./);
    await broken.close();
  });

  it('compiles with the real compiler, and checks', async () => {
    const real = compilerThread({ thread, module: realModule });
    const good = request('export function run(): i32 { return 1 + 1; }');
    const { compiled, files } = await real.compile(good);
    assert.deepEqual([compiled.diagnostics, files], [[], ['app/Main.ts']]);
    assert.ok(compiled.object?.symbols.some(({ name }) => name === 'run'));
    const wrong = request('export function run(): i32 { return missing; }');
    const checked = await real.check(wrong.unit, wrong.files);
    assert.deepEqual(
      checked?.diagnostics.map(({ code }) => code),
      ['unknown-name'],
    );
    await real.close();
  });
});

describe('the threads of checks, with a compiler that hangs', () => {
  it('are as many as there are checks that hang, up to a few, and one else', async () => {
    const module = fakeModule('checked', fake);
    let started = 0;
    const checkers = checkerThreads(() => {
      started += 1;
      return compilerThread({ thread, module });
    });
    const check = async (text: string, cancellation?: Cancellation): Promise<unknown> => {
      const { unit, files } = request(text);
      return (await checkers.check(unit, files, cancellation))?.exports.at(-1);
    };
    assert.deepEqual([await check('count'), await check('count'), started], ['1', '2', 1]);
    const cancellation = newCancellation();
    const hanging = check('hang', cancellation);
    assert.deepEqual([await check('count'), started], ['1', 2]);
    cancellation.cancel();
    assert.equal(await hanging, undefined);
    await checkers.close();
  });
});

describe("the guest compiler's thread with a limit of time", () => {
  it('tells of a compiler that hangs, and goes on', async () => {
    const module = fakeModule('hanging', fake);
    const compiler = compilerThread({ thread, module, limitMilliseconds: 2000 });
    assert.match(
      told(await compiler.compile(request('hang'))).join(),
      /^app\/Main\.ts compiler-timeout: .* ended after 2 seconds\./,
    );
    await compiler.close();
  });
});
