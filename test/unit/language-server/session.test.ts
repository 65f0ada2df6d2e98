import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  DocumentDiagnosticReport,
  RegistrationParams,
  WorkspaceDiagnosticReport,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import type { ServerClient } from './server-client.js';
import { startServer } from './server-client.js';

describe('a session of the language server', () => {
  let server: ServerClient;

  before(async () => {
    server = await startServer({
      folders: ['one', 'two'],
      files: {
        'one/cantrip.json': '{ "program": "main.S", "board": "moon" }',
        'one/main.S': '.globl _start\n_start: bogus\n',
        'two/library.S': 'in_two: nop\n',
        'two/node_modules/made.S': 'made_by_a_tool: nop\n',
        'three/outside.S': 'outside: nop\n',
      },
    });
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

  it('announces what it answers and nothing else', () => {
    assert.deepEqual(Object.keys(server.capabilities).sort(), [
      'callHierarchyProvider',
      'codeActionProvider',
      'codeLensProvider',
      'completionProvider',
      'definitionProvider',
      'diagnosticProvider',
      'documentFormattingProvider',
      'documentHighlightProvider',
      'documentLinkProvider',
      'documentRangeFormattingProvider',
      'documentSymbolProvider',
      'foldingRangeProvider',
      'hoverProvider',
      'implementationProvider',
      'inlayHintProvider',
      'referencesProvider',
      'renameProvider',
      'selectionRangeProvider',
      'semanticTokensProvider',
      'signatureHelpProvider',
      'textDocumentSync',
      'typeDefinitionProvider',
      'workspace',
      'workspaceSymbolProvider',
    ]);
  });

  it('knows the files of each folder that is open, and not what tools made in them', async () => {
    assert.deepEqual(await symbols('in_two'), ['in_two']);
    assert.deepEqual(await symbols('_start'), ['_start']);
    assert.deepEqual(await symbols('made_by'), []);
    assert.deepEqual(await symbols('outside'), []);
  });

  it('reports on files that nobody has opened, once', async () => {
    const { items } = await report();
    const found = items.map((item) => [
      server.nameOf(item.uri),
      item.kind === 'full' ? item.items.map(({ code }) => code) : item.kind,
    ]);
    assert.deepEqual(Object.fromEntries(found), {
      'one/cantrip.json': ['bad-setting'],
      'one/main.S': ['unknown-instruction'],
      'two/library.S': [],
    });
    const known = items.map(({ uri, resultId }) => ({ uri, value: resultId }));
    const again = await report(known);
    assert.deepEqual(new Set(again.items.map(({ kind }) => kind)), new Set(['unchanged']));
  });

  it('takes an unsaved buffer before the file on disk', async () => {
    await server.open('one/main.S', '.globl _start\n_start: nop\n');
    const changed = await report();
    const main = changed.items.find(({ uri }) => uri === server.uri('one/main.S'));
    assert.deepEqual(main?.kind === 'full' ? main.items : main, []);
    await server.close('one/main.S');
    const back = await report();
    const again = back.items.find(({ uri }) => uri === server.uri('one/main.S'));
    assert.equal(again?.kind === 'full' && again.items.length, 1);
  });

  it('sees files come and go', async () => {
    await server.write('two/later.S', 'much_later: nop\n');
    assert.deepEqual(await symbols('much_later'), ['much_later']);
    await server.remove('two/later.S');
    assert.deepEqual(await symbols('much_later'), []);
  });

  it('looks again for an import when the settings of the project change', async () => {
    const imported = 'import <parts/sensor.camkes>;\n';
    await server.write('two/far/parts/sensor.camkes', 'component Sensor { control; }\n');
    await server.open('two/app/main.camkes', imported);
    const codes = async (): Promise<unknown[]> => {
      const found = await server.request<DocumentDiagnosticReport>(
        'textDocument/diagnostic',
        'two/app/main.camkes',
      );
      return found.kind === 'full' ? found.items.map(({ code }) => code) : [];
    };
    assert.ok((await codes()).includes('missing-import'));
    await server.write(
      'two/app/cantrip.json',
      '{ "program": "main.camkes", "importPaths": ["../far"] }',
    );
    assert.equal((await codes()).includes('missing-import'), false);
  });

  it('lets colours of a very long file wait for a pause in the typing, and completion not', async () => {
    const objects = Array.from({ length: 40_000 }, (_, index) => `ep_${index} = ep\n`).join('');
    await server.open('two/long.cdl', `arch riscv\nobjects {\n${objects}}\n`);
    await server.change('two/long.cdl', {
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: 0 } },
      text: 'x = \n',
    });
    const order: string[] = [];
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const colours = server
      .request('textDocument/semanticTokens/range', 'two/long.cdl', { range })
      .then(() => order.push('colours'));
    const completion = server
      .request('textDocument/completion', 'two/long.cdl', { position: { line: 2, character: 4 } })
      .then(() => order.push('completion'));
    await Promise.all([colours, completion]);
    assert.deepEqual(order, ['completion', 'colours']);
  });

  it('answers with nothing for a document of another language', async () => {
    await server.open('one/notes.json', '{}');
    const position = { line: 0, character: 0 };
    assert.equal(await server.request('textDocument/hover', 'one/notes.json', { position }), null);
  });
});

describe('a client that can be told what has a formatter', () => {
  it('is told of CAmkES and capDL, and not of assembly', async () => {
    const server = await startServer({
      capabilities: {
        textDocument: {
          formatting: { dynamicRegistration: true },
          rangeFormatting: { dynamicRegistration: true },
        },
      },
    });
    const registered = new Promise<RegistrationParams>((resolve) =>
      server.connection.onRequest('client/registerCapability', (parameters: RegistrationParams) => {
        resolve(parameters);
        return null;
      }),
    );
    assert.equal(server.capabilities.documentFormattingProvider, undefined);
    // The server registers once it has heard that the client is ready, which it may have before.
    await server.open('a.camkes', '');
    const { registrations } = await registered;
    const options = registrations[0]?.registerOptions as { documentSelector: object[] };
    assert.deepEqual(options.documentSelector, [
      { language: 'camkes' },
      { language: 'camkes-idl' },
      { language: 'capdl' },
    ]);
    await server.stop();
  });
});

describe('a client that pulls diagnostics', () => {
  it('gets none pushed, and is told when the disk has changed', async () => {
    const server = await startServer({
      capabilities: {
        textDocument: { diagnostic: {} },
        workspace: { diagnostics: { refreshSupport: true } },
      },
    });
    let pushed = 0;
    server.connection.onNotification('textDocument/publishDiagnostics', () => {
      pushed += 1;
    });
    const refreshed = new Promise((resolve) =>
      server.connection.onRequest('workspace/diagnostic/refresh', () => {
        resolve(undefined);
        return null;
      }),
    );
    await server.open('a.S', ' bogus\n');
    await server.write('b.inc', 'nop\n');
    await refreshed;
    assert.equal(pushed, 0);
    await server.stop();
  });
});
