/**
 * Calls of CantripOS whose messages are bytes, between components in assembly, in guest TypeScript and in C: the same two
 * in processes of their own, in one capsule, and with one end in a capsule. Those in C are there where GCC is installed.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import type { Built } from '../../runtime/toolchain/build.js';
import { cCompiler } from '../support/c-compiler.js';
import { withCompiledC } from '../support/c-components.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';
import { guestConnectorCases } from '../support/connectors/guest.js';
import { routine, sayDigit } from '../support/component-text.js';

type Connector = 'cantripRPCCall' | 'cantripRPCOverMultiSharedData';

/**
 * The client asks with label 3 and a 5, and prints the label that comes back, the badge that the server saw, and a 6;
 * where the message says how long it is, also that.
 */
const clients = {
  S: (connector: Connector) => {
    const [request, call, reply] =
      connector === 'cantripRPCCall'
        ? ['call p_message', `li a0, 3\n li a1, 2\n call p_call\n mv s1, a1`, 'call p_message']
        : [
            'lw a0, p_data',
            'li a0, 3\n call p_call',
            'lw a0, p_data\n li t0, 2048\n add a0, a0, t0',
          ];
    return routine(
      'run',
      'sw s1, 8(sp)',
      `${request}\n li t0, 5\n sb t0, 0(a0)`,
      call,
      sayDigit,
      ...(connector === 'cantripRPCCall' ? ['mv a0, s1', sayDigit] : []),
      `${reply}\n lbu a0, 0(a0)`,
      sayDigit,
      `${reply}\n lbu a0, 1(a0)`,
      sayDigit,
      'lw s1, 8(sp)',
    );
  },
  ts: (connector: Connector) => `
    import { p } from "camkes";
    import { log } from "sel4";
    export function run(): void {
      let message = new Uint8Array(2);
      message[0] = 5;
      log(p.call(3, message).toString());
      let reply = p.reply();
      ${connector === 'cantripRPCCall' ? 'log(reply.length.toString());' : ''}
      log(reply[0].toString());
      log(reply[1].toString());
    }`,
  c: (connector: Connector) => `#include <camkes.h>
    static void digit(unsigned value) { putchar('0' + value); putchar(10); }
    int run(void) {
      ${
        connector === 'cantripRPCCall'
          ? `unsigned char *message = p_message();
             message[0] = 5;
             camkes_answer_t answer = p_call(3, 2);
             unsigned char *reply = p_message();
             digit(answer.label); digit(answer.size);`
          : `unsigned char *message = p_data;
             message[0] = 5;
             digit(p_call(3));
             unsigned char *reply = (unsigned char *)p_data + p_data_size / 2;`
      }
      digit(reply[0]); digit(reply[1]);
      return 0;
    }`,
};

/** The server answers with the label and one more, eight bytes: the badge, what came and one more, and zeros. */
const servers = {
  S: (connector: Connector) => `
    .globl p_request
p_request:
    lbu     t0, 0(a2)
    addi    t0, t0, 1
    ${connector === 'cantripRPCCall' ? '' : 'srli a3, a3, 1\n add a2, a2, a3'}
    sb      a0, 0(a2)
    sb      t0, 1(a2)
    addi    a0, a1, 1
    li      a1, 8
    ret
`,
  ts: () => `
    import { p } from "camkes";
    export function p_request(badge: u32, label: u32): u32 {
      let answer = new Uint8Array(8);
      answer[0] = <u8>badge;
      answer[1] = p.request()[0] + 1;
      p.reply(answer);
      return label + 1;
    }`,
  c: (connector: Connector) => `#include <camkes.h>
    ${connector === 'cantripRPCCall' ? 'camkes_answer_t' : 'unsigned'} p_request(
      seL4_Word badge, unsigned label, void *message, size_t size) {
      unsigned char *asked = message;
      unsigned char *answer = asked${connector === 'cantripRPCCall' ? '' : ' + size / 2'};
      unsigned char first = asked[0];
      answer[0] = badge;
      answer[1] = first + 1;
      return ${connector === 'cantripRPCCall' ? '(camkes_answer_t){ .label = label + 1, .size = 8 }' : 'label + 1'};
    }`,
};

const names = { S: 'assembly', ts: 'guest TypeScript', c: 'C' };

type Language = keyof typeof clients;

const languages: readonly Language[] = cCompiler === undefined ? ['S', 'ts'] : ['S', 'ts', 'c'];

/** What lies in the capsule; another client of the server always lies outside. */
const places = {
  'processes of their own': {
    group: '',
    outside: 'component A a; component B b; component C c; component A other;',
  },
  'one capsule': {
    group: 'component A a; component B b;',
    outside: 'component C c; component A other;',
  },
  'a capsule that has the client': {
    group: 'component A a; component C c;',
    outside: 'component B b; component A other;',
  },
  'a capsule that has the server': {
    group: 'component B b; component C c;',
    outside: 'component A a; component A other;',
  },
};

const from = (group: string, instance: string): string =>
  `${group.includes(` ${instance};`) ? 'g.' : ''}${instance}.p`;

const assembly = (
  connector: Connector,
  { group, outside }: { group: string; outside: string },
): string => `
  import <std_connector.camkes>;
  procedure P {}
  component A { control; uses P p; }
  component B { provides P p; }
  component C { }
  assembly {
    composition {
      ${group === '' ? '' : `group g { ${group} }`} ${outside}
      connection ${connector} calls(from ${from(group, 'a')}, from other.p, to ${from(group, 'b')});
    }
    configuration { other.priority = 100; }
  }`;

/** Without the client that always lies outside. */
const withoutOther = (text: string): string =>
  text
    .replace('component A other;', '')
    .replace(', from other.p', '')
    .replace('other.priority = 100;', '');

const built = (texts: Texts, optimization: 'debug' | 'release' = 'debug'): Built =>
  buildTexts(
    cCompiler === undefined ? texts : withCompiledC(cCompiler, texts, undefined, { guestCompiler }),
    'system.camkes',
    { guestCompiler, optimization },
  );

interface Told {
  readonly console: string;
  /** Calls through the kernel from one thread to another. */
  readonly messages: number;
}

function told(texts: Texts, optimization?: 'debug' | 'release'): Told {
  const system = built(texts, optimization);
  assert.deepEqual(problemsOf(system), []);
  let messages = 0;
  const { console, differences } = bootBuilt(system, undefined, undefined, (platform) =>
    platform.onKernelTrace(({ kind }) => (messages += Number(kind === 'message'))),
  );
  assert.deepEqual(differences, []);
  return { console, messages };
}

const numbers = {
  cantripRPCCall: '4\n8\n1\n6\n4\n8\n2\n6\n',
  cantripRPCOverMultiSharedData: '4\n1\n6\n4\n2\n6\n',
};

describe('a message', () => {
  for (const connector of ['cantripRPCCall', 'cantripRPCOverMultiSharedData'] as const)
    for (const client of languages)
      for (const server of languages)
        it(`goes from ${names[client]} to ${names[server]} wherever both are, by ${connector}`, () => {
          const messages = Object.entries(places)
            .slice(0, [client, server].includes('c') ? 2 : undefined)
            .map(([where, place]) => {
              const ran = told({
                'system.camkes': assembly(connector, place),
                [`A.${client}`]: clients[client](connector),
                [`B.${server}`]: servers[server](connector),
                'C.S': '',
              });
              assert.equal(ran.console, numbers[connector], where);
              return ran.messages;
            });
          const [processes = 0, capsule = 0] = messages;
          assert.ok(capsule < processes, 'between members the kernel has nothing to do');
        });

  it('goes between members as often as one likes without the kernel, and may be empty', () => {
    const texts: Texts = {
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
      'C.S': '',
    };
    const ways = ['processes of their own', 'one capsule'] as const;
    for (const where of ways) {
      const system = assembly('cantripRPCCall', places[where]);
      const { console } = told({ ...texts, 'system.camkes': system });
      assert.equal(console, '40000 8\n8 0\n40000 8\n9 0\n', where);
    }
    for (const optimization of ['debug', 'release'] as const) {
      const [processes, capsule] = ways.map((where) => {
        const system = withoutOther(assembly('cantripRPCCall', places[where]));
        return told({ ...texts, 'system.camkes': system }, optimization);
      });
      assert.equal(processes?.console, '40000 8\n8 0\n');
      assert.equal(capsule?.console, processes.console);
      // Each call and each answer is one; what is left are the semaphores by which a system comes to life.
      assert.ok(processes.messages >= 402, String(processes.messages));
      assert.ok(capsule.messages < 10, String(capsule.messages));
    }
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
