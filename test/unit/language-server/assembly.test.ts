import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
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
  SemanticTokensDelta,
  WorkspaceEdit,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { DocumentHighlightKind } from 'vscode-languageserver/node';
import { textIn } from './marked-text.js';
import { openFiles } from './open-files.js';
import type { ServerClient } from './server-client.js';
import { startServer } from './server-client.js';

describe('assembly in the language server', () => {
  let server: ServerClient;
  let documents = 0;

  before(async () => {
    server = await startServer();
  });
  after(() => server.stop());

  /** Opens a document of its own; `|` marks the place that the request is about. */
  async function open(marked: string): Promise<{ name: string; position: object; clean: string }> {
    documents += 1;
    const name = `document-${documents}.S`;
    const offset = marked.indexOf('|');
    const before = marked.slice(0, Math.max(offset, 0)).split('\n');
    const clean = marked.replace('|', '');
    await server.open(name, clean);
    const position = { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
    return { name, position, clean };
  }

  async function hover(marked: string): Promise<string> {
    const { name, position } = await open(marked);
    const found = await server.request<Hover | null>('textDocument/hover', name, { position });
    return (found?.contents as MarkupContent | undefined)?.value ?? '';
  }

  describe('diagnostics', () => {
    it('mark an unknown instruction at its exact columns', async () => {
      await server.open('columns.S', '_start:\n        addi a0, a0, 1\n        bogus a0\n');
      const [first, ...rest] = await server.diagnostics('columns.S');
      assert.deepEqual(rest, []);
      assert.deepEqual(first?.range, {
        start: { line: 2, character: 8 },
        end: { line: 2, character: 13 },
      });
      assert.equal(first.code, 'unknown-instruction');
      assert.equal(first.source, 'cantrip');
      assert.match(messageOf(first), /bogus/);
    });

    it('come and go as the text changes', async () => {
      await server.open('typing.S', 'nop\n');
      assert.deepEqual(await server.diagnostics('typing.S'), []);
      await server.edit('typing.S', 'nop\naddi a0, a1\n');
      assert.equal((await server.diagnostics('typing.S')).length, 1);
      await server.edit('typing.S', 'nop\naddi a0, a1, 4\n');
      assert.deepEqual(await server.diagnostics('typing.S'), []);
    });

    it('count UTF-16 code units after a character outside the basic plane', async () => {
      await server.open('units.S', '/* 😀 */ bogus\n');
      const [first] = await server.diagnostics('units.S');
      assert.deepEqual(first?.range.start, { line: 0, character: 9 });
    });

    it('point from a symbol that is defined twice to the first definition', async () => {
      await server.open('twice.S', 'here:\n nop\nhere:\n nop\n');
      const [first] = await server.diagnostics('twice.S');
      assert.equal(first?.range.start.line, 2);
      assert.equal(first.relatedInformation?.[0]?.location.range.start.line, 0);
      assert.equal(first.relatedInformation[0].location.uri, server.uri('twice.S'));
    });

    it('find an undefined symbol in the program of a cantrip.json, as the linker would', async () => {
      await server.write('cantrip.json', '{ "program": "program.S" }');
      await server.open('program.S', '.globl _start\n_start:\n  call nowhere\n');
      const [first] = await server.diagnostics('program.S');
      assert.match(messageOf(first), /nowhere/);
      assert.equal(first?.range.start.line, 2);
    });

    it('leave to the SDK what an application calls of it', async () => {
      await server.write('app/cantrip.json', '{ "program": "a.S", "app": { "manifest": "m" } }');
      await server.open('app/a.S', '.globl main\nmain:\n  call sdk_log\n');
      assert.deepEqual(await server.diagnostics('app/a.S'), []);
    });

    it('see an included file as the program that includes it does', async () => {
      await server.write('part.S', '  twice nop\n  bogus\n');
      await server.edit(
        'program.S',
        '.globl _start\n_start:\n.macro twice what\n \\what\n \\what\n.endm\n.include "part.S"\n',
      );
      const [only, ...rest] = await server.diagnostics('part.S');
      assert.deepEqual(rest, []);
      assert.equal(only?.range.start.line, 1);
    });

    it('mark a wrong setting of a cantrip.json', async () => {
      await server.open('cantrip.json', '{ "program": "program.S", "board": "moon" }');
      const [first] = await server.diagnostics('cantrip.json');
      assert.match(messageOf(first), /board/);
    });
  });

  describe('a hover', () => {
    it('says what an instruction does, and shows its bits and bytes here', async () => {
      const text = await hover('.option norvc\n ad|di a1, a0, -4\n');
      assert.match(text, /\*\*addi\*\* `rd, rs1, imm`/);
      assert.match(text, /31:20 +19:15 14:12 +11:7 +6:0/);
      assert.match(text, /imm\[11:0\] +rs1 +000 +rd +0010011/);
      assert.match(text, /111111111100 +01010 +000 +01011 0010011/);
      assert.match(text, /`93 05 c5 ff`/);
    });

    it('shows the compressed form that the assembler chose', async () => {
      const text = await hover(' ad|di sp, sp, -16\n');
      assert.match(text, /c\.addi/);
      assert.match(text, /`41 11`/);
    });

    it('covers the whole word that it explains', async () => {
      const { name, position } = await open(' mv s|10, a0\n');
      const found = await server.request<Hover | null>('textDocument/hover', name, { position });
      assert.deepEqual(found?.range, {
        start: { line: 0, character: 4 },
        end: { line: 0, character: 7 },
      });
    });

    it('shows the instructions of a pseudo-instruction', async () => {
      const text = await hover('.option norvc\n l|i a0, 0x12345678\n');
      assert.match(text, /pseudo-instruction/);
      assert.match(text, /`lui a0,0x12345`/);
      assert.match(text, /`addi a0,a0,1656`/);
    });

    it('shows what a macro became', async () => {
      const text = await hover('.macro twice\n nop\n nop\n.endm\n twi|ce\n');
      assert.match(text, /is a macro/);
      assert.equal(text.match(/01 00/g)?.length, 2);
    });

    it('says what a register is for and who saves it', async () => {
      const text = await hover(' mv s|0, a0\n');
      assert.match(text, /\*\*s0\*\* \(x8\)/);
      assert.match(text, /Saved by the callee/);
    });

    it('shows a CSR with its fields', async () => {
      const text = await hover(' csrr a0, mst|atus\n');
      assert.match(text, /CSR 0x300/);
      assert.match(text, /\| 12:11 \| MPP \|/i);
    });

    it('explains a directive', async () => {
      assert.match(await hover('.asc|iz "text"\n'), /zero byte/);
    });

    it('shows a number in the other bases', async () => {
      const text = await hover(' li a0, 0x|41\n');
      assert.match(text, /`65`/);
      assert.match(text, /`0b100_0001`/);
      assert.match(text, /`'A'`/);
    });

    it('shows where a label is and what is written above it', async () => {
      const text = await hover('# Waits for ever.\nhere:\n j he|re\n');
      assert.match(text, /label at `\.text\+0x0`/);
      assert.match(text, /Waits for ever\\?\./);
      assert.match(text, /:2$/);
    });

    it('shows the value of a constant', async () => {
      assert.match(await hover('.equ answer, 42\n li a0, ans|wer\n'), /`42` = `0x2a`/);
    });

    it('says nothing in a comment or on an empty place', async () => {
      assert.equal(await hover(' nop # ad|di\n'), '');
      assert.equal(await hover(' nop // ad|di\n'), '');
      assert.equal(await hover('\n|\n'), '');
    });
  });

  it('colours the use of a macro and of a constant, which the grammar cannot know', async () => {
    const { name } = await open('.equ size, 4\n.macro twice\n.endm\n twice\n li a0, size\n');
    const { data } = await server.request<SemanticTokens>(
      'textDocument/semanticTokens/full',
      name,
      {},
    );
    const [macro, , variable] = [0, 1, 2];
    // Five numbers a token: lines and columns from the token before, length, type, modifiers.
    assert.deepEqual(chunks(data, 5), [
      [0, 5, 4, variable, 1],
      [3, 1, 5, macro, 0],
      [1, 8, 4, variable, 1],
    ]);
  });

  describe('definition and references', () => {
    const lines = (locations: Location[]): number[] =>
      locations.map(({ range }) => range.start.line);

    it('lead from a use to the label', async () => {
      const { name, position } = await open(' j th|ere\n nop\nthere:\n nop\n');
      const found = await server.request<Location[]>('textDocument/definition', name, { position });
      assert.deepEqual(lines(found), [2]);
    });

    it('lead from `1b` to the last label 1 before it', async () => {
      const { name, position } = await open('1: nop\n1: nop\n j 1|b\n1: nop\n');
      const found = await server.request<Location[]>('textDocument/definition', name, { position });
      assert.deepEqual(lines(found), [1]);
    });

    it('list every use, with the definition where that is asked for', async () => {
      const { name, position } = await open('he|re: j here\n la a0, here\n');
      const ask = (includeDeclaration: boolean): Promise<Location[]> =>
        server.request('textDocument/references', name, {
          position,
          context: { includeDeclaration },
        });
      assert.deepEqual(lines(await ask(true)), [0, 0, 1]);
      assert.deepEqual(lines(await ask(false)), [0, 1]);
    });
  });

  describe('completion', () => {
    async function labels(marked: string): Promise<string[]> {
      const { name, position } = await open(marked);
      const { items } = await server.request<CompletionList>('textDocument/completion', name, {
        position,
      });
      return items.map(({ label }) => label);
    }

    it('offers mnemonics, directives and macros at the start of a statement', async () => {
      const found = await labels('.macro twice\n.endm\nhere:\n a|');
      for (const label of ['addi', 'li', '.asciz', 'twice'])
        assert.ok(found.includes(label), label);
      assert.equal(found.includes('here'), false);
      assert.equal(new Set(found).size, found.length);
    });

    it('offers registers and symbols as operands', async () => {
      const found = await labels('here:\n la a0, |');
      for (const label of ['a0', 'sp', 'here']) assert.ok(found.includes(label), label);
      assert.equal(found.includes('mstatus'), false);
    });

    it('offers CSRs to a CSR instruction', async () => {
      assert.ok((await labels(' csrr a0, |')).includes('mstatus'));
    });
  });

  it('outlines labels, constants and macros', async () => {
    const { name } = await open('.equ size, 4\n.macro twice\n.endm\n_start:\n1: nop\n');
    const found = await server.request<DocumentSymbol[]>('textDocument/documentSymbol', name, {});
    assert.deepEqual(
      found.map((symbol) => symbol.name),
      ['size', 'twice', '_start'],
    );
  });

  describe('rename', () => {
    it('changes a label in every file of the program', async () => {
      await server.write('cantrip.json', '{ "program": "main.S" }');
      await server.write('other.S', '  j there\n');
      await server.open('main.S', '_start:\n j there\nthere:\n nop\n.include "other.S"\n');
      const edit = await server.request<WorkspaceEdit>('textDocument/rename', 'main.S', {
        position: { line: 1, character: 4 },
        newName: 'elsewhere',
      });
      const changes = Object.entries(edit.changes ?? {}).map(([uri, edits]) => [
        server.nameOf(uri),
        edits.map(({ range, newText }) => `${range.start.line} ${newText}`),
      ]);
      assert.deepEqual(Object.fromEntries(changes), {
        'main.S': ['1 elsewhere', '2 elsewhere'],
        'other.S': ['0 elsewhere'],
      });
    });

    it('changes a macro and its uses', async () => {
      const files = await openFiles(server, {
        'a.S': '.macro tw‸ice\n nop\n.endm\n twice\n',
      });
      const edit = await files.at<WorkspaceEdit>('textDocument/rename', { newName: 'thrice' });
      assert.deepEqual(files.edited(edit), { 'a.S': '.macro thrice\n nop\n.endm\n thrice\n' });
    });

    it('is refused for an instruction, a numeric label and a name that is taken', async () => {
      const prepare = async (text: string): Promise<object> =>
        (await openFiles(server, { 'a.S': text })).at('textDocument/prepareRename');
      await assert.rejects(prepare(' ad‸di a0, a0, 1\n'), /`addi` is an instruction/);
      await assert.rejects(prepare('1: j 1‸b\n'), /numeric label/);
      await assert.rejects(prepare('# wo‸rd\n'), /no name here/);
      const files = await openFiles(server, { 'a.S': 'he‸re: nop\nthere: nop\n' });
      const rename = (newName: string): Promise<object> =>
        files.at('textDocument/rename', { newName });
      await assert.rejects(rename('there'), /defined in this program already/);
      await assert.rejects(rename('a b'), /not a name/);
      await assert.rejects(rename('a0'), /is a register/);
    });

    it('begins with the name as it is', async () => {
      const files = await openFiles(server, { 'a.S': 'here: nop\n j ⟦he‸re⟧\n' });
      assert.deepEqual(await files.at('textDocument/prepareRename'), {
        range: files.ranges('a.S')[0],
        placeholder: 'here',
      });
    });
  });

  it('highlights a label, the definition as written', async () => {
    const files = await openFiles(server, { 'a.S': 'he‸re: nop\n j here\n' });
    const found = await files.at<DocumentHighlight[]>('textDocument/documentHighlight');
    assert.deepEqual(
      found.map(({ range, kind }) => [range.start.line, kind]),
      [
        [0, DocumentHighlightKind.Write],
        [1, DocumentHighlightKind.Read],
      ],
    );
  });

  it('finds labels of all files of the workspace by some of their letters', async () => {
    await server.write('deep/down/far.S', 'far_away_label:\n nop\n');
    const found = await server.connection.sendRequest<WorkspaceSymbol[]>('workspace/symbol', {
      query: 'FarLabel',
    });
    assert.deepEqual(
      found.map(({ name, location }) => [name, server.nameOf(location.uri)]),
      [['far_away_label', 'deep/down/far.S']],
    );
  });

  it('folds macros, conditions with their other branch, and comments', async () => {
    const files = await openFiles(server, {
      'a.S':
        '# One\n# two\n.macro twice\n.if 1\n nop\n.else\n nop\n.endif\n.endm\n#ifdef X\n nop\n#endif\n',
    });
    const found = await files.of<FoldingRange[]>('a.S', 'textDocument/foldingRange');
    assert.deepEqual(
      found.map(({ startLine, endLine }) => [startLine, endLine]),
      [
        [0, 1],
        [2, 8],
        [3, 4],
        [5, 7],
        [9, 11],
      ],
    );
  });

  it('grows a selection from the word over the statement and the block to the file', async () => {
    const files = await openFiles(server, { 'a.S': '.macro m\n nop; mv a‸0, a1\n.endm\n' });
    const [found] = await files.of<SelectionRange[]>('a.S', 'textDocument/selectionRange', {
      positions: [files.cursor],
    });
    const seen: string[] = [];
    for (let at = found; at !== undefined; at = at.parent)
      seen.push(textIn(files.text('a.S'), at.range));
    assert.deepEqual(seen, [
      'a0',
      'mv a0, a1',
      ' nop; mv a0, a1',
      '.macro m\n nop; mv a0, a1\n.endm',
      '.macro m\n nop; mv a0, a1\n.endm\n',
    ]);
  });

  it('shows how long a pseudo-instruction and a macro became', async () => {
    const files = await openFiles(server, {
      'a.S': '.macro twice\n nop\n nop\n.endm\n.option norvc\n li a0, 0x12345678\n twice\n nop\n',
    });
    const found = await files.of<InlayHint[]>('a.S', 'textDocument/inlayHint', {
      range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
    });
    assert.deepEqual(
      found.map(({ position, label }) => [position.line, label]),
      [
        [5, '2 instructions, 8 bytes'],
        [6, '2 instructions, 8 bytes'],
      ],
    );
  });

  it('links an include to its file', async () => {
    await server.write('linked.inc', 'nop\n');
    await server.open('links.S', '.include "linked.inc"\n.include "missing.inc"\n');
    const found = await server.request<DocumentLink[]>('textDocument/documentLink', 'links.S');
    assert.deepEqual(
      found.map(({ range, target }) => [range.start.character, server.nameOf(target ?? '')]),
      [[10, 'linked.inc']],
    );
  });

  it('answers a pull of diagnostics, and says when nothing changed', async () => {
    const files = await openFiles(server, { 'a.S': ' bogus a0\n' });
    const pull = (extra: object): Promise<DocumentDiagnosticReport> =>
      files.of('a.S', 'textDocument/diagnostic', extra);
    const first = await pull({});
    assert.equal(first.kind, 'full');
    assert.deepEqual(
      first.items.map(({ code }) => code),
      ['unknown-instruction'],
    );
    const again = await pull({ previousResultId: first.resultId });
    assert.deepEqual(again, { kind: 'unchanged', resultId: first.resultId });
  });

  it('sends only what changed of the colours', async () => {
    const files = await openFiles(server, { 'a.S': '.equ size, 4\n li a0, size\n' });
    const whole = await files.of<SemanticTokens>('a.S', 'textDocument/semanticTokens/full');
    await server.edit(`${files.folder}/a.S`, '.equ size, 4\n li a0, size\n li a1, size\n');
    const delta = await files.of<SemanticTokensDelta>(
      'a.S',
      'textDocument/semanticTokens/full/delta',
      { previousResultId: whole.resultId },
    );
    assert.deepEqual(
      delta.edits.map(({ start, deleteCount, data }) => [start, deleteCount, data?.length]),
      [[10, 0, 5]],
    );
    const part = await files.of<SemanticTokens>('a.S', 'textDocument/semanticTokens/range', {
      range: { start: { line: 2, character: 0 }, end: { line: 2, character: 12 } },
    });
    assert.equal(part.data.length, 5);
  });
});

function chunks(numbers: readonly number[], size: number): number[][] {
  const count = Math.ceil(numbers.length / size);
  return Array.from({ length: count }, (_, index) =>
    numbers.slice(index * size, (index + 1) * size),
  );
}

function messageOf(diagnostic: Diagnostic | undefined): string {
  const message = diagnostic?.message ?? '';
  return typeof message === 'string' ? message : message.value;
}
