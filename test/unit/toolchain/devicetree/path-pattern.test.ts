/** Patterns of paths: the same answers as regular expressions that look anywhere and ignore case. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compilePattern } from '../../../../runtime/toolchain/devicetree/path-pattern.js';

function matches(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.pattern.matches(text);
}

describe('a pattern', () => {
  it('without special characters is a part of the path', () => {
    assert.ok(matches('/soc/uart', '/SOC/uart@10'));
    assert.ok(!matches('/soc/spi', '/soc/uart@10'));
  });

  it('answers as the expressions of JavaScript', () => {
    const texts = [
      '',
      'a',
      'ab',
      'aab',
      '/soc/uart@1000',
      '/SOC/Timer@2',
      'abcabc',
      '/a.b/c-d',
      '{3}',
    ];
    const patterns = [
      '^/soc',
      'uart@[0-9]+$',
      'a*b',
      '(a|b)+c',
      'a{2}b',
      'a{1,2}b',
      '[^/]+@2',
      '\\w+@\\d',
      '.',
      'a?b?c?',
      '(?:ab|c){2,}',
      '\\.b',
      '^$',
      'x|^a',
      '[a-c]{3}',
      '\\bd',
      '(a*)*b',
      '[]x]|b/',
      '(|a)b',
    ];
    for (const pattern of patterns) {
      const expected = new RegExp(pattern.replace('[]x]', '[\\]x]'), 'i');
      for (const text of texts)
        assert.equal(matches(pattern, text), expected.test(text), `${pattern} in ${text}`);
    }
  });

  it('that others would follow for ages is done at once', () => {
    assert.ok(!matches('(a+)+$x', 'a'.repeat(2_000)));
  });

  it('that is none says why', () => {
    const reasonOf = (pattern: string): string => {
      const compiled = compilePattern(pattern);
      return compiled.ok ? '' : `${compiled.at}: ${compiled.message}`;
    };
    assert.equal(reasonOf('a(b'), '3: a group has no closing `)`');
    assert.equal(reasonOf('a)'), '1: this `)` closes no group');
    assert.equal(reasonOf('*a'), '0: there is nothing that `*` could repeat');
    assert.equal(reasonOf('[a'), '2: a `[` has no closing `]`');
    assert.equal(reasonOf('(?=a)'), '1: only plain groups and `(?:…)` are known here');
    assert.match(reasonOf('((a{99}){99}){99}'), /more than 500 steps/);
  });
});
