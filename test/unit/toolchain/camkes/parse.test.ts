import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { parseCamkes } from '../../../../runtime/toolchain/camkes/parse.js';
import { printCamkes } from '../../../../runtime/toolchain/camkes/print.js';
import { readCamkesFile } from '../../../../runtime/toolchain/camkes/read-file.js';
import type { Diagnostic } from '../../../../runtime/toolchain/text/diagnostic.js';
import { plainSourceText } from '../../../../runtime/toolchain/text/source-text.js';
import { randomMistake } from '../../../support/random-mistake.js';
import { withoutPlaces } from '../../../support/random-camkes.js';

const samples = path.resolve('test/unit/toolchain/camkes/samples');

const diagnosticsOf = (text: string): readonly Diagnostic[] =>
  parseCamkes(plainSourceText('a.camkes', text)).diagnostics;

const codes = (text: string): string[] => diagnosticsOf(text).map(({ code }) => code);

/** Text with one mistake, which stands between `‹` and `›`. */
function checkMarked(marked: string, code: string): void {
  const text = marked.replace(/[‹›]/g, '');
  const found = diagnosticsOf(text);
  assert.deepEqual(
    found.map((one) => one.code),
    [code],
    found.map((one) => one.message).join('\n'),
  );
  const lines = text.split('\n');
  const offset = ({ line, character }: { line: number; character: number }): number =>
    lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
  const [one] = found;
  assert.ok(one);
  const shown = `${text.slice(0, offset(one.range.start))}‹${text.slice(offset(one.range.start), offset(one.range.end))}›${text.slice(offset(one.range.end))}`;
  assert.equal(shown, marked);
}

const bad: readonly (readonly [title: string, code: string, marked: string])[] = [
  ['a missing semicolon', 'semicolon-missing', 'component A { uses P p‹›\nprovides Q q; }'],
  ['a missing brace', 'brace-missing', 'component A { uses P p;\n‹procedure› P { void f(); }'],
  ['a brace too many', 'extra-brace', 'component A {}\n‹}›'],
  ['a file that is cut off', 'brace-missing', 'assembly { composition { component A a;‹›'],
  ['a reserved word as a name', 'reserved-word', 'component A { uses P ‹string›; }'],
  ['a word that is no member', 'syntax', 'component A { ‹provide› P p; }'],
  ['a word that is no item', 'syntax', '‹compnent› A { uses P p; }'],
  ['a missing name', 'syntax', 'component A { uses P ‹;› }'],
  ['a missing type', 'syntax', 'component A { uses ‹;› }'],
  ['a member behind the composition', 'member-order', 'component A { composition {} ‹uses P p;› }'],
  ['a second composition', 'duplicate-member', 'assembly { composition {} ‹composition› {} }'],
  ['a configuration alone', 'composition-missing', 'component A { ‹configurati›on {} }'],
  ['an assembly without composition', 'composition-missing', 'assembly ‹a› { configuration {} }'],
  ['a setting with three names', 'setting-name', 'configuration { ‹a.b.c› = 1; }'],
  ['a setting with one name', 'syntax', 'configuration { a ‹=› 1; }'],
  ['a setting without a value', 'syntax', 'configuration { a.b = ‹;› }'],
  ['an octal number', 'bad-number', 'configuration { a.b = ‹010›; }'],
  ['a number with a suffix', 'bad-number', 'configuration { a.b = ‹4k›; }'],
  ['a name in place of a value', 'unknown-macro', 'configuration { a.b = ‹SIZE›; }'],
  ['a macro in place of a member', 'unknown-macro', 'component A { ‹MORE›() }'],
  ['a string in arithmetic', 'syntax', 'configuration { a.b = 1 + ‹"a"›; }'],
  ['a missing comma', 'syntax', 'configuration { a.b = [1 ‹2›]; }'],
  ['a missing colon', 'syntax', 'configuration { a.b = {"a" ‹1›}; }'],
  ['a list that is not closed', 'syntax', 'configuration { a.b = [1, 2‹;› }'],
  ['a string that is not closed', 'unclosed-string', 'configuration { a.b = ‹"a;›\n }'],
  ['a path that is not closed', 'unclosed-string', 'import ‹<a.camkes›;\ncomponent A {}'],
  ['a missing path', 'syntax', 'import ‹a›.camkes;'],
  [
    'a conditional behind a colon',
    'nested-conditional',
    'configuration { a.b = 1 ? 2 : 3 ‹?› 4 : 5; }',
  ],
  ['an unknown character', 'unknown-character', 'component A { ‹@› }'],
  ['a comment that is not closed', 'comment-unterminated', 'component A {}\n‹/*› b'],
  ['an attribute of a procedure with `;`', 'extra-semicolon', 'procedure P { int x = 1‹;› }'],
  ['a `;` alone', 'extra-semicolon', 'component A { control;‹;› }'],
  ['an array with a length', 'array-length', 'component A { attribute int a[‹4›]; }'],
  ['a dotted event', 'syntax', 'component A { emits a‹.›b c; }'],
  ['`maybe` before provides', 'maybe-without-effect', 'component A { ‹maybe› provides P p; }'],
  ['`has` without a kind', 'syntax', 'component A { has ‹lock› a; }'],
  ['ends without a comma', 'syntax', 'composition { connection C c(from a.b ‹to› c.d); }'],
  ['an end without direction', 'syntax', 'composition { connection C c(‹a›.b, to c.d); }'],
  ['an export without an arrow', 'syntax', 'composition { export a.b ‹=› c; }'],
  ['an end of unknown kind', 'syntax', 'connector C { from ‹Signal›; to Event; }'],
  ['ends in the wrong order', 'syntax', 'connector C { ‹to› Event; from Event; }'],
  ['a connector with one end', 'connector-end-missing', 'connector ‹C› { from Event; }'],
  ['threads without the word', 'syntax', 'connector C { from Event with 1‹;› to Event; }'],
  ['a parameter without a name', 'syntax', 'procedure P { void f(in int‹)›; }'],
  [
    'a schedule of one entry',
    'schedule-too-short',
    'assembly { composition {} ‹schedule { [(0, 1)] }› }',
  ],
  ['a struct without a name', 'syntax', 'struct ‹{› int a; }'],
  ['a component without a body', 'syntax', 'component A‹;›'],
  ['a composition without its brace', 'syntax', 'assembly { composition\n‹component› A a; } }'],
  [
    'a component in a composition',
    'brace-missing',
    'composition { component A a;\n‹component› B { control; }',
  ],
];

describe('the CAmkES parser', () => {
  for (const [title, code, marked] of bad) {
    it(`says one thing about ${title}, at its place`, () => {
      checkMarked(marked, code);
    });
  }

  it('takes what CAmkES 2 wrote behind an end for a hint', () => {
    const found = diagnosticsOf(
      'connector C { from Procedure client template "a.c"; to Procedures template "b.c"; }',
    );
    assert.deepEqual(
      found.map(({ code, severity }) => [code, severity]),
      [
        ['camkes-2', 'hint'],
        ['camkes-2', 'hint'],
      ],
    );
  });

  it('tells of several mistakes in one run', () => {
    assert.deepEqual(
      codes('component A { uses P string; provides Q; attribute int x = 010; }\nimport a;'),
      ['reserved-word', 'syntax', 'bad-number', 'syntax'],
    );
  });

  it('offers what mends it', () => {
    const [one] = diagnosticsOf('component A { provide P p; }');
    assert.deepEqual(one?.fixes?.[0]?.edits[0]?.newText, 'provides');
    const [other] = diagnosticsOf('component A { control }');
    assert.deepEqual(other?.fixes?.[0]?.edits[0]?.range.start, { line: 0, character: 21 });
  });

  it('takes words that only the other dialect reserves as names', () => {
    assert.deepEqual(
      codes('component copyregion { uses us ticks; has mutex schedule; attribute Buf Buf; }'),
      [],
    );
  });

  for (const name of readdirSync(samples)) {
    const text = readFileSync(path.join(samples, name), 'utf8');
    const files = {
      readText: (file: string) => (file.endsWith('.h') ? '#define SIZE 4096\n' : text),
      readBytes: () => undefined,
    };
    const read = (): ReturnType<typeof readCamkesFile> =>
      readCamkesFile(name, files, { defines: {}, includePaths: [] });

    it(`reads all of samples/${name}, and the same from what it prints`, () => {
      const { tree, diagnostics } = read();
      assert.deepEqual(
        diagnostics.map(({ message }) => message),
        [],
      );
      const again = parseCamkes(plainSourceText(name, printCamkes(tree)));
      assert.deepEqual(again.diagnostics, []);
      assert.deepEqual(withoutPlaces(again.tree), withoutPlaces(tree));
    });

    it(`says one thing, on the whole, about each mistake in samples/${name}, and never more than four`, () => {
      let count = 0;
      for (let seed = 1; seed <= 200; seed += 1) {
        const broken = randomMistake(text, seed);
        const { diagnostics } = readCamkesFile(
          name,
          { ...files, readText: (file) => (file === name ? broken : files.readText(file)) },
          { defines: {}, includePaths: [] },
        );
        count += diagnostics.length;
        assert.ok(
          diagnostics.length <= 4,
          `seed ${seed}: ${diagnostics.map(({ message }) => message).join('\n')}`,
        );
      }
      assert.ok(count <= 220, `${count} diagnostics for 200 mistakes`);
    });
  }

  it('reads strings over several lines also where one of their lines looks like a comment', () => {
    const text = 'configuration {\n  a.b = [{"{\n": false}, "#", "//\n;", "/*"];\n}\n';
    assert.deepEqual(diagnosticsOf(text), []);
  });

  const many = 10_000;
  const large: readonly (readonly [string, string])[] = [
    ['braces', '{'.repeat(many)],
    ['closing braces', '}'.repeat(many)],
    ['parentheses', `configuration { a.b = ${'('.repeat(many)}`],
    ['lists', `configuration { a.b = ${'['.repeat(many)}`],
    ['dictionaries', `configuration { a.b = ${'{1:'.repeat(many)}`],
    ['signs', `configuration { a.b = ${'-'.repeat(many)}1; }`],
    ['conditionals', `configuration { a.b = ${'1 ? '.repeat(many)}`],
    ['operators', `configuration { a.b = ${'1 + '.repeat(many)}1; }`],
    ['structs', `component A { attribute ${'{ '.repeat(many)}`],
    ['components', `composition {${' component { composition {'.repeat(many)}`],
    ['components without a brace', 'component A '.repeat(many)],
    ['quotes', '"'.repeat(many + 1)],
    ['comments', '/*'.repeat(many)],
    ['unknown bytes', '\0\uffff\ud800'.repeat(many)],
    ['members', `component A {${' uses P p;'.repeat(many)}`],
    ['a name of a megabyte', 'x'.repeat(1_000_000)],
    ['a line of a megabyte', `configuration {${' a.b = 1;'.repeat(110_000)}}`],
  ];
  for (const [title, text] of large) {
    it(`comes to an end with ${title}`, () => {
      assert.ok(diagnosticsOf(text).length <= 1_000);
    });
  }
});
