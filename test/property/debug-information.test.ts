/** Any description of functions, variables and types is read back from an executable as it was written. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../support/fast-check.js';
import { virtAddr } from '../../runtime/base/address.js';
import type {
  DebugFunction,
  DebugGlobal,
  DebugInformation,
  DebugType,
  DebugVariable,
  FrameRow,
  OffsetRange,
  ValuePlace,
} from '../../runtime/image/debug-information.js';
import { imageFromElf } from '../../runtime/toolchain/elf/image-from-elf.js';
import { readElf } from '../../runtime/toolchain/elf/read.js';
import { writeExecutable } from '../../runtime/toolchain/elf/write-executable.js';
import { debugTree } from '../support/debug-tree.js';
import { sampleLinked } from '../unit/toolchain/elf/sample.js';

const typeCount = 12;
const functionBytes = 64;

const name = fc.constantFrom('a', 'b', 'Counter#add', 'größe', 'x y', '_');
const index = fc.nat({ max: typeCount - 1 });
const word = fc.integer({ min: 0, max: 0xffff_fffe });

const sourcePlace = fc.record({
  file: fc.constantFrom('/project/a.ts', '/project/b.ts'),
  line: fc.integer({ min: 1, max: 100_000 }),
});

/** An array of nothing that is known, and a list whose header is its own element, are no types. */
const types = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('base' as const),
      name,
      sizeBytes: fc.constantFrom(1, 2, 4, 8),
      encoding: fc.constantFrom('signed', 'unsigned', 'boolean', 'float', 'character', 'address'),
    }),
    fc.record({ kind: fc.constant('pointer' as const), sizeBytes: fc.constant(4), target: index }),
    fc.record({ kind: fc.constant('alias' as const), name, target: index }),
    fc
      .record({
        kind: fc.constantFrom('structure' as const, 'union' as const),
        name,
        sizeBytes: fc.nat({ max: 100 }),
        members: fc.array(fc.record({ name, type: index }), { maxLength: 4 }),
      })
      .map(withOffsets),
    fc.record({ kind: fc.constant('array' as const), element: index, count: fc.nat() }),
    fc.record(
      {
        kind: fc.constant('enumeration' as const),
        name,
        sizeBytes: fc.constant(4),
        values: fc.array(fc.record({ name, value: fc.integer().map((value) => BigInt(value)) }), {
          maxLength: 3,
        }),
        place: sourcePlace,
      },
      { requiredKeys: ['kind', 'name', 'sizeBytes', 'values'] },
    ),
    fc.record({ kind: fc.constant('text' as const), name: fc.constant('string') }),
    fc.record({ kind: fc.constant('list' as const), name, element: index }),
    fc.record({ kind: fc.constant('opaque' as const), name }),
  ),
  { minLength: typeCount, maxLength: typeCount },
);

const range: fc.Arbitrary<OffsetRange> = fc
  .tuple(fc.nat({ max: functionBytes - 2 }), fc.integer({ min: 1, max: 20 }))
  .map(([from, size]) => ({ from, to: Math.min(functionBytes, from + size) }));

/** Blocks that overlap are cut, so these lie in each other. */
const scope = fc.constantFrom<readonly OffsetRange[]>(
  [],
  [{ from: 0, to: 40 }],
  [{ from: 4, to: 20 }],
  [
    { from: 6, to: 10 },
    { from: 12, to: 20 },
  ],
  [{ from: 50, to: 64 }],
);

const simplePlace: fc.Arbitrary<ValuePlace> = fc.oneof(
  fc.record({ kind: fc.constant('register' as const), register: fc.nat({ max: 40 }) }),
  fc.record({ kind: fc.constant('frame' as const), offset: fc.integer() }),
  fc.record({
    kind: fc.constant('based' as const),
    register: fc.nat({ max: 31 }),
    offset: fc.integer(),
  }),
  fc.record({ kind: fc.constant('memory' as const), address: word.map(virtAddr) }),
);

const place: fc.Arbitrary<ValuePlace> = fc.oneof(
  simplePlace,
  fc.record({
    kind: fc.constant('pieces' as const),
    pieces: fc.array(
      fc.record({
        sizeBytes: fc.constantFrom(1, 2, 4),
        at: fc.option(simplePlace, { nil: undefined }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  }),
);

const variable: fc.Arbitrary<DebugVariable> = fc.record({
  name,
  type: index,
  isParameter: fc.boolean(),
  place: sourcePlace,
  scope,
  locations: fc.array(
    fc.tuple(range, place).map(([at, where]) => ({ ...at, at: where })),
    { maxLength: 3 },
  ),
});

const frame: fc.Arbitrary<FrameRow[]> = fc
  .uniqueArray(fc.nat({ max: functionBytes - 1 }), { minLength: 1, maxLength: 4 })
  .chain((offsets) =>
    fc.tuple(
      ...offsets
        .sort((a, b) => a - b)
        .map((offset) =>
          fc.record({
            offset: fc.constant(offset),
            cfa: fc.record({ register: fc.nat({ max: 31 }), offset: fc.nat({ max: 100_000 }) }),
            saved: fc
              .uniqueArray(fc.integer({ min: 1, max: 31 }), { maxLength: 4 })
              .map((registers) =>
                registers
                  .sort((a, b) => a - b)
                  .map((register) => ({ register, offset: -4 * register })),
              ),
          }),
        ),
    ),
  );

const inlined = fc.array(
  fc.record({
    name,
    ranges: fc.constant([{ from: 52, to: 60 }]),
    call: sourcePlace,
    variables: fc.array(
      variable.map((each) => ({ ...each, scope: [] })),
      { maxLength: 2 },
    ),
    depth: fc.constant(0),
  }),
  { maxLength: 1 },
);

const functions: fc.Arbitrary<DebugFunction[]> = fc.array(
  fc.record({
    name,
    low: fc.constant(virtAddr(0)),
    sizeBytes: fc.constant(functionBytes),
    place: sourcePlace,
    returns: index,
    variables: fc.array(variable, { maxLength: 4 }),
    inlined,
    frame,
  }),
  { minLength: 1, maxLength: 3 },
);

const globals: fc.Arbitrary<DebugGlobal[]> = fc.array(
  fc.record({
    name,
    type: index,
    at: fc.record({ kind: fc.constant('memory' as const), address: word.map(virtAddr) }),
    place: sourcePlace,
  }),
  { maxLength: 3 },
);

describe('debug information', () => {
  it('is read back as it was written', () => {
    const { linked } = sampleLinked();
    fc.assert(
      fc.property(types, functions, globals, (made, some, variables) => {
        // Objects of the generator may lack a prototype, which copies have.
        const debug: DebugInformation = structuredClone({
          types: made,
          functions: some.map((each, at) => ({ ...each, low: virtAddr(0x1_0000 + 0x100 * at) })),
          globals: variables,
        });
        const elf = readElf('a.elf', writeExecutable({ ...linked, debug }));
        assert.ok(elf.ok);
        const image = imageFromElf(elf.value);
        assert.ok(image.ok && image.value.debug !== undefined);
        assert.deepEqual(debugTree(withRows(image.value.debug)), debugTree(withRows(debug)));
      }),
    );
  });
});

/** Members of a union are all at its beginning. */
function withOffsets(type: {
  readonly kind: 'structure' | 'union';
  readonly name: string;
  readonly sizeBytes: number;
  readonly members: readonly { readonly name: string; readonly type: number }[];
}): DebugType {
  return {
    ...type,
    members: type.members.map((member, at) => ({
      ...member,
      offsetBytes: type.kind === 'union' ? 0 : 4 * at,
    })),
  };
}

/** Before the first row, a function has the frame of any function at its first instruction. */
const withRows = (debug: DebugInformation): DebugInformation => ({
  ...debug,
  functions: debug.functions.map((each) => ({
    ...each,
    frame: (each.frame[0]?.offset === 0
      ? each.frame
      : [{ offset: 0, cfa: { register: 2, offset: 0 }, saved: [] }, ...each.frame]
    ).map(({ saved, ...row }) => ({
      ...row,
      saved: [...saved].sort((a, b) => a.register - b.register),
    })),
  })),
});
