/** Collections of guest TypeScript, as the compiler makes them and a program fills them. */
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { spaceOf, threadsOf } from '../../../runtime/inspect/thread-state.js';
import {
  insideOf,
  typedValue,
  type Reading,
  type TypedValue,
} from '../../../runtime/inspect/typed-value.js';
import {
  elementOf,
  memberOf,
  valueOf,
  variableNamed,
  viewGlobals,
  type Variable,
} from '../../../runtime/inspect/variables.js';
import { guestPlatform } from '../../support/guest-platform.js';

const source = `
class Point { constructor(public x: i32) {} }
let ages = new Map<string, i32>();
let flags = new Map<u8, i64>();
let points = new Map<i32, Point>();
let names = new Set<string>();
let shorts = new Int16Array(3);
let longs = new Uint64Array(2);
let fixed: StaticArray<i32> = [7, 8, 9];
let buffer = new ArrayBuffer(4);
let floats = new Float32Array(2);
let doubles = new Float64Array(1);
let view = new DataView(buffer, 1, 2);
let none = new Set<i32>();
let nothing: Map<i32, i32> | null = null;
let many = new Set<i32>();
export function run(): void {
  ages.set('Emma', 12);
  ages.set('Faust', 13);
  ages.set('Ulysses', 14);
  ages.delete('Faust');
  flags.set(200, -5);
  points.set(-1, new Point(4));
  names.add('one');
  names.add('two');
  shorts[1] = -2;
  longs[0] = 10000000000;
  Uint32Array.wrap(floats.buffer)[1] = 0xbfc00000;
  Uint32Array.wrap(doubles.buffer)[1] = 0x40590000;
  view.setUint8(1, 200);
  for (let i = 0; i < 1000; i++) many.add(i);
  for (let i = 0; i < 500; i++) many.delete(i);
}
`;

let reading: Reading;
let thread = 0;
const values = new Map<string, TypedValue>();

const rows = (name: string, from?: number, count?: number): string[] => {
  const inside = values.get(name)?.inside;
  if (inside === undefined) return [];
  return insideOf(reading, inside, from, count).map(
    (member) => `${member.name} ${member.value.text}`,
  );
};

describe('a collection of a guest program', () => {
  before(() => {
    // No instruction here computes with such numbers.
    const { platform } = guestPlatform(source, { hasFloatingPoint: true });
    platform.run(3_000_000);
    [thread = 0] = threadsOf(platform);
    const globals = viewGlobals({ platform, thread, depth: 0 });
    assert.ok(globals !== undefined);
    reading = { platform, space: spaceOf(platform, thread), debug: globals.debug };
    for (const { name, type, bytes } of globals.variables)
      if (type !== undefined && bytes !== undefined && !values.has(name))
        values.set(name, typedValue(reading, type, bytes, undefined));
  });

  it('that is a map shows its entries by their keys, without what was taken out', () => {
    assert.equal(values.get('ages')?.text, '(2)');
    assert.deepEqual(rows('ages'), ['["Emma"] 12', '["Ulysses"] 14']);
    assert.deepEqual(rows('flags'), ['[200] -5']);
    assert.deepEqual(rows('points'), ['[-1] {x: 4}']);
  });

  it('that is a set shows what is in it', () => {
    assert.deepEqual(rows('names'), ['[0] "one"', '[1] "two"']);
    assert.equal(values.get('none')?.text, '(0)');
    assert.deepEqual(rows('none'), []);
  });

  it('is shown page by page', () => {
    assert.equal(values.get('many')?.text, '(500)');
    assert.deepEqual(rows('many', 10, 2), ['[10] 510', '[11] 511']);
  });

  it('that is an array of numbers of one size, or a buffer, shows its elements', () => {
    assert.deepEqual(rows('shorts'), ['[0] 0', '[1] -2', '[2] 0']);
    assert.deepEqual(rows('longs'), ['[0] 10000000000', '[1] 0']);
    assert.deepEqual(rows('fixed'), ['[0] 7', '[1] 8', '[2] 9']);
    assert.deepEqual(rows('buffer'), ['[0] 0', '[1] 0', '[2] 200', '[3] 0']);
  });

  it('that is an array of floating-point numbers shows them as such, and a view of a buffer its bytes', () => {
    assert.deepEqual(rows('floats'), ['[0] 0', '[1] -1.5']);
    assert.deepEqual(rows('doubles'), ['[0] 100']);
    assert.deepEqual(rows('view'), ['[0] 0', '[1] 200']);
  });

  it('has elements and a number of them for expressions', () => {
    const variableOf = (name: string): Variable => {
      const found = variableNamed({ platform: reading.platform, thread, depth: 0 }, name);
      assert.ok(found?.ok, name);
      return found.value;
    };
    const element = (name: string, index: number): string => {
      const found = elementOf(variableOf(name), index);
      return found.ok ? valueOf(found.value).text : found.error;
    };
    const member = (name: string, of: string): unknown => {
      const found = memberOf(variableOf(name), of);
      return found.ok ? found.value : found.error;
    };
    assert.equal(element('shorts', 1), '-2');
    assert.equal(element('longs', 0), '10000000000');
    assert.equal(element('fixed', 2), '9');
    assert.equal(element('buffer', 2), '200');
    assert.equal(element('view', 1), '200');
    assert.equal(element('fixed', 3), 'The index 3 is outside: there are 3 elements.');
    assert.match(element('ages', 0), /^Map<String,i32> has no elements by number\./);
    for (const [name, of, count] of [
      ['shorts', 'length', 3],
      ['fixed', 'length', 3],
      ['ages', 'size', 2],
      ['none', 'size', 0],
      ['buffer', 'byteLength', 4],
    ] as const)
      assert.equal(member(name, of), count, name);
    assert.match(String(member('nothing', 'size')), /has no member size/);
  });

  it('that is not there is null', () => {
    assert.equal(values.get('nothing')?.text, 'null');
  });
});
