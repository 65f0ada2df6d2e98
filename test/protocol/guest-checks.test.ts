/** What the language server does while a component's source is checked: by a compiler that waits until it is told to go on. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Hover } from 'vscode-languageserver/node';
import { startServer, type ServerClient } from '../unit/language-server/server-client.js';

/** It says what the source is, once there is a file `go`. */
const waitingCompiler = `
import { existsSync, writeFileSync } from 'node:fs';
const beside = (name) => new URL('./folder/' + name, import.meta.url);
export const guestCompiler = {
  compile([file], files) {
    const message = files.readText(file);
    writeFileSync(beside('begun'), message);
    if (message === 'crash') process.exit();
    const cell = new Int32Array(new SharedArrayBuffer(4));
    while (!existsSync(beside('go'))) Atomics.wait(cell, 0, 0, 5);
    const start = { line: 0, character: 0 };
    const found = { file, range: { start, end: start }, severity: 'error', code: 'said', message };
    return { diagnostics: [found], exports: [], unsafeLines: new Map(), files: [file] };
  },
};
export const preparedCompiler = () => guestCompiler;
`;

describe('the language server while a source is checked', () => {
  let server: ServerClient;
  before(async () => {
    server = await startServer({
      guestCompiler: waitingCompiler,
      files: { 'cantrip.json': '{}' },
    });
  });
  after(() => server.stop());

  const path = (name: string): string => fileURLToPath(server.uri(name));
  const begun = async (text: string): Promise<void> => {
    while (!existsSync(path('begun')) || readFileSync(path('begun'), 'utf8') !== text)
      await pause(5);
  };
  const hover = (): Promise<Hover | null> =>
    server.request('textDocument/hover', 'a.camkes', { position: { line: 0, character: 11 } });
  /** The next that is published of the source. */
  const told = async (): Promise<unknown[]> =>
    (await server.diagnostics('A.ts')).map(({ code, message }) =>
      code === 'said' ? message : code,
    );

  it('answers what is asked meanwhile, and tells what came of the check', async () => {
    await server.open('a.camkes', 'component A { control; }');
    const first = told();
    await server.open('A.ts', 'one');
    assert.deepEqual(await first, []);
    await begun('one');
    assert.notEqual(await hover(), null);
    const checked = told();
    await server.write('go', '');
    assert.deepEqual(await checked, ['one']);
  });

  it('tells nothing of a text that has changed since', async () => {
    await server.remove('go');
    const checked = told();
    await server.edit('A.ts', 'two');
    await begun('two');
    await server.edit('A.ts', 'three');
    assert.notEqual(await hover(), null);
    await server.write('go', '');
    assert.deepEqual(await checked, ['three']);
  });

  it('tells at the source that the compiler crashed, and goes on', async () => {
    const crashed = told();
    await server.edit('A.ts', 'crash');
    assert.deepEqual(await crashed, ['compiler-crash']);
    const checked = told();
    await server.edit('A.ts', 'four');
    assert.deepEqual(await checked, ['four']);
    assert.notEqual(await hover(), null);
  });
});
