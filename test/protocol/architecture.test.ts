/** The language server compiles an assembly for what its project is for, in every request that shows it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DocumentDiagnosticReport, Hover, WorkspaceEdit } from 'vscode-languageserver/node';
import type { NoView, TextView } from '../../language-server/protocol.js';
import { startServer, type ServerClient } from '../unit/language-server/server-client.js';

const system = `import <std_connector.camkes>;
component Keyboard { hardware; provides IOPort port; }
component Driver { control; uses IOPort port; }
assembly {
  composition {
    component Keyboard keyboard;
    component Driver driver;
    connection seL4HardwareIOPort ports(from driver.port, to keyboard.port);
  }
  configuration { keyboard.port_attributes = "0x60:0x64"; }
}
`;
const settingsFor = (architecture: string): string =>
  `{ "program": "system.camkes", "architecture": "${architecture}" }`;

describe('a workspace for another architecture over the protocol', () => {
  let server: ServerClient;

  before(async () => {
    server = await startServer({
      files: { 'system.camkes': system, 'cantrip.json': settingsFor('x86_64') },
    });
  });
  after(() => server.stop());

  const codes = async (name: string): Promise<unknown[]> => {
    const found = await server.request<DocumentDiagnosticReport>('textDocument/diagnostic', name);
    return found.kind === 'full' ? found.items.map(({ code }) => code) : [];
  };
  const view = async (method: string): Promise<string> => {
    const found = await server.connection.sendRequest<TextView | NoView>(method, {
      uri: server.uri('system.camkes'),
    });
    return found.kind === 'text' ? found.text : found.message;
  };

  it('takes connectors of that architecture, and again not when the setting changes', async () => {
    assert.deepEqual(await codes('system.camkes'), []);
    await server.write('cantrip.json', settingsFor('riscv64'));
    assert.deepEqual(await codes('system.camkes'), ['connector-not-compiled']);
    await server.write('cantrip.json', settingsFor('x86_64'));
    assert.deepEqual(await codes('system.camkes'), []);
  });

  it('previews its capDL and its memory', async () => {
    assert.match(await view('cantrip/capdl'), /^arch x86_64\n[^]*driver_group_bin_pd = pml4/);
    assert.match(await view('cantrip/diagramTable'), /seL4HardwareIOPort/);
    assert.doesNotMatch(await view('cantrip/memoryMap'), /There is/);
  });

  it('renames in the capDL that it became', async () => {
    const text = await view('cantrip/capdl');
    await server.write('system.cdl', text);
    const edit = await server.request<WorkspaceEdit>('textDocument/rename', 'system.camkes', {
      position: { line: 7, character: 36 },
      newName: 'doors',
    });
    const edits = edit.changes?.[server.uri('system.cdl')] ?? [];
    assert.ok(edits.some(({ newText }) => newText.includes('doors_ioport')));
    await server.remove('system.cdl');
  });

  it('compiles a connector of the project as its cantrip.json says', async () => {
    await server.write(
      'own.camkes',
      `connector Own { from Procedures with 0 threads; to Procedure; }
procedure P { void go(void); }
component A { control; uses P p; }
component B { provides P p; }
assembly { composition { component A a; component B b; connection Own c(from a.p, to b.p); } }
`,
    );
    assert.deepEqual(await codes('own.camkes'), [
      'unknown-connector-meaning',
      'connector-not-compiled',
    ]);
    await server.write(
      'cantrip.json',
      '{ "program": "system.camkes", "architecture": "x86_64", "connectors": { "Own": "seL4RPCCall" } }',
    );
    assert.deepEqual(await codes('own.camkes'), []);
    const hover = await server.request<Hover>('textDocument/hover', 'own.camkes', {
      position: { line: 0, character: 11 },
    });
    assert.match(
      JSON.stringify(hover.contents),
      /Becomes\*\*, as `seL4RPCCall` \(cantrip\.json\), one endpoint/,
    );
    await server.remove('own.camkes');
  });

  it('says at the setting that the board is of another', async () => {
    await server.write(
      'cantrip.json',
      '{ "program": "system.camkes", "board": "virt", "architecture": "x86_64" }',
    );
    assert.deepEqual(await codes('cantrip.json'), ['board-architecture']);
    await server.write('cantrip.json', settingsFor('x86_64'));
    assert.deepEqual(await codes('cantrip.json'), []);
  });
});
