import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { heapCounters } from '../../../../runtime/toolchain/guest/heap-counters.js';
import { compileGuest, runGuest } from '../../../support/guest-program.js';

const generated = new Map([
  [
    'heap',
    `import { usedBytes, peakBytes } from "rt/arena";
import { collections, longestPause } from "rt/collector";
export function collect(): void { __collect(); }
export function between(): void { __collectBetweenEvents(); }
export function used(): usize { return usedBytes; }
export function peak(): usize { return peakBytes; }
export function count(): u32 { return collections; }
export function pause(): u32 { return longestPause; }`,
  ],
]);
const entries = ['app/Main.ts', 'heap'];

const source = `class Node { constructor(public value: i32, public next: Node | null) {} }
let list: Node | null = null;
const names: string[] = ['a', 'b'];
export function grow(count: i32): void {
  for (let i = 0; i < count; i++) list = new Node(i, list);
}
export function drop(): void { list = null; }
export function waste(count: i32): void { for (let i = 0; i < count; i++) new Node(i, null); }
export function sum(): i32 {
  let total = 0;
  let node = list;
  while (node) {
    total += node.value;
    node = node.next;
  }
  return total;
}
export function nameAll(count: i32): string {
  for (let i = 0; i < count; i++) names.push('n' + i.toString());
  return names.join(',');
}
const numbers: i32[] = [];
export function sorted(count: i32): bool {
  for (let i = 0; i < count; i++) {
    if (numbers.length <= i) numbers.push(0);
    numbers[i] = (i * 7919) % 1009;
  }
  numbers.sort((left, right) => left - right);
  for (let i = 1; i < count; i++) if (numbers[i] < numbers[i - 1]) return false;
  return true;
}
export function sortedNames(): string { return names.sort().join(','); }
export function big(bytes: i32): i32 { return new Uint8Array(bytes).length; }
`;

describe('the memory of a guest program', () => {
  for (const isOptimized of [false, true]) {
    const kind = isOptimized ? 'optimised' : 'for debugging';
    const start = (arenaBytes: number) =>
      runGuest(source, { generated, entries, isOptimized, arenaBytes, folder: 'app' });

    it(`keeps what globals lead to, and takes back the rest (${kind})`, () => {
      const guest = start(0x1_0000);
      guest.call('grow', 100);
      guest.call('waste', 200);
      const before = Number(guest.call('used'));
      guest.call('collect');
      assert.equal(guest.call('sum'), 4950);
      assert.equal(before - Number(guest.call('used')), 200 * 24);
      guest.call('drop');
      guest.call('collect');
      guest.call('grow', 100);
      assert.equal(guest.call('sum'), 4950);
      assert.equal(guest.call('peak'), before);
      assert.equal(guest.call('count'), 2);
    });

    it(`reuses what was taken back, round after round (${kind})`, () => {
      const guest = start(0x2000);
      for (let round = 0; round < 50; round += 1) {
        guest.call('waste', 100);
        guest.call('grow', 20);
        guest.call('between');
        assert.equal(guest.call('sum'), 190);
        guest.call('drop');
      }
      assert.ok(Number(guest.call('count')) >= 10);
    });

    it(`sorts, and takes back at once what that took meanwhile (${kind})`, () => {
      const guest = start(0x2000);
      assert.equal(guest.call('sorted', 500), 1);
      const before = Number(guest.call('used'));
      for (let round = 0; round < 50; round += 1) assert.equal(guest.call('sorted', 500), 1);
      assert.equal(guest.call('used'), before);
      guest.call('collect');
      guest.call('waste', 50);
      assert.equal(guest.call('sorted', 500), 1);
      guest.call('nameAll', 12);
      assert.ok(guest.text(guest.call('sortedNames')).startsWith('a,b,n0,n1,n10,n11'));
      assert.equal(guest.call('count'), 1);
    });

    it(`follows an array among the constants to what was put into it later (${kind})`, () => {
      const guest = start(0x4000);
      guest.call('nameAll', 3);
      guest.call('collect');
      guest.call('waste', 100);
      guest.call('collect');
      assert.equal(guest.text(guest.call('nameAll', 0)), 'a,b,n0,n1,n2');
    });
  }

  it('ends with a trap of its own when it is full, and not before', () => {
    const guest = runGuest(source, { generated, entries, arenaBytes: 0x1000, folder: 'app' });
    assert.equal(guest.call('big', 4000), 4000);
    assert.throws(() => guest.call('big', 64), /out of memory: 64/);
  });

  it('bounds a collection by the size of its arena', () => {
    const guest = runGuest(source, { generated, entries, arenaBytes: 0x4000, folder: 'app' });
    guest.call('grow', 600);
    guest.call('collect');
    assert.ok(Number(guest.call('pause')) <= 2 * (0x4000 / 16));
    assert.ok(Number(guest.call('pause')) >= 1200);
  });

  it('keeps its counters under their names, for a debugger to read', () => {
    const { module } = compileGuest(source, {
      generated: new Map([['heap', 'export function finish(): void { __collect(); }']]),
      entries: ['app/Main.ts', 'heap'],
      isOptimized: true,
    });
    const text = new TextDecoder('latin1').decode(module?.wasm);
    for (const { symbol } of heapCounters) assert.ok(text.includes(symbol), symbol);
  });

  it('collects before anything was allocated', () => {
    const guest = runGuest(source, { generated, entries, folder: 'app' });
    guest.call('collect');
    guest.call('collect');
    guest.call('grow', 3);
    assert.equal(guest.call('sum'), 3);
  });
});
