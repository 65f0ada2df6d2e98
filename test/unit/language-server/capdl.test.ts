import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  DocumentDiagnosticReport,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  MarkupContent,
  SelectionRange,
  SemanticTokens,
  TextEdit,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { textIn } from './marked-text.js';
import { applyEdits, openFiles, type OpenFiles } from './open-files.js';
import type { ServerClient } from './server-client.js';
import { startServer } from './server-client.js';

const spec = `arch riscv

objects {
-- Where requests arrive.
ep = ep
server_cnode = cnode (4 bits)
server_tcb = tcb (prio: 100, init: [0x10000])
server_pd = pt
server_sc = sc
memory = ut (14 bits) { buffer }
buffer = frame (4k)
}

caps {
server_cnode {
1: ep (RW, badge: 7)
buffer (R)
}
server_tcb {
cspace: server_cnode (guard: 0, guard_size: 28)
vspace: server_pd
sc_slot: server_sc
}
}
`;

describe('capDL in the language server', () => {
  let server: ServerClient;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const open = (text: string): Promise<OpenFiles> => openFiles(server, { 'a.cdl': text });
  const mark = (what: string, marked: string): string => {
    assert.ok(spec.includes(what), what);
    return spec.replace(what, marked);
  };

  it('reports what is wrong at its place, and an error ends when it is mended', async () => {
    const opened = await open(mark('buffer (R)', '2: ⟦nobody⟧ (R)'));
    const codes = async (): Promise<[unknown, string][]> => {
      const report = await opened.of<DocumentDiagnosticReport>('a.cdl', 'textDocument/diagnostic');
      const items = report.kind === 'full' ? report.items : [];
      return items.map(({ range, code }) => [range, String(code)]);
    };
    const [marked] = opened.ranges('a.cdl');
    const before = await codes();
    const [, code] = before.find(([range]) => JSON.stringify(range) === JSON.stringify(marked))!;
    await server.edit(`${opened.folder}/a.cdl`, spec);
    const left = await codes();
    assert.equal(
      left.some(([, other]) => other === code),
      false,
    );
  });

  describe('a hover', () => {
    const hover = async (text: string): Promise<string> => {
      const found = await (await open(text)).at<Hover | null>('textDocument/hover');
      return (found?.contents as MarkupContent | undefined)?.value ?? '';
    };

    it('on an object shows what it is, the comment above it, and who holds it', async () => {
      const text = await hover(mark('1: ep', '1: e‸p'));
      assert.match(text, /ep = ep/);
      assert.match(text, /Where requests arrive/);
      assert.match(text, /`server_cnode` in slot 1 \(RW\)/);
    });

    it('on a thread shows its slots by name', async () => {
      const text = await hover(mark('server_tcb {', 'server‸_tcb {'));
      assert.match(text, /\| cspace \| `server_cnode` cnode, guard of 28 bits \|/);
      assert.match(text, /\| sc_slot \| `server_sc` sc \|/);
    });

    it('on an untyped shows its size', async () => {
      assert.match(await hover(mark('memory', 'mem‸ory')), /16 KiB/);
    });

    it('explains a kind, a parameter, a slot and a number', async () => {
      assert.match(await hover(mark('= sc', '= s‸c')), /scheduling context/i);
      assert.match(await hover(mark('prio:', 'pr‸io:')), /priority/);
      assert.match(await hover(mark('vspace:', 'vsp‸ace:')), /address space/);
      assert.match(await hover(mark('0x10000', '0x1‸0000')), /65536/);
    });
  });

  describe('completion', () => {
    const items = async (text: string): Promise<CompletionItem[]> =>
      (await (await open(text)).at<CompletionList>('textDocument/completion')).items;
    const labels = async (text: string): Promise<string[]> =>
      (await items(text)).map(({ label }) => label);

    it('offers kinds of the architecture', async () => {
      const found = await labels(mark('server_sc = sc', 'server_sc = ‸'));
      assert.ok(found.includes('rtreply') && !found.includes('pml4'));
    });

    it('offers the parameters of the kind that are not there yet', async () => {
      const found = await labels(mark('init: [0x10000]', '‸'));
      assert.ok(found.includes('max_prio') && !found.includes('prio') && !found.includes('paddr'));
    });

    it('offers the free slots of a thread, then what the slot takes', async () => {
      const slots = await labels(mark('sc_slot: server_sc', '‸'));
      assert.ok(slots.includes('fault_ep_slot') && !slots.includes('cspace'));
      assert.deepEqual(await labels(mark('sc_slot: server_sc', 'sc_slot: ‸')), ['server_sc']);
    });

    it('offers the rights and parameters that a capability to the object has', async () => {
      const found = await labels(mark('(RW, badge: 7)', '(‸)'));
      assert.ok(found.includes('RW') && found.includes('badge') && !found.includes('guard'));
    });

    it('offers objects to a CNode, and the sections of a file', async () => {
      assert.ok((await labels(mark('buffer (R)', '‸'))).includes('server_pd'));
      assert.ok((await labels(`${spec}\n‸`)).includes('irq maps'));
    });

    it('offers nothing in a comment', async () => {
      assert.deepEqual(await labels(mark('Where requests', 'Where ‸')), []);
    });
  });

  it('leads from a capability to the object', async () => {
    const opened = await open(mark('sc_slot: server_sc', 'sc_slot: server‸_sc'));
    const found = await opened.at<Location[]>('textDocument/definition');
    assert.deepEqual(opened.lines(found), ['a.cdl:9']);
  });

  it('finds every place of an object', async () => {
    const opened = await open(
      mark('memory = ut (14 bits) { buffer }', 'memory = ut (14 bits) { buf‸fer }'),
    );
    const found = await opened.at<Location[]>('textDocument/references', {
      context: { includeDeclaration: true },
    });
    assert.deepEqual(opened.lines(found).sort(), ['a.cdl:10', 'a.cdl:11', 'a.cdl:17']);
    const highlights = await opened.at<DocumentHighlight[]>('textDocument/documentHighlight');
    assert.equal(highlights.length, 3);
  });

  it('leads from an object to what is in it', async () => {
    const opened = await open(
      'arch riscv\nobjects {\nc = cnode (2 bits)\nt = tcb\n}\ncaps {\nt {\ncspace: c‸\n}\nc {\n1: t\n}\n}\n',
    );
    const found = await opened.at<Location[]>('textDocument/implementation');
    assert.deepEqual(opened.lines(found), ['a.cdl:10']);
  });

  it('renames an object everywhere, and not to a name that is taken or none', async () => {
    const opened = await open(mark('server_sc = sc', 'server‸_sc = sc'));
    const rename = (newName: string): Promise<WorkspaceEdit> =>
      opened.at('textDocument/rename', { newName });
    assert.deepEqual(opened.edited(await rename('time')), {
      'a.cdl': spec.replaceAll('server_sc', 'time'),
    });
    await assert.rejects(rename('ep'), /already/);
    await assert.rejects(rename('_time'), /not a name/);
    await assert.rejects(rename('domain'), /word of the language/);
    const prepared = await opened.at<{ placeholder: string }>('textDocument/prepareRename');
    assert.equal(prepared.placeholder, 'server_sc');
  });

  it('outlines sections, objects with their kinds, and containers', async () => {
    const opened = await open(spec);
    const found = await opened.of<DocumentSymbol[]>('a.cdl', 'textDocument/documentSymbol');
    assert.deepEqual(
      found.map(({ name, children }) => [
        name,
        children?.map((child) => `${child.name} ${child.detail ?? ''}`),
      ]),
      [
        [
          'objects',
          [
            'ep ep',
            'server_cnode cnode',
            'server_tcb tcb',
            'server_pd pt',
            'server_sc sc',
            'memory ut',
            'buffer frame',
          ],
        ],
        ['caps', ['server_cnode 2 capabilities', 'server_tcb 3 capabilities']],
      ],
    );
  });

  it('finds objects of the workspace by name', async () => {
    await open(spec);
    const found = await server.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', {
      query: 'servertcb',
    });
    assert.deepEqual(
      found.map(({ name, containerName }) => [name, containerName]),
      [
        ['server_tcb', 'objects'],
        ['server_tcb', 'caps'],
      ],
    );
  });

  it('colours names by the kind of their object', async () => {
    const opened = await open(spec);
    const { data } = await opened.of<SemanticTokens>('a.cdl', 'textDocument/semanticTokens/range', {
      range: { start: { line: 14, character: 0 }, end: { line: 16, character: 0 } },
    });
    const legend = server.capabilities.semanticTokensProvider!.legend.tokenTypes;
    assert.deepEqual(
      data.filter((_, index) => index % 5 === 3).map((type) => legend[type]),
      ['namespace', 'interface', 'variable'],
    );
  });

  it('folds sections and containers', async () => {
    const opened = await open(spec);
    const found = await opened.of<FoldingRange[]>('a.cdl', 'textDocument/foldingRange');
    assert.deepEqual(
      found.map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [2, 10],
        [13, 22],
        [14, 16],
        [18, 21],
      ],
    );
  });

  it('grows a selection from a name over the capability, container and section', async () => {
    const opened = await open(mark('1: ep (RW', '1: e‸p (RW'));
    const [found] = await opened.of<SelectionRange[]>('a.cdl', 'textDocument/selectionRange', {
      positions: [opened.cursor],
    });
    const seen: string[] = [];
    for (let at = found; at !== undefined; at = at.parent)
      seen.push(textIn(spec, at.range).slice(0, 14).replaceAll('\n', ' '));
    assert.deepEqual(seen, [
      'ep',
      '1: ep (RW, bad',
      'server_cnode {',
      'caps { server_',
      'arch riscv  ob',
    ]);
  });

  it('formats a document, and again changes nothing', async () => {
    const opened = await open('arch riscv\nobjects {\n      ep   =   ep\n}\n');
    const options = { tabSize: 4, insertSpaces: true };
    const format = (): Promise<TextEdit[]> =>
      opened.of('a.cdl', 'textDocument/formatting', { options });
    const text = applyEdits(opened.text('a.cdl'), await format());
    assert.match(text, /^ *ep = ep$/m);
    await server.edit(`${opened.folder}/a.cdl`, text);
    assert.deepEqual(await format(), []);
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    const inRange = await opened.of<TextEdit[]>('a.cdl', 'textDocument/rangeFormatting', {
      options,
      range,
    });
    assert.deepEqual(inRange, []);
  });

  it('shows sizes, and the slot of a capability without one', async () => {
    const opened = await open(spec);
    const found = await opened.of<InlayHint[]>('a.cdl', 'textDocument/inlayHint', {
      range: { start: { line: 0, character: 0 }, end: { line: 30, character: 0 } },
    });
    assert.deepEqual(
      found.map(({ position, label }) => [position.line + 1, label]),
      [
        [6, '16 slots'],
        [10, '16 KiB'],
        [17, '0x2:'],
      ],
    );
  });

  it('counts the capabilities to an object', async () => {
    const opened = await open(spec);
    const found = await opened.of<CodeLens[]>('a.cdl', 'textDocument/codeLens');
    const ep = found.find(({ range }) => range.start.line === 4);
    assert.equal(ep?.command?.title, '1 capability');
  });

  it('links to the line of an assembly that a comment names', async () => {
    await server.write('system.camkes', 'assembly { composition { } }\n');
    await server.open(
      'made.cdl',
      'arch riscv\nobjects {\nep = ep -- system.camkes:1 connection a\n}\n',
    );
    const found = await server.request<DocumentLink[]>('textDocument/documentLink', 'made.cdl');
    assert.deepEqual(
      found.map(({ target, tooltip }) => [server.nameOf(target ?? ''), tooltip]),
      [['system.camkes', 'connection a']],
    );
  });

  it('offers to mend a name that is misspelt', async () => {
    const opened = await open(mark('sc_slot: server_sc', 'sc_slot: ⟦server_cs⟧'));
    const [range] = opened.ranges('a.cdl');
    const found = await opened.of<CodeAction[]>('a.cdl', 'textDocument/codeAction', {
      range,
      context: { diagnostics: [], only: ['quickfix'] },
    });
    assert.ok(found.length > 0);
    assert.ok(Object.values(opened.edited(found[0]!.edit!)).includes(spec));
  });
});
