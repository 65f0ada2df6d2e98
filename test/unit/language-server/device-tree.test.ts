/** Queries of the device tree in the editor: hover, definition, completion and what is said of a wrong path. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CompletionItem,
  CompletionList,
  DocumentDiagnosticReport,
  Hover,
  Location,
  MarkupContent,
} from 'vscode-languageserver/node';
import { openFiles } from './open-files.js';
import type { ServerClient } from './server-client.js';
import { startServer } from './server-client.js';

const board = `/ { #address-cells = <1>; #size-cells = <1>;
  aliases { serial0 = "/soc/uart@100"; };
  plic: plic { #interrupt-cells = <1>; };
  soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0x40000000 0x1000>;
    console: uart@100 {
      compatible = "ns16550a";
      reg = <0x100 0x20>;
      interrupts-extended = <&plic 7>;
    };
  };
};
`;

const assembly = (query: string): string => `component Driver { control; }
assembly {
    composition { component Driver driver; }
    configuration { driver.dtb = ${query}; }
}
`;

const filesWith = (query: string): Record<string, string> => ({
  'system.camkes': assembly(query),
  'cantrip.json': '{ "program": "system.camkes", "deviceTree": "board.dts" }',
  'board.dts': board,
});

describe('a query of the device tree in the language server', () => {
  let server: ServerClient;

  before(async () => {
    server = await startServer();
  });
  after(async () => {
    await server.stop();
  });

  it('shows the node that it finds, where the processor sees it', async () => {
    const open = await openFiles(server, filesWith('dtb({"path": "/soc/ua‸rt@100"})'));
    const hover = await open.at<Hover | null>('textDocument/hover');
    const { value } = hover?.contents as MarkupContent;
    assert.match(value, /\*\*\/soc\/uart@100\*\*/);
    assert.match(value, /registers at 0x40000100, 32 bytes/);
    assert.match(value, /interrupt 7 of `\/plic`/);
    assert.match(value, /compatible = "ns16550a";/);
  });

  it('leads to the node in the source of the tree', async () => {
    const open = await openFiles(server, filesWith('dt‸b({"path": "/soc/uart@100"})'));
    const found = await open.at<Location[] | null>('textDocument/definition');
    assert.deepEqual(open.texts(found), ['board.dts:uart@100']);
  });

  it('offers the paths and aliases that there are', async () => {
    const labels = async (query: string): Promise<string[]> => {
      const open = await openFiles(server, filesWith(query));
      const list = await open.at<CompletionList | CompletionItem[] | null>(
        'textDocument/completion',
      );
      return (Array.isArray(list) ? list : (list?.items ?? [])).map(({ label }) => label);
    };
    assert.deepEqual(await labels('dtb({"path": "/so‸"})'), [
      '/aliases',
      '/plic',
      '/soc',
      '/soc/uart@100',
    ]);
    assert.deepEqual(await labels('dtb({"aliases": "‸"})'), ['serial0']);
  });

  it('says what is wrong, in the assembly and in the tree', async () => {
    const open = await openFiles(server, filesWith('dtb({"path": "/soc/uart@200"})'));
    const report = await open.of<DocumentDiagnosticReport>(
      'system.camkes',
      'textDocument/diagnostic',
    );
    const messages =
      report.kind === 'full'
        ? report.items.map(({ message }) => (typeof message === 'string' ? message : message.value))
        : [];
    assert.match(messages.join(), /`\/soc` has no `uart@200`\. Did you mean `uart@100`\?/);
  });

  it('asks the tree of the emulated board where the project names none', async () => {
    const open = await openFiles(server, {
      'system.camkes': assembly('dtb({"path": "serial@54‸000000"})'),
      'cantrip.json': '{ "program": "system.camkes", "board": "nexus" }',
    });
    const hover = await open.at<Hover | null>('textDocument/hover');
    assert.match((hover?.contents as MarkupContent).value, /compatible = "lowrisc,uart";/);
    const found = await open.at<Location[] | null>('textDocument/definition');
    assert.match(found?.[0]?.uri ?? '', /cantrip-builtin:\/boards\/nexus\.dts/);
  });
});
