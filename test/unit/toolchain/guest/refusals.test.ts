import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileGuest, problemsOf } from '../../../support/guest-program.js';

/** The rules that a source breaks, with the lines. */
const rulesOf = (source: string): string[] =>
  problemsOf(source).map((problem) => problem.replace(/^(\S+ \d+):.*/s, '$1'));

const refused: readonly (readonly [string, string, readonly string[]])[] = [
  ['a load from memory', 'export function f(): u8 { return load<u8>(16); }', ['raw-memory 1']],
  ['a store', 'export function f(): void { store<u8>(16, 1); }', ['raw-memory 1']],
  ['a typed load', 'export function f(): i32 { return i32.load(16); }', ['raw-memory 1']],
  [
    'a change of type',
    'export function f(s: string): usize { return changetype<usize>(s); }',
    ['raw-memory 1'],
  ],
  ['a copy of memory', 'export function f(): void { memory.copy(16, 32, 4); }', ['raw-memory 1']],
  [
    'an access without its check',
    'export function f(a: i32[]): i32 { return unchecked(a[9]); }',
    ['raw-memory 1'],
  ],
  [
    'an unmanaged class',
    '@unmanaged class A { x: i32 = 0; }\nexport function f(a: A): i32 { return a.x; }',
    ['raw-memory 1'],
  ],
  [
    'raw memory in a function that nothing calls',
    'function g(): u8 { return load<u8>(16); }',
    ['raw-memory 1'],
  ],
  [
    'a function from outside',
    '@external("env", "f")\ndeclare function g(): void;\nexport function f(): void { g(); }',
    ['foreign-function 1'],
  ],
  [
    'a declared function',
    'declare function g(): void;\nexport function f(): void { g(); }',
    ['foreign-function 1'],
  ],
  [
    'a floating-point type',
    'export function f(x: f64): f64 { return x; }',
    ['floating-point 1', 'floating-point 1'],
  ],
  ['a number', 'let x: number = 1;', ['floating-point 1']],
  ['a fraction', 'export function f(): i32 { return <i32>1.5; }', ['floating-point 1']],
  ['Math', 'export function f(): i32 { return <i32>Math.sqrt(4); }', ['floating-point 1']],
  [
    'a try',
    'export function f(): void {\n  try { g(); } catch (e) {}\n}\nfunction g(): void {}',
    ['exception 2'],
  ],
  [
    'a constructor that returns early',
    'class A {\n  x: i32 = 0;\n  constructor(y: i32) {\n    if (y == 0) return;\n    this.x = y;\n  }\n}\nexport function f(): i32 { return new A(1).x; }',
    ['no-value 4'],
  ],
  ['a thrown number', 'export function f(): void { throw 7; }', ['thrown-value 1']],
  [
    'a closure',
    'export function f(): i32 {\n  let x = 1;\n  const g = (): i32 => x;\n  return g();\n}',
    ['closure 3'],
  ],
  [
    'a module of the runtime',
    "import { __new } from 'rt/collector';\nexport function f(): usize { return __new(8, 0); }",
    ['unknown-import 1'],
  ],
  [
    "the library's own space",
    'export function f(): usize { return __alloc(8); }',
    ['raw-memory 1'],
  ],
  ['an async function', 'async function f(): Promise<void> {}', ['asynchronous 1']],
  ['a generator', 'function* f(): void { yield 1; }', ['generator 1']],
  ['an import while it runs', "export function f(): void { import('./x'); }", ['dynamic-import 1']],
  ['any', 'export function f(x: any): void {}', ['unknown-name 1']],
  ['an array taken apart', 'let [a, b] = [1, 2];', ['destructuring 1']],
  ['an object taken apart', 'function f(): void {\n  const { a } = g();\n}', ['destructuring 2']],
  ['a number of JavaScript', 'let n: i64 = 10n;', ['big-number 1']],
  ['a name with #', 'class K {\n  #secret: i32 = 3;\n}', ['private-name 2']],
  ['a type of an object literal', 'type Pair = { a: i32, b: i32 };', ['object-type 1']],
  ['a loop over names', 'function f(m: i32[]): void {\n  for (const k in m) {}\n}', ['for-in 2']],
  ['a value in the place of null', 'function f(a: i32[] | null): void { a ?? []; }', ['nullish 1']],
  [
    'a member of what may be null',
    'function f(a: i32[] | null): void { a?.length; }',
    ['nullish 1'],
  ],
  [
    'an object of no class',
    'export function f(): void {\n  const o = { a: 1 };\n}',
    ['object-literal 2'],
  ],
  ['a label', 'function f(): void {\n  outer: for (;;) break outer;\n}', ['label 2']],
];

describe('a guest program is refused', () => {
  for (const [what, source, rules] of refused)
    it(`for ${what}`, () => {
      assert.deepEqual(rulesOf(source).slice(0, rules.length), rules);
    });

  it('with the place of the name, and what to write instead', () => {
    assert.deepEqual(problemsOf('export function f(): u8 { return load<u8>(16); }'), [
      'raw-memory 1:34-1:38 load touches memory past the types, which only the support library may do. Use a class, an array or a DataView.',
    ]);
  });
});

describe('a slip of the syntax', () => {
  it('is told once, where it makes two of them for the library', () => {
    assert.deepEqual(problemsOf('let n: i64 = 10n;').length, 1);
  });
});

describe('a guest program may', () => {
  it('call its own function by the name of one that is refused', () => {
    const source = `function load(at: i32): i32 { return at + 1; }
export function f(): i32 { return load(16); }`;
    assert.deepEqual(problemsOf(source), []);
  });

  it('throw an error with a message, which ends the component', () => {
    assert.deepEqual(problemsOf('export function f(): void { throw new Error("no way"); }'), []);
  });

  it('compute in floating point on a board with a unit for it', () => {
    const source = 'export function f(x: f64): f64 { return Math.sqrt(x) * 1.5; }';
    assert.deepEqual(problemsOf(source, { hasFloatingPoint: true }), []);
  });
});

describe('raw memory in generated sources and the support library', () => {
  it('is allowed, and its lines are counted', () => {
    const generated = new Map([
      ['glue', 'export function peek(at: usize): u8 {\n  return load<u8>(at);\n}\n'],
    ]);
    const { diagnostics, unsafeLines } = compileGuest(
      `import { peek } from 'glue';\nimport { log } from 'sel4';
export function f(): u8 { log('x'); return peek(16); }`,
      { generated },
    );
    assert.deepEqual(diagnostics, []);
    assert.equal(unsafeLines.get('generated:/glue.ts'), 1);
    assert.ok((unsafeLines.get('builtin:/guest/sel4/message.ts') ?? 0) > 10);
  });
});

describe('what an entry exports', () => {
  it('is told in the words of its declaration', () => {
    const { exports } = compileGuest(`export class Point { x: i32 = 0; }
export function add(a: i32, to: Point): i32 { return a + to.x; }
export function run(): void {}`);
    assert.deepEqual(
      exports.map(({ name, parameters, returns }) => [
        name,
        parameters.map((each) => `${each.name}: ${each.type}`).join(', '),
        returns,
      ]),
      [
        ['add', 'a: i32, to: Point', 'i32'],
        ['run', '', 'void'],
      ],
    );
  });
});

describe('memory after the start of a component that forbids it', () => {
  const forbidden = { allocationAfterInit: 'forbidden' } as const;

  it('is told of at each place that takes it, also by way of other functions', () => {
    const source = `class Item { value: i32 = 0; }
let items: i32[] = [];
let fixed = new StaticArray<i32>(4);
export function post_init(): void { items = new Array<i32>(8); }
export function run(): void { add(); }
function add(): void {
  items.push(1);
  const item = new Item();
  fixed[0] = item.value;
}`;
    assert.deepEqual(
      problemsOf(source, forbidden)
        .map((problem) => problem.split(' ', 2).join(' '))
        .sort(),
      ['allocation 7:3-7:16', 'allocation 8:16-8:26'],
    );
  });

  it('is not told of where it is taken before', () => {
    const source = `let items: i32[] = [];
export function pre_init(): void { items = [1, 2, 3]; }
export function Clock__init(): void { items.push(4); }
export function run(): i32 { return items[2]; }`;
    assert.deepEqual(problemsOf(source, forbidden), []);
  });
});

describe('a capability', () => {
  it('cannot be used after it was moved', () => {
    const source = `import { Endpoint } from 'sel4';
export function f(a: Endpoint): void {
  const b = a.move();
  b.send(0);
  a.send(0);
}`;
    const [problem] = compileGuest(source).diagnostics;
    assert.equal(problem?.code, 'moved-capability');
    assert.equal(problem.range.start.line, 4);
    assert.equal(problem.related?.[0]?.range.start.line, 2);
  });

  it('can be used when another was put in its place, or when only one branch moves it', () => {
    const source = `import { Endpoint } from 'sel4';
export function f(a: Endpoint, c: bool): void {
  let b = a.move();
  b = b.move();
  b.send(0);
  if (c) b.move();
  b.send(0);
}`;
    assert.deepEqual(problemsOf(source), []);
  });
});

describe('all of a program', () => {
  it('is checked for an editor, also functions and methods that nothing calls', () => {
    const source = `function unused(): i32 { return 'x'; }
class Unused { method(): i32 { return 'y'; } }`;
    assert.deepEqual(problemsOf(source), []);
    assert.deepEqual(
      problemsOf(source, { scope: 'everything' }).map((problem) => problem.slice(0, 12)),
      ['ts-2322 1:33', 'ts-2322 2:39'],
    );
  });
});
