import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../runtime/base/address.js';
import { compareLineRows } from '../../../runtime/image/line-order.js';
import {
  addressesOfLine,
  inlinedCallsAt,
  inlinedCallsNamed,
  lineAt,
  symbolAt,
  symbolNamed,
} from '../../../runtime/image/lookup.js';
import { compareSymbols } from '../../../runtime/image/symbol-order.js';
import type { ImageSymbol, LineRow, SystemImage } from '../../../runtime/image/system-image.js';

function image(
  symbols: readonly Partial<ImageSymbol>[],
  lines: readonly Partial<LineRow>[] = [],
): SystemImage {
  const symbol = { name: '', address: virtAddr(0), sizeBytes: 0 };
  const row = { address: virtAddr(0), file: 'a.S', line: 1, column: 0 };
  return {
    name: 'test',
    entry: virtAddr(0),
    segments: [],
    symbols: symbols
      .map((part): ImageSymbol => ({ ...symbol, kind: 'label', binding: 'local', ...part }))
      .sort(compareSymbols),
    lines: lines
      .map((part): LineRow => ({ ...row, isStatement: true, endSequence: false, ...part }))
      .sort(compareLineRows),
  };
}

const at = (address: number): { address: ReturnType<typeof virtAddr> } => ({
  address: virtAddr(address),
});

describe('the symbol at an address', () => {
  it('is the nearest one below, with the distance', () => {
    const found = symbolAt(
      image([
        { name: 'start', ...at(0x100) },
        { name: 'loop', ...at(0x108) },
      ]),
      virtAddr(0x10c),
    );
    assert.deepEqual([found?.symbol.name, found?.offset], ['loop', 4]);
  });

  it('is never a number that .equ named', () => {
    const found = symbolAt(
      image([
        { name: 'start', ...at(0x100) },
        { name: 'LIMIT', kind: 'absolute', ...at(0x108) },
      ]),
      virtAddr(0x10c),
    );
    assert.equal(found?.symbol.name, 'start');
  });

  it('prefers a global function among those of one address', () => {
    const found = symbolAt(
      image([
        { name: 'alias', ...at(0x100) },
        { name: 'f', kind: 'function', binding: 'global', ...at(0x100) },
        { name: 'z', kind: 'object', binding: 'global', ...at(0x100) },
      ]),
      virtAddr(0x100),
    );
    assert.equal(found?.symbol.name, 'f');
  });

  it('is none past the end of the last sized symbol', () => {
    const one = image([{ name: 'f', kind: 'function', sizeBytes: 8, ...at(0x100) }]);
    assert.equal(symbolAt(one, virtAddr(0x108)), undefined);
    assert.equal(symbolAt(one, virtAddr(0xff)), undefined);
  });
});

describe('the symbol of a name', () => {
  it('is the global one where a local one has the same name', () => {
    const two = image([
      { name: 'f', ...at(0x100) },
      { name: 'f', binding: 'global', ...at(0x200) },
    ]);
    assert.equal(symbolNamed(two, 'f')?.address, 0x200);
  });
});

describe('the line at an address', () => {
  const lines = image(
    [],
    [
      { line: 3, ...at(0x100) },
      { line: 4, ...at(0x104) },
      { endSequence: true, ...at(0x108) },
      { line: 9, ...at(0x108) },
      { endSequence: true, ...at(0x10c) },
    ],
  );

  it('is that of the row in force', () => {
    assert.equal(lineAt(lines, virtAddr(0x106))?.line, 4);
  });

  it('is that of the next sequence where one ends and another begins', () => {
    assert.equal(lineAt(lines, virtAddr(0x108))?.line, 9);
  });

  it('is none after the end', () => {
    assert.equal(lineAt(lines, virtAddr(0x10c)), undefined);
  });
});

describe('the addresses of a line', () => {
  it('are those of the next line with code, for a breakpoint on a comment', () => {
    const rows = image(
      [],
      [
        { line: 3, ...at(0x100) },
        { line: 7, ...at(0x104) },
        { line: 3, ...at(0x200) },
        { endSequence: true, ...at(0x204) },
      ],
    );
    const all = (): boolean => true;
    assert.deepEqual(addressesOfLine(rows, all, 2), { line: 3, addresses: [0x100, 0x200] });
    assert.deepEqual(addressesOfLine(rows, all, 4), { line: 7, addresses: [0x104] });
    assert.equal(addressesOfLine(rows, all, 8), undefined);
  });

  it('are one in each function, where the line begins', () => {
    const wholeFunction = { sizeBytes: 0x10, kind: 'function', binding: 'global' } as const;
    const rows = image(
      [
        { name: 'once', ...wholeFunction, ...at(0x100) },
        { name: 'again', ...wholeFunction, ...at(0x110) },
      ],
      [
        { line: 3, ...at(0x100) },
        { line: 4, ...at(0x104) },
        { line: 3, ...at(0x108) },
        { line: 3, ...at(0x110) },
        { endSequence: true, ...at(0x120) },
      ],
    );
    assert.deepEqual(
      addressesOfLine(rows, () => true, 3),
      { line: 3, addresses: [0x100, 0x110] },
    );
  });

  describe('with calls that were replaced by bodies', () => {
    // `host` calls `callee`, lines 10 to 19, in its lines 3 and 4; the second copy has a part of its own at the end.
    const call = (line: number, ...ranges: readonly (readonly [from: number, to: number])[]) => ({
      name: 'callee',
      ranges: ranges.map(([from, to]) => ({ from, to })),
      call: { file: 'a.c', line },
      variables: [],
      depth: 0,
    });
    const host = { name: 'host', kind: 'function', binding: 'global', sizeBytes: 0x20 } as const;
    const rows = [
      { line: 2, ...at(0x100) },
      { line: 3, ...at(0x104) },
      { line: 10, ...at(0x104) },
      { line: 4, ...at(0x10c) },
      { line: 10, ...at(0x10c) },
      { line: 5, ...at(0x114) },
      { line: 10, ...at(0x118) },
      { endSequence: true, ...at(0x120) },
    ].map((row) => ({ ...row, file: 'a.c' }));
    const replaced: SystemImage = {
      ...image([{ ...host, ...at(0x100) }], rows),
      debug: {
        types: [],
        globals: [],
        functions: [
          {
            ...{ name: 'host', low: virtAddr(0x100), sizeBytes: 0x20, variables: [], frame: [] },
            inlined: [call(3, [4, 0xc]), call(4, [0xc, 0x14], [0x18, 0x20])],
          },
        ],
      },
    };
    const addresses = (line: number): readonly number[] | undefined =>
      addressesOfLine(replaced, () => true, line)?.addresses;

    it('are one in each copy', () => {
      assert.deepEqual(addresses(10), [0x104, 0x10c]);
    });

    it('are where a call begins, for a line that is nothing else', () => {
      assert.deepEqual(addresses(3), [0x104]);
      assert.deepEqual(addresses(4), [0x10c]);
    });

    it('are found by the name of the function', () => {
      assert.deepEqual(inlinedCallsNamed(replaced, 'callee'), [0x104, 0x10c]);
      assert.deepEqual(inlinedCallsNamed(replaced, 'host'), []);
    });

    it('are in calls from the outermost on, which begin there or not', () => {
      const { debug } = replaced;
      assert.ok(debug !== undefined);
      const beginnings = (address: number): boolean[] =>
        inlinedCallsAt(debug, virtAddr(address)).map(({ isBeginning }) => isBeginning);
      assert.deepEqual(beginnings(0x104), [true]);
      assert.deepEqual(beginnings(0x106), [false]);
      assert.deepEqual(beginnings(0x118), [false]);
      assert.deepEqual(beginnings(0x114), []);
    });
  });
});
