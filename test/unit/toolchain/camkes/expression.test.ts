import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../../../runtime/toolchain/camkes/expression.js';
import { parseCamkes } from '../../../../runtime/toolchain/camkes/parse.js';
import type { Value } from '../../../../runtime/toolchain/camkes/value.js';
import { plainSourceText } from '../../../../runtime/toolchain/text/source-text.js';

function valueOf(text: string): { shown: string; problems: string[] } {
  const source = plainSourceText('a.camkes', `configuration { a.b = ${text}; }`);
  const { tree, diagnostics } = parseCamkes(source);
  assert.deepEqual(diagnostics, [], text);
  const [item] = tree.items;
  assert.equal(item?.kind, 'configuration');
  const [setting] = item.settings;
  assert.ok(setting?.kind === 'setting' && setting.value.kind === 'expression');
  const problems: string[] = [];
  const value = evaluate(setting.value.expression, ({ code }) => problems.push(code));
  return { shown: show(value), problems };
}

function show(value: Value): string {
  switch (value.kind) {
    case 'integer':
      return `${value.value}`;
    case 'float':
      return Number.isInteger(value.value) ? `${value.value}.0` : `${value.value}`;
    case 'string':
      return `"${value.value}"`;
    case 'list':
      return `[${value.items.map(show).join(', ')}]`;
    case 'dictionary':
      return `{${value.entries.map(([key, one]) => `${show(key)}: ${show(one)}`).join(', ')}}`;
    case 'unknown':
      return '?';
  }
}

/** What the reference tools give for the same text. */
const known: readonly (readonly [string, string])[] = [
  ['0x10', '16'],
  ['1.5', '1.5'],
  ['True', '1'],
  ['false', '0'],
  ['"a" "b"\n"c"', '"abc"'],
  ['[1, "x", [], {}]', '[1, "x", [], {}]'],
  ['{"a": 1, 2: [3],}', '{"a": 1, 2: [3]}'],
  ['7 / 2', '3'],
  ['-7 / 2', '-4'],
  ['7 / -2', '-4'],
  ['-7 % 3', '2'],
  ['7 % -3', '-2'],
  ['-7.5 % 2', '0.5'],
  ['7.0 / 2', '3.5'],
  ['2 ** 3 ** 2', '64'],
  ['2 * 3 ** 2', '36'],
  ['-2 ** 2', '4'],
  ['2 ** -1', '0.5'],
  ['1 << 70', '1180591620717411303424'],
  ['-9 >> 1', '-5'],
  ['1 + 2 << 3', '24'],
  ['6 & 3 | 8 ^ 1', '11'],
  ['1 < 2 == 1', '1'],
  ['1 == 1.0', '1'],
  ['2 && 5', '5'],
  ['0 || 3.7', '3'],
  ['3 || 5', '3'],
  ['!0 + !7', '1'],
  ['~5', '-6'],
  ['~1.5', '-2.5'],
  ['1 ? 2 : 3', '2'],
  ['0.0 ? 2 : 3', '3'],
  ['0 ? 1 : 0 || 4', '4'],
  ['1 ? 0 ? 5 : 6 : 7', '6'],
  ['(1 + 2) * 3', '9'],
  ['+-+1', '-1'],
];

describe('a value of CAmkES', () => {
  for (const [text, shown] of known) {
    it(`${text.replace('\n', ' ')} comes to ${shown}`, () => {
      assert.deepEqual(valueOf(text), { shown, problems: [] });
    });
  }

  const wrong: readonly (readonly [string, string])[] = [
    ['1 / 0', 'division-by-zero'],
    ['1 % 0.0', 'division-by-zero'],
    ['0 ** -1', 'division-by-zero'],
    ['1 ? 2 : 1 / 0', 'division-by-zero'],
    ['0 && 1 / 0', 'division-by-zero'],
    ['1 << -1', 'negative-shift'],
    ['1.5 << 1', 'number-kind'],
    ['1.5 & 1', 'number-kind'],
    ['(-8.0) ** 0.5', 'number-kind'],
    ['2 ** 9999999999', 'value-too-large'],
    ['1 << 9999999999', 'value-too-large'],
    ['10.0 ** 400', 'value-too-large'],
    [`1${'0'.repeat(5_000)}`, 'value-too-large'],
    ['2 ** 10000 ** 2 ** 2 ** 2', 'value-too-large'],
  ];
  for (const [text, code] of wrong) {
    it(`${text.slice(0, 40)} is refused as ${code}`, () => {
      assert.deepEqual(valueOf(text).problems.slice(0, 1), [code]);
    });
  }

  it('keeps the later of two values under one key, with a warning', () => {
    assert.deepEqual(valueOf('{1: "a", 2: "b", 1.0: "c"}'), {
      shown: '{1.0: "c", 2: "b"}',
      problems: ['duplicate-key'],
    });
  });
});
