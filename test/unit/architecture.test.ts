import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';

const rooms = ['runtime', 'debug-adapter', 'language-server', 'extension'];

describe('the architecture', () => {
  it('has no import against the one-way flow', () => {
    const cruise = spawnSync(
      process.execPath,
      [
        'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.dependency-cruiser.cjs',
        ...rooms,
        'test',
      ],
      { encoding: 'utf8' },
    );
    assert.equal(cruise.status, 0, cruise.stdout + cruise.stderr);
    assert.match(cruise.stdout, /no dependency violations found \([1-9]\d* modules/);
  });

  it('keeps time, randomness and Node out of the runtime', () => {
    const offenders = sources('runtime')
      .filter((file) => !file.startsWith(path.join('runtime', 'cli')))
      .filter((file) =>
        /\bDate\.now\b|\bMath\.random\b|\bsetTimeout\b|from 'node:/.test(
          readFileSync(file, 'utf8'),
        ),
      );
    assert.deepEqual(offenders, []);
  });

  it('has tests that begin at the same seeds each time', () => {
    const offenders = sources('test')
      .filter((file) => file !== path.join('test', 'unit', 'architecture.test.ts'))
      .filter((file) => /\bMath\.random\b/.test(readFileSync(file, 'utf8')));
    assert.deepEqual(offenders, []);
  });

  it('keeps the extension API in extension/ and the language server protocol in language-server/', () => {
    const imports = (room: string, name: RegExp): string[] =>
      sources(room).filter((file) => name.test(readFileSync(file, 'utf8')));
    for (const room of rooms) {
      if (room !== 'extension') assert.deepEqual(imports(room, /from 'vscode'/), []);
      if (room !== 'language-server') {
        assert.deepEqual(imports(room, /from 'vscode-languageserver/), []);
      }
    }
  });

  it('shows every room of the tree in ARCHITECTURE.md', () => {
    const text = readFileSync('ARCHITECTURE.md', 'utf8');
    const missing = readdirSync('runtime', { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .filter((name) => !new RegExp(`\\b${name}/`).test(text));
    assert.deepEqual(missing, []);
  });

  it('names no file a heap of odds and ends', () => {
    const heaps = rooms
      .flatMap(sources)
      .filter((file) => /(^|[-/])(utils?|helpers?|common|misc|manager)\.ts$/.test(file));
    assert.deepEqual(heaps, []);
  });
});

function sources(room: string): string[] {
  return readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(room, file));
}
