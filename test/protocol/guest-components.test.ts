/** Debugging components in guest TypeScript: lines, locals and steps are those of their sources. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { after, afterEach, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import { buildBundle } from '../support/bundle.js';
import {
  breakAt,
  connect,
  killAll,
  launch,
  scope,
  stack,
  topFrame,
  valueOf,
} from './session-fixture.js';

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

describe('a build that a client waits for', () => {
  it('is shown piece by piece, and what is there already by its name', async () => {
    const client = await connect(adapter.file, { supportsProgressReporting: true });
    await client.request('launch', { program: sample });
    const shown = client.events.filter(({ event }) => event.startsWith('progress'));
    const messages = shown.map(
      ({ event, body }) => `${event} ${(body as { message?: string }).message ?? ''}`,
    );
    assert.match(messages[0] ?? '', /^progressStart (compiling )?\S*Shelf\.ts for shelf/);
    assert.ok(
      messages.some((each) => /^progressUpdate \S*Reader\.ts for ben: from cache$/.test(each)),
    );
    assert.equal(messages.at(-1), 'progressEnd ');
    const ids = new Set(shown.map(({ body }) => (body as { progressId: string }).progressId));
    assert.equal(ids.size, 1);
    await client.close();
  });
});

/** Small functions, which an optimised build puts into their callers: the lines of their calls have no code of their own. */
const teller = `import { log } from 'sel4';

function say(text: string): void {
  log(text);
  log('.');
}

export function run(): void {
  log('first');
  log('second');
  say('third');
  log('last');
}
`;

describe('a component in an optimised build', () => {
  it('is stopped at lines that are only replaced calls, stepped over them and into them', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-teller-'));
    after(() => rmSync(folder, { recursive: true }));
    const file = path.join(folder, 'Teller.ts');
    writeFileSync(file, teller);
    writeFileSync(
      path.join(folder, 'system.camkes'),
      'component Teller { control; }\nassembly { composition { component Teller teller; } }\n',
    );
    writeFileSync(
      path.join(folder, 'cantrip.json'),
      JSON.stringify({ program: 'system.camkes', board: 'virt' }),
    );
    const [first, third] = [lineWith(file, "log('first')"), lineWith(file, "say('third')")];
    const session = await launch(adapter.file, folder, { optimization: 'release' }, (dap) =>
      breakAt(dap, file, { line: first }, { line: third }),
    );
    const { client, thread } = session;
    const places = async (): Promise<unknown[]> =>
      (await stack(client, thread)).slice(0, 2).map(({ name, line }) => `${name} ${line}`);
    const step = async (command: string): Promise<unknown[]> => {
      await client.runTo(command, { threadId: thread });
      return places();
    };
    assert.equal((await places())[0], `run ${first}`);
    assert.equal((await step('next'))[0], `run ${first + 1}`);
    assert.equal((await step('continue'))[0], `run ${third}`);
    assert.deepEqual(await step('stepIn'), [`say ${lineWith(file, 'log(text)')}`, `run ${third}`]);
    assert.deepEqual(await step('next'), [`say ${lineWith(file, "log('.')")}`, `run ${third}`]);
    assert.equal((await step('stepOut'))[0], `run ${third + 1}`);
    await client.close();
  });
});

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
    const heap = await scope(session.client, session.thread, 'Heap');
    assert.deepEqual(
      heap.rows.map(({ name }) => name),
      ['arena', 'used', 'peak', 'collections', 'longest pause', 'objects'],
    );
    assert.equal(heap.rows[0]?.value, '16384');
    const change = { variablesReference: heap.reference, name: 'used', value: '1' };
    assert.notEqual(await session.client.refusal('setVariable', change), '');
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

  it('have variables of their modules, which expressions name, and which can be set', async () => {
    const line = lineWith(shelf, 'if (at >= 0)');
    const session = await launch(adapter.file, sample, {}, (dap) => breakAt(dap, shelf, { line }));
    const { client, thread } = session;
    const { reference, rows } = await scope(client, thread, 'Globals');
    assert.deepEqual(
      rows.map(({ name, value, type, evaluateName }) => [name, value, type, evaluateName]),
      [['books', '(3)', 'Array<String>', 'books']],
    );
    const [books] = rows;
    const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>(
      'variables',
      { variablesReference: books?.variablesReference, filter: 'indexed', start: 1, count: 1 },
    );
    assert.deepEqual(
      variables.map(({ name, value, evaluateName }) => [name, value, evaluateName]),
      [['[1]', '"Faust"', 'books[1]']],
    );
    assert.equal(await valueOf(client, 'books[at]'), '"Emma"');
    assert.equal(await valueOf(client, 'title == books[0] || at > 1'), 'true');
    assert.equal(await valueOf(client, 'books.length - at'), '3');
    const refusal = await client.refusal('setVariable', {
      variablesReference: reference,
      name: 'books',
      value: '1',
    });
    assert.match(refusal, /books has no one place of its own/);
    const locals = await scope(client, thread, 'Locals');
    const set = { variablesReference: locals.reference, name: 'at', value: 'books.length - 1' };
    assert.equal(
      (await client.request<DebugProtocol.SetVariableResponse['body']>('setVariable', set)).value,
      '2',
    );
    const expression = { expression: 'at', value: '-1', context: 'watch' };
    await client.request('setExpression', expression);
    assert.equal(await valueOf(client, 'at'), '-1');
    // The shelf believes that it has no such book.
    await breakAt(client, reader, { line: lineWith(reader, 'library.lend(wish)') + 1 });
    await client.runTo('continue', { threadId: thread });
    await client.close();
  });

  it('stop where a variable changes, with its values by its type', async () => {
    const line = lineWith(shelf, 'books.indexOf');
    const session = await launch(adapter.file, sample, {}, (dap) => breakAt(dap, shelf, { line }));
    const { client, thread } = session;
    const { reference } = await scope(client, thread, 'Locals');
    const { dataId } = await client.request<DebugProtocol.DataBreakpointInfoResponse['body']>(
      'dataBreakpointInfo',
      { variablesReference: reference, name: 'at' },
    );
    await breakAt(client, shelf);
    await client.request('setDataBreakpoints', {
      breakpoints: [{ dataId, accessType: 'readWrite' }],
    });
    const stop = await client.runTo('continue', { threadId: thread });
    assert.equal(stop.reason, 'data breakpoint');
    assert.match(
      stop.description ?? '',
      /at (was -?\d+ and )?is 0( now|, as before), written by shelf/,
    );
    const top = await topFrame(client, thread);
    assert.deepEqual([top.name, top.source?.path], ['library_lend', shelf]);
    await client.close();
  });

  it('stop where a condition over their variables holds, and log what an expression shows', async () => {
    const line = lineWith(shelf, 'books.indexOf');
    const session = await launch(adapter.file, sample, {}, async (dap) => {
      await dap.request('setBreakpoints', {
        source: { path: shelf },
        breakpoints: [
          { line, condition: 'title == "Emma" && books.length < 3' },
          { line: line + 1, logMessage: 'at is {at} of {books.length}, wanted {title}' },
        ],
      });
    });
    assert.equal(await valueOf(session.client, 'books.length'), '2');
    assert.match(session.client.output('console'), /at is 0 of 3, wanted "Emma"/);
    await session.client.close();
  });
});

describe('a step out of a handler', () => {
  for (const command of ['next', 'stepOut'])
    it(`by ${command} goes on to the next request, without a stop where there is no source`, async () => {
      const last = lineWith(shelf, 'return new Library_lend');
      const { client, thread } = await launch(adapter.file, sample, {}, (dap) =>
        breakAt(dap, shelf, { line: last }),
      );
      await client.request('setBreakpoints', { source: { path: shelf }, breakpoints: [] });
      assert.match(client.output('stdout'), /reader 1 wants Emma/);
      assert.equal((await client.runTo(command, { threadId: thread })).reason, 'step');
      const { name, source, line } = await topFrame(client, thread);
      assert.deepEqual(
        [name, source?.path, line],
        ['library_lend', shelf, lineWith(shelf, 'books.indexOf')],
      );
      await client.close();
    });
});

describe('a capsule of components in guest TypeScript', () => {
  const capsule = path.resolve('extension/samples/capsule');
  const [meter, filter, display] = ['Meter', 'Filter', 'Display'].map((name) =>
    path.join(capsule, `components/${name}.ts`),
  ) as [string, string, string];

  it('is stepped into from one member to the next, and has one stack through all of them', async () => {
    const line = lineWith(filter, "' is not believed'");
    const session = await launch(adapter.file, capsule, {}, (dap) =>
      breakAt(dap, filter, { line }),
    );
    await session.client.runTo('stepIn', { threadId: session.thread });
    const frames = await stack(session.client, session.thread);
    assert.deepEqual(
      frames.map(({ name, source, line: at }) => [name, source?.path, at]),
      [
        ['display.display_show', display, lineWith(display, 'shown += 1')],
        // What is made for the interface has no source.
        ['display.__camkes_display_show', undefined, 0],
        ['filter.display_show', undefined, 0],
        ['display.show', undefined, 0],
        ['filter.filter_smooth', filter, line],
        ['filter.__camkes_filter_smooth', undefined, 0],
        ['filter.smooth', undefined, 0],
        ['meter.run', meter, lineWith(meter, 'filter.smooth')],
        ['run_it', undefined, 0],
      ],
    );
    const places = [];
    for (let count = 0; count < 3; count += 1) {
      await session.client.runTo('next', { threadId: session.thread });
      const { source, line: at } = await topFrame(session.client, session.thread);
      places.push([source?.path, at]);
    }
    // Back in the member that called, behind what is made for the interface.
    assert.deepEqual(places, [
      [display, lineWith(display, 'log(')],
      [display, lineWith(display, 'return shown')],
      [filter, line + 1],
    ]);
    await session.client.close();
  });
});
