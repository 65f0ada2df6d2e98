import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StartAllocations } from '../../../../runtime/toolchain/guest/start-allocations.js';
import { startAllocations } from '../../../../runtime/toolchain/guest/start-allocations.js';
import { decodeModule } from '../../../../runtime/toolchain/guest/wasm/decode-module.js';
import { compileGuest, entry, runGuest } from '../../../support/guest-program.js';
import type { GuestOptions } from '../../../support/guest-program.js';

const outside = `@external("env", "ask") declare function ask(): i32;
@external("address", "place") declare function place(): usize;
`;

/** With what only generated text may do: functions and symbols of the outside. */
const generated = new Map([
  [
    'outside',
    `${outside}export function asked(): i32 { return ask(); }
export function placed(): usize { return place(); }
export class Region { constructor(public address: usize, public size: i32) {} }
`,
  ],
]);

const bytesOf = (source: string, options: GuestOptions = {}): number =>
  allocationsOf(source, options).bytes;

function allocationsOf(
  source: string,
  options: GuestOptions = {},
  next?: string,
): StartAllocations {
  const { module, diagnostics } = compileGuest(
    { [entry]: source },
    { generated, folder: 'app', ...options },
  );
  assert.ok(module, diagnostics.map(({ message }) => message).join('\n'));
  const decoded = decodeModule(module.wasm).module;
  assert.ok(decoded);
  return startAllocations(decoded, module, next);
}

const staticArray = (bytes: number): string =>
  `const table = new StaticArray<u8>(${String(bytes)}); export function use(): i32 { return table[3]; }`;

/** Names of programs, and what they begin with. */
const beginnings: Readonly<Record<string, string>> = {
  'a table': staticArray(4096),
  'arrays that grow': `const items: i32[] = [];
for (let i = 0; i < 100; i++) items.push(i);
const names: string[] = [];
for (let i = 0; i < 20; i++) names.push('name ' + i.toString());
export function use(): string { return names[items[3]]; }`,
  'a map of objects': `class Node { children: Node[] = []; constructor(public name: string) {} }
const nodes = new Map<string, Node>();
for (let i = 0; i < 30; i++) {
  const node = new Node('n' + i.toString());
  const keys = nodes.keys();
  for (let at = 0; at < keys.length; at++) node.children.push(nodes.get(keys[at]));
  nodes.set(node.name, node);
}
export function use(): i32 { return nodes.get('n3').children.length; }`,
  'odd sizes': `const all: Uint8Array[] = [];
for (let i = 0; i < 60; i++) all.push(new Uint8Array((i * 37) % 301));
export function use(): i32 { return all.length; }`,
  'what a method makes': `abstract class Shape { abstract points(): StaticArray<i64>; }
class Line extends Shape { points(): StaticArray<i64> { return new StaticArray<i64>(2); } }
class Square extends Shape { points(): StaticArray<i64> { return new StaticArray<i64>(4); } }
const shapes: Shape[] = [new Line(), new Square(), new Line()];
const all = shapes.map<StaticArray<i64>>((shape) => shape.points());
export function use(): i64 { return all[1][3]; }`,
};

describe('what the start of a program takes of its arena', () => {
  for (const isOptimized of [false, true])
    for (const [name, source] of Object.entries(beginnings))
      it(`is what it does take, of ${name} (${isOptimized ? 'optimised' : 'for debugging'})`, () => {
        const bytes = bytesOf(source, { isOptimized });
        assert.ok(bytes > 200, String(bytes));
        const start = (arenaBytes: number) =>
          runGuest(source, { isOptimized, folder: 'app', arenaBytes });
        // The arena of that engine begins four bytes before a multiple of eight.
        start(bytes + 4);
        assert.throws(() => start(bytes + 3), /out of memory/);
      });

  for (const isOptimized of [false, true])
    it(`is told with the lines that take the most (${isOptimized ? 'optimised' : 'for debugging'})`, () => {
      const source = `const small = new StaticArray<u8>(100);
function filled(count: i32): i32[] {
  const items: i32[] = [];
  for (let i = 0; i < count; i++)
    items.push(i);
  return items;
}
const many = filled(500);
const large = new StaticArray<u8>(3000);
class Node { constructor(public next: Node | null) {} }
const nodes = new Node(new Node(null));
export function use(): i32 { return small[0] + many[0] + large[0] + (nodes.next ? 1 : 0); }`;
      const { bytes, largest } = allocationsOf(source, { isOptimized });
      const [first, second, third] = largest.map(({ file, line }) => `${file}:${String(line)}`);
      assert.deepEqual([first, second, third], [`${entry}:9`, `${entry}:5`, `${entry}:1`]);
      assert.deepEqual([largest[0]?.bytes, largest[2]?.bytes], [3016, 120]);
      assert.ok(largest.reduce((sum, each) => sum + each.bytes, 0) < bytes);
    });

  it('goes on with the function that is called next, unless the start does not come to its end', () => {
    const preparing = (before: string): string => `import { asked } from 'outside';
const first = new StaticArray<u8>(100);
${before}
let second = first;
export function prepare(): void { second = new StaticArray<u8>(200); }
export function use(): i32 { return second[0]; }`;
    const { bytes, withNext } = allocationsOf(preparing(''), {}, 'prepare');
    assert.deepEqual([bytes, withNext?.bytes, withNext?.name], [120, 120 + 216, 'prepare']);
    assert.deepEqual(
      withNext?.largest.map(({ line }) => line),
      [5, 2],
    );
    const stopped = allocationsOf(preparing('const answer = asked();'), {}, 'prepare');
    assert.deepEqual([stopped.bytes, stopped.withNext], [120, undefined]);
    assert.equal(allocationsOf(preparing(''), {}, 'other').withNext, undefined);
  });

  it('is nothing where no object is made', () => {
    assert.equal(bytesOf(`export function double(x: i32): i32 { return 2 * x; }`), 0);
    assert.equal(bytesOf(`export function make(): i32[] { return [1, 2]; }`), 0);
  });

  it('counts up to the first question to the outside', () => {
    const source = `import { asked } from 'outside';
const first = new StaticArray<u8>(1000);
const answer = asked();
const second = new StaticArray<u8>(2000);
export function use(): i32 { return first[0] + second[0] + answer; }`;
    assert.equal(bytesOf(source), 1016);
  });

  it('does not need to know where the linker places a symbol, unless something hangs on it', () => {
    const source = (bytes: string) => `import { Region, placed } from 'outside';
const region = new Region(placed() + 64, 4096);
const copy = new Region(region.address, region.size);
const table = new StaticArray<u8>(${bytes});
export function use(): i32 { return table[0] + copy.size; }`;
    assert.equal(bytesOf(source('copy.size')), 24 + 24 + 4096 + 16);
    assert.equal(bytesOf(source('<i32>(copy.address - 64)')), 24 + 24);
  });

  it('counts up to a trap', () => {
    const source = `const first = new StaticArray<u8>(500);
if (first.length > 3) throw new Error('no');
const second = new StaticArray<u8>(500);
export function use(): i32 { return first[0] + second[0]; }`;
    const bytes = bytesOf(source);
    assert.ok(bytes >= 520 && bytes < 1000, String(bytes));
  });

  it('is found in bounded time of a start that does not end', () => {
    const source = `const first = new StaticArray<u8>(1000);
let round: i32 = 0;
while (first[0] == 0) round++;
export function use(): i32 { return round; }`;
    assert.equal(bytesOf(source), 1016);
  });

  it('is found in bounded memory of a start that takes ever more', () => {
    const source = `const all: Uint8Array[] = [];
while (all.length >= 0) all.push(new Uint8Array(0x100000));
export function use(): i32 { return all.length; }`;
    assert.ok(bytesOf(source) > 0x10_0000);
  });

  it('is found in bounded time of a start that calls itself for ever', () => {
    const source = `class Node { constructor(public next: Node | null) {} }
function down(node: Node): i32 { return down(new Node(node)) + 1; }
const depth = down(new Node(null));
export function use(): i32 { return depth; }`;
    assert.ok(bytesOf(source) > 10_000);
  });

  it('is known of an object that no arena has room for', () => {
    assert.equal(bytesOf(staticArray(0x3fff_0000)), 0x3fff_0010);
  });

  it('counts what there was before an object is given back, where the next one might be in its place', () => {
    const source = `const numbers: i32[] = [];
for (let i = 0; i < 100; i++) numbers.push((i * 7919) % 1009);
numbers.sort((left, right) => left - right);
const after = new StaticArray<u8>(3000);
export function use(): i32 { return numbers[0] + after[0]; }`;
    const bytes = bytesOf(source);
    assert.ok(bytes > 400 && bytes < 3000, String(bytes));
  });
});
