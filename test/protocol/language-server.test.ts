import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CodeAction,
  DocumentDiagnosticReport,
  Hover,
  SemanticTokens,
  SemanticTokensDelta,
  WorkspaceDiagnosticReport,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { applyEdits } from '../unit/language-server/open-files.js';
import { startServer, type ServerClient } from '../unit/language-server/server-client.js';

const clock = 'procedure Clock {\n    int now(in int unit);\n}\n';
const timer = 'import "clock.idl4";\ncomponent Timer {\n    provides Clock clock;\n}\n';
const system = `#include "sizes.h"
import <std_connector.camkes>;
import "timer.camkes";
component Client {
    control;
    uses Clock clock;
}
assembly {
    composition {
        component Timer timer;
        component Client client;
        connection seL4RPCCall ask(from client.clock, to timer.clock);
    }
    configuration {
        client._priority = LEVEL;
    }
}
`;
const files = {
  'one/clock.idl4': clock,
  'one/timer.camkes': timer,
  'one/sizes.h': '#define LEVEL 100\n',
  'one/system.camkes': system,
  'two/lamp.camkes': 'component Lamp {\n    control;\n    uses Nothing x;\n}\n',
};

describe('a workspace of CAmkES and capDL over the protocol', () => {
  let server: ServerClient;

  before(async () => {
    const workspace = { workspaceFolders: true };
    server = await startServer({ files, folders: ['one'], capabilities: { workspace } });
  });
  after(() => server.stop());

  const symbols = async (query: string): Promise<string[]> => {
    const found = await server.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', {
      query,
    });
    return found.map(({ name }) => name);
  };
  const report = (previousResultIds: object[] = []): Promise<WorkspaceDiagnosticReport> =>
    server.connection.sendRequest('workspace/diagnostic', { previousResultIds });
  const codesByFile = async (): Promise<Record<string, unknown[]>> =>
    Object.fromEntries(
      (await report()).items.map((item) => [
        server.nameOf(item.uri),
        item.kind === 'full' ? item.items.map(({ code }) => code) : [],
      ]),
    );
  const codesOf = async (name: string): Promise<unknown[]> => {
    const found = await server.request<DocumentDiagnosticReport>('textDocument/diagnostic', name);
    return found.kind === 'full' ? found.items.map(({ code }) => code) : [];
  };
  const changeFolders = (added: string[], removed: string[]): Promise<void> =>
    server.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: {
        added: added.map((name) => ({ uri: server.uri(name), name })),
        removed: removed.map((name) => ({ uri: server.uri(name), name })),
      },
    });

  it('takes a folder in that is added, and forgets one that is removed', async () => {
    assert.deepEqual(await symbols('Lamp'), []);
    await changeFolders(['two'], []);
    assert.deepEqual(await symbols('Lamp'), ['Lamp']);
    const both = await report();
    assert.deepEqual((await codesByFile())['two/lamp.camkes'], ['unknown-procedure']);
    await changeFolders([], ['two']);
    assert.deepEqual(await symbols('Lamp'), []);
    // What a client still shows of it has to go.
    const known = both.items.map(({ uri, resultId }) => ({ uri, value: resultId }));
    const lamp = (await report(known)).items.find(
      ({ uri }) => uri === server.uri('two/lamp.camkes'),
    );
    assert.deepEqual(lamp?.kind === 'full' ? lamp.items : lamp, []);
    assert.deepEqual((await symbols('Timer')).sort(), ['Timer', 'timer']);
  });

  it('reports on a whole system that nobody has opened, and again only what has changed', async () => {
    assert.deepEqual(await codesByFile(), {
      'one/clock.idl4': [],
      'one/system.camkes': [],
      'one/timer.camkes': [],
    });
    const first = await report();
    const known = first.items.map(({ uri, resultId }) => ({ uri, value: resultId }));
    await server.write('one/timer.camkes', timer.replace('Clock clock', 'Clock watch'));
    const second = await report(known);
    assert.deepEqual(second.items.map(({ uri, kind }) => [server.nameOf(uri), kind]).sort(), [
      ['one/clock.idl4', 'unchanged'],
      ['one/system.camkes', 'full'],
      ['one/timer.camkes', 'unchanged'],
    ]);
    await server.write('one/timer.camkes', timer);
  });

  it('sees in one file what an unsaved buffer of another says', async () => {
    await server.open('one/clock.idl4', clock.replace('Clock', 'Watch'));
    assert.deepEqual(await codesOf('one/timer.camkes'), ['unknown-procedure']);
    await server.edit('one/clock.idl4', clock);
    assert.deepEqual(await codesOf('one/timer.camkes'), []);
    await server.edit('one/clock.idl4', clock.replace('Clock', 'Watch'));
    await server.close('one/clock.idl4');
    assert.deepEqual(await codesOf('one/timer.camkes'), []);
  });

  it('sees files that are made, changed and taken away on the disk, headers too', async () => {
    const value = async (): Promise<string> => {
      const line = system.split('\n').findIndex((text) => text.includes('LEVEL'));
      const hover = await server.request<Hover>('textDocument/hover', 'one/system.camkes', {
        position: { line, character: 30 },
      });
      return JSON.stringify(hover.contents);
    };
    assert.match(await value(), /100/);
    await server.write('one/sizes.h', '#define LEVEL 120\n');
    assert.match(await value(), /120/);
    await server.remove('one/timer.camkes');
    assert.ok((await codesOf('one/system.camkes')).includes('missing-import'));
    await server.write('one/timer.camkes', timer);
    assert.deepEqual(await codesOf('one/system.camkes'), []);
  });

  it('renames in an .idl4 that is alone, and in all that use one', async () => {
    await server.write('one/alone.idl4', 'procedure Alone {\n    void go(in int speed);\n}\n');
    const rename = (name: string, line: number, character: number, newName: string) =>
      server.request<WorkspaceEdit>('textDocument/rename', name, {
        position: { line, character },
        newName,
      });
    const parameter = await rename('one/alone.idl4', 1, 20, 'pace');
    assert.deepEqual(
      Object.entries(parameter.changes ?? {}).map(([uri, edits]) => [
        server.nameOf(uri),
        applyEdits('procedure Alone {\n    void go(in int speed);\n}\n', edits),
      ]),
      [['one/alone.idl4', 'procedure Alone {\n    void go(in int pace);\n}\n']],
    );
    const shared = await rename('one/clock.idl4', 0, 12, 'Watch');
    assert.deepEqual(
      Object.keys(shared.changes ?? {})
        .map((uri) => server.nameOf(uri))
        .sort(),
      ['one/clock.idl4', 'one/system.camkes', 'one/timer.camkes'],
    );
    await server.remove('one/alone.idl4');
  });

  it('offers fixes in an .idl4 that is alone', async () => {
    const text =
      'procedure Alone {\n    void go(in int register);\n};\nprocedure Alone { void g(void); }\n';
    await server.open('one/alone.idl4', text);
    const actions = await server.request<CodeAction[]>(
      'textDocument/codeAction',
      'one/alone.idl4',
      {
        range: { start: { line: 1, character: 20 }, end: { line: 1, character: 20 } },
        context: { diagnostics: [], only: ['quickfix'] },
      },
    );
    assert.deepEqual(
      actions.map(({ title }) => title),
      ['Replace by `register_`'],
    );
    await server.close('one/alone.idl4');
  });

  for (const [name, text, added] of [
    ['one/colours.camkes', system, 'struct Point {\n    int x;\n}\n'],
    ['one/colours.cdl', 'arch riscv\nobjects {\nep = ep\n}\ncaps {\n}\n', '-- nothing\n'],
  ] as const)
    it(`gives the difference of colours of ${name}, not all of them`, async () => {
      await server.open(name, text);
      const full = await server.request<SemanticTokens>('textDocument/semanticTokens/full', name);
      assert.ok(full.data.length > 0);
      await server.edit(name, added + text);
      const delta = await server.request<SemanticTokensDelta>(
        'textDocument/semanticTokens/full/delta',
        name,
        { previousResultId: full.resultId },
      );
      const data = [...full.data];
      for (const { start, deleteCount, data: inserted = [] } of [...delta.edits].reverse())
        data.splice(start, deleteCount, ...inserted);
      const again = await server.request<SemanticTokens>('textDocument/semanticTokens/full', name);
      assert.deepEqual(data, again.data);
      const sent = delta.edits.flatMap((edit) => edit.data ?? []);
      assert.ok(sent.length < again.data.length, `${sent.length} of ${again.data.length}`);
      await server.close(name);
    });
});
