/** An arena that is too small for the objects that its program begins with: told when it is built, at the place. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { footprintText } from '../../runtime/toolchain/components/footprint.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

/** A table of 5000 bytes, an array that grows, and an object: 5016 and some more. */
const large = `import { log } from 'sel4';
const table = new StaticArray<u8>(5000);
const items: i32[] = [];
for (let i = 0; i < 20; i++) items.push(i);
export function run(): void { log(instance(table.length + items.length)); }
function instance(size: i32): string { return size == 5020 ? 'all there' : 'not all'; }
`;

const texts: Texts = {
  'Large.camkes': 'component Large { control; }',
  'Large.ts': large,
  'Small.camkes': 'component Small { control; }',
  'Small.ts': 'export function run(): void {}\n',
};

const builtWith = (composition: string, configuration: string, more: Texts = {}) =>
  buildTexts(
    {
      ...texts,
      'system.camkes': `${composition.includes('connection') ? 'import <std_connector.camkes>; ' : ''}${[
        'Large',
        'Small',
      ]
        .filter((name) => composition.includes(name))
        .map((name) => `import "${name}.camkes";`)
        .join(' ')}
assembly {
  composition {
    ${composition}
  }
  configuration {
    ${configuration}
  }
}`,
      ...more,
    },
    'system.camkes',
    { guestCompiler },
  );

const message = (built: ReturnType<typeof builtWith>): string =>
  built.diagnostics.map((each) => each.message).join('\n');

/** As the build says. */
const needed = Number(
  /at least (\d+) bytes/.exec(
    message(builtWith('component Large large;', 'large.heap_size = 4096;')),
  )?.[1],
);

describe('an arena without room for the first objects', () => {
  it('is an error at its setting, which says what they need, what there is and what to set', () => {
    const built = builtWith('component Large large;', 'large.heap_size = 4096;');
    assert.deepEqual(problemsOf(built), ['error arena-too-small system.camkes:7']);
    assert.equal(built.image, undefined);
    assert.ok(needed > 5016 && needed < 6000, String(needed));
    assert.equal(
      message(built),
      `The objects that \`large\` makes when it starts, of which nothing is reclaimed meanwhile, need an arena of at least ${String(needed)} bytes, and it has 4096. Set \`large.heap_size = 8192;\` in the configuration, or more if it makes others later.`,
    );
    const [first] = built.diagnostics.flatMap(({ related = [] }) => related);
    assert.deepEqual(
      [first?.file, first?.range.start.line, first?.message],
      ['Large.ts', 1, '5016 bytes are taken here.'],
    );
  });

  it('is none with as many bytes as they need, and one with 16 less', () => {
    const exact = builtWith('component Large large;', `large.heap_size = ${String(needed)};`);
    assert.deepEqual(problemsOf(exact), []);
    assert.equal(bootBuilt(exact).console, 'all there\n');
    const arena = `${String(needed)} (${String(needed)}+ at start)`;
    assert.ok(footprintText(exact.footprints ?? []).includes(` ${arena} `));
    const less = builtWith('component Large large;', `large.heap_size = ${String(needed - 16)};`);
    assert.deepEqual(problemsOf(less), ['error arena-too-small system.camkes:7']);
  });

  it('is an error at the instance where the assembly says nothing of it', () => {
    const built = builtWith('component Large large;', '', {
      'Large.ts': large.replace('(5000)', '(20000)'),
    });
    assert.deepEqual(problemsOf(built), ['error arena-too-small system.camkes:4']);
    assert.match(
      message(built),
      /without the setting `heap_size` it has 16384\. Set `large\.heap_size = 20480;`/,
    );
  });

  it('is one for those instances of a component alone whose own it is, and of the others all is told', () => {
    const instances = `component Large one; component Large two;
    component Small small;`;
    const built = builtWith(instances, 'one.heap_size = 8192;\n two.heap_size = 4096;', {
      'Small.ts': 'export function run(): void { wrong(); }\n',
    });
    assert.deepEqual(problemsOf(built), [
      'error arena-too-small system.camkes:9',
      'error unknown-name Small.ts:1',
    ]);
  });

  it('is one for a member of a group', () => {
    for (const members of [
      'component Small s; component Large l;',
      'component Large l; component Small s;',
    ]) {
      const built = builtWith(
        `group g { ${members} }`,
        's.heap_size = 1024;\n l.heap_size = 4096;',
      );
      assert.deepEqual(problemsOf(built), ['error arena-too-small system.camkes:8']);
    }
  });

  /** A component with a table from its start on, and another one in its place from `pre_init` on. */
  const preparing = (first: number, second: number): Texts => ({
    'P.idl4': 'procedure P { void ask(); }',
    'Large.camkes': 'import "P.idl4"; component Large { control; provides P p; }',
    'Small.camkes': 'import "P.idl4"; component Small { control; uses P q; }',
    'Small.ts': `import { q } from 'camkes';\nexport function run(): void { q.ask(); }\n`,
    'Large.ts': `import { log } from 'sel4';
let table = new StaticArray<u8>(${String(first)});
export function pre_init(): void {
  table = new StaticArray<u8>(${String(second)});
}
export function run(): void {}
export function p_ask(): void { log(table.length == ${String(second)} ? 'there' : 'not there'); }
`,
  });
  const serving = (heapBytes: number, more: Texts) =>
    builtWith(
      `component Large large; component Small small;
    connection seL4RPCCall c(from small.q, to large.p);`,
      `large.heap_size = ${String(heapBytes)};`,
      more,
    );

  it('is one for what is made in `pre_init`, before which nothing is reclaimed in an arena of that size', () => {
    const source = preparing(500, 4000);
    const built = serving(4096, source);
    assert.deepEqual(problemsOf(built), ['error arena-too-small system.camkes:8']);
    assert.match(message(built), /makes when it starts and in `pre_init`.* at least 4536 bytes/);
    assert.equal(bootBuilt(serving(4536, source)).console, 'there\n');
  });

  it('is none for `pre_init` where that finds what the start has left', () => {
    const left = 'table = new StaticArray<u8>(20);\n';
    const texts = preparing(3500, 3000);
    const source = String(texts['Large.ts']).replace('export', `${left}export`);
    const built = serving(4096, { ...texts, 'Large.ts': source });
    assert.deepEqual(problemsOf(built), []);
    assert.equal(bootBuilt(built).console, 'there\n');
  });

  it('is told of a release build, too', () => {
    const built = buildTexts(
      {
        ...texts,
        'system.camkes':
          'import "Large.camkes";\nassembly { composition { component Large large; }\nconfiguration { large.heap_size = 4096; } }',
      },
      'system.camkes',
      { guestCompiler, optimization: 'release' },
    );
    assert.deepEqual(problemsOf(built), ['error arena-too-small system.camkes:3']);
  });

  it('cannot be told where its size decides what there is', () => {
    const built = builtWith('component Large large;', 'large.heap_size = 8192;', {
      'Large.ts': `import { log } from 'sel4';
import { OwnProgram } from 'sel4/own-program';
const table = new StaticArray<u8>(OwnProgram.arenaBytes() / 2);
export function run(): void { log(table.length == 4096 ? 'half' : 'not half'); }
`,
    });
    assert.deepEqual(problemsOf(built), []);
    assert.equal(bootBuilt(built).console, 'half\n');
  });

  it('is told of a start that does not end, and one that takes ever more', () => {
    const endless =
      'const first = new StaticArray<u8>(5000);\nlet n = 0;\nwhile (first[0] == 0) n++;\n';
    const growing =
      'const all: Uint8Array[] = [];\nwhile (n() >= 0) all.push(new Uint8Array(100000));\nfunction n(): i32 { return all.length; }\n';
    for (const source of [endless, growing]) {
      const built = builtWith('component Large large;', 'large.heap_size = 4096;', {
        'Large.ts': `${source}export function run(): void {}\n`,
      });
      assert.deepEqual(problemsOf(built), ['error arena-too-small system.camkes:7']);
    }
  });

  it('is told with what an arena can have at most, where they need more', () => {
    const built = builtWith('component Large large;', 'large.heap_size = 4096;', {
      'Large.ts': large.replace('(5000)', '(100000000)'),
    });
    assert.match(
      message(built),
      /it has 4096\. Make fewer or smaller ones: an arena has 67108864 bytes at most\.$/,
    );
  });
});

describe('an arena that is larger than any can be', () => {
  it('is an error at its setting', () => {
    const built = builtWith('component Small small;', 'small.heap_size = 100000000;');
    assert.deepEqual(problemsOf(built), ['error arena-too-large system.camkes:7']);
  });
});

describe('the heap of an application', () => {
  const builtFor = (heap: string, bytes: number) =>
    buildTexts(
      {
        'app/hello.ts': `const table = new StaticArray<u8>(${String(bytes)});\nexport function main(): void { table[0] = 1; }\n`,
        'app/hello.manifest': 'name = hello\n',
        'app/cantrip.json': `{ "program": "hello.ts",\n "app": { "manifest": "hello.manifest"${heap} } }`,
      },
      'app/cantrip.json',
      { guestCompiler },
    );

  it('that is too small for its first objects is an error at its value', () => {
    const built = builtFor(',\n"heap": "8K"', 8192);
    assert.deepEqual(problemsOf(built), ['error arena-too-small app/cantrip.json:3']);
    assert.equal(built.bundle, undefined);
    assert.match(
      message(built),
      /of at least 8208 bytes, and it has 8192\. Set "heap": "12K" in its "app"/,
    );
    assert.deepEqual(problemsOf(builtFor(',\n"heap": "8K"', 8192 - 16)), []);
  });

  it('is one for what is made in `main`, with which an application begins', () => {
    const built = buildTexts(
      {
        'app/hello.ts': 'export function main(): void { new StaticArray<u8>(20000); }\n',
        'app/hello.manifest': 'name = hello\n',
        'app/cantrip.json': '{ "program": "hello.ts",\n "app": { "manifest": "hello.manifest" } }',
      },
      'app/cantrip.json',
      { guestCompiler },
    );
    assert.deepEqual(problemsOf(built), ['error arena-too-small app/cantrip.json:1']);
    assert.match(message(built), /makes when it starts and in `main`.* at least 20016 bytes/);
  });

  it('is one at the program where nothing is said of it', () => {
    const built = builtFor('', 16384);
    assert.deepEqual(problemsOf(built), ['error arena-too-small app/cantrip.json:1']);
    assert.match(message(built), /without the setting "heap" it has 16384/);
  });
});
