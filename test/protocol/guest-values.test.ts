/** Values of components in guest TypeScript that a table has no room for: long strings, and all objects of an arena. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { after, afterEach, before, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import { buildBundle } from '../support/bundle.js';
import { breakAt, killAll, launch, scope, stack, topFrame, valueOf } from './session-fixture.js';

const adapter = buildAdapter();
// The adapter loads the compiler from beside itself.
buildBundle('guest-compiler', path.dirname(adapter.file));
const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-values-'));
const source = path.join(folder, 'Reader.ts');
after(() => {
  adapter.remove();
  rmSync(folder, { recursive: true });
});
afterEach(killAll);

const text = `import { log } from 'sel4';
class Book { next: Book | null = null; constructor(public title: string) {} }
let shelf: Book[] = [];
let long = '';
export function run(): void {
  long = 'ab'.repeat(150);
  let first = new Book('Emma');
  first.next = new Book('Faust');
  shelf.push(first);
  log(long);
  for (let each = 0; each < 4; each++) enter(each);
}
enum Mode { Off, Slow = 1 << 1, Auto }
function enter(mode: Mode): i32 {
  return mode * 2;
}
`;

before(() => {
  writeFileSync(source, text);
  writeFileSync(path.join(folder, 'cantrip.json'), '{ "program": "system.camkes" }');
  writeFileSync(
    path.join(folder, 'system.camkes'),
    'component Reader { control; }\nassembly { composition { component Reader reader; } configuration { reader.heap_size = 16384; } }\n',
  );
});

describe('a long string', () => {
  it('is cut in a table, and whole in a hover, on the clipboard and in the console', async () => {
    const line = text.split('\n').findIndex((each) => each.includes('log(long)')) + 1;
    const { client, thread } = await launch(adapter.file, folder, {}, (dap) =>
      breakAt(dap, source, { line }),
    );
    const { rows } = await scope(client, thread, 'Globals');
    const row = rows.find(({ name }) => name === 'long');
    assert.equal(row?.value, `"${'ab'.repeat(100)}"…`);
    for (const context of ['hover', 'clipboard', 'repl'])
      assert.equal(
        await valueOf(client, row.evaluateName ?? '', { context }),
        `"${'ab'.repeat(150)}"`,
      );
    assert.equal(await valueOf(client, 'long', { context: 'watch' }), row.value);
    await client.close();
  });
});

describe('an enumeration', () => {
  it('has its constants in conditions, in values, in assignments and in completions', async () => {
    const line = text.split('\n').findIndex((each) => each.includes('return mode')) + 1;
    const { client, thread } = await launch(adapter.file, folder, {}, async (dap) => {
      await dap.request('setBreakpoints', {
        source: { path: source },
        breakpoints: [{ line, condition: 'mode == Mode.Auto' }],
      });
    });
    assert.equal(await valueOf(client, 'mode'), 'Auto (3)');
    assert.equal(await valueOf(client, 'Mode.Slow', { context: 'hover' }), 'Slow (2)');
    const frameId = (await topFrame(client, thread)).id;
    const { targets } = await client.request<DebugProtocol.CompletionsResponse['body']>(
      'completions',
      { text: 'mode = Mode.', column: 13, frameId },
    );
    assert.deepEqual(
      targets.map(({ label, start, length }) => [label, start, length]),
      ['Mode.Off', 'Mode.Slow', 'Mode.Auto'].map((label) => [label, 8, 5]),
    );
    const stored = await valueOf(client, 'mode = Mode.Slow', { context: 'repl', frameId });
    assert.equal(stored, 'Slow (2)');
    await client.close();
  });
});

describe('the objects of an arena', () => {
  it('unfold in the scope Heap by class, with their members and who holds them', async () => {
    const line = text.split('\n').findIndex((each) => each.includes('log(long)')) + 1;
    const { client, thread } = await launch(adapter.file, folder, {}, (dap) =>
      breakAt(dap, source, { line }),
    );
    const { rows } = await scope(client, thread, 'Heap');
    const inside = async (
      outer: readonly DebugProtocol.Variable[],
      name: string,
    ): Promise<DebugProtocol.Variable[]> => {
      const row = outer.find((each) => each.name === name || each.value.includes(name));
      assert.ok(row !== undefined && row.variablesReference > 0, name);
      const { variables } = await client.request<DebugProtocol.VariablesResponse['body']>(
        'variables',
        { variablesReference: row.variablesReference },
      );
      return variables;
    };
    const classes = await inside(rows, 'objects');
    assert.deepEqual(
      classes.find(({ name }) => name === 'Book'),
      {
        ...classes.find(({ name }) => name === 'Book'),
        name: 'Book',
        value: '2 objects, 48 bytes',
      },
    );
    const books = await inside(classes, 'Book');
    const first = books.find(({ value }) => value.includes('Emma'));
    const second = books.find(({ value }) => value.includes('Faust'));
    assert.match(first?.memoryReference ?? '', /^0x/);
    const members = await inside(books, 'Faust');
    assert.deepEqual(
      members.map(({ name, value }) => [name, value]),
      [
        ['held by', `${first?.name ?? ''} next`],
        ['bytes', '24'],
        ['next', 'null'],
        ['title', '"Faust"'],
      ],
    );
    // What the module's array has grown to is in the arena, the array itself is not.
    const buffers = await inside(classes, 'ArrayBuffer');
    const [holder] = await inside(buffers, buffers[0]?.name ?? '');
    assert.equal(holder?.value, 'shelf elements');
    assert.equal(second?.type, 'Book, 24 bytes');
    await client.close();
  });
});

describe('an object that only a thread refers to', () => {
  it('is held by the variable of the function that is active', async () => {
    const line = text.split('\n').findIndex((each) => each.includes('first.next')) + 1;
    const { client, thread } = await launch(adapter.file, folder, {}, (dap) =>
      breakAt(dap, source, { line }),
    );
    const unfold = async (variablesReference: number): Promise<DebugProtocol.Variable[]> =>
      (
        await client.request<DebugProtocol.VariablesResponse['body']>('variables', {
          variablesReference,
        })
      ).variables;
    let { rows } = await scope(client, thread, 'Heap');
    for (const name of ['objects', 'Book', 'Emma']) {
      const row = rows.find((each) => each.name === name || each.value.includes(name));
      rows = await unfold(row?.variablesReference ?? 0);
    }
    const holders = rows.find(({ name }) => name === 'held by')?.value ?? '';
    assert.match(holders, /reader.* in run: first/);
    assert.doesNotMatch(holders, /no object/);
    await client.close();
  });
});

const shared = path.join(folder, 'shared');
const [writer, other] = ['A.ts', 'B.ts'].map((name) => path.join(shared, name)) as [string, string];
const sharedTexts = {
  'cantrip.json': '{ "program": "system.camkes" }',
  'system.camkes': `import <std_connector.camkes>;
procedure Add { int add(in int left); }
component A { control; uses Add p; dataport Buf d; }
component B { provides Add p; dataport Buf d; }
assembly { composition {
  component A a;
  component B b;
  connection seL4RPCCall call(from a.p, to b.p);
  connection seL4SharedData data(from a.d, to b.d);
} }
`,
  'A.ts': `import { d, p } from 'camkes';
import { log } from 'sel4';
export function run(): void {
  d.set<u32>(8, 30);
  log(p.add(5).toString());
}
`,
  'B.ts': `import { d } from 'camkes';
export function p_add(left: i32): i32 {
  d.set<u32>(8, d.get<u32>(8) + left);
  return <i32>d.get<u32>(8);
}
`,
};

describe('a data breakpoint on shared data', () => {
  before(() => {
    mkdirSync(shared);
    for (const [name, content] of Object.entries(sharedTexts))
      writeFileSync(path.join(shared, name), content);
  });

  it('that one component asks for stops where the other one writes', async () => {
    const line = sharedTexts['A.ts'].split('\n').findIndex((each) => each.includes('p.add')) + 1;
    const { client, thread } = await launch(adapter.file, shared, {}, (dap) =>
      breakAt(dap, writer, { line }),
    );
    const { id: frameId } = await topFrame(client, thread);
    const { dataId } = await client.request<DebugProtocol.DataBreakpointInfoResponse['body']>(
      'dataBreakpointInfo',
      { name: '*(*d + 8)', frameId },
    );
    assert.notEqual(dataId, null);
    await client.request('setDataBreakpoints', { breakpoints: [{ dataId, accessType: 'write' }] });
    const stop = await client.runTo('continue', { threadId: thread });
    assert.equal(stop.reason, 'data breakpoint');
    assert.match(stop.description ?? '', /\*\(\*d \+ 8\) was 0x1e and is 0x23 now, written by b_/);
    const frames = await stack(client, stop.threadId ?? 0);
    assert.ok(
      frames.some(({ name, source: at }) => name === 'p_add' && at?.path === other),
      JSON.stringify(frames.map(({ name }) => name)),
    );
    await client.close();
  });
});
