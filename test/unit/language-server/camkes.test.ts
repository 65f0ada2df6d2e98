import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CallHierarchyIncomingCall,
  CallHierarchyItem,
  CallHierarchyOutgoingCall,
  CodeAction,
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
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
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { textIn } from './marked-text.js';
import { applyEdits, openFiles, type OpenFiles } from './open-files.js';
import type { ServerClient } from './server-client.js';
import { startServer } from './server-client.js';

const clock = `/** Tells the time. */
procedure Clock {
    int now(in int unit);
}
`;
const timer = `import "clock.idl4";
component Timer {
    provides Clock clock;
}
`;
const client = `import "clock.idl4";
component Client {
    control;
    uses Clock clock;
}
`;
const system = `import <std_connector.camkes>;
import "timer.camkes";
import "client.camkes";
assembly {
    composition {
        component Timer timer;
        component Client client;
        connection seL4RPCCall ask(from client.clock, to timer.clock);
    }
    configuration {
        client._priority = 100;
    }
}
`;
const files = {
  'clock.idl4': clock,
  'timer.camkes': timer,
  'client.camkes': client,
  'system.camkes': system,
};

describe('CAmkES in the language server', () => {
  let server: ServerClient;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  const open = (marked: Record<string, string>): Promise<OpenFiles> => openFiles(server, marked);
  /** The usual system with some files replaced by marked ones. */
  const withSystem = (marked: Record<string, string>): Promise<OpenFiles> =>
    open({ ...files, ...marked });
  const mark = (text: string, what: string, marked: string): string => {
    assert.ok(text.includes(what), what);
    return text.replace(what, marked);
  };

  describe('diagnostics', () => {
    it('are none for a system without a mistake', async () => {
      const opened = await open(files);
      for (const name of Object.keys(files)) {
        const report = await opened.of<DocumentDiagnosticReport>(name, 'textDocument/diagnostic');
        assert.deepEqual(report.kind === 'full' ? report.items : report, [], name);
      }
    });

    it('are pushed for an unknown interface, with what there is', async () => {
      const opened = await withSystem({
        'system.camkes': mark(system, 'to timer.clock', 'to timer.⟦watch⟧'),
      });
      const [first] = await server.diagnostics(`${opened.folder}/system.camkes`);
      assert.deepEqual(first?.range, opened.ranges('system.camkes')[0]);
      assert.match(messageOf(first), /watch/);
    });

    it('about a component that two assemblies share are told once', async () => {
      const opened = await withSystem({
        'timer.camkes': mark(timer, 'provides Clock clock', 'provides Watch clock'),
        'other.camkes': system,
      });
      const report = await opened.of<DocumentDiagnosticReport>(
        'timer.camkes',
        'textDocument/diagnostic',
      );
      assert.equal(report.kind === 'full' ? report.items.length : 0, 1);
    });
  });

  describe('a hover', () => {
    const hover = async (marked: Record<string, string>): Promise<string> => {
      const found = await (await withSystem(marked)).at<Hover | null>('textDocument/hover');
      return (found?.contents as MarkupContent | undefined)?.value ?? '';
    };

    it('shows a declaration with the comment above it', async () => {
      const text = await hover({ 'timer.camkes': mark(timer, 'Clock clock', 'Cl‸ock clock') });
      assert.match(text, /procedure Clock \{/);
      assert.match(text, /Tells the time/);
      assert.match(text, /clock\.idl4:2/);
    });

    it('says what a connector becomes in capabilities', async () => {
      const text = await hover({ 'system.camkes': mark(system, 'seL4RPCCall', 'seL4RPC‸Call') });
      assert.match(text, /one endpoint/);
      assert.match(text, /built-in library/);
    });

    it('lists what a connection makes, and who holds it', async () => {
      const text = await hover({ 'system.camkes': mark(system, 'RPCCall ask', 'RPCCall as‸k') });
      assert.match(text, /from `client\.clock` to `timer\.clock`/);
      assert.match(text, /`client_cnode` slot \d+: `ask_ep` \(WP, badge 1\)/);
    });

    it('says who is at the other end of an interface', async () => {
      const text = await hover({ 'client.camkes': mark(client, 'Clock clock', 'Clock cl‸ock') });
      assert.match(text, /`client` with `timer\.clock` over `ask` \(seL4RPCCall\)/);
    });

    it('tells what a setting does, its range and its value', async () => {
      const text = await hover({ 'system.camkes': mark(system, '_priority', '_prio‸rity') });
      assert.match(text, /client\._priority\*\* = 100/);
      assert.match(text, /Priority of the control thread/);
      assert.match(text, /0 to 255/);
    });

    it('shows the value of an expression', async () => {
      const text = await hover({
        'system.camkes': mark(system, '= 100', '= 4 * 10‸24'),
      });
      assert.match(text, /4096 = 0x1000 \(4 KiB\)/);
    });

    it('shows the definition and the expansion of a macro', async () => {
      const text = await hover({
        'system.camkes': `#define HALF(x) ((x) / 2)\n${mark(system, '= 100', '= HA‸LF(100)')}`,
      });
      assert.match(text, /#define HALF\(x\) \(\(x\) \/ 2\)/);
      assert.match(text, /\(\(100\) \/ 2\)/);
      assert.match(text, /The value is 50/);
    });

    it('explains a word of the language', async () => {
      assert.match(
        await hover({ 'client.camkes': mark(client, 'control', 'con‸trol') }),
        /thread of its own/,
      );
    });
  });

  describe('completion', () => {
    const items = async (marked: Record<string, string>): Promise<CompletionItem[]> =>
      (await (await withSystem(marked)).at<CompletionList>('textDocument/completion')).items;
    const labels = async (marked: Record<string, string>): Promise<string[]> =>
      (await items(marked)).map(({ label }) => label);

    it('offers the words that can stand in a component, and types after them', async () => {
      const here = await labels({ 'client.camkes': mark(client, 'uses Clock clock;', 'us‸') });
      assert.ok(here.includes('uses') && here.includes('dataport') && !here.includes('connection'));
      const types = await labels({
        'client.camkes': mark(client, 'uses Clock clock;', 'uses ‸'),
      });
      assert.ok(types.includes('Clock') && !types.includes('Timer'));
    });

    it('offers a component that is not imported yet, with its import', async () => {
      const found = await items({
        'system.camkes': mark(
          system.replace('import "timer.camkes";\n', ''),
          'component Timer timer;',
          'component ‸',
        ),
      });
      const item = found.find(({ label }) => label === 'Timer')!;
      assert.match(item.detail ?? '', /^import ["<]timer\.camkes[">]$/);
      assert.equal(item.additionalTextEdits?.[0]?.newText, `${item.detail};\n`);
    });

    it('offers connectors of the dialect with what they become', async () => {
      const found = await items({
        'system.camkes': mark(system, 'connection seL4RPCCall ask', 'connection ‸ ask'),
      });
      const names = found.map(({ label }) => label);
      assert.ok(names.includes('seL4RPCCall') && names.includes('seL4SharedData'));
    });

    it('offers only instances and interfaces that fit this end', async () => {
      const from = await labels({
        'system.camkes': mark(system, 'from client.clock', 'from ‸'),
      });
      assert.deepEqual(from, ['client', 'client.clock']);
      const to = await labels({ 'system.camkes': mark(system, 'to timer.clock', 'to timer.‸') });
      assert.deepEqual(to, ['clock']);
    });

    it('offers instances, then settings with their types and docs', async () => {
      const subjects = await labels({
        'system.camkes': mark(system, 'client._priority = 100;', '‸'),
      });
      assert.deepEqual(subjects.sort(), ['ask', 'client', 'timer']);
      const found = await items({
        'system.camkes': mark(system, 'client._priority = 100;', 'client.‸'),
      });
      const priority = found.find(({ label }) => label === '_priority');
      assert.equal(priority?.detail, 'integer');
      assert.match((priority.documentation as MarkupContent).value, /control thread/);
    });

    it('offers files to import, those along an import path and those of the library', async () => {
      const quoted = await labels({ 'client.camkes': mark(client, '"clock.idl4"', '"‸"') });
      assert.ok(quoted.includes('clock.idl4') && quoted.includes('timer.camkes'));
      const library = await labels({ 'client.camkes': mark(client, '"clock.idl4"', '<‸>') });
      assert.ok(library.includes('std_connector.camkes'));
    });

    it('offers types and directions in a procedure', async () => {
      const found = await labels({ 'clock.idl4': mark(clock, 'in int unit', '‸') });
      assert.ok(found.includes('refin') && found.includes('uint64_t'));
    });

    it('offers nothing in a comment', async () => {
      assert.deepEqual(await labels({ 'client.camkes': mark(client, 'control;', '// ‸') }), []);
    });
  });

  it('shows the ends of a connector while they are written', async () => {
    const opened = await withSystem({
      'system.camkes': mark(system, 'to timer.clock', 'to ‸'),
    });
    const help = await opened.at<SignatureHelp>('textDocument/signatureHelp');
    assert.equal(help.signatures[0]?.label, 'seL4RPCCall(from Procedures, to Procedure)');
    assert.equal(help.activeParameter, 1);
  });

  describe('definition', () => {
    const definition = async (marked: Record<string, string>): Promise<string[]> => {
      const opened = await withSystem(marked);
      return opened.lines(await opened.at<Location[]>('textDocument/definition'));
    };

    it('leads from an end of a connection to the interface', async () => {
      assert.deepEqual(
        await definition({ 'system.camkes': mark(system, 'timer.clock', 'timer.cl‸ock') }),
        ['timer.camkes:3'],
      );
    });

    it('leads from an import to the file', async () => {
      assert.deepEqual(
        await definition({ 'system.camkes': mark(system, '"timer.camkes"', '"ti‸mer.camkes"') }),
        ['timer.camkes:1'],
      );
    });

    it('leads from a name that a macro wrote to the macro', async () => {
      const found = await definition({
        'system.camkes': `#define TYPE Timer\n${mark(system, 'component Timer', 'component TY‸PE')}`,
      });
      assert.deepEqual(found, ['system.camkes:1']);
    });

    it('leads into the built-in library, whose text the server gives', async () => {
      const opened = await withSystem({
        'system.camkes': mark(system, 'seL4RPCCall', 'seL4RPC‸Call'),
      });
      const [found] = await opened.at<Location[]>('textDocument/definition');
      assert.equal(found?.uri, 'cantrip-builtin:/std_connector.camkes');
      const content = await server.connection.sendRequest<{ text: string }>(
        'workspace/textDocumentContent',
        { uri: found.uri },
      );
      assert.equal(textIn(content.text, found.range), 'seL4RPCCall');
    });

    it('of the type leads from an instance to its component', async () => {
      const opened = await withSystem({
        'system.camkes': mark(system, 'Timer timer', 'Timer ti‸mer'),
      });
      const found = await opened.at<Location[]>('textDocument/typeDefinition');
      assert.deepEqual(opened.lines(found), ['timer.camkes:2']);
    });
  });

  it('finds what provides a procedure: the interface and its instances', async () => {
    const opened = await withSystem({ 'clock.idl4': mark(clock, 'Clock', 'Clo‸ck') });
    const found = await opened.at<Location[]>('textDocument/implementation');
    assert.deepEqual(opened.lines(found), ['timer.camkes:3', 'system.camkes:6']);
  });

  it('finds every use of a component, in each assembly that has it', async () => {
    const opened = await withSystem({
      'timer.camkes': mark(timer, 'component Timer', 'component Ti‸mer'),
      'other.camkes': system,
    });
    const found = await opened.at<Location[]>('textDocument/references', {
      context: { includeDeclaration: true },
    });
    assert.deepEqual(opened.lines(found).sort(), [
      'other.camkes:6',
      'system.camkes:6',
      'timer.camkes:2',
    ]);
  });

  it('highlights an instance where it is declared, connected and set', async () => {
    const opened = await withSystem({
      'system.camkes': mark(system, 'Client client', 'Client cli‸ent'),
    });
    const found = await opened.at<DocumentHighlight[]>('textDocument/documentHighlight');
    assert.deepEqual(found.map(({ range }) => range.start.line + 1).slice(0, 2), [7, 8]);
  });

  describe('rename', () => {
    it('changes an interface in its component and in every assembly', async () => {
      const opened = await withSystem({
        'timer.camkes': mark(timer, 'Clock clock', 'Clock cl‸ock'),
      });
      const edit = await opened.at<WorkspaceEdit>('textDocument/rename', { newName: 'watch' });
      assert.deepEqual(opened.edited(edit), {
        'timer.camkes': timer.replace('Clock clock', 'Clock watch'),
        'system.camkes': system.replace('timer.clock', 'timer.watch'),
      });
    });

    it('goes on into the capDL that the assembly becomes', async () => {
      const spec = `arch riscv
objects {
client_cnode = cnode (5 bits)
ask_ep = ep
asking_ep = ep
}
caps {
client_cnode {
8: ask_ep (WP, badge: 1)
9: asking_ep (R)
}
}
`;
      const opened = await withSystem({
        'system.camkes': mark(system, 'RPCCall ask', 'RPCCall as‸k'),
        'system.cdl': spec,
      });
      const edit = await opened.at<WorkspaceEdit>('textDocument/rename', { newName: 'tell' });
      assert.equal(opened.edited(edit)['system.cdl'], spec.replaceAll('ask_ep', 'tell_ep'));
    });

    it('of an interface or group goes on into the capDL, with its comments and program files', async () => {
      const spec = `arch riscv
objects {
ticks_cnode = cnode (5 bits) -- system.camkes:6 instance timer
timer_timer_clock_0000_tcb = tcb
frame_ticks_group_bin_0000 = frame (4k, fill: [{0 4096 CDL_FrameFill_FileData "ticks_group_bin" 4096}]) -- system.camkes:6 program of ticks
frame_ticks_group_bin_0099 = frame (4k)
}
caps {
ticks_cnode {
8: timer_timer_clock_0000_tcb
}
}
`;
      const grouped = system
        .replace('component Timer timer;', 'group ticks { component Timer timer; }')
        .replace('to timer.clock', 'to ticks.timer.clock');
      const renamed = async (what: string, marked: string, newName: string): Promise<string> => {
        const opened = await withSystem({
          'system.camkes': mark(grouped, what, marked),
          'system.cdl': spec,
        });
        const edit = await opened.at<WorkspaceEdit>('textDocument/rename', { newName });
        return opened.edited(edit)['system.cdl'] ?? '';
      };
      assert.equal(
        await renamed('ticks.timer.clock', 'ticks.timer.clo‸ck', 'watch'),
        spec.replaceAll('clock', 'watch'),
      );
      assert.equal(
        await renamed('group ticks', 'group ti‸cks', 'beats'),
        spec.replaceAll('ticks', 'beats'),
      );
    });

    it('leaves the capDL of another assembly, and of one that would have other objects', async () => {
      const spec = (name: string): string =>
        `arch riscv\nobjects {\n${name}_cnode = cnode (2 bits)\nclient_cnode = cnode (2 bits)\n}\ncaps {\n}\n`;
      const opened = await withSystem({
        'system.camkes': mark(system, 'Timer timer', 'Timer tim‸er'),
        'other.camkes': system.replace(
          'component Timer timer',
          'component Timer timer; component Timer extra',
        ),
        'system.cdl': spec('timer'),
        'other.cdl': spec('timer').replace('objects {', 'objects {\nextra_cnode = cnode (2 bits)'),
      });
      const edit = await opened.at<WorkspaceEdit>('textDocument/rename', { newName: 'watch' });
      assert.deepEqual(Object.keys(opened.edited(edit)).sort(), ['system.camkes', 'system.cdl']);
    });

    it('of an interface changes the attributes and settings that are named after it', async () => {
      const device = `import <std_connector.camkes>;
component Chip { hardware; dataport Buf csr; attribute string csr_paddr; attribute int csr_size = 4096; }
component Driver { control; dataport Buf regs; }
assembly {
    composition {
        component Chip chip;
        component Driver driver;
        connection seL4HardwareMMIO mmio(from driver.regs, to chip.csr);
    }
    configuration { chip.csr_paddr = "0x1000"; }
}
`;
      const opened = await open({ 'device.camkes': mark(device, 'Buf csr', 'Buf cs‸r') });
      const edit = await opened.at<WorkspaceEdit>('textDocument/rename', { newName: 'mem' });
      assert.equal(opened.edited(edit)['device.camkes'], device.replaceAll('csr', 'mem'));
    });

    it('of a connection changes the setting that names it as a buffer', async () => {
      const buffered = system
        .replace(
          'component Timer timer;',
          'component Timer timer; component Box left; component Box right;',
        )
        .replace('assembly {', 'component Box { dataport Buf data; }\nassembly {')
        .replace(
          'connection',
          'connection seL4SharedData pages(from left.data, to right.data);\nconnection',
        )
        .replace('_priority = 100;', '_priority = 100;\nask.buffer = "pages";');
      const opened = await withSystem({
        'system.camkes': mark(buffered, 'seL4SharedData pages', 'seL4SharedData pag‸es'),
      });
      const edit = await opened.at<WorkspaceEdit>('textDocument/rename', { newName: 'sheet' });
      assert.equal(opened.edited(edit)['system.camkes'], buffered.replaceAll('pages', 'sheet'));
    });

    it('is refused where the system would have a mistake afterwards', async () => {
      const opened = await withSystem({
        'system.camkes': mark(system, 'Client client', 'Client cli‸ent').replace(
          'component Timer timer',
          'group one { component Timer other; } component Timer timer',
        ),
      });
      await assert.rejects(
        opened.at<object>('textDocument/rename', { newName: 'one' }),
        /The system would have a mistake with this name\. .*`one`/,
      );
    });

    it('is refused for the built-in library, in macros, and to a word of the language', async () => {
      const prepare = async (marked: Record<string, string>): Promise<object> =>
        (await withSystem(marked)).at('textDocument/prepareRename');
      await assert.rejects(
        prepare({ 'system.camkes': mark(system, 'seL4RPCCall', 'seL4RPC‸Call') }),
        /built-in library/,
      );
      await assert.rejects(
        prepare({
          'system.camkes': `#define TYPE Timer\n${mark(system, 'component Timer', 'component TY‸PE')}`,
        }),
        /comes out of the macro `TYPE`/,
      );
      const opened = await withSystem({
        'system.camkes': `#define TYPE Timer\n${system.replace('component Timer', 'component TYPE')}`,
        'timer.camkes': mark(timer, 'component Timer', 'component Ti‸mer'),
      });
      const rename = (newName: string): Promise<object> =>
        opened.at('textDocument/rename', { newName });
      await assert.rejects(rename('Clocks'), /also written by the macro `TYPE`/);
      await assert.rejects(rename('uses'), /word of the language/);
    });

    it('begins with the name as it is', async () => {
      const opened = await withSystem({
        'system.camkes': mark(system, 'to timer.clock', 'to ⟦ti‸mer⟧.clock'),
      });
      assert.deepEqual(await opened.at('textDocument/prepareRename'), {
        range: opened.ranges('system.camkes')[0],
        placeholder: 'timer',
      });
    });
  });

  it('outlines what is declared, and what is in it', async () => {
    const opened = await open(files);
    const found = await opened.of<DocumentSymbol[]>('system.camkes', 'textDocument/documentSymbol');
    const names = (symbols: DocumentSymbol[], depth = 0): string[] =>
      symbols.flatMap(({ name, detail, children }) => [
        `${' '.repeat(depth)}${name}: ${detail ?? ''}`,
        ...names(children ?? [], depth + 1),
      ]);
    assert.deepEqual(names(found), [
      'assembly: assembly',
      ' composition: composition',
      '  timer: Timer',
      '  client: Client',
      '  ask: seL4RPCCall',
      ' configuration: configuration',
    ]);
    const idl = await opened.of<DocumentSymbol[]>('clock.idl4', 'textDocument/documentSymbol');
    assert.deepEqual(names(idl), ['Clock: procedure', ' now: int', '  unit: int']);
  });

  it('finds declarations of the workspace by name', async () => {
    await open(files);
    const found = await server.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', {
      query: 'Timer',
    });
    assert.ok(
      found.some(({ name, location }) => name === 'Timer' && location.uri.includes('timer')),
    );
  });

  it('colours names by what they stand for', async () => {
    const opened = await open(files);
    const { data } = await opened.of<SemanticTokens>(
      'timer.camkes',
      'textDocument/semanticTokens/full',
    );
    const legend = server.capabilities.semanticTokensProvider!.legend.tokenTypes;
    const types = data.filter((_, index) => index % 5 === 3).map((type) => legend[type]);
    assert.deepEqual(types, ['class', 'interface', 'property']);
  });

  it('folds blocks, imports and comments', async () => {
    const opened = await open({
      'a.camkes': `import "b.camkes";
import "c.camkes";
// One
// two.
component A {
    control;
    has mutex m;
}
`,
    });
    const found = await opened.of<FoldingRange[]>('a.camkes', 'textDocument/foldingRange');
    assert.deepEqual(
      found.map(({ startLine, endLine, kind }) => [startLine, endLine, kind]),
      [
        [0, 1, 'imports'],
        [2, 3, 'comment'],
        [4, 6, undefined],
      ],
    );
  });

  it('grows a selection from a name over its statement and block to the file', async () => {
    const opened = await withSystem({
      'system.camkes': mark(system, 'timer.clock', 'timer.cl‸ock'),
    });
    const [found] = await opened.of<SelectionRange[]>(
      'system.camkes',
      'textDocument/selectionRange',
      { positions: [opened.cursor] },
    );
    const seen: string[] = [];
    for (let at = found; at !== undefined; at = at.parent)
      seen.push(textIn(system, at.range).slice(0, 24));
    assert.deepEqual(seen, [
      'clock',
      'timer.clock',
      'to timer.clock',
      'connection seL4RPCCall a',
      'composition {\n        co',
      'assembly {\n    compositi',
      'import <std_connector.ca',
    ]);
  });

  it('formats a document, and of a range only what is in it', async () => {
    const messy = 'component A {\n  control;\n      uses   Clock c;\n}\n';
    const opened = await open({ 'a.camkes': messy });
    const options = { tabSize: 4, insertSpaces: true };
    const edits = await opened.of<TextEdit[]>('a.camkes', 'textDocument/formatting', { options });
    assert.equal(applyEdits(messy, edits), 'component A {\n    control;\n    uses Clock c;\n}\n');
    const inRange = await opened.of<TextEdit[]>('a.camkes', 'textDocument/rangeFormatting', {
      options,
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: 5 } },
    });
    assert.equal(applyEdits(messy, inRange), 'component A {\n  control;\n    uses Clock c;\n}\n');
  });

  it('shows what an expression comes to, and the slots and the badge of an end', async () => {
    const opened = await withSystem({ 'system.camkes': mark(system, '= 100', '= 10 * 10') });
    const found = await opened.of<InlayHint[]>('system.camkes', 'textDocument/inlayHint', {
      range: { start: { line: 0, character: 0 }, end: { line: 20, character: 0 } },
    });
    assert.deepEqual(
      found.map(({ position, label }) => [position.line + 1, label]),
      [
        [11, '= 100 = 0x64'],
        [8, 'slot 8, badge 1'],
        [8, 'slots 10, 11'],
      ],
    );
  });

  it('counts the uses of a component, and names who is connected to an interface', async () => {
    const opened = await open(files);
    const found = await opened.of<CodeLens[]>('timer.camkes', 'textDocument/codeLens');
    assert.deepEqual(
      found.map(({ range, command }) => [range.start.line + 1, command?.title]),
      [
        [2, '1 reference'],
        [3, 'with client.clock'],
      ],
    );
  });

  it('follows calls along connections, in both directions', async () => {
    const opened = await withSystem({
      'system.camkes': mark(system, 'Timer timer', 'Timer ti‸mer'),
    });
    const [item] = await opened.at<CallHierarchyItem[]>('textDocument/prepareCallHierarchy');
    assert.equal(item?.name, 'timer');
    const incoming = await server.connection.sendRequest<CallHierarchyIncomingCall[]>(
      'callHierarchy/incomingCalls',
      { item },
    );
    assert.deepEqual(
      incoming.map(({ from, fromRanges }) => [from.name, fromRanges.length]),
      [['client', 1]],
    );
    const outgoing = await server.connection.sendRequest<CallHierarchyOutgoingCall[]>(
      'callHierarchy/outgoingCalls',
      { item: incoming[0]!.from },
    );
    assert.deepEqual(
      outgoing.map(({ to }) => to.name),
      ['timer'],
    );
  });

  it('links imports to their files', async () => {
    const opened = await open(files);
    const found = await opened.of<DocumentLink[]>('system.camkes', 'textDocument/documentLink');
    assert.deepEqual(
      found.map(({ target }) => target?.split('/').at(-1)),
      ['std_connector.camkes', 'timer.camkes', 'client.camkes'],
    );
  });

  describe('code actions', () => {
    const actions = async (
      marked: Record<string, string>,
      only: string[],
    ): Promise<{ opened: OpenFiles; found: CodeAction[] }> => {
      const opened = await withSystem(marked);
      const name =
        Object.keys(marked).find((each) => opened.ranges(each).length > 0) ?? 'system.camkes';
      const [range] = opened.ranges(name);
      const found = await opened.of<CodeAction[]>(name, 'textDocument/codeAction', {
        range: range ?? {
          start: { line: 0, character: 0 },
          end: { line: 99, character: 0 },
        },
        context: { diagnostics: [], only },
      });
      return { opened, found };
    };

    it('import what is missing', async () => {
      const { opened, found } = await actions(
        {
          'system.camkes': mark(
            system.replace('import "timer.camkes";\n', ''),
            'component Timer',
            'component ⟦Timer⟧',
          ),
        },
        ['quickfix'],
      );
      const action = found.find(({ title }) => title.startsWith('Import'));
      assert.equal(action?.isPreferred, true);
      assert.match(opened.edited(action.edit!)['system.camkes']!, /import "timer\.camkes";/);
    });

    it('spell an import so that it resolves without settings, and as the settings of a project have it', async () => {
      const without = await actions(
        { 'parts/one.camkes': 'component One {\n    uses ⟦Clock⟧ clock;\n}\n' },
        ['quickfix'],
      );
      assert.equal(
        without.opened.edited(importIn(without.found))['parts/one.camkes'],
        'import "../clock.idl4";\n\ncomponent One {\n    uses Clock clock;\n}\n',
      );
      const along = await actions(
        {
          'cantrip.json': '{ "importPaths": ["interfaces"] }',
          'interfaces/beat.idl4': 'procedure Beat { void beat(void); }\n',
          'parts/two.camkes': 'component Two {\n    uses ⟦Beat⟧ beat;\n}\n',
        },
        ['quickfix'],
      );
      assert.match(
        along.opened.edited(importIn(along.found))['parts/two.camkes'] ?? '',
        /^import <beat\.idl4>;/,
      );
    });

    it('take out what no system uses, which the editor fades, and leave what another one uses', async () => {
      const both = `${timer}component Watch {\n    control;\n}\ncomponent ⟦Spare⟧ {\n    control;\n}\n`;
      const { opened, found } = await actions(
        {
          'timer.camkes': both,
          'other.camkes': system.replace('Timer timer', 'Timer timer; component Watch watch'),
        },
        ['quickfix'],
      );
      const report = await opened.of<DocumentDiagnosticReport>(
        'timer.camkes',
        'textDocument/diagnostic',
      );
      assert.deepEqual(
        (report.kind === 'full' ? report.items : []).map(({ code, severity, tags }) => [
          code,
          severity,
          tags,
        ]),
        [['unused-component', 4, [1]]],
      );
      assert.equal(
        opened.edited(found[0]!.edit!)['timer.camkes'],
        `${timer}component Watch {\n    control;\n}\n`,
      );
    });

    it('mend everything that has one certain fix', async () => {
      const { found } = await actions(
        { 'system.camkes': system.replace('import "timer.camkes";\n', '') },
        ['source.fixAll'],
      );
      assert.equal(found.length, 1);
      assert.equal(found[0]?.kind, 'source.fixAll');
    });

    it('leave out an import that stands there twice', async () => {
      const { opened, found } = await actions(
        { 'system.camkes': `import "timer.camkes";\n${system}` },
        ['source.organizeImports'],
      );
      const text = opened.edited(found[0]!.edit!)['system.camkes']!;
      assert.equal(text.match(/import "timer/g)?.length, 1);
    });
  });
});

function importIn(actions: readonly CodeAction[]): WorkspaceEdit {
  return actions.find(({ title }) => title.startsWith('Import'))?.edit ?? {};
}

function messageOf(diagnostic: Diagnostic | undefined): string {
  const message = diagnostic?.message ?? '';
  return typeof message === 'string' ? message : message.value;
}
