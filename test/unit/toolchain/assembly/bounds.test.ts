/** Texts that would take for ever, or more stack or memory than there is, if nothing bounded them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assembleText } from './source-fixture.js';

const codes = (text: string): string[] => [
  ...new Set(assembleText(text).diagnostics.map(({ code }) => code)),
];

const times = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

describe('the assembler ends soon', () => {
  it('when each definition needs the next one twice', () => {
    const chain = times(60, (index) => `a${index} = a${index + 1} * a${index + 1}\n`);
    assert.deepEqual(codes(`${chain}a60 = 1\n.word a0\n`), ['symbol-loop']);
  });

  it('when thousands of gaps follow each other', () => {
    const text = times(4000, (index) => `.org ${index * 8}\n.word ${index}\n`);
    const { object, diagnostics } = assembleText(text);
    assert.deepEqual(diagnostics, []);
    assert.equal(object.sections[0]?.sizeBytes, 3999 * 8 + 4);
  });

  it('when a macro doubles its argument and uses itself', () => {
    assert.deepEqual(codes('.macro m a\nm \\a\\a\n.endm\nm x\n'), ['expansion-too-large']);
    assert.deepEqual(codes('.macro m a:vararg\nm \\a,\\a\n.endm\nm x\n'), ['expansion-too-large']);
  });

  it('when repeated blocks are inside each other', () => {
    const text = '.rept 1000000\n.rept 1000000\n.endr\n.endr\n';
    assert.deepEqual(codes(text), ['expansion-too-large']);
  });

  it('when a file includes itself twice', () => {
    const text = '#include "main.S"\n#include "main.S"\n';
    assert.deepEqual(codes(text), ['include-recursion']);
  });

  it('when a quote that nothing closes is followed by many others', () => {
    const text = `#define nop nop\nnop "${times(50_000, () => '\\"')}\n`;
    assert.deepEqual(codes(text), ['operand-count']);
  });
});

describe('the assembler takes', () => {
  it('a string of megabytes', () => {
    const { object, diagnostics } = assembleText(`.ascii "${'a'.repeat(5_000_000)}"\n`);
    assert.deepEqual(diagnostics, []);
    assert.equal(object.sections[0]?.sizeBytes, 5_000_000);
  });

  it('a line that a macro of the preprocessor makes of thousands of statements', () => {
    const { object, diagnostics } = assembleText(`#define N nop\n${'N;'.repeat(20_000)}\n`);
    assert.deepEqual(diagnostics, []);
    assert.equal(object.sections[0]?.sizeBytes, 40_000);
  });

  it('a sum of more terms than definitions may be nested', () => {
    const { diagnostics } = assembleText(`.equ k, 1\n.word k${' + k'.repeat(400)}\n`);
    assert.deepEqual(diagnostics, []);
  });
});
