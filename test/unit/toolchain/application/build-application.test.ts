import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../../../runtime/machine/boards/nexus.js';
import { build, type Built } from '../../../../runtime/toolchain/build.js';
import { guestCompiler } from '../../../../runtime/toolchain/guest/assemblyscript/main.js';
import { filesOf, problemsOf, type Texts } from '../../../support/component-system.js';

const settings = '{ "program": "hello.ts", "app": { "manifest": "hello.manifest" } }';
const manifest = 'name = hello\n';

const buildTexts = (texts: Texts, optimization: 'debug' | 'release' = 'debug'): Built =>
  build('app', filesOf(texts), { boards: [nexusBoard()], guestCompiler, optimization });

const buildScript = (source: string, optimization?: 'debug' | 'release'): Built =>
  buildTexts(
    { 'app/cantrip.json': settings, 'app/hello.manifest': manifest, 'app/hello.ts': source },
    optimization,
  );

const hello = `import { sdk_log, sdk_ping } from 'sdk';
export function main(): void {
  sdk_ping();
  sdk_log('I am an app');
}
`;

describe('an application', () => {
  it('in guest TypeScript becomes a bundle, below the span of its page table', () => {
    for (const optimization of ['debug', 'release'] as const) {
      const built = buildScript(hello, optimization);
      assert.deepEqual(problemsOf(built), []);
      const { bundle = new Uint8Array(0), image } = built;
      const view = new DataView(bundle.buffer);
      assert.equal(view.getBigUint64(0), 0x0405_1957_1014_1955n);
      assert.equal(new TextDecoder().decode(bundle.subarray(48, 48 + manifest.length)), manifest);
      assert.ok(image !== undefined && image.segments.length > 1);
      assert.ok(image.segments.every(({ virtualAddress }) => virtualAddress >= 0x1_0000));
      assert.equal(image.entry, 0x1_0000);
    }
  });

  it('may give a code, and may go on in a loop', () => {
    const built = buildScript(`import { sdk_timer_wait } from 'sdk';
export function main(): i32 { return 3; }
export function loop(): void { sdk_timer_wait(); }
`);
    assert.deepEqual(problemsOf(built), []);
    assert.ok(built.bundle !== undefined);
  });

  it('has a function main', () => {
    assert.deepEqual(problemsOf(buildScript('export function start(): void {}\n')), [
      'error missing-main app/hello.ts:1',
    ]);
    const texts = {
      'app/cantrip.json': '{ "program": "hello.S", "app": { "manifest": "hello.manifest" } }',
      'app/hello.manifest': manifest,
      'app/hello.S': '.globl start\nstart: ret\n',
    };
    assert.deepEqual(problemsOf(buildTexts(texts)), ['error missing-main app/cantrip.json:1']);
  });

  it('may not touch raw memory', () => {
    const built = buildScript('export function main(): void { store<u32>(0, 1); }\n');
    assert.deepEqual(problemsOf(built), ['error raw-memory app/hello.ts:1']);
  });

  it('in assembly is linked with the start of the SDK', () => {
    const built = buildTexts({
      'app/cantrip.json':
        '{ "program": "hello.S", "app": { "manifest": "hello.manifest", "heap": "8K" } }',
      'app/hello.manifest': manifest,
      'app/hello.S': '.globl main\nmain: li a0, 7\n  j sdk_exit\n',
    });
    assert.deepEqual(problemsOf(built), []);
    assert.ok(built.bundle !== undefined && built.bundle.length < 1024);
  });

  it('may be linked already', () => {
    const { elf } = buildScript(hello);
    const built = buildTexts({
      'app/cantrip.json': '{ "program": "hello.elf", "app": { "manifest": "hello.manifest" } }',
      'app/hello.manifest': manifest,
      'app/hello.elf': elf ?? '',
    });
    assert.deepEqual(problemsOf(built), []);
    assert.ok(built.bundle !== undefined);
  });

  it('tells what is missing or wrong where it is named', () => {
    const with_ = (more: Texts): string[] => problemsOf(buildTexts(more));
    const app =
      '{ "program": "hello.ts",\n"app": { "manifest": "hello.manifest",\n "objects": ["a.o"] } }';
    assert.deepEqual(with_({ 'app/cantrip.json': app }), ['error missing-file app/cantrip.json:2']);
    assert.deepEqual(with_({ 'app/cantrip.json': app, 'app/hello.manifest': manifest }), [
      'error missing-file app/cantrip.json:1',
      'error missing-file app/cantrip.json:3',
    ]);
    const texts = { 'app/cantrip.json': settings, 'app/hello.ts': hello };
    assert.deepEqual(with_({ ...texts, 'app/hello.manifest': 'memory = 4K\nstack = much\n' }), [
      'error manifest-value app/hello.manifest:2',
    ]);
    const text = { ...texts, 'app/hello.manifest': manifest };
    assert.deepEqual(
      with_({
        ...text,
        'app/cantrip.json': '{ "program": "notes.txt", "app": { "manifest": "hello.manifest" } }',
        'app/notes.txt': 'no program',
      }),
      ['error application-source app/cantrip.json:1'],
    );
  });

  it('has settings that are told where they are wrong', () => {
    const of = (app: string): string[] =>
      problemsOf(buildTexts({ 'app/cantrip.json': `{ "program": "hello.ts", "app": ${app} }` }));
    const wrong = 'app/cantrip.json:1';
    assert.deepEqual(of('true'), [`error bad-setting ${wrong}`]);
    assert.deepEqual(of('{}'), [`error missing-setting ${wrong}`]);
    assert.deepEqual(of('{ "manifest": 1 }'), [`error bad-setting ${wrong}`]);
    assert.deepEqual(of('{ "manifest": "a", "heap": "all", "objects": "a.o", "x": 1 }'), [
      `error bad-setting ${wrong}`,
      `error bad-setting ${wrong}`,
      `error unknown-setting ${wrong}`,
    ]);
  });
});
