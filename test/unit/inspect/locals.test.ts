/** Variables of frames: where they are, in which frame, and what their bytes mean. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr, type VirtAddr } from '../../../runtime/base/address.js';
import type {
  DebugFunction,
  DebugInformation,
  DebugType,
  DebugVariable,
  ValuePlace,
} from '../../../runtime/image/debug-information.js';
import { viewLocals } from '../../../runtime/inspect/locals.js';
import { spaceOf, threadsOf } from '../../../runtime/inspect/thread-state.js';
import { insideOf, typedValue, type TypedValue } from '../../../runtime/inspect/typed-value.js';
import type { Platform } from '../../../runtime/platform.js';
import { platformOf, runToSymbol } from '../../support/assembled-platform.js';

const program = `
    .globl _start
_start:
    la sp, top
    li s1, 77
    li a0, -5
    call outer
    .globl outer
outer:
    addi sp, sp, -32
    sw ra, 28(sp)
    sw s1, 24(sp)
    li t0, 0x1234
    sw t0, 8(sp)
    li t0, 1
    sw t0, 12(sp)
    li s1, 99
    la a1, point
    la a2, text
    la a3, list
    la a4, letters
    call inner
outer_end:
    .globl inner
inner:
    li a0, 3
stop_here:
    ret
inner_end:
    .data
    .balign 4
point: .word 3, -4
    .byte 0x25, 0, 0, 0
    .word 6
text: .half 0x48, 0x69, 0x21
    .balign 4
list: .word 0, numbers, 8, 2
numbers: .word 10, 20
letters: .asciz "abc"
    .bss
    .balign 16
    .space 4096
top:
`;

const types: DebugType[] = [
  { kind: 'base', name: 'i32', sizeBytes: 4, encoding: 'signed' },
  { kind: 'base', name: 'u64', sizeBytes: 8, encoding: 'unsigned' },
  {
    kind: 'structure',
    name: 'Point',
    sizeBytes: 12,
    members: [
      { name: 'x', type: 0, offsetBytes: 0 },
      { name: 'y', type: 0, offsetBytes: 4 },
      { name: 'low', type: 0, offsetBytes: 8, bits: { first: 0, count: 3 } },
      { name: 'next', type: 3, offsetBytes: 0 },
    ],
  },
  { kind: 'pointer', sizeBytes: 4, target: 2 },
  { kind: 'text', name: 'string' },
  { kind: 'list', name: 'Array<i32>', element: 0 },
  { kind: 'base', name: 'bool', sizeBytes: 1, encoding: 'boolean' },
  { kind: 'alias', name: 'Place', target: 3 },
  { kind: 'base', name: 'char', sizeBytes: 1, encoding: 'character' },
  { kind: 'pointer', sizeBytes: 4, target: 8 },
  { kind: 'enumeration', name: 'Colour', sizeBytes: 4, values: [{ name: 'Red', value: 3n }] },
  { kind: 'pointer', sizeBytes: 4, target: 0 },
];

const register = (number: number): ValuePlace => ({ kind: 'register', register: number });

const variable = (name: string, type: number, at: ValuePlace): DebugVariable => ({
  name,
  type,
  isParameter: false,
  scope: [],
  locations: [{ from: 0, to: 1000, at }],
});

function debugOf(addressOf: (symbol: string) => VirtAddr): DebugInformation {
  const functionOf = (
    name: string,
    variables: readonly DebugVariable[],
    parts: Partial<DebugFunction> = {},
  ): DebugFunction => ({
    name,
    low: addressOf(name),
    sizeBytes: addressOf(`${name}_end`) - addressOf(name),
    variables,
    inlined: [],
    frame: [],
    ...parts,
  });
  return {
    types,
    functions: [
      functionOf('outer', [
        variable('argument', 0, register(10)),
        variable('saved', 0, register(9)),
        variable('wide', 1, {
          kind: 'pieces',
          pieces: [
            { sizeBytes: 4, at: { kind: 'frame', offset: -24 } },
            { sizeBytes: 4, at: { kind: 'frame', offset: -20 } },
          ],
        }),
        variable('flag', 6, { kind: 'frame', offset: -20 }),
        { ...variable('later', 0, register(9)), locations: [{ from: 0, to: 2, at: register(9) }] },
      ]),
      functionOf(
        'inner',
        [
          variable('count', 0, register(10)),
          variable('colour', 10, register(10)),
          variable('point', 7, register(11)),
          variable('text', 4, register(12)),
          variable('list', 5, register(13)),
          variable('letters', 9, register(14)),
          variable('nowhere', 3, { kind: 'constant', value: 0n }),
          variable('answer', 1, { kind: 'constant', value: 0x1_0000_0002n }),
          { ...variable('hidden', 0, register(10)), scope: [{ from: 500, to: 600 }] },
          variable('inPoint', 0, { kind: 'based', register: 11, offset: 4 }),
          variable('wild', 11, register(9)),
        ],
        { frame: [{ offset: 0, cfa: { register: 2, offset: 0 }, saved: [] }] },
      ),
    ],
    globals: [],
  };
}

function stopped(): { platform: Platform; thread: number } {
  const platform = platformOf(program, {}, debugOf);
  runToSymbol(platform, 'stop_here');
  return { platform, thread: threadsOf(platform)[0] ?? 0 };
}

function valuesAt(depth: number): Record<string, string> {
  const { platform, thread } = stopped();
  const locals = viewLocals(platform, thread, depth);
  const space = spaceOf(platform, thread);
  return Object.fromEntries(
    (locals?.variables ?? []).map(({ name, type, bytes, at }) => {
      const address = at?.kind === 'memory' ? at.address : undefined;
      const debug = locals?.debug ?? { types: [], functions: [], globals: [] };
      const shown =
        bytes === undefined || type === undefined
          ? '-'
          : typedValue({ platform, space, debug }, type, bytes, address).text;
      return [name, shown];
    }),
  );
}

describe('the variables of a frame', () => {
  it('have values by their types, in registers, in memory and as constants', () => {
    assert.deepEqual(valuesAt(0), {
      count: '3',
      colour: 'Red (3)',
      point: '{x: 3, y: -4, low: 5, next: 0x00000003}',
      text: '"Hi!"',
      list: '(2)',
      letters: valuesAt(0)['letters'],
      nowhere: 'null',
      answer: '4294967298',
      inPoint: '-4',
      wild: '0x00000063',
    });
    assert.match(valuesAt(0)['letters'] ?? '', /^0x[0-9a-f]{8} "abc"$/);
  });

  it('of outer frames are found by the frame, and registers only where somebody knows them', () => {
    assert.deepEqual(valuesAt(1), {
      argument: '-',
      saved: '99',
      wide: '4294971956',
      flag: 'true',
      later: '-',
    });
  });

  it('are not there where no compiler told of the function', () => {
    const { platform, thread } = stopped();
    assert.equal(viewLocals(platform, thread, 7), undefined);
  });
});

describe('a variable that unfolds', () => {
  const insideOfNamed = (name: string): { name: string; value: TypedValue }[] => {
    const { platform, thread } = stopped();
    const space = spaceOf(platform, thread);
    const locals = viewLocals(platform, thread, 0);
    const found = locals?.variables.find((each) => each.name === name);
    assert.ok(locals !== undefined && found?.type !== undefined && found.bytes !== undefined);
    const reading = { platform, space, debug: locals.debug };
    const { inside } = typedValue(reading, found.type, found.bytes, undefined);
    return inside === undefined ? [] : insideOf(reading, inside);
  };

  it('shows members of what it refers to, bit fields too', () => {
    assert.deepEqual(
      insideOfNamed('point').map(({ name, value }) => `${name} ${value.typeName} ${value.text}`),
      ['x i32 3', 'y i32 -4', 'low i32 5', 'next Point * {x: ?, y: ?, low: ?, next: ?}'],
    );
  });

  it('shows elements', () => {
    assert.deepEqual(
      insideOfNamed('list').map(({ name, value }) => `${name} ${value.text}`),
      ['[0] 10', '[1] 20'],
    );
  });

  it('does not unfold where nothing is mapped', () => {
    assert.deepEqual(insideOfNamed('wild'), []);
    assert.deepEqual(insideOfNamed('nowhere'), []);
  });

  it('has no end of its own', () => {
    const { platform, thread } = stopped();
    const debug: DebugInformation = {
      types: [
        { kind: 'structure', sizeBytes: 4, members: [{ name: 'self', type: 1, offsetBytes: 0 }] },
        { kind: 'pointer', sizeBytes: 4, target: 0 },
        { kind: 'alias', name: 'round', target: 2 },
        { kind: 'array', element: 0, count: 2 ** 30 },
      ],
      functions: [],
      globals: [],
    };
    const reading = { platform, space: spaceOf(platform, thread), debug };
    const bytes = new Uint8Array(4);
    assert.equal(typedValue(reading, 2, bytes, undefined).typeName, 'round');
    const { inside } = typedValue(reading, 3, bytes, virtAddr(0x10000));
    assert.ok(inside !== undefined);
    assert.equal(insideOf(reading, inside).length, 10_000);
  });
});
