/** What the language server says of a component's source in guest TypeScript, by the assembly that connects it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Diagnostic, DocumentDiagnosticReport } from 'vscode-languageserver/node';
import type {
  EditorFilesView,
  GuestComponentsView,
  NoView,
} from '../../language-server/protocol.js';
import { startServer, type ServerClient } from '../unit/language-server/server-client.js';

const shelf = `import "Books.idl4";
component Shelf {
  provides Books books;
  attribute int room = 3;
}
`;
const reader = `import "Books.idl4";
component Reader {
  control;
  uses Books library;
}
`;
const systemWith = (connections: string): string => `import <std_connector.camkes>;
import "Shelf.camkes";
import "Reader.camkes";
assembly {
  composition {
    component Shelf shelf;
    component Reader reader;
    ${connections}
  }
}
`;
const files = {
  'cantrip.json': '{ "program": "system.camkes" }',
  'Books.idl4': 'procedure Books { int lend(in int number); }\n',
  'Shelf.camkes': shelf,
  'Reader.camkes': reader,
  'system.camkes': systemWith('connection seL4RPCCall c(from reader.library, to shelf.books);'),
  // Of another assembly that has the same component, and nothing to do with the project.
  'other/other.camkes': `import <std_connector.camkes>;
import "../Reader.camkes";
component Sink { provides Books library; }
assembly { composition { component Reader reader; component Sink sink;
  connection seL4RPCCall c(from reader.library, to sink.library); } }
`,
  'bare/cantrip.json': '{ "program": "hello.S" }',
  'Shelf.ts': '',
  'Reader.ts': '',
  'units/cantrip.json': '{ "program": "system.camkes" }',
  'units/unit.h': 'typedef struct { int size; } unit_t;\n',
  'units/Store.camkes': `procedure Store { include "unit.h"; int put(in unit_t unit); }
component Keeper { provides Store store; }
component User { control; uses Store store; }
`,
  'units/system.camkes': `import <std_connector.camkes>;
import "Store.camkes";
assembly { composition { component Keeper keeper; component User user;
  connection seL4RPCCall c(from user.store, to keeper.store); } }
`,
  'units/Keeper.ts': '',
  'count.ts': 'export function next(n: i32): i32 { return n + 1; }\n',
};
const goodShelf = 'export function books_lend(number: i32): i32 {\n  return number;\n}\n';
const goodReader = `import { library } from 'camkes';
import { next } from './count';
export function run(): i32 {
  return library.lend(next(1));
}
`;

describe('guest TypeScript over the protocol', () => {
  let server: ServerClient;

  before(async () => {
    server = await startServer({ hasGuestCompiler: true, files });
    // The compiler is loaded when a first source is looked at.
    const loaded = server.diagnostics('Shelf.ts');
    await server.open('Shelf.ts', 'export function books_lend(): void {}\n');
    if ((await loaded).length === 0) await server.diagnostics('Shelf.ts');
  });
  after(() => server.stop());

  const problems = async (name: string): Promise<Diagnostic[]> => {
    const found = await server.request<DocumentDiagnosticReport>('textDocument/diagnostic', name);
    return found.kind === 'full' ? found.items : [];
  };
  const placed = async (name: string): Promise<string[]> =>
    (await problems(name)).map(
      ({ code, range: { start } }) =>
        `${String(start.line)}:${String(start.character)} ${String(code)}`,
    );

  it('knows the module camkes of the component, and says nothing where all fits', async () => {
    await server.edit('Shelf.ts', goodShelf);
    await server.open('Reader.ts', goodReader);
    assert.deepEqual(await placed('Shelf.ts'), []);
    assert.deepEqual(await placed('Reader.ts'), []);
  });

  it('tells a handler with another signature at its line, with the method', async () => {
    await server.edit('Shelf.ts', goodShelf.replace('number: i32', 'number: bool'));
    const [problem] = await problems('Shelf.ts');
    assert.equal(problem?.code, 'handler-signature');
    assert.deepEqual(problem.range.start.line, 0);
    assert.match(
      JSON.stringify(problem.message),
      /`export function books_lend\(number: i32\): i32`/,
    );
    assert.deepEqual(
      problem.relatedInformation?.map(({ location }) => server.nameOf(location.uri)),
      ['Books.idl4'],
    );
  });

  it('tells a handler that is missing in the source that lacks it', async () => {
    await server.edit('Shelf.ts', 'export function other(): void {}\n');
    const [problem] = await problems('Shelf.ts');
    assert.equal(problem?.code, 'missing-handler');
    assert.deepEqual(
      problem.relatedInformation?.map(({ location }) => server.nameOf(location.uri)),
      ['Shelf.camkes', 'Books.idl4'],
    );
    await server.edit('Shelf.ts', 'export function books_lend(number: i32): i32 {\n');
    assert.ok(!(await placed('Shelf.ts')).some((each) => each.includes('missing-handler')));
    await server.edit('Shelf.ts', goodShelf);
    assert.deepEqual(await placed('Shelf.ts'), []);
  });

  it('tells a call that the interface does not have, or with other types', async () => {
    await server.edit('Reader.ts', goodReader.replace('library.lend', 'library.borrow'));
    assert.deepEqual(
      (await placed('Reader.ts')).map((each) => each.split(' ')[0]),
      ['3:17'],
    );
    await server.edit('Reader.ts', goodReader.replace('import { library }', 'import { shop }'));
    assert.ok((await placed('Reader.ts')).some((each) => each.startsWith('0:')));
    await server.edit('Reader.ts', goodReader);
    assert.deepEqual(await placed('Reader.ts'), []);
  });

  it('follows the assembly and the procedure as they are typed', async () => {
    await server.open(
      'Books.idl4',
      files['Books.idl4'].replace('in int number', 'in int64_t number'),
    );
    assert.deepEqual(await placed('Shelf.ts'), ['0:16 handler-signature']);
    await server.edit('Books.idl4', files['Books.idl4']);
    assert.deepEqual(await placed('Shelf.ts'), []);
    await server.close('Books.idl4');
  });

  it('follows a C header of the procedure, in an editor and on disk', async () => {
    const header = files['units/unit.h'];
    await server.open(
      'units/Keeper.ts',
      "import { unit_t } from 'camkes';\nexport function store_put(unit: unit_t): i32 {\n  return unit.size;\n}\n",
    );
    assert.deepEqual(await placed('units/Keeper.ts'), []);
    await server.open('units/unit.h', header.replace('size', 'length'));
    assert.deepEqual(await placed('units/Keeper.ts'), ['2:14 ts-2339']);
    await server.edit('units/unit.h', header);
    assert.deepEqual(await placed('units/Keeper.ts'), []);
    await server.close('units/unit.h');
    await server.write('units/unit.h', header.replace('unit_t', 'other_t'));
    assert.notDeepEqual(await placed('units/Keeper.ts'), []);
    await server.write('units/unit.h', header);
    assert.deepEqual(await placed('units/Keeper.ts'), []);
    await server.close('units/Keeper.ts');
  });

  it('gives what an editor’s own TypeScript support needs, and where it belongs', async () => {
    const ask = <Answer>(name: string, file: string): Promise<Answer> =>
      server.connection.sendRequest(`cantrip/${name}`, { uri: server.uri(file) });
    const guests = await ask<GuestComponentsView>('guestComponents', 'cantrip.json');
    assert.deepEqual(guests, {
      kind: 'components',
      folder: server.uri('').replace(/\/$/, ''),
      components: ['Shelf', 'Reader'],
    });
    for (const file of ['cantrip.json', 'Reader.ts', 'system.camkes']) {
      const found = await ask<EditorFilesView>('editorFiles', file);
      assert.equal(found.kind, 'files');
      assert.equal(found.folder, guests.folder);
      assert.ok(found.files['tsconfig.json']);
      const types = Object.values(found.files).join('');
      assert.match(types, /namespace library \{\s+(export )?function lend\(number: i32\): i32/);
    }
    const none = await ask<NoView>('editorFiles', 'bare/x.ts');
    assert.match(none.message, /^No assembly is known for x\.ts/);
  });

  it('looks at files that are no component’s source without such a module', async () => {
    await server.open(
      'count.ts',
      "import { library } from 'camkes';\nexport function f(): i32 { return load<i32>(0); }\n",
    );
    assert.deepEqual(await placed('count.ts'), ['1:34 raw-memory']);
    await server.close('count.ts');
  });
});
