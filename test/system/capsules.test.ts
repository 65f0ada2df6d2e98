/** Capsules: the same components in one address space and in several, from their sources to what they print. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  assertSame,
  bothWays,
  builtCapsule,
  client,
  outside,
  printed,
  server,
} from '../support/capsule-ways.js';
import { bootBuilt, type Texts } from '../support/component-system.js';

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

  it('may have more code than was thought before it was linked', () => {
    const { capsule } = bothWays(
      {
        'P.idl4': 'procedure P { int next(in int number); }',
        'A.camkes': client,
        'B.camkes': server,
        'A.ts': `
          import { p } from "camkes";
          import { log } from "sel4";
          const text = "of A";
          export function run(): void { log(text + " " + p.next(40).toString()); }`,
        // Text begins at 64 KiB, and the data of guest TypeScript at a MiB where nothing is known.
        'B.S': '.globl p_next\np_next: addi a0, a0, 2\n ret\n .space 0x100000\n',
      },
      ['A a', 'B b'],
      ['seL4RPCCall(from a.p, to b.p)'],
    );
    assert.equal(printed(capsule), 'of A 42\n');
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
    const system = builtCapsule(ways.capsule);
    assert.deepEqual(
      system.diagnostics.map(({ severity, code, file }) => `${severity} ${code} ${file}`),
      ['information stack-recursion A.ts'],
    );
    assert.equal(bootBuilt(system).console, '3 from 1\n2 from 1\n1 from 1\n0 from 1\n103\n');
  });
});
