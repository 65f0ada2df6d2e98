import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  preprocess,
  type Preprocessed,
} from '../../../../runtime/toolchain/preprocess/preprocess.js';
import { placeOf } from '../../../../runtime/toolchain/text/source-line.js';

function run(
  text: string,
  files: Readonly<Record<string, string>> = {},
  comments: 'hash' | 'slashes' = 'slashes',
): Preprocessed {
  return preprocess(
    'main.h',
    text,
    { readText: (path) => files[path], readBytes: () => undefined },
    { defines: { PREDEFINED: '42' }, includePaths: ['include'], comments },
  );
}

const textOf = (text: string, files?: Readonly<Record<string, string>>): string[] =>
  run(text, files)
    .lines.map((line) => line.text.trim())
    .filter((line) => line !== '');

const codes = (text: string): string[] => run(text).diagnostics.map(({ code }) => code);

describe('the preprocessor', () => {
  it('looks for the arguments of a macro on the next line, and leaves a line without them alone', () => {
    assert.deepEqual(textOf('#define F(x) li a0, x\nF\n(3)\nF\nnop\nF'), [
      'li a0, 3',
      'F',
      'nop',
      'F',
    ]);
  });

  it('expands macros as the examples of the C standard say', () => {
    // C11 6.10.3.5, example 3, with the spaces that remain.
    const source = `#define x 3
#define f(a) f(x * (a))
#undef x
#define x 2
#define g f
#define z z[0]
#define h g(~
#define m(a) a(w)
#define w 0,1
#define t(a) a
f(y+1) + f(f(z)) % t(t(g)(0) + t)(1);
g(x+(3,4)-w) | h 5) & m(f)^m(m);`;
    const text = textOf(source).join(' ').replace(/\s/g, '');
    assert.equal(
      text,
      'f(2*(y+1))+f(2*(f(2*(z[0]))))%f(2*(0))+t(1);f(2*(2+(3,4)-0,1))|f(2*(~5))&f(2*(0,1))^m(0,1);',
    );
  });

  it('makes strings and joins tokens', () => {
    const source = '#define S(x) #x\n#define J(a, b) a ## b\nS( a "b\\n"  + c ) J(x, 1) J(, y)';
    assert.deepEqual(textOf(source), ['"a \\"b\\\\n\\" + c" x1 y']);
  });

  it('passes the rest of the arguments on, and drops the comma before none', () => {
    const source =
      '#define L(f, ...) p(f, ## __VA_ARGS__)\n#define N(f, r...) p(f, r)\nL(1) L(1, 2, 3) N(4, 5)';
    assert.deepEqual(textOf(source), ['p(1) p(1,2, 3) p(4, 5)']);
  });

  it('chooses by conditions', () => {
    const source = `#if defined(PREDEFINED) && PREDEFINED == 42
one
#elif 1 / 0
two
#else
three
#endif
#if 0
#if 1
four
#endif
#error not here
#elif (1 ? 2 : 3) == 2 && !defined NOTHING && 0x10 >> 4
five
#endif
#ifndef PREDEFINED
six
#else
seven
#endif`;
    assert.deepEqual(textOf(source), ['one', 'five', 'seven']);
    assert.deepEqual(codes(source), []);
  });

  it('reads a file in quotes beside the including one and both kinds along the path', () => {
    const files = { 'sub/a.h': '#include "b.h"', 'sub/b.h': 'b', 'include/c.h': 'c' };
    const result = run('#include "sub/a.h"\n#include <c.h>\n#include "c.h"', files);
    assert.deepEqual(
      result.lines.map(({ text }) => text),
      ['b', 'c', 'c'],
    );
    assert.deepEqual(result.files, ['sub/a.h', 'sub/b.h', 'include/c.h']);
  });

  it('keeps the columns of text that no macro touches', () => {
    const [line] = run('  some /* gone */ text').lines;
    assert.ok(line);
    const start = line.text.indexOf('text');
    assert.deepEqual(placeOf(line, start, start + 4).range, {
      start: { line: 0, character: 18 },
      end: { line: 0, character: 22 },
    });
  });

  it('places expanded text at the use, with where it is written', () => {
    const { lines } = run('#define WORD one two\nbefore WORD after');
    const line = lines.at(-1);
    assert.ok(line);
    const place = placeOf(line, line.text.indexOf('two'), line.text.indexOf('two') + 3);
    assert.deepEqual(place.range, {
      start: { line: 1, character: 7 },
      end: { line: 1, character: 11 },
    });
    assert.equal(place.expansion?.macro, 'WORD');
    assert.deepEqual(place.expansion.written?.range, {
      start: { line: 0, character: 17 },
      end: { line: 0, character: 20 },
    });
  });

  it('joins lines and takes arguments from several', () => {
    assert.deepEqual(textOf('#define F(a, b) a-b\nF(1, \\\n2) F(3,\n4) end'), ['1-2 3-4 end']);
  });

  it('leaves what follows a hash in assembly alone', () => {
    const { lines, diagnostics } = run('#define a b\nx # a\n# a comment\n#a', {}, 'hash');
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      lines.map(({ text }) => text.trim()).filter((text) => text !== ''),
      ['x'],
    );
  });

  it('reports what is wrong, and goes on', () => {
    assert.deepEqual(codes('#define F(a) a\nF(1, 2)'), ['macro-arguments']);
    assert.deepEqual(codes('#define F(a) a\nF(1'), ['macro-arguments']);
    assert.deepEqual(codes('#if 1 +\n#endif'), ['bad-condition']);
    assert.deepEqual(codes('#define 3'), ['syntax']);
    assert.deepEqual(codes('#define A 1\n#define A 2'), ['duplicate-macro']);
    assert.deepEqual(codes('#wrong'), ['unknown-directive']);
    assert.deepEqual(codes('#else'), ['unbalanced-conditional']);
    assert.deepEqual(codes('/* open'), ['comment-unterminated']);
  });

  it('ends an expansion that doubles without end', () => {
    const doubling = Array.from({ length: 40 }, (_, n) => `#define d${n + 1} d${n} d${n}`);
    assert.deepEqual(codes(`#define d0 x\n${doubling.join('\n')}\nd40`), ['expansion-too-large']);
  });

  it('tells of each use its arguments and what it became', () => {
    const { uses } = run(
      '#define ONE 1\n#define F(a, ...) a + G(#__VA_ARGS__)\n#define G(x) [x]\nb F(ONE, c d,  e) ONE',
    );
    assert.deepEqual(
      uses.map(({ macro, arguments: values, text }) => [macro.name, values, text]),
      [
        ['F', ['ONE', 'c d, e'], '1 + ["c d, e"]'],
        ['ONE', undefined, '1'],
        ['ONE', undefined, '1'],
      ],
    );
  });

  it('takes a missing header for a warning where that is wanted, and is incomplete then', () => {
    const result = preprocess(
      'a.camkes',
      '#include "none.h"\n#strange\n# 7 "b.h"\nx',
      { readText: () => undefined, readBytes: () => undefined },
      { defines: {}, includePaths: [], comments: 'slashes', unknown: 'tolerated' },
    );
    assert.equal(result.isIncomplete, true);
    assert.deepEqual(
      result.diagnostics.map(({ code, severity }) => [code, severity]),
      [
        ['include-missing', 'warning'],
        ['unknown-directive', 'hint'],
      ],
    );
    const line = result.lines.at(-1);
    assert.ok(line);
    assert.deepEqual(placeOf(line, 0, 1), {
      file: 'b.h',
      range: { start: { line: 6, character: 0 }, end: { line: 6, character: 1 } },
    });
  });
});
