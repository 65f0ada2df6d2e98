/** Calls whose messages go through the memory of a dataport: the setting `buffer` of their connection. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { cCompiler } from '../support/c-compiler.js';
import { withCompiledC } from '../support/c-components.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const system = (settings: string, data = 'from a.d, to b.d'): Texts => ({
  'P.idl4': `procedure P {
    string twice(in string text, in int64_t number, out int64_t next); int length(in string text);
  }`,
  'A.camkes':
    'import "P.idl4"; component A { control; uses P p; dataport Buf(8192) d; dataport Buf o; }',
  'B.camkes':
    'import "P.idl4"; component B { provides P p; dataport Buf(8192) d; dataport Buf o; }',
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
assembly {
  composition {
    component A a; component B b;
    connection seL4RPCCall c(from a.p, to b.p); connection seL4SharedData m(${data});
    connection seL4SharedData n(from a.o, to b.o);
  }
  configuration {
    a.heap_size = 65536; b.heap_size = 65536;
    ${settings}
  }
}`,
});

const inGuest: Texts = {
  'A.ts': `import { p } from "camkes";
    import { log } from "sel4";
    export function run(): void {
      let reply = p.twice("0123456789".repeat(200), 4999999999);
      log(reply.result.length.toString() + " " + reply.result.slice(1998, 2003) + " " + reply.next.toString());
      log(p.length("0123456789".repeat(300)).toString());
    }`,
  'B.ts': `import { P_twice } from "camkes";
    export function p_twice(text: string, number: i64): P_twice { return new P_twice(text + text, number + 1); }
    export function p_length(text: string): i32 { return text.length; }`,
};

const inC: Record<string, string> = {
  A: `#include <camkes.h>
    static char text[3001];
    int run(void) {
      memset(text, 'x', 2000);
      int64_t next;
      char *twice = p_twice(text, 4999999999ll, &next);
      puts(strlen(twice) == 4000 && next == 5000000000ll ? "twice" : "wrong");
      free(twice);
      memset(text, 'x', 3000);
      puts(p_length(text) == 3000 ? "3000" : "wrong");
      /* The message lies there, behind the number of its method. */
      puts(((char *)d)[0] == (char)(3000 & 0xff) ? "there" : "elsewhere");
      return 0;
    }`,
  B: `#include <camkes.h>
    char *p_twice(const char *text, int64_t number, int64_t *next) {
      size_t length = strlen(text);
      char *made = malloc(2 * length + 1);
      memcpy(made, text, length); memcpy(made + length, text, length + 1);
      *next = number + 1;
      return made;
    }
    int p_length(const char *text) { return strlen(text); }`,
};

function withC(texts: Texts, components: readonly string[]): Texts | undefined {
  if (cCompiler === undefined) return undefined;
  const sources = components.map((component) => [`${component}.c`, inC[component] ?? ''] as const);
  return withCompiledC(cCompiler, { ...texts, ...Object.fromEntries(sources) });
}

function printed(texts: Texts): string[] {
  const built = buildTexts(texts, 'system.camkes', { guestCompiler });
  assert.deepEqual(problemsOf(built), []);
  const { console, differences } = bootBuilt(built);
  assert.deepEqual(differences, []);
  return console.trim().split('\n');
}

const throughMemory = system('c.buffer = "m";');
const fromGuest = ['4000 89012 5000000000', '3000'];
const fromC = ['twice', '3000', 'there'];

describe('messages through the memory of a dataport', () => {
  it('are as long as it, between components in guest TypeScript', () => {
    assert.deepEqual(printed({ ...throughMemory, ...inGuest }), fromGuest);
  });

  it('go between C and C, and between C and guest TypeScript both ways', () => {
    const all = withC(throughMemory, ['A', 'B']);
    if (all === undefined) return;
    const { 'A.o': a = '', 'B.o': b = '' } = all;
    assert.deepEqual(printed(all), fromC);
    const { 'A.ts': client = '', 'B.ts': server = '' } = inGuest;
    assert.deepEqual(printed({ ...throughMemory, 'A.o': a, 'B.ts': server }), fromC);
    assert.deepEqual(printed({ ...throughMemory, 'A.ts': client, 'B.o': b }), fromGuest);
  });

  it('without the setting have no room there, and the call is a fault', () => {
    const built = buildTexts({ ...system(''), ...inGuest }, 'system.camkes', { guestCompiler });
    assert.deepEqual(problemsOf(built), []);
    assert.match(bootBuilt(built).console, /stops/);
  });

  it('need a dataport of the same two instances, whose memory both may write', () => {
    const problemOf = (settings: string, data?: string): string => {
      const { diagnostics } = buildTexts(system(settings, data));
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      assert.deepEqual(
        errors.map(({ code }) => code),
        ['rpc-buffer'],
      );
      return errors[0]?.message ?? '';
    };
    assert.match(problemOf('c.buffer = "x";'), /there is no connection `x`/);
    assert.match(problemOf('c.buffer = "c";'), /`c` is not between dataports/);
    assert.match(
      problemOf('c.buffer = "m";', 'from b.d, to a.d'),
      /its `from` end is in `b`, and has to be in `a`/,
    );
    assert.match(
      problemOf('c.buffer = "m"; b.d_access = "R";'),
      /`b.d` may not be read and written/,
    );
  });
});
