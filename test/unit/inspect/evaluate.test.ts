import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../support/fast-check.js';
import { assign, evaluate, formatValue } from '../../../runtime/inspect/evaluate.js';
import { parseExpression } from '../../../runtime/inspect/expression.js';
import { threadsOf } from '../../../runtime/inspect/thread-state.js';
import { platformOf, runToSymbol } from '../../support/assembled-platform.js';

const platform = platformOf(`
    .globl _start
_start:
    li a0, 7
    li a1, -1
    la a2, table
here:
    j here
    .data
    .balign 4
table: .word 0x11223344, 5
    .equ LIMIT, 12
`);
runToSymbol(platform, 'here');
const context = { platform, thread: threadsOf(platform)[0] ?? 0 };

const show = (text: string): string => {
  const value = evaluate(text, context);
  if (!value.ok) return value.error;
  return formatValue(platform, { kind: 'physical' }, value.value.value, value.value.format ?? 'd');
};

describe('an expression', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['1 + 2 * 3', '7'],
    ['(1 + 2) * 3', '9'],
    ['7 - 2 - 1', '4'],
    ['1 << 4 | 1', '17'],
    ['~0', '-1'],
    ['-6 / 4', '-1'],
    ['-6 % 4', '-2'],
    ['0xffffffff >> 28', '15'],
    ['1 << 32', '0'],
    ['3 == 3 && 2 != 2', '0'],
    ['0 || 5', '1'],
    ['!a0', '0'],
    ['a1 < 0', '1'],
    ['a0', '7'],
    ['x10', '7'],
    ['$a0', '7'],
    ['a0,x', '0x00000007'],
    ['a0,b', '0b111'],
    ['a1,u', '4294967295'],
    ["'A'", '65'],
    ["'A',c", "'A'"],
    ["'\\n'", '10'],
    ['[table + 4]', '5'],
    ['*(table + 4)', '5'],
    ['byte(table),x', '0x00000044'],
    ['half(table + 2),x', '0x00001122'],
    ['&[table] == table', '1'],
    ['a2 == table', '1'],
    ['LIMIT', '12'],
    ['pc == here', '1'],
    ['$mr0 == a2', '1'],
    ['$badge', '7'],
    ['5000000000 > 4999999999', '1'],
  ];
  for (const [text, expected] of cases) {
    it(`${text} is ${expected}`, () => assert.equal(show(text), expected));
  }

  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /is empty/],
    [
      '1 +',
      /Column 4: a register, a symbol, a number, "\(" or "\[" was expected, but the expression ends/,
    ],
    ['(1', /Column 3: "\)" was expected/],
    ['1 2', /Column 3: an operator or the end was expected, but "2" was found/],
    ['nosuch', /no register, CSR or symbol named nosuch/],
    ['1 / 0', /divides by zero/],
    ['a0 @ 1', /Column 4: "@" does not belong/],
    ['0x1ffffffffffffffff', /does not fit in 64 bits/],
    ['[0x123456789]', /does not fit in 32 bits/],
    ['[0]', /Memory at 0x00000000 cannot be read/],
    ['&a0', /a register has none/],
    ['$nosuch', /There is no \$nosuch/],
  ];
  for (const [text, expected] of wrong) {
    it(`${JSON.stringify(text)} is refused with a sentence`, () =>
      assert.match(show(text), expected));
  }

  it('of any text gives a value or a sentence', () => {
    const piece = fc.constantFrom(
      ...'a0 sp 1 0x7 ( ) [ ] + - * / % & | ^ ~ ! << >> == < && || ,x $mr0 table'.split(' '),
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 30 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const result = evaluate(input, context);
        assert.ok(
          result.ok ? result.value.value >>> 0 === result.value.value : result.error.endsWith('.'),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('nested beyond reason is refused', () => {
    const deep = parseExpression('('.repeat(4000));
    assert.ok(!deep.ok && deep.error.includes('nested more than 100 levels'));
  });
});

describe('an assignment', () => {
  it('changes a register, memory, and nothing that is no place', () => {
    const store = (text: string, value: number): string => {
      const target = evaluate(text, context);
      assert.ok(target.ok);
      const done = assign(context, target.value.place, value);
      return done.ok ? show(text) : done.error;
    };
    assert.equal(store('a3', 9), '9');
    assert.equal(store('half(table)', 0x10001), '1');
    assert.match(store('a0 + 1', 1), /no place/);
    assert.match(store('zero', 1), /always 0/);
    assert.match(store('pc', 3), /must be even/);
  });
});
