/** Debugging components in guest TypeScript: lines, locals and steps are those of their sources. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import { buildBundle } from '../support/bundle.js';
import { breakAt, killAll, launch, scope, stack, topFrame } from './session-fixture.js';

const adapter = buildAdapter();
// The adapter loads the compiler from beside itself.
buildBundle('guest-compiler', path.dirname(adapter.file));
after(() => adapter.remove());
afterEach(killAll);

const sample = path.resolve('extension/samples/rpc');
const shelf = path.join(sample, 'components/Shelf.ts');
const reader = path.join(sample, 'components/Reader.ts');

/** The line of a source that has this text. */
const lineWith = (file: string, text: string): number =>
  readFileSync(file, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

describe('components in guest TypeScript', () => {
  it('stop in a handler, with the stack and the typed locals of its address space', async () => {
    const line = lineWith(shelf, 'if (at >= 0)');
    const session = await launch(adapter.file, sample, {}, (dap) => breakAt(dap, shelf, { line }));
    assert.equal(session.stop.reason, 'breakpoint');
    const frames = await stack(session.client, session.thread);
    assert.deepEqual(
      frames.map(({ name, source, line: at }) => [name, source?.path, at]),
      [
        ['library_lend', shelf, line],
        // What is made for the interface has no source.
        ['__camkes_library_lend', undefined, 0],
        ['library__run', undefined, 0],
      ],
    );
    const { rows } = await scope(session.client, session.thread, 'Locals');
    assert.deepEqual(
      rows.map(({ name, value, type }) => [name, value, type]),
      [
        ['title', '"Emma"', 'string'],
        ['at', '0', 'i32'],
      ],
    );
    await session.client.close();
  });

  it('step over the call of another component to the next line', async () => {
    const line = lineWith(reader, 'library.lend(wish)');
    const session = await launch(adapter.file, sample, {}, (dap) => breakAt(dap, reader, { line }));
    const locals = async (): Promise<unknown[]> => {
      const { rows } = await scope(session.client, session.thread, 'Locals');
      return rows.map(({ name, value, type }) => [name, value, type]);
    };
    const { name, source, line: at } = await topFrame(session.client, session.thread);
    assert.deepEqual([name, source?.path, at], ['run', reader, line]);
    assert.deepEqual(await locals(), [['lent', 'null', 'Library_lend']]);
    await session.client.runTo('next', { threadId: session.thread });
    const top = await topFrame(session.client, session.thread);
    assert.deepEqual([top.name, top.source?.path, top.line], ['run', reader, line + 1]);
    assert.deepEqual(await locals(), [['lent', '{result: true, left: 2}', 'Library_lend']]);
    await session.client.close();
  });
});
