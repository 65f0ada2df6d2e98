/** Capsules: the same components in one address space and in several, from their sources to what they print. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../runtime/base/address.js';
import { symbolAt } from '../../runtime/image/lookup.js';
import { viewThreads } from '../../runtime/inspect/threads.js';
import { createPlatform, type Platform } from '../../runtime/platform.js';
import type { Built } from '../../runtime/toolchain/build.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { bootBuilt, buildTexts, type Texts } from '../support/component-system.js';
import { guestConnectorCases } from '../support/connectors/guest.js';

/** Instances and connections of an assembly, in processes of their own and in a group. */
function bothWays(
  components: Texts,
  instances: readonly string[],
  connections: readonly string[],
  configuration = '',
): { readonly processes: Texts; readonly capsule: Texts } {
  const types = [...new Set(instances.map((each) => each.split(' ')[0] ?? ''))];
  const names = instances.map((each) => each.split(' ')[1] ?? '');
  const imports = ['<std_connector.camkes>', ...types.map((type) => `"${type}.camkes"`)];
  const assembly = (parts: string, rows: readonly string[]): string =>
    `${imports.map((each) => `import ${each};`).join('\n')}
assembly {
  composition {
    ${parts}
    ${rows.map((each, index) => `connection ${each.replace('(', ` c${String(index)}(`)};`).join('\n    ')}
  }
  configuration { ${configuration} }
}`;
  const declared = instances.map((each) => `component ${each};`).join(' ');
  const grouped = connections.map((each) =>
    each.replace(/\b(\w+)\.(?=\w)/g, (ends, name: string) =>
      names.includes(name) ? `g.${ends}` : ends,
    ),
  );
  return {
    processes: { ...components, 'system.camkes': assembly(declared, connections) },
    capsule: {
      ...components,
      'system.camkes': assembly(`group g { ${declared} }`, grouped),
    },
  };
}

const built = (texts: Texts, optimization: 'debug' | 'release' = 'debug') =>
  buildTexts(texts, 'system.camkes', { guestCompiler, optimization });

function printed(texts: Texts, optimization?: 'debug' | 'release'): string {
  const system = built(texts, optimization);
  assert.deepEqual(
    system.diagnostics.map(({ message }) => message),
    [],
  );
  const { console, differences } = bootBuilt(system);
  assert.deepEqual(differences, []);
  return console;
}

function assertSame(ways: ReturnType<typeof bothWays>, console: string): void {
  assert.equal(printed(ways.processes), console);
  assert.equal(printed(ways.capsule), console);
  assert.equal(printed(ways.capsule, 'release'), console);
}

/** One instance of a capsule in a process of its own. */
function outside(capsule: Texts, component: string, instance: string): Texts {
  const text = String(capsule['system.camkes'])
    .replace(`component ${component} ${instance};`, '')
    .replace('group g {', `component ${component} ${instance}; group g {`)
    .replace(`g.${instance}.p`, `${instance}.p`);
  return { ...capsule, 'system.camkes': text };
}

/** Calls through the kernel from one thread to another. */
function messagesIn(texts: Texts): number {
  const { image, settings, programs = [] } = built(texts, 'release');
  assert.ok(image !== undefined);
  const made = createPlatform(image, { ...settings, programs });
  assert.ok(made.ok);
  let messages = 0;
  made.value.onKernelTrace((event) => (messages += Number(event.kind === 'message')));
  made.value.run(20_000_000);
  return messages;
}

const client = 'import "P.idl4"; component A { control; uses P p; }';
const server = 'import "P.idl4"; component B { provides P p; }';

const everything: Texts = {
  'P.idl4': `procedure P {
    int divide(in int a, in int b, out int rest);
    string greet(in string name, inout uint64_t count);
    int total(in int values[], out int doubled[]);
    void edit(inout string text, inout int16_t numbers[]);
    int words(in string some[], inout string more[], out string all[]);
    int many(in int a, in int b, in int c, in int d, in int e, in int f, in int g, in uint64_t h, in int i);
  }`,
  'A.camkes': client,
  'B.camkes': server,
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
      const e = p.edit("text", [1, 2]);
      log(e.text + " " + e.numbers.toString());
      const w = p.words(["a", "", "bcd"], ["x"]);
      log(w.result.toString() + " " + w.more.toString() + " " + w.all.toString());
      log(p.many(1, 2, 3, 4, 5, 6, 7, 8000000000, 9).toString());
    }`,
  'B.ts': `
    import { P_divide, P_greet, P_total, P_edit, P_words } from "camkes";
    export function p_divide(a: i32, b: i32): P_divide { return new P_divide(a / b, a % b); }
    export function p_greet(name: string, count: u64): P_greet {
      return new P_greet("hello " + name, count + 1);
    }
    export function p_total(values: i32[]): P_total {
      let sum = 0;
      const doubled: i32[] = [];
      for (let i = 0; i < values.length; i++) { sum += values[i]; doubled.push(2 * values[i]); }
      return new P_total(sum, doubled);
    }
    export function p_edit(text: string, numbers: i16[]): P_edit {
      numbers.push(3);
      return new P_edit(text + "!", numbers);
    }
    export function p_words(some: string[], more: string[]): P_words {
      const all = some.concat(more);
      more.push("y" + all.length.toString());
      return new P_words(some.length, more, all);
    }
    export function p_many(a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32, h: u64, i: i32): i32 {
      return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + <i32>(h / 1000000000) + 9 * i;
    }`,
};
const everythingPrinted =
  '3 2\nhello world 5000000000\n6 2,4,6\ntext! 1,2,3\n3 x,y4 a,,bcd,x\n229\n';

describe('a capsule', () => {
  it('prints what its members print in processes of their own', () => {
    const ways = bothWays(everything, ['A a', 'B b'], ['seL4RPCCall(from a.p, to b.p)']);
    assertSame(ways, everythingPrinted);
  });

  it('reclaims objects of a member between two calls of it, although its client never ends its event', () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { string next(in string text); }',
        'A.camkes': client,
        'B.camkes': server,
        'A.ts': `
          import { p } from "camkes";
          import { log } from "sel4";
          export function run(): void {
            let length = 0;
            for (let i = 0; i < 100; i++) length += p.next("x").length;
            log(length.toString());
          }`,
        'B.ts': `
          const long = "0123456789012345678901234567890123456789012345678901234567890123456789";
          export function p_next(text: string): string { return text + long + long; }`,
      },
      ['A a', 'B b'],
      ['seL4RPCCall(from a.p, to b.p)'],
      'a.heap_size = 262144;',
    );
    assert.equal(printed(ways.capsule), '14100\n');
  });

  it('reclaims objects of a member between two calls from elsewhere, too', () => {
    const { capsule } = bothWays(
      {
        'P.idl4': 'procedure P { string next(in string text); }',
        'A.camkes': client,
        'C.camkes': 'import "P.idl4"; component C { control; uses P p; }',
        'B.camkes': server,
        'A.ts': 'import { p } from "camkes"; export function run(): void { p.next("y"); }',
        'C.ts': `
          import { p } from "camkes";
          import { log } from "sel4";
          export function run(): void {
            let length = 0;
            for (let i = 0; i < 300; i++) length += p.next("x").length;
            log(length.toString());
          }`,
        'B.ts': `
          const long = "0123456789012345678901234567890123456789012345678901234567890123456789";
          export function p_next(text: string): string { return text + long + long; }`,
      },
      ['A a', 'C c', 'B b'],
      ['seL4RPCCall(from a.p, from c.p, to b.p)'],
      'c.heap_size = 1048576;',
    );
    assert.equal(printed(outside(capsule, 'C', 'c')), '42300\n');
  });

  it('may call in a circle: a member is entered again while it waits for its own call', () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { int down(in int n); }',
        'A.camkes':
          'import "P.idl4"; component A { control; uses P other; provides P p; attribute int first = 0; }',
        'A.ts': `
          import { first, other, p } from "camkes";
          import { log } from "sel4";
          export function run(): void { if (first > 0) log(other.down(first).toString()); }
          export function p_down(n: i32): i32 {
            log(n.toString() + " from " + p.sender().toString());
            return n == 0 ? 100 : other.down(n - 1) + 1;
          }`,
      },
      ['A a', 'A b'],
      ['seL4RPCCall(from a.other, to b.p)', 'seL4RPCCall(from b.other, to a.p)'],
      'a.first = 3;',
    );
    const system = built(ways.capsule);
    assert.deepEqual(
      system.diagnostics.map(({ severity, code, file }) => `${severity} ${code} ${file}`),
      ['information stack-recursion A.ts'],
    );
    assert.equal(bootBuilt(system).console, '3 from 1\n2 from 1\n1 from 1\n0 from 1\n103\n');
  });
});

/** The function in which a thread has faulted. */
function stoppedIn({ programs }: Built, platform: Platform): string {
  const stopped = viewThreads(platform).find(({ fault }) => fault !== undefined);
  const image = programs?.find(({ key }) => key === 'g')?.image;
  if (stopped === undefined || image === undefined) return 'nothing';
  return symbolAt(image, virtAddr(stopped.pc))?.symbol.name ?? 'unknown';
}

/** Functions of C in assembly: one that keeps `ra` and s0 around calls. */
const code = (name: string, ...lines: readonly string[]): string =>
  `    .globl ${name}
${name}:
    addi sp, sp, -16
    sw ra, 12(sp)
    sw s0, 8(sp)
${lines.map((line) => `    ${line}\n`).join('')}    lw s0, 8(sp)
    lw ra, 12(sp)
    addi sp, sp, 16
    ret
`;

const print = (value: string): string[] => [`li a0, '${value}'`, 'call putchar'];

describe('a capsule of components in assembly', () => {
  it('gives strings and arrays that come back to the caller, in its own heap', () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { string get(out string more, inout char data[], out int none); }',
        'A.camkes': client,
        'B.camkes': server,
        'A.S': `${code(
          'run',
          'la a0, more',
          'la a1, count',
          'la a2, data',
          'la a3, none',
          'call p_get',
          'mv s0, a0',
          'call puts',
          'mv a0, s0',
          'call free',
          'lw a0, more',
          'call puts',
          'lw a0, more',
          'call free',
          'lw a0, data',
          'call puts',
          'lw a0, none',
          'addi a0, a0, 48',
          'call putchar',
          // What is freed is taken again: it is a block of this heap.
          'li a0, 4',
          'call malloc',
          'lw t0, more',
          'sub a0, a0, t0',
          'seqz a0, a0',
          'addi a0, a0, 48',
          'call putchar',
        )}
    .data
more: .word 1
count: .word 4
data: .word text
none: .word 7
text: .asciz "abc"
`,
        'B.S': `${code(
          'p_get',
          'sw a0, 0(sp)',
          'lw t0, 0(a2)',
          "li t1, 'x'",
          'sb t1, 0(t0)',
          'li a0, 8',
          'call malloc',
          'mv s0, a0',
          'la a1, one',
          'li a2, 4',
          'call memcpy',
          'lw t0, 0(sp)',
          'la t1, two',
          'sw t1, 0(t0)',
          'mv a0, s0',
        )}
    .section .rodata
one: .asciz "one"
two: .asciz "two"
`,
      },
      ['A a', 'B b'],
      ['seL4RPCCall(from a.p, to b.p)'],
    );
    assertSame(ways, 'one\ntwo\nxbc\n01');
  });

  it('gives arrays of strings both ways, in C, too', () => {
    const ways = bothWays(
      {
        'P.idl4':
          'procedure P { int words(in string some[], inout string more[], out string all[]); }',
        'A.camkes': client,
        'B.camkes': server,
        'A.S': `${code(
          'run',
          'li a0, 2',
          'la a1, some',
          'la a2, more_count',
          'la a3, more',
          'la a4, all_count',
          'la a5, all',
          'call p_words',
          'addi a0, a0, 48',
          'call putchar',
          'lw s0, more',
          'lw a0, 0(s0)',
          'call puts',
          'lw s0, all',
          'lw a0, 0(s0)',
          'call puts',
          'lw a0, 4(s0)',
          'call puts',
          'lw a1, all_count',
          'mv a0, s0',
          'call camkes_free_strings',
          'lw a0, more_count',
          'addi a0, a0, 48',
          'call putchar',
        )}
    .data
some: .word one, two
more_count: .word 1
more: .word more_words
more_words: .word three
all_count: .word 0
all: .word 0
one: .asciz "one"
two: .asciz ""
three: .asciz "three"
`,
        // Gives back the first of what came as all it has, and another array for the second.
        'B.S': `${code(
          'p_words',
          'sw a0, 0(sp)',
          'sw a1, 4(sp)',
          'li t0, 2',
          'sw t0, 0(a4)',
          'lw t1, 0(a3)',
          'la t2, own',
          'lw t3, 0(t1)',
          'sw t3, 0(t2)',
          'lw t3, 0(a1)',
          'sw t3, 4(t2)',
          'sw t2, 0(a5)',
          'lw a0, 0(sp)',
        )}
    .data
own: .space 8
`,
      },
      ['A a', 'B b'],
      ['seL4RPCCall(from a.p, to b.p)'],
    );
    assertSame(ways, '2three\nthree\none\n1');
  });

  it('tells the server who calls, of its members and of others', () => {
    const components = {
      'P.idl4': 'procedure P { void hello(); }',
      'A.camkes': client,
      'B.camkes': server,
      'A.S': code('run', 'call p_hello'),
      'B.S': code('p_hello', 'call p_get_sender_id', 'addi a0, a0, 48', 'call putchar'),
    };
    const connection = 'seL4RPCCall(from a.p, from a2.p, from c.p, to b.p)';
    const { processes, capsule } = bothWays(
      components,
      ['A a', 'A a2', 'A c', 'B b'],
      [connection],
    );
    for (const texts of [processes, outside(capsule, 'A', 'c')])
      assert.deepEqual(printed(texts).split('').sort(), ['1', '2', '3']);
  });

  it('comes to life together: servers before their clients, and nobody runs before all are there', () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { void hello(); }',
        'A.camkes': client,
        'B.camkes': server,
        'A.S': [
          code('pre_init', ...print('a'), 'call p_hello'),
          code('post_init', ...print('c')),
          code('run', ...print('e'), 'call p_hello'),
        ].join(''),
        'B.S': [
          code('pre_init', ...print('1')),
          code('p__init', ...print('2')),
          code('post_init', ...print('3')),
          code('p_hello', ...print('!')),
        ].join(''),
      },
      ['A a', 'B b'],
      ['seL4RPCCall(from a.p, to b.p)'],
    );
    assert.equal(printed(ways.capsule), '123a!ce!');
  });

  it('stops who calls a member that has not come to life', () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { void hello(); }',
        'A.camkes': 'import "P.idl4"; component A { control; uses P other; provides P p; }',
        'A.S': [
          code('post_init', ...print('a'), 'call other_hello', ...print('b')),
          code('p_hello', ...print('!')),
        ].join(''),
      },
      ['A a', 'A b'],
      ['seL4RPCCall(from a.other, to b.p)', 'seL4RPCCall(from b.other, to a.p)'],
    );
    const system = built(ways.capsule);
    const { console, platform } = bootBuilt(system);
    assert.match(console, /^aA member of a capsule is called before it has come to life/);
    assert.match(stoppedIn(system, platform), /camkes_called_too_early$/);
  });

  it('lets one call of an interface in at a time, where its server waits meanwhile', () => {
    const components = {
      'P.idl4': 'procedure P { void wait(); }',
      'Q.idl4': 'procedure Q { void go(); }',
      'A.camkes': client,
      'D.camkes': 'import "Q.idl4"; component D { control; uses Q q; }',
      'B.camkes':
        'import "P.idl4"; import "Q.idl4"; component B { provides P p; provides Q q; has semaphore s; }',
      'A.S': code('run', 'call p_wait', ...print(')')),
      'D.S': code('run', 'call q_go', 'call q_go'),
      'B.S': [
        code('p_wait', ...print('('), 'call s_wait', ...print('.')),
        code('q_go', ...print('+'), 'call s_post'),
      ].join(''),
    };
    const ways = bothWays(
      components,
      ['A a', 'A a2', 'D d', 'B b'],
      ['seL4RPCCall(from a.p, from a2.p, to b.p)', 'seL4RPCCall(from d.q, to b.q)'],
      'b.s_value = 0; d.priority = 100;',
    );
    for (const texts of [ways.capsule, outside(ways.capsule, 'A', 'a2')])
      assert.equal(printed(texts).replace(/[+)]/g, ''), '(.(.');
  });

  it('stops a call that would wait for itself', () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { void hello(); }',
        'A.camkes':
          'import "P.idl4"; component A { control; uses P other; provides P p; has mutex m; }',
        'A.S': [
          code('run', ...print('a'), 'call other_hello', ...print('b')),
          code('p_hello', ...print('!'), 'call other_hello'),
        ].join(''),
      },
      ['A a', 'A b'],
      ['seL4RPCCall(from a.other, to b.p)', 'seL4RPCCall(from b.other, to a.p)'],
    );
    const system = built(ways.capsule);
    const { console, platform } = bootBuilt(system);
    assert.match(console, /^a!!An interface is called while it waits for this very call/);
    assert.match(stoppedIn(system, platform), /camkes_called_within_itself$/);
  });

  it("hands the bytes of CantripOS's calls from member to member without the kernel", () => {
    const ways = bothWays(
      {
        'P.idl4': 'procedure P { }',
        'A.camkes': client,
        'B.camkes': server,
        'A.ts': `
          import { p } from "camkes";
          import { log } from "sel4";
          export function run(): void {
            let total = 0;
            let sent = new Uint8Array(400);
            for (let turn = 0; turn < 200; turn++) {
              sent[0] = <u8>turn;
              total += p.call(turn, sent);
              total += p.reply()[1];
            }
            log(total.toString() + " " + p.reply().length.toString());
            log(p.call(7, new Uint8Array(0)).toString() + " " + p.reply().length.toString());
          }`,
        'B.ts': `
          import { p } from "camkes";
          export function p_request(badge: u32, label: u32): u32 {
            let asked = p.request();
            if (asked.length == 0) return label + badge;
            let answer = new Uint8Array(8);
            answer[1] = asked[0] + 1;
            p.reply(answer);
            return label;
          }`,
      },
      ['A a', 'B b'],
      ['cantripRPCCall(from a.p, to b.p)'],
    );
    assertSame(ways, '40000 8\n8 0\n');
    // Each call and each answer is one; what is left are the semaphores by which a system comes to life.
    assert.ok(messagesIn(ways.processes) >= 402);
    assert.ok(messagesIn(ways.capsule) < 10);
  });

  for (const { title, texts, prints } of guestConnectorCases)
    if (title?.startsWith('a capability in messages') === true)
      it(`has ${title}, as between processes`, () => {
        const assembly = (texts['system.camkes'] ?? '')
          .toString()
          .replace('component A a; component S s;', 'group g { $& }')
          .replace('from a.p, to s.p', 'from g.a.p, to g.s.p');
        const system = built({ ...texts, 'system.camkes': assembly });
        const { console, differences } = bootBuilt(system);
        assert.deepEqual(differences, []);
        assert.deepEqual(console.trim().split('\n'), prints);
      });
});
