/** Expressions over variables that a compiler told of: their types decide what they mean. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  DebugFunction,
  DebugInformation,
  DebugType,
  DebugVariable,
  ValuePlace,
} from '../../../runtime/image/debug-information.js';
import { virtAddr, type VirtAddr } from '../../../runtime/base/address.js';
import { enumerationNames } from '../../../runtime/inspect/enumerations.js';
import { evaluate, formatEvaluation } from '../../../runtime/inspect/evaluate.js';
import { isTrue } from '../../../runtime/inspect/evaluation.js';
import { threadsOf } from '../../../runtime/inspect/thread-state.js';
import { viewGlobals } from '../../../runtime/inspect/variables.js';
import { platformOf, runToSymbol } from '../../support/assembled-platform.js';

const program = `
    .globl _start
_start:
    li a0, -3
    li a1, 0xfffffff0
    la a2, point
    la a3, list
    la a4, text
    li s0, -3
here:
    j here
end:
    .data
    .balign 8
total: .word 1, 2
point: .word 7, other
other: .word 9, 0
    .word 6
text: .half 0x48, 0x69, 0x21
    .balign 4
list: .word 0, numbers, 8, 2
numbers: .word 10, 20
row: .word 4, 5, 6
`;

const types: DebugType[] = [
  { kind: 'base', name: 'i32', sizeBytes: 4, encoding: 'signed' },
  { kind: 'base', name: 'u32', sizeBytes: 4, encoding: 'unsigned' },
  { kind: 'base', name: 'i64', sizeBytes: 8, encoding: 'signed' },
  {
    kind: 'structure',
    name: 'Point',
    sizeBytes: 8,
    members: [
      { name: 'x', type: 0, offsetBytes: 0 },
      { name: 'next', type: 4, offsetBytes: 4 },
    ],
  },
  { kind: 'pointer', sizeBytes: 4, target: 3 },
  { kind: 'list', name: 'Array<i32>', element: 0 },
  { kind: 'text', name: 'string' },
  { kind: 'array', element: 0, count: 3 },
  { kind: 'base', name: 'bool', sizeBytes: 1, encoding: 'boolean' },
  enumeration('Mode', 'main.ts', { Off: 1n, Auto: 7n, Low: -3n }),
  enumeration('Mode', 'other.ts', { Off: 5n, Slow: 6n }),
  enumeration('Kind', 'one.ts', { A: 1n, B: 2n, s0: 4n }),
  enumeration('Kind', 'two.ts', { A: 1n, B: 3n }),
  enumeration('Error', 'builtin:/rt/errors.ts', { None: 1n }),
  enumeration('Error', 'user.ts', { None: 2n }),
  enumeration(undefined, undefined, { MODE_FAST: 9n }),
];

function enumeration(
  name: string | undefined,
  file: string | undefined,
  values: Readonly<Record<string, bigint>>,
): DebugType {
  return {
    kind: 'enumeration',
    ...(name === undefined ? {} : { name }),
    sizeBytes: 4,
    values: Object.entries(values).map(([each, value]) => ({ name: each, value })),
    ...(file === undefined ? {} : { place: { file, line: 1 } }),
  };
}

function debugOf(addressOf: (symbol: string) => VirtAddr): DebugInformation {
  const variable = (name: string, type: number, at: ValuePlace): DebugVariable => ({
    name,
    type,
    isParameter: false,
    scope: [],
    locations: [{ from: 0, to: 1000, at }],
  });
  const register = (number: number): ValuePlace => ({ kind: 'register', register: number });
  const memory = (symbol: string) => ({ kind: 'memory', address: addressOf(symbol) }) as const;
  const main: DebugFunction = {
    name: '_start',
    low: addressOf('_start'),
    sizeBytes: addressOf('end') - addressOf('_start'),
    place: { file: 'main.ts', line: 1 },
    variables: [
      variable('small', 0, register(10)),
      variable('large', 1, register(11)),
      variable('point', 4, register(12)),
      variable('list', 5, register(13)),
      variable('text', 6, register(14)),
      { ...variable('gone', 0, register(10)), locations: [] },
      variable('hidden', 0, register(10)),
      variable('mode', 9, register(8)),
    ],
    inlined: [],
    frame: [],
  };
  const place = (file: string) => ({ file, line: 1 });
  return {
    types,
    functions: [main],
    globals: [
      { name: 'total', type: 2, at: memory('total'), place: place('main.ts') },
      { name: 'row', type: 7, at: memory('row'), place: place('main.ts') },
      { name: 'limit', type: 0, at: { kind: 'constant', value: 5n }, place: place('other.ts') },
      { name: 'limit', type: 0, at: { kind: 'constant', value: 4n }, place: place('main.ts') },
      { name: 'hidden', type: 0, at: { kind: 'constant', value: 1n }, place: place('main.ts') },
      { name: 'Point.made', type: 0, at: { kind: 'constant', value: 2n }, place: place('main.ts') },
      { name: 'heap', type: 0, at: memory('row'), place: place('builtin:/rt/arena.ts') },
    ],
  };
}

const platform = platformOf(program, {}, debugOf);
runToSymbol(platform, 'here');
const context = { platform, thread: threadsOf(platform)[0] ?? 0 };

const show = (text: string): string => {
  const found = evaluate(text, context);
  return found.ok ? formatEvaluation(context, found.value) : found.error;
};

describe('an expression over variables', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['small', '-3'],
    ['large', '4294967280'],
    ['large > 5', 'true'],
    ['small < 0', 'true'],
    ['large == 0xfffffff0', 'true'],
    ['small == s0', 'true'],
    ['large + 16', '4294967296'],
    ['small,x', '0xfffffffd'],
    ['total', '8589934593'],
    ['total > 0xffffffff', 'true'],
    ['total,x', '0x0000000200000001'],
    ['-small * 2', '6'],
    ['point.x', '7'],
    ['point->next.x', '9'],
    ['point.next.next', 'null'],
    ['list[1]', '20'],
    ['list[point.x - 6] + row[2]', '26'],
    ['list.length', '2'],
    ['text.length', '3'],
    ['text', '"Hi!"'],
    ['text == "Hi!"', 'true'],
    ['text != "Hi"', 'true'],
    ['row[0]', '4'],
    ['limit', '4'],
    ['hidden', '-3'],
    ['Point.made + 1', '3'],
    ['!small', '0'],
    ['&row == row[0] || 1', 'true'],
    ['mode', 'Low (-3)'],
    ['Mode.Auto', 'Auto (7)'],
    ['Mode.Auto,x', '0x00000007'],
    ['mode == Mode.Low', 'true'],
    ['small == Mode.Low && mode != Mode.Auto', 'true'],
    ['s0 == Mode.Low', 'true'],
    ['Mode.Off | Mode.Auto + 1', '9'],
    ['Kind.A', 'A (1)'],
    ['Error.None', 'None (2)'],
    ['MODE_FAST + 1', '10'],
  ];
  for (const [text, expected] of cases)
    it(`${text} is ${expected}`, () => {
      assert.equal(show(text), expected);
    });

  const mistakes: readonly (readonly [string, RegExp])[] = [
    ['gone', /^gone has no value here/],
    ['point.y', /^Point \* has no member y: it has x, next\.$/],
    ['list[2]', /^The index 2 is outside: there are 2 elements\.$/],
    ['point.next.next.x', /has no member x/],
    ['row + 1', /^A i32\[3\] is no whole number/],
    ['small[0]', /^i32 has no elements\.$/],
    ['text + 1 == "a"', /^Characters are no number/],
    ['sp.x', /^There is no register, CSR or symbol named sp\.x/],
    ['a5[0]', /^Only a variable has elements/],
    ['total / (small + 3)', /^This divides by zero\.$/],
    ['Mode.Slow', /^Mode has no constant Slow: it has Off, Auto, Low\.$/],
    ['Kind.B', /^Kind\.B is 2 or 3 here, as several enumerations have it: write the number\.$/],
    ['Other.Auto', /^There is no register, CSR or symbol named Other\.Auto/],
  ];
  for (const [text, message] of mistakes)
    it(`${text} is refused in a sentence`, () => {
      assert.match(show(text), message);
    });

  it('holds as a condition if any bit of the variable is set', () => {
    const found = evaluate('total - 1', context);
    assert.ok(found.ok);
    assert.equal(found.value.value, 0);
    assert.equal(isTrue(found.value), true);
  });
});

describe('the constants of enumerations', () => {
  const position = { ...context, depth: 0 };

  it('hide no register by their own name', () => {
    assert.match(show('s0'), /^0xfffffffd \(-3\)$/);
  });

  it('complete what names their enumeration', () => {
    assert.deepEqual(enumerationNames(position, 'Mo'), ['Mode', 'Kind', 'Error']);
    assert.deepEqual(enumerationNames(position, 'Mode.'), ['Mode.Off', 'Mode.Auto', 'Mode.Low']);
    assert.deepEqual(enumerationNames(position, 'point.'), []);
  });
});

describe('variables outside of functions', () => {
  it('are those of the sources, not of libraries; of equal names that of the frame', () => {
    const globals = viewGlobals({ ...context, depth: 0 });
    assert.deepEqual(
      globals?.variables.map(({ name, at }) => [name, at?.kind]),
      [
        ['Point.made', 'value'],
        ['hidden', 'value'],
        ['limit', 'value'],
        ['row', 'memory'],
        ['total', 'memory'],
      ],
    );
  });

  it('have no value where their memory is not there', () => {
    const debug = debugOf(() => virtAddr(0x7000_0000));
    const elsewhere = platformOf(program, {}, () => ({ ...debug, functions: [] }));
    runToSymbol(elsewhere, 'here');
    const thread = threadsOf(elsewhere)[0] ?? 0;
    const found = viewGlobals({ platform: elsewhere, thread, depth: 0 });
    assert.equal(found?.variables.find(({ name }) => name === 'total')?.bytes, undefined);
  });
});
