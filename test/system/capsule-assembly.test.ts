/** Capsules of components in assembly, by the names that components in C have: heaps, who calls, coming to life, waiting. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { virtAddr } from '../../runtime/base/address.js';
import { symbolAt } from '../../runtime/image/lookup.js';
import { viewThreads } from '../../runtime/inspect/threads.js';
import type { Platform } from '../../runtime/platform.js';
import type { Built } from '../../runtime/toolchain/build.js';
import {
  assertSame,
  bothWays,
  builtCapsule,
  client,
  outside,
  printed,
  server,
} from '../support/capsule-ways.js';
import { bootBuilt } from '../support/component-system.js';

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
    const system = builtCapsule(ways.capsule);
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
    const system = builtCapsule(ways.capsule);
    const { console, platform } = bootBuilt(system);
    assert.match(console, /^a!!An interface is called while it waits for this very call/);
    assert.match(stoppedIn(system, platform), /camkes_called_within_itself$/);
  });
});
