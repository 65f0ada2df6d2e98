import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileGuest, entry, problemsOf, runGuest } from '../../../support/guest-program.js';

const point = `export enum Color { Red, Green = 7, Blue }
export class Point {
  color: Color = Color.Red;
  next: Point | null = null;
  constructor(public x: i32, public name: string) {}
}
`;
const main = `import { Color, Point } from '../lib/point';
export function run(n: i32): i32 {
  const p = new Point(n, 'p' + n.toString());
  const items: i32[] = [];
  for (let i = 0; i < n; i++) {
    const square: i64 = i * i;
    items.push(<i32>square);
  }
  let color: Color = Color.Green;
  return p.x + items[n - 1] + color;
}
`;
const sources = { [entry]: main, 'lib/point.ts': point };

describe('a guest program', () => {
  for (const isOptimized of [false, true])
    it(`gives the same result ${isOptimized ? 'optimised' : 'for debugging'}`, () => {
      assert.equal(runGuest(sources, { isOptimized }).call('run', 4), 4 + 9 + 7);
    });

  it('imports by paths from the file, and tells which files it read and looked for', () => {
    assert.deepEqual(compileGuest(sources).files, [entry, 'lib/point.ts']);
  });

  it('may have imports in a circle', () => {
    const circle = {
      [entry]: `import { odd } from './odd';
export function even(n: i32): bool { return n == 0 ? true : odd(n - 1); }`,
      'app/odd.ts': `import { even } from './Main';
export function odd(n: i32): bool { return n == 0 ? false : even(n - 1); }`,
    };
    assert.equal(runGuest(circle).call('even', 10), 1);
  });

  it('has one module for a file, by whatever path it is imported', () => {
    const kind = 'export class Kind { constructor(public n: i32) {} }';
    const texts = {
      [entry]: `import { Kind } from './kind';
import { twice } from '../lib/twice';
import { Kind as Other } from '../lib/all';
export function run(n: i32): i32 { const other: Other = new Kind(n); return twice(other); }`,
      'app/kind.ts': kind,
      'lib/twice.ts': `import { Kind } from '../app/../app/kind';
export function twice(kind: Kind): i32 { return kind.n * 2; }`,
      'lib/all.ts': "export * from './../app/kind';\nexport { Kind as Same } from '../app/kind';",
    };
    assert.deepEqual(problemsOf(texts), []);
    assert.equal(runGuest(texts).call('run', 4), 8);
    const missing = {
      ...texts,
      'lib/twice.ts': "import { a } from '../app/none'; export const twice = a;",
    };
    assert.match(problemsOf(missing).join(), /no file app\/none/);
  });

  it('is told of a file that is two modules, by a link or in other letters', () => {
    const kind = 'export class Kind { constructor(public n: i32) {} }';
    const { diagnostics } = compileGuest({
      [entry]: `import { Kind } from './kind';
import { Kind as Other } from './Kind';
export function run(n: i32): i32 { return new Kind(n).n + new Other(n).n; }`,
      'app/kind.ts': kind,
      'app/Kind.ts': kind,
    });
    assert.deepEqual(
      diagnostics.map(({ severity, code, file, range }) => [
        severity,
        code,
        file,
        range.start.line,
      ]),
      [['warning', 'module-twice', entry, 1]],
    );
    assert.match(
      diagnostics[0]?.message ?? '',
      /^app\/Kind\.ts has the same text as app\/kind\.ts/,
    );
  });

  it('has lines of its own sources, which begin at instructions of the module', () => {
    const { module } = compileGuest(sources);
    const lines = module?.lines.filter(({ file }) => file === entry) ?? [];
    assert.deepEqual(
      [...new Set(lines.map(({ line }) => line))].sort((left, right) => left - right),
      [3, 4, 5, 6, 7, 9, 10],
    );
    const offsets = module?.lines.map(({ offset }) => offset) ?? [];
    assert.deepEqual(
      offsets,
      offsets.toSorted((left, right) => left - right),
    );
  });

  it('has a line for what a throw becomes', () => {
    for (const isOptimized of [false, true]) {
      const source = "export function run(): void {\n  throw new Error('no');\n}\n";
      const { module } = compileGuest({ [entry]: source }, { isOptimized });
      assert.ok(module?.lines.some(({ file, line }) => file === entry && line === 2));
    }
  });

  it('has its functions with parameters and locals, each with the lines where its name holds', () => {
    const { module } = compileGuest(sources);
    const run = [...(module?.functions.values() ?? [])].find(({ name }) => name === 'run');
    assert.equal(run?.line, 2);
    assert.deepEqual(
      run.locals.map(({ name, scope }) => [name, scope?.firstLine, scope?.lastLine]),
      [
        ['n', undefined, undefined],
        ['p', 3, 11],
        ['items', 4, 11],
        ['i', 5, 8],
        ['color', 9, 11],
        ['square', 6, 8],
      ],
    );
  });

  it('has the types of its locals: classes with members, lists, texts, enumerations', () => {
    const { module } = compileGuest(sources);
    const types = module?.types ?? [];
    const run = [...(module?.functions.values() ?? [])].find(({ name }) => name === 'run');
    const bare = (index: number): unknown => {
      const type = types[index];
      return type?.kind === 'pointer' || type?.kind === 'alias' ? bare(type.target ?? -1) : type;
    };
    const typeOf = (name: string): unknown =>
      bare(run?.locals.find((local) => local.name === name)?.type ?? -1);
    // A variable that refers to an object has the name of its class.
    const nameOf = (index: number): unknown => (types[index] as { name?: string }).name;
    const structure = typeOf('p');
    assert.ok(typeof structure === 'object' && structure !== null && 'members' in structure);
    assert.deepEqual(
      (structure.members as { name: string; type: number; offsetBytes: number }[]).map(
        ({ name, type, offsetBytes }) => [name, nameOf(type), offsetBytes],
      ),
      [
        ['color', 'Color', 0],
        ['next', 'Point', 4],
        ['x', 'i32', 8],
        ['name', 'string', 12],
      ],
    );
    assert.deepEqual(typeOf('color'), {
      kind: 'enumeration',
      name: 'Color',
      sizeBytes: 4,
      values: [
        { name: 'Red', value: 0n },
        { name: 'Green', value: 7n },
        { name: 'Blue', value: 8n },
      ],
      place: { file: 'lib/point.ts', line: 1 },
    });
    assert.deepEqual(typeOf('square'), {
      kind: 'base',
      name: 'i64',
      sizeBytes: 8,
      encoding: 'signed',
    });
    const list = typeOf('items');
    assert.ok(typeof list === 'object' && list !== null && 'element' in list);
    assert.equal(nameOf(list.element as number), 'i32');
  });

  for (const isOptimized of [false, true])
    it(`has the enumerations of its files, and no other, ${isOptimized ? 'optimised' : 'for debugging'}`, () => {
      const { module } = compileGuest(
        {
          [entry]: `import { KernelError } from 'sel4';
import { Flag } from '../lib/flags';
enum Unused { A = -1, B }
const base = 3;
const enum Mode { Off = base, Auto = Mode.Off << 2, Next }
export function run(n: i32): i32 { return n == Flag.Both ? Mode.Auto : KernelError.NoError; }`,
          'lib/flags.ts': 'export enum Flag { A = 1, B = 1 << 1, Both = A | B }',
        },
        { isOptimized },
      );
      const told = (module?.types ?? []).flatMap((type) =>
        type.kind === 'enumeration'
          ? [[type.name, type.place, ...type.values.map(({ name, value }) => `${name} ${value}`)]]
          : [],
      );
      assert.deepEqual(
        new Map(told.map((each) => [each[0], each.slice(1)])),
        new Map([
          ['Flag', [{ file: 'lib/flags.ts', line: 1 }, 'A 1', 'B 2', 'Both 3']],
          ['Unused', [{ file: entry, line: 3 }, 'A -1', 'B 0']],
          ['Mode', [{ file: entry, line: 5 }, 'Off 3', 'Auto 12', 'Next 13']],
        ]),
      );
    });

  it('is told where a type is wrong, in the file where it is', () => {
    assert.deepEqual(
      problemsOf({ ...sources, 'lib/point.ts': point.replace('Color.Red', "'x'") }),
      ["lib/point.ts: ts-2322 3:18-3:21 Type 'String' is not assignable to type 'i32'."],
    );
  });

  it('is told of a file that is not there, at the import', () => {
    assert.deepEqual(
      problemsOf(`import { a } from './none';\nexport function f(): i32 { return a; }`),
      [
        "unknown-import 1:19-1:27 There is no file app/none.ts. An import names a file by its path from this one, without .ts: `from './timer'`.",
      ],
    );
  });

  it('is told of a module that is not there', () => {
    assert.match(
      problemsOf(`import { a } from 'nothing';\nexport function f(): i32 { return a; }`)[0] ?? '',
      /^unknown-import 1:19-1:28 There is no module "nothing"/,
    );
  });

  it('is told when its entry is not there', () => {
    const [problem] = compileGuest({}).diagnostics;
    assert.equal(problem?.severity, 'error');
    assert.equal(problem.file, entry);
  });

  it('is refused, not crashed on, when it is nested without end', () => {
    const deep = `export function f(): i32 { return ${'('.repeat(100_000)}1${')'.repeat(100_000)}; }`;
    assert.deepEqual(
      compileGuest(deep).diagnostics.map(({ code }) => code),
      ['too-deep'],
    );
  });

  it('imports sources that a build makes, which import its files', () => {
    const generated = new Map([
      [
        'camkes',
        `import { run } from '../app/Main';\nexport function twice(): i32 { return 2 * run(); }`,
      ],
    ]);
    const files = { [entry]: 'export function run(): i32 { return 21; }' };
    assert.equal(runGuest(files, { generated, folder: '', entries: ['camkes'] }).call('twice'), 42);
  });
});
