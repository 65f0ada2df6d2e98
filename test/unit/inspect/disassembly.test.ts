import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../../runtime/base/address.js';
import { viewDisassembly } from '../../../runtime/inspect/disassembly.js';
import { spaceOf, threadsOf } from '../../../runtime/inspect/thread-state.js';
import { platformOf } from '../../support/assembled-platform.js';

const platform = platformOf(`
    .globl _start
_start:
    li a0, 1
    li a1, 0x12345
    .half 0
    .globl second
second:
    addi a0, a0, 1
    ret
`);
const space = spaceOf(platform, threadsOf(platform)[0] ?? 0);
const addressOf = (name: string): number =>
  platform.image.symbols.find((symbol) => symbol.name === name)?.address ?? 0;

const rows = (from: number, offset: number, count: number): string[] =>
  viewDisassembly(platform, space, virtAddr(from), offset, count).map(
    ({ address, text, symbol }) =>
      `${address - addressOf('_start')}: ${text.replace(/\s+/g, ' ')}${symbol === undefined ? '' : ` <${symbol}>`}`,
  );

describe('a disassembly', () => {
  const forward = [
    '0: li a0,1 <_start>',
    '2: lui a1,0x12',
    '4: addi a1,a1,837',
    '8: .half 0x0000',
    '10: addi a0,a0,1 <second>',
    '12: ret',
  ];

  it('goes forward over both lengths and over bytes that are no instruction', () => {
    assert.deepEqual(rows(addressOf('_start'), 0, 6), forward);
  });

  it('goes backward to exactly the instructions that lead to an address', () => {
    const end = addressOf('second') + 2;
    for (let back = 1; back <= 5; back += 1) {
      assert.deepEqual(rows(end, -back, back), forward.slice(5 - back, 5));
    }
  });

  it('has every row that was asked for, also before the first page', () => {
    const before = rows(addressOf('_start'), -3, 4);
    assert.equal(before.length, 4);
    assert.equal(before[3], forward[0]);
    assert.match(before[2] ?? '', /unreadable/);
  });

  it('skips instructions for a positive offset', () => {
    assert.deepEqual(rows(addressOf('_start'), 2, 1), forward.slice(2, 3));
  });
});
