/** Components in guest TypeScript, from their source to what they print. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nexusBoard } from '../../runtime/machine/boards/nexus.js';
import { build } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';
import { checkConnector } from '../support/connectors/check-connector.js';
import type { ConnectorCase } from '../support/connectors/connector-case.js';
import { guestConnectorCases } from '../support/connectors/guest.js';
import { filesOnDisk } from '../support/files-on-disk.js';

const built = (texts: Texts) => buildTexts(texts, 'system.camkes', { guestCompiler });

function printed(texts: Texts): string {
  const system = built(texts);
  assert.deepEqual(problemsOf(system), []);
  const { console, differences } = bootBuilt(system);
  assert.deepEqual(differences, []);
  return console;
}

const system = (methods: string): Record<string, string> => ({
  'P.idl4': `procedure P { ${methods} }`,
  'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
  'B.camkes': 'import "P.idl4"; component B { provides P p; }',
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
    assembly {
      composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); }
    }`,
});

/** In assembly: calls `p_add` and prints what it gives as a character. */
const assemblyClient = `
    .globl run
run:
    addi sp, sp, -16
    sw ra, 12(sp)
    li a0, 60
    li a1, 5
    call p_add
    call putchar
    lw ra, 12(sp)
    addi sp, sp, 16
    ret
`;

/** The connectors that its assembly names. */
const connectorsIn = ({ texts }: ConnectorCase): string[] => [
  ...new Set(
    [...String(texts['system.camkes']).matchAll(/connection (\w+)/g)].map(([, name = '']) => name),
  ),
];

describe('components in guest TypeScript', () => {
  it('serve what others call', () => {
    const texts = {
      ...system('int add(in int a, in int b);'),
      'A.S': assemblyClient,
      'B.ts': 'export function p_add(a: i32, b: i32): i32 { return a + b; }',
    };
    assert.equal(printed(texts), 'A');
  });

  it('call others, with strings, arrays and what comes back beside a result', () => {
    const texts = {
      ...system(`
        int divide(in int a, in int b, out int rest);
        string greet(in string name, inout uint64_t count);
        int total(in int values[], out int doubled[]);`),
      'A.ts': `
        import { p } from "camkes";
        import { log } from "sel4";
        export function run(): void {
          const q = p.divide(20, 6);
          log(q.result.toString() + " " + q.rest.toString());
          const g = p.greet("world", 4999999999);
          log(g.result + " " + g.count.toString());
          const t = p.total([1, 2, 3]);
          log(t.result.toString() + " " + t.doubled.toString());
        }`,
      'B.ts': `
        import { P_divide, P_greet, P_total } from "camkes";
        export function p_divide(a: i32, b: i32): P_divide { return new P_divide(a / b, a % b); }
        export function p_greet(name: string, count: u64): P_greet {
          return new P_greet("hello " + name, count + 1);
        }
        export function p_total(values: i32[]): P_total {
          let sum = 0;
          const doubled: i32[] = [];
          for (let i = 0; i < values.length; i++) { sum += values[i]; doubled.push(2 * values[i]); }
          return new P_total(sum, doubled);
        }`,
    };
    assert.equal(printed(texts), '3 2\nhello world 5000000000\n6 2,4,6\n');
  });

  it('take turns: what one thread does between two waits, no other sees half done', () => {
    const texts = {
      'P.idl4': 'procedure P { void step(); }',
      'A.camkes': 'import "P.idl4"; component A { control; uses P p; emits E e; dataport Buf d; }',
      'B.camkes': `import "P.idl4"; component B { control; provides P p; consumes E e; dataport Buf d;
        has mutex m; has semaphore s; attribute int first = 1; attribute string word = "none"; }`,
      'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
        assembly {
          composition { component A a; component B b;
            connection seL4RPCCall c(from a.p, to b.p);
            connection seL4Notification n(from a.e, to b.e);
            connection seL4SharedData s(from a.d, to b.d); }
          configuration { b.s_value = 0; b.first = 7; b.word = "seven"; }
        }`,
      'A.ts': `
        import { d, e, p } from "camkes";
        export function run(): void { d.set<i32>(8, 42); p.step(); e.emit(); p.step(); }`,
      'B.ts': `
        import { d, first, m, s, word } from "camkes";
        import { log } from "sel4";
        let steps = 0;
        export function pre_init(): void { log("pre_init " + first.toString() + " " + word); }
        export function p__init(): void { log("p__init"); }
        export function p_step(): void { m.lock(); steps += 1; m.unlock(); log("step " + steps.toString()); s.post(); }
        export function e_handle(): void { log("event " + d.get<i32>(8).toString()); s.post(); }
        export function run(): void { s.wait(); s.wait(); s.wait(); log("all three"); }`,
    };
    const lines = printed(texts).trim().split('\n');
    assert.deepEqual(lines.slice(0, 2), ['pre_init 7 seven', 'p__init']);
    assert.deepEqual([...lines.slice(2)].sort(), ['all three', 'event 42', 'step 1', 'step 2']);
    assert.equal(lines.at(-1), 'all three');
  });

  it('whose handler has another signature are wrong at its line', () => {
    const texts = {
      ...system('int add(in int a, in int b);'),
      'A.S': assemblyClient,
      'B.ts': '\nexport function p_add(a: i32, b: string): i32 { return a; }',
    };
    const made = built(texts);
    assert.deepEqual(problemsOf(made), ['error handler-signature B.ts:2']);
    assert.match(
      made.diagnostics[0]?.message ?? '',
      /`p_add` is `\(i32, string\): i32`, but its method needs `\(i32, i32\): i32`/,
    );
    assert.equal(made.image, undefined);
  });

  it('without a handler are wrong at the interface', () => {
    const texts = {
      ...system('int add(in int a, in int b);'),
      'A.S': assemblyClient,
      'B.ts': 'export function other(): void {}',
    };
    assert.deepEqual(problemsOf(built(texts)), ['error missing-handler B.camkes:1']);
  });

  it('with text that is not understood are wrong there alone, and not for a handler that may be behind it', () => {
    for (const [source, problem] of [
      [
        "import { g } from './gone';\nexport function p_add(a: i32, b: i32): i32 { return g(a); }",
        'unknown-import B.ts:1',
      ],
      ['\nexport function p_add(a: i32, b: i32): i32 { return', 'ts-1126 B.ts:2'],
    ] as const) {
      const texts = {
        ...system('int add(in int a, in int b);'),
        'A.S': assemblyClient,
        'B.ts': source,
      };
      assert.deepEqual(problemsOf(built(texts)), [`error ${problem}`]);
    }
    const none = { ...system('int add(in int a, in int b);'), 'A.S': assemblyClient, 'B.ts': '' };
    assert.deepEqual(problemsOf(built(none)), ['error missing-handler B.camkes:1']);
  });

  it('whose method has a type that nobody knows are wrong at the method alone', () => {
    const texts = {
      ...system('int add(in thing_t a, in int b);'),
      'A.ts': "import { p } from 'camkes';\nexport function run(): void { p.add(1, 2); }",
      'B.ts': 'export function p_add(a: i32, b: i32): i32 { return a; }',
    };
    assert.deepEqual(problemsOf(built(texts)), ['error rpc-type P.idl4:1']);
  });

  it('with a mistake are wrong at its line, and without a compiler at the file', () => {
    const texts = {
      ...system('int add(in int a, in int b);'),
      'A.S': assemblyClient,
      'B.ts': 'export function p_add(a: i32, b: i32): i32 {\n  return c;\n}',
    };
    const [problem] = problemsOf(built(texts));
    assert.match(problem ?? '', /^error [\w-]+ B.ts:2$/);
    assert.deepEqual(problemsOf(buildTexts(texts)), ['error guest-compiler-missing B.ts:1']);
  });
});

describe('connections of components in guest TypeScript', () => {
  for (const each of guestConnectorCases)
    it(`work in a booted system: ${each.title ?? connectorsIn(each).join(', ')}`, () => {
      checkConnector(each, { guestCompiler });
    });
});

describe('samples in guest TypeScript', () => {
  const consoleOf = (folder: string, runs?: number, program = ''): string => {
    const made = build(`extension/samples/${folder}${program}`, filesOnDisk, {
      boards: [nexusBoard()],
      guestCompiler,
    });
    assert.deepEqual(problemsOf(made), []);
    const { console, differences } = bootBuilt(made, runs);
    assert.deepEqual(differences, []);
    return console;
  };

  it('rpc: two readers borrow from one shelf', () => {
    assert.equal(
      consoleOf('rpc'),
      'reader 1 wants Emma\nanna has Emma, 2 are left\nreader 2 wants Emma\nben takes none of Faust, Ulysses\n',
    );
  });

  it('capsule: a station prints the same in one address space and in three', () => {
    const console = consoleOf('capsule');
    const [, , unbelieved, ...rest] = console.trim().split('\n');
    assert.equal(unbelieved, 'filter: 60 is not believed');
    assert.equal(rest.at(-1), 'meter: 7 lines before this one');
    assert.equal(consoleOf('capsule', undefined, '/processes.camkes'), console);
  });

  it('event: interrupts of the timer become events', () => {
    assert.equal(consoleOf('event', 1_000_000), 'tick 1\ntick 2\ntick 3\nthat was all\n');
  });
});
