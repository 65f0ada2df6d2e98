import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildArchive } from '../../../../runtime/toolchain/application/builtin-archive.js';
import { finishBuilding } from '../../../../runtime/toolchain/build-step.js';
import { noRange } from '../../../../runtime/toolchain/text/diagnostic.js';
import { buildTexts, filesOf, problemsOf, type Texts } from '../../../support/component-system.js';

const app = (name: string): Texts => ({
  [`apps/${name}/cantrip.json`]: `{ "program": "main.S", "app": { "manifest": "it.manifest" } }`,
  [`apps/${name}/it.manifest`]: `name = ${name}\n`,
  [`apps/${name}/main.S`]: '.globl main\nmain: ret\n',
});

const archiveOf = (texts: Texts, ...paths: string[]) =>
  finishBuilding(
    buildArchive(
      'platform/cantrip.json',
      paths.map((path) => ({ path, range: noRange })),
      filesOf(texts),
      {},
    ),
    undefined,
  );

describe('the archive of what a system brings along', () => {
  it('has applications as bundles, and files as they are', () => {
    const texts = { ...app('one'), ...app('two'), 'platform/autostart.repl': 'start one\n' };
    const made = archiveOf(texts, '../apps/one', 'autostart.repl', '../apps/two');
    assert.deepEqual(problemsOf(made), []);
    const text = String.fromCharCode(...(made.bytes ?? []));
    const at = ['one.app', 'autostart.repl', 'two.app', 'TRAILER!!!'].map((name) =>
      text.indexOf(`${name}\0`),
    );
    assert.ok(at.every((place, index) => place > (at[index - 1] ?? 0)));
    assert.deepEqual(
      made.applications.map(({ name }) => name),
      ['one', 'two'],
    );
  });

  it('is not made when something is missing, twice there, or no application', () => {
    const texts = {
      ...app('one'),
      'apps/system/cantrip.json': '{ "program": "system.camkes" }',
      'apps/wrong/cantrip.json': '{ "program": }',
    };
    const problems = (...paths: string[]): string[] => {
      const made = archiveOf(texts, ...paths);
      assert.equal(made.bytes, undefined);
      return problemsOf(made);
    };
    assert.deepEqual(problems('../apps/none'), ['error missing-file platform/cantrip.json:1']);
    assert.deepEqual(problems('../apps/one', '../apps/one'), [
      'error builtin-name platform/cantrip.json:1',
    ]);
    assert.deepEqual(problems('../apps/system'), ['error builtin-source platform/cantrip.json:1']);
    assert.deepEqual(problems('../apps/wrong'), ['error json-syntax apps/wrong/cantrip.json:1']);
  });

  it('lies beside the assembly, as its first bytes of memory', () => {
    const texts = {
      ...app('one'),
      'platform/cantrip.json':
        '{ "program": "system.camkes", "dialect": "sparrow", "builtins": ["../apps/one"] }',
      'platform/system.camkes': `import <std_connector.camkes>;
        component Archive { hardware; dataport Buf cpio; }
        component Reader { control; dataport Buf cpio; }
        assembly {
          composition {
            component Archive archive; component Reader reader;
            connection cantripMMIO c(from reader.cpio, to archive.cpio);
          }
          configuration { archive.cpio_file = "ext_builtins.cpio"; archive.cpio_size = 0x2000; }
        }`,
    };
    const built = buildTexts(texts, 'platform');
    assert.deepEqual(
      problemsOf(built).filter((line) => line.startsWith('error')),
      [],
    );
    assert.deepEqual(
      built.applications?.map(({ name }) => name),
      ['one'],
    );
    const wanted = Buffer.from('070701');
    const bytes = Buffer.concat((built.image?.segments ?? []).map((segment) => segment.bytes));
    assert.ok(bytes.includes(wanted));
  });
});
