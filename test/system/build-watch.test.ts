/** `cantrip build --watch`: a build for each change of what it read, with its mistakes, until a signal ends it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { buildBundle } from '../support/bundle.js';

const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-watch-'));
after(() => rmSync(folder, { recursive: true }));

describe('a build that watches', () => {
  it('builds again after a change, goes on after a mistake, and ends with a signal', async () => {
    const script = buildBundle('cantrip', path.join(folder, 'dist'));
    const source = path.join(folder, 'spin.S');
    const write = (statement: string): void =>
      writeFileSync(source, `.globl _start\n_start: ${statement}\n  j _start\n`);
    write('nop');
    const child = spawn(process.execPath, [script, 'build', source, '--watch'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, CANTRIP_CACHE: '' },
    });
    const told: string[] = [];
    let heard = (): void => undefined;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told.push(text);
      heard();
    });
    /** All that was told since the last time, when it has this line at its end. */
    const line = async (end: RegExp): Promise<string> => {
      while (!end.test(told.join('')))
        await new Promise<void>((resolve) => {
          heard = resolve;
        });
      return told.splice(0).join('');
    };
    await line(/^Built in \d+\.\d\d s; waiting for changes of 1 files\.$/m);
    write('nopp');
    assert.match(await line(/^Built with errors in /m), /spin\.S:2:9: error: /);
    write('nop; nop');
    await line(/^Built in /m);
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    child.kill('SIGINT');
    assert.equal(await ended, 'SIGINT');
  });
});
