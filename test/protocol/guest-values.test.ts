/** Values of components in guest TypeScript that a table has no room for: long strings, and all objects of an arena. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
