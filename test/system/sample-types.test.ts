/** The samples in guest TypeScript as an editor sees them that knows TypeScript: their types, and who made them. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import ts from 'typescript';
import { buildBundle } from '../support/bundle.js';
import { commandUnderTest, type CommandUnderTest } from '../support/command-under-test.js';

let command: CommandUnderTest;

before(() => {
  command = commandUnderTest('sample-types');
  // Beside the command, which loads it from there.
  buildBundle('guest-compiler', path.resolve('out/sample-types-under-test'));
});
after(() => command.remove());

/** What TypeScript says of a workspace, with other texts for some of its files. */
function typeErrors(folder: string, texts: Readonly<Record<string, string>> = {}): string[] {
  const read = ts.readConfigFile(path.join(folder, 'tsconfig.json'), (name) =>
    ts.sys.readFile(name),
  );
  const { options, fileNames } = ts.parseJsonConfigFileContent(read.config, ts.sys, folder);
  const host = ts.createCompilerHost(options);
  const onDisk = host.readFile.bind(host);
  host.readFile = (name) => texts[path.relative(folder, name)] ?? onDisk(name);
  return ts
    .getPreEmitDiagnostics(ts.createProgram(fileNames, options, host))
    .map(
      ({ file, messageText }) =>
        `${path.basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    );
}

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .sort();

for (const name of ['rpc', 'event', 'capsule']) {
  const sample = path.resolve('extension/samples', name);

  describe(`the types of the sample ${name}`, () => {
    it('let TypeScript check every component without an error', () => {
      assert.deepEqual(typeErrors(sample), []);
    });

    it('are what `cantrip build --editor` writes', async () => {
      const made = path.join(command.folder, name);
      const { code } = await command.run(['build', sample, '--editor', made]);
      assert.equal(code, 0);
      const files = filesBelow(made);
      const committed = filesBelow(path.join(sample, 'types')).map((file) =>
        path.join('types', file),
      );
      assert.deepEqual(files, ['tsconfig.json', ...committed].sort());
      for (const file of files)
        assert.equal(
          readFileSync(path.join(sample, file), 'utf8'),
          readFileSync(path.join(made, file), 'utf8'),
          `${file} is old: cantrip build ${name} --editor ${name}`,
        );
    });
  });
}

describe('the sample cantripos', () => {
  it('has types with which TypeScript checks services and applications without an error', async () => {
    const made = path.join(command.folder, 'cantripos');
    const nexus = path.resolve('runtime/system/platforms/nexus');
    const { code } = await command.run(['build', nexus, '--editor', made]);
    assert.equal(code, 0);
    for (const folder of ['apps', 'components', 'interfaces'])
      cpSync(path.resolve('runtime/system', folder), path.join(made, 'system', folder), {
        recursive: true,
      });
    assert.deepEqual(typeErrors(made), []);
  });
});

describe('an editor that knows TypeScript', () => {
  it('tells a wrong type of what the module camkes declares', () => {
    const folder = path.resolve('extension/samples/rpc');
    const file = path.join('components', 'Reader.ts');
    const text = readFileSync(path.join(folder, file), 'utf8');
    assert.deepEqual(typeErrors(folder, { [file]: text.replace('lend(wish)', 'lend(5)') }), [
      "Reader.ts: Argument of type 'number' is not assignable to parameter of type 'string'.",
    ]);
  });
});

describe('cantrip build --editor', () => {
  it('writes the files though a component has errors', async () => {
    command.file('broken/A.ts', 'export function run(): void { nobody(); }');
    command.file(
      'broken/system.camkes',
      'component A { control; attribute int limit; } assembly { composition { component A a; } configuration { a.limit = 3; } }',
    );
    const { code } = await command.run(['build', 'broken/system.camkes', '--editor', 'broken']);
    assert.equal(code, 1);
    assert.deepEqual(typeErrors(path.join(command.folder, 'broken')), [
      "A.ts: Cannot find name 'nobody'.",
    ]);
  });

  it('refuses a source that has no components', async () => {
    writeFileSync(path.join(command.folder, 'a.S'), '.globl _start\n_start: j _start\n');
    const { code, stderr } = await command.run(['build', 'a.S', '--editor', 'types']);
    assert.equal(code, 2);
    assert.match(stderr, /Only a \.camkes assembly has components/);
  });
});
