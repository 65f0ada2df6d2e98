import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../runtime/base/address.js';
import { compareLineRows } from '../../../runtime/image/line-order.js';
import { addressesOfLine, lineAt, symbolAt, symbolNamed } from '../../../runtime/image/lookup.js';
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
});
