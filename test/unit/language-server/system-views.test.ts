import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DocumentLink, FoldingRange, Hover, Location } from 'vscode-languageserver/node';
import type { DiagramView, NoView, TextView } from '../../../language-server/protocol.js';
import { startServer, type ServerClient } from './server-client.js';

const system = `import <std_connector.camkes>;
component Client {
    control;
    uses Hello hello;
}
component Server {
    provides Hello hello;
}
procedure Hello {
    void greet();
}
assembly {
    composition {
        component Client client;
        component Server server;
        connection seL4RPCCall talk(from client.hello, to server.hello);
    }
}
`;
// CAmkES reads from top to bottom, so the procedure comes first.
const ordered = system.replace(/^(import .*\n)([^]*?)(procedure [^]*?\n}\n)/, '$1$3$2');

describe('the views of a system', () => {
  let client: ServerClient;

  before(async () => {
    client = await startServer({
      files: {
        'system.camkes': ordered,
        'silent.camkes': ordered
          .replace('uses Hello', 'maybe uses Hello')
          .replace(/^ *connection .*\n/m, ''),
        'alone.camkes': 'component Alone { control; }',
        'spec.cdl': 'arch riscv\nobjects {\nep = ep\n}\ncaps {\n}\n',
        'hello.S': 'nop\n',
      },
    });
  });
  after(() => client.stop());

  const ask = <View>(view: string, name: string): Promise<View> =>
    client.connection.sendRequest(`cantrip/${view}`, { uri: client.uri(name) });

  it('draw the diagram of an assembly, in which everything leads to its source', async () => {
    const view = await ask<DiagramView>('diagram', 'system.camkes');
    assert.equal(view.kind, 'diagram');
    assert.equal(view.root, client.uri('system.camkes'));
    assert.match(view.svg, /aria-label="2 components and 1 connections"/);
    const shown = [...view.svg.matchAll(/data-kind="(\w+)" data-id="([\w.]+)"/g)].map(
      ([, kind = '', id = '']) => `${kind} ${id}`,
    );
    assert.deepEqual(Object.keys(view.places).sort(), shown.sort());
    const line = ordered.split('\n').findIndex((text) => text.includes('connection'));
    assert.equal(view.places['wire talk']?.range.start.line, line);
  });

  it('tell the same as a table', async () => {
    const view = await ask<TextView>('diagramTable', 'system.camkes');
    assert.match(view.text, /talk +seL4RPCCall +client\.hello +server\.hello/);
  });

  it('print the capDL that an assembly becomes, with the lines that asked for it', async () => {
    const { text } = await ask<TextView>('capdl', 'system.camkes');
    assert.match(text, /^talk_ep = ep -- .*system\.camkes:\d+ connection talk$/m);
  });

  it('lead from the capDL of an assembly, open as a view, to the lines of the assembly', async () => {
    const { text, root = '' } = await ask<TextView>('capdl', 'system.camkes');
    assert.equal(root, client.uri('system.camkes'));
    const query = encodeURIComponent(JSON.stringify({ view: 'capdl', uri: root }));
    const uri = `cantrip-system:/system.camkes.cdl?${query}`;
    await client.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId: 'capdl', version: 1, text },
    });
    const line = text.split('\n').findIndex((each) => each.startsWith('talk_ep = ep'));
    const origin = /system\.camkes:(\d+)/.exec(text.split('\n')[line] ?? '');
    const at = <Answer>(method: string, character: number): Promise<Answer> =>
      client.connection.sendRequest(method, {
        textDocument: { uri },
        position: { line, character },
      });
    const places = (found: Location[]): string[] =>
      found.map((each) => `${each.uri}:${each.range.start.line + 1}`);
    const assembly = `${root}:${origin?.[1] ?? ''}`;
    assert.deepEqual(places(await at<Location[]>('textDocument/definition', 2)), [
      `${uri}:${line + 1}`,
      assembly,
    ]);
    assert.deepEqual(places(await at<Location[]>('textDocument/definition', 11)), [assembly]);
    const links = await at<DocumentLink[]>('textDocument/documentLink', 0);
    assert.ok(links.some(({ target }) => target?.startsWith(root)));
    assert.ok(JSON.stringify(await at<Hover>('textDocument/hover', 2)).includes('talk_ep'));
    assert.ok((await at<FoldingRange[]>('textDocument/foldingRange', 0)).length > 0);
    await client.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  });

  it('follow what is typed', async () => {
    await client.open(
      'system.camkes',
      ordered.replace('Server server', 'Server other').replace('to server', 'to other'),
    );
    const { text } = await ask<TextView>('diagramTable', 'system.camkes');
    assert.match(text, /client\.hello +other\.hello/);
    await client.close('system.camkes');
  });

  it('map memory and interrupts', async () => {
    const { text } = await ask<TextView>('memoryMap', 'system.camkes');
    assert.match(text, /^DEVICES\n[^]*INTERRUPTS\n[^]*SHARED MEMORY\n/);
  });

  it('tell who can do more, and by what, between two systems', async () => {
    const uris = { before: client.uri('silent.camkes'), after: client.uri('system.camkes') };
    const { title, text } = await client.connection.sendRequest<TextView>(
      'cantrip/authorityDifference',
      uris,
    );
    assert.equal(title, 'silent.camkes → system.camkes');
    assert.match(text, /^client can now act on server by message.*\n {4}1\. client.*may send to /m);
  });

  it('say why there is nothing to show', async () => {
    assert.deepEqual(await ask<NoView>('diagram', 'alone.camkes'), {
      kind: 'none',
      message:
        'No assembly reaches alone.camkes. Open the file with the assembly, or import this one there.',
    });
    assert.deepEqual(await ask<NoView>('capdl', 'hello.S'), {
      kind: 'none',
      message: 'hello.S describes no system: open a .camkes or a .cdl file.',
    });
  });
});
