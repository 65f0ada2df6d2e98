/** Values of components in guest TypeScript that a table has no room for: long strings, and all objects of an arena. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { after, afterEach, before, describe, it } from 'node:test';
import { buildAdapter } from '../support/adapter.js';
import { buildBundle } from '../support/bundle.js';
import { breakAt, killAll, launch, scope, valueOf } from './session-fixture.js';

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
