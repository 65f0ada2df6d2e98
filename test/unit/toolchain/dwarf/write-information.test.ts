/** Functions, variables and types as they are written into an executable, read back by our reader. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../../runtime/base/address.js';
import type {
  DebugFunction,
  DebugInformation,
  DebugType,
  DebugVariable,
  ValuePlace,
} from '../../../../runtime/image/debug-information.js';
import { imageFromElf } from '../../../../runtime/toolchain/elf/image-from-elf.js';
import { readElf } from '../../../../runtime/toolchain/elf/read.js';
import { writeExecutable } from '../../../../runtime/toolchain/elf/write-executable.js';
import { debugTree } from '../../../support/debug-tree.js';
import { sampleLinked } from '../elf/sample.js';

const types: DebugType[] = [
  { kind: 'base', name: 'i32', sizeBytes: 4, encoding: 'signed' },
  { kind: 'base', name: 'u64', sizeBytes: 8, encoding: 'unsigned' },
  { kind: 'base', name: 'bool', sizeBytes: 1, encoding: 'boolean' },
  { kind: 'base', name: 'f64', sizeBytes: 8, encoding: 'float' },
  { kind: 'base', name: 'char', sizeBytes: 1, encoding: 'character' },
  {
    kind: 'structure',
    name: 'Node',
    sizeBytes: 12,
    members: [
      { name: 'value', type: 0, offsetBytes: 0 },
      { name: 'low', type: 0, offsetBytes: 4, bits: { first: 3, count: 5 } },
      { name: 'next', type: 6, offsetBytes: 8 },
    ],
  },
  { kind: 'pointer', sizeBytes: 4, target: 5 },
  { kind: 'alias', name: 'Link', target: 6 },
  { kind: 'alias', name: 'const i32', target: 0 },
  { kind: 'alias', name: 'volatile void' },
  { kind: 'union', sizeBytes: 4, members: [{ name: 'whole', type: 0, offsetBytes: 0 }] },
  { kind: 'array', element: 10, count: 3 },
  { kind: 'array', element: 0 },
  {
    kind: 'enumeration',
    name: 'Colour',
    sizeBytes: 4,
    values: [
      { name: 'Red', value: -1n },
      { name: 'Green', value: 300n },
    ],
  },
  { kind: 'text', name: 'string' },
  { kind: 'list', name: 'Array<string>', element: 14 },
  { kind: 'list', name: 'Array<Array<string>>', element: 15 },
  { kind: 'opaque', name: 'function' },
  { kind: 'opaque', name: 'Mystery' },
  { kind: 'pointer', sizeBytes: 4 },
];

const places: ValuePlace[] = [
  { kind: 'register', register: 10 },
  { kind: 'frame', offset: -20 },
  { kind: 'based', register: 8, offset: 2000 },
  { kind: 'memory', address: virtAddr(0x11000) },
  { kind: 'constant', value: 7n },
  { kind: 'constant', value: 4_000_000_000n },
  {
    kind: 'pieces',
    pieces: [
      { sizeBytes: 4, at: { kind: 'register', register: 11 } },
      { sizeBytes: 4, at: undefined },
    ],
  },
];

const file = '/project/app.ts';

const variable = (
  name: string,
  type: number,
  parts: Partial<DebugVariable> = {},
): DebugVariable => ({
  name,
  type,
  isParameter: false,
  place: { file, line: 3 },
  scope: [],
  locations: [],
  ...parts,
});

const named = (name: string, parts: Partial<DebugFunction>): DebugFunction => ({
  name,
  low: virtAddr(0x10000),
  sizeBytes: 12,
  place: { file, line: 1 },
  variables: [],
  inlined: [],
  frame: [],
  ...parts,
});

/** The sample program, as if a compiler had told this of it. */
function readBack(debug: DebugInformation): DebugInformation {
  const { linked } = sampleLinked();
  const bytes = writeExecutable({ ...linked, debug }, { compilationDirectory: '/project' });
  const elf = readElf('a.elf', bytes);
  assert.ok(elf.ok);
  const image = imageFromElf(elf.value);
  assert.ok(image.ok);
  return image.value.debug ?? { types: [], functions: [], globals: [] };
}

const isSame = (debug: DebugInformation): void => {
  assert.deepEqual(debugTree(readBack(debug)), debugTree(debug));
};

describe('what an executable says of a program', () => {
  it('is every type', () => {
    const variables = types.map((_, index) => variable(`v${index}`, index));
    isSame({ types, functions: [named('f', { returns: 6, variables })], globals: [] });
  });

  it('is every kind of place that a variable can be in, and when it is there', () => {
    const variables = places.flatMap((at, index) => [
      variable(`whole${index}`, 0, { isParameter: true, locations: [{ from: 0, to: 12, at }] }),
      variable(`part${index}`, 0, {
        locations: [
          { from: 2, to: 6, at },
          { from: 8, to: 12, at: { kind: 'register', register: 9 } },
        ],
      }),
    ]);
    const wide = variable('wide', 1, {
      locations: [{ from: 0, to: 12, at: { kind: 'constant', value: 0x1_2345_6789n } }],
    });
    isSame({ types, functions: [named('f', { variables: [...variables, wide] })], globals: [] });
  });

  it('is which block each name holds in', () => {
    const scopes = [
      [{ from: 0, to: 10 }],
      [{ from: 2, to: 4 }],
      [
        { from: 2, to: 4 },
        { from: 6, to: 8 },
      ],
    ];
    const variables = scopes.map((scope, index) => variable(`v${index}`, 0, { scope }));
    isSame({ types, functions: [named('f', { variables })], globals: [] });
  });

  it('cuts a block that overlaps another one, and the name holds where it did', () => {
    const variables = [
      variable('first', 0, { scope: [{ from: 0, to: 6 }] }),
      variable('second', 0, { scope: [{ from: 4, to: 8 }] }),
    ];
    const read = readBack({ types, functions: [named('f', { variables })], globals: [] });
    const scopes = read.functions[0]?.variables.flatMap(({ name, scope }) =>
      scope.map(({ from, to }) => `${name} ${from}-${to}`),
    );
    assert.deepEqual(scopes?.sort(), ['first 0-6', 'second 4-6', 'second 6-8']);
  });

  it('is which calls were replaced by a body, inside of each other', () => {
    const call = { file, line: 4 };
    const inlined = [
      { name: 'g', ranges: [{ from: 2, to: 8 }], call, variables: [variable('x', 0)], depth: 0 },
      {
        name: 'h',
        ranges: [
          { from: 2, to: 4 },
          { from: 6, to: 8 },
        ],
        entry: 6,
        call,
        variables: [variable('y', 14)],
        depth: 1,
      },
      { name: 'g', ranges: [{ from: 10, to: 12 }], call, variables: [], depth: 0 },
    ];
    isSame({ types, functions: [named('f', { inlined })], globals: [] });
  });

  it('is how to find the caller, from instruction to instruction', () => {
    const frame = [
      { offset: 0, cfa: { register: 2, offset: 0 }, saved: [] },
      { offset: 2, cfa: { register: 2, offset: 400 }, saved: [] },
      {
        offset: 4,
        cfa: { register: 2, offset: 400 },
        saved: [
          { register: 1, offset: -4 },
          { register: 8, offset: -8 },
        ],
      },
      { offset: 10, cfa: { register: 2, offset: 0 }, saved: [] },
    ];
    isSame({ types, functions: [named('f', { frame, linkageName: 'F' })], globals: [] });
  });

  it('is where variables outside of functions are, and what constants are', () => {
    const globals = [
      { name: 'count', type: 0, at: places[3], place: { file, line: 9 } },
      { name: 'limit', type: 0, at: places[4], place: { file: '/project/other.ts', line: 2 } },
    ].flatMap(({ at, ...rest }) =>
      at?.kind === 'memory' || at?.kind === 'constant' ? [{ ...rest, at }] : [],
    );
    isSame({ types, functions: [named('f', {})], globals });
  });

  it('leaves the lines of the program as they were', () => {
    const { linked, image } = sampleLinked();
    const debug = { types, functions: [named('f', {})], globals: [] };
    const elf = readElf('a.elf', writeExecutable({ ...linked, debug }));
    assert.ok(elf.ok);
    const read = imageFromElf(elf.value);
    assert.ok(read.ok);
    assert.deepEqual(read.value.lines, image.lines);
  });
});
