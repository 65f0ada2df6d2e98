/** Handlers of errors in C, and what their answers do. Where no GCC is installed there is nothing to see. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cCompiler } from '../support/c-compiler.js';
import { withCompiledC } from '../support/c-components.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const methods = `int length(in string text); string repeat(in int count); void give(out int words[], in int count);
  int last(in int a, in int b, in int c);`;

const texts: Texts = {
  'P.idl4': `procedure P { ${methods} }`,
  'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
  'B.camkes': 'import "P.idl4"; component B { provides P p; }',
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
    assembly {
      composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); }
      configuration { a.heap_size = 1024; b.heap_size = 16384; }
    }`,
};

const start = `#include <camkes.h>
#include <camkes/error.h>
static void number(unsigned value) {
  if (value >= 10) number(value / 10);
  putchar('0' + value % 10);
}
static int action;
static camkes_error_action_t told(camkes_error_t *error) {
  for (const char *at = error->instance; *at != 0; at++) putchar(*at);
  putchar('.');
  for (const char *at = error->interface; *at != 0; at++) putchar(*at);
  putchar(' '); number(error->type); putchar(' ');
  if (error->type == CE_BUFFER_LENGTH_EXCEEDED) {
    number(error->current_length); putchar(' '); number(error->target_length); putchar(' ');
  }
  if (error->type == CE_INVALID_METHOD_INDEX) {
    number(error->upper_bound); putchar(' '); number(error->invalid_index); putchar(' ');
  }
  if (error->type == CE_MALFORMED_RPC_PAYLOAD) {
    number(error->length); putchar(' '); number(error->current_index); putchar(' ');
  }
  puts(error->description);
  return action;
}
/* Calls the endpoint with so many words, whatever the stub would send. */
static unsigned raw(const unsigned *words, unsigned count) {
  register unsigned a0 __asm__("a0") = SLOT, a1 __asm__("a1") = count, a7 __asm__("a7") = -1;
  register unsigned a2 __asm__("a2") = words[0], a3 __asm__("a3") = words[1], a4 __asm__("a4") = words[2], a5 __asm__("a5") = words[3];
  __asm__ volatile("ecall" : "+r"(a0), "+r"(a1), "+r"(a2), "+r"(a3), "+r"(a4), "+r"(a5) : "r"(a7) : "memory");
  return a1 & 127;
}
`;

const serverCode = `
int p_length(const char *text) { return strlen(text); }
char *p_repeat(int count) { char *made = calloc(1, count + 1); memset(made, 'x', count); return made; }
void p_give(size_t *size, int **words, int count) { *size = count; *words = calloc(count, 4); }
int p_last(int a, int b, int c) { return c + 1; }
`;

/** What is printed where it matters; nothing without a compiler. */
function printed(
  client: string,
  server: string,
  system = texts['system.camkes'] ?? '',
  components: Texts = {},
): string | undefined {
  if (cCompiler === undefined) return undefined;
  const all: Texts = { ...texts, ...components, 'system.camkes': system };
  const model = buildTexts(all);
  const slot = model.bindings?.find(({ key }) => key === 'a')?.instances[0]?.ends[0]?.endpoint;
  const sources: Record<string, string> = { A: start + client, B: start + server + serverCode };
  const built = buildTexts(
    withCompiledC(cCompiler, { ...all, 'A.c': sources['A'] ?? '', 'B.c': sources['B'] ?? '' }, [
      ...['-O1', '-Wno-unused-function', '-Wno-unused-variable', `-DSLOT=${String(slot ?? 0)}`],
    ]),
  );
  assert.deepEqual(problemsOf(built), []);
  const { console, differences } = bootBuilt(built);
  assert.deepEqual(differences, []);
  return console;
}

function expectLines(console: string | undefined, lines: readonly string[]): void {
  if (console !== undefined) assert.deepEqual(console.trimEnd().split('\n'), lines);
}

const long = 'static char text[600]; memset(text, 120, 599);';
const noHandler = 'void pre_init(void) {}';
const handler = (answer: string): string =>
  `void pre_init(void) { action = ${answer}; camkes_register_error_handler(told); }`;

describe('a handler of errors', () => {
  it('is told of a call that has no room in its message, and discards or cuts it', () => {
    const calls = `int run(void) {
      ${long}
      number(p_length(text)); puts("");
      action = CEA_IGNORE;
      number(p_length(text)); puts("");
      number(p_length("short")); puts("");
      return 0;
    }`;
    expectLines(printed(handler('CEA_DISCARD') + calls, noHandler), [
      'a.p 1 480 601 the message of p_length has no room for all of it',
      '0',
      'a.p 1 480 601 the message of p_length has no room for all of it',
      // The server finds no end of the string, and answers with nothing.
      'a.p 3 0 4 the answer of p_length is not as long as it has to be',
      '0',
      '5',
    ]);
  });

  it('is told by the server of an answer that has no room; its client of one that is too short', () => {
    const calls = `int run(void) {
      char *text = p_repeat(500);
      puts(text[479] == 'x' ? "cut" : "else");
      puts(p_repeat(3));
      size_t size; int *words;
      p_give(&size, &words, 200);
      return 0;
    }`;
    expectLines(printed(handler('CEA_IGNORE') + calls, handler('CEA_IGNORE')), [
      'b.p 1 480 501 the answer of p_repeat has no room for all of it',
      // What was cut has no end.
      'a.p 3 480 481 the answer of p_repeat is not as long as it has to be',
      'else',
      'xxx',
      'b.p 1 480 804 the answer of p_give has no room for all of it',
      'a.p 3 480 481 the answer of p_give is not as long as it has to be',
    ]);
  });

  it('that discards at a server leaves the caller without an answer, as in CAmkES, and the server goes on', () => {
    const calls = `int run(void) {
      const unsigned words[4] = { 9 };
      bool is_first = get_instance_name()[1] == 0;
      puts(is_first ? "first" : "second");
      if (is_first) { raw(words, 1); puts("went on"); }
      else { puts(p_repeat(3)); p_repeat(500); puts("went on"); }
      return 0;
    }`;
    const system = (connector: string): string =>
      `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
      assembly {
        composition {
          component A a; component A a2; component B b;
          connection ${connector} c(from a.p, from a2.p, to b.p);
        }
        configuration { b.heap_size = 16384; a.heap_size = 4096; a2.heap_size = 4096; a.priority = 110; a2.priority = 100; }
      }`;
    expectLines(printed(calls, handler('CEA_DISCARD'), system('seL4RPCCall')), [
      'first',
      'b.p 2 3 9 a call of p is for a method that there is not',
      'second',
      'xxx',
      'b.p 1 480 501 the answer of p_repeat has no room for all of it',
    ]);
  });

  it('is told where there is no memory for what is answered', () => {
    const calls = `int run(void) {
      for (int count = 0; count < 2; count++) {
        char *text = p_repeat(400);
        puts(text == NULL ? "none" : "some");
      }
      return 0;
    }`;
    // Each takes 512 bytes of the heap of 1024.
    const another = `void post_init(void) { malloc(8); }`;
    expectLines(printed(handler('CEA_DISCARD') + another + calls, noHandler), [
      'some',
      'a.p 5 there is no memory for the answer of p_repeat',
      'none',
    ]);
  });

  it('is that of the interface, where it has one; each registration gives the one before', () => {
    const calls = `
      static camkes_error_action_t own(camkes_error_t *error) { puts("own"); return CEA_DISCARD; }
      int run(void) {
        ${long}
        puts(p_register_error_handler(own) == NULL ? "none" : "some");
        puts(camkes_register_error_handler(told) == NULL ? "none" : "some");
        number(p_length(text)); puts("");
        puts(p_register_error_handler(NULL) == own ? "own" : "another");
        number(p_length(text)); puts("");
        puts(camkes_register_error_handler(NULL) == told ? "told" : "another");
        return 0;
      }`;
    expectLines(printed(calls, noHandler), [
      'none',
      'none',
      'own',
      '0',
      'own',
      'a.p 1 480 601 the message of p_length has no room for all of it',
      '0',
      'told',
    ]);
  });

  it('may stop its thread, and the others go on; without a handler that thread faults', () => {
    const calls = (before: string): string => `
      void pre_init(void) { action = CEA_ABORT; ${before} }
      int run(void) { ${long} puts("calls"); p_length(text); puts("went on"); return 0; }`;
    expectLines(printed(calls('camkes_register_error_handler(told);'), noHandler), [
      'calls',
      'a.p 1 480 601 the message of p_length has no room for all of it',
    ]);
    const without = printed(
      calls('if (action == 0) camkes_register_error_handler(told);'),
      noHandler,
    );
    assert.ok(without === undefined || /^calls\nThread "a_a_0_control_tcb" .*stops/.test(without));
    const never = printed(calls(''), noHandler);
    assert.ok(never === undefined || /^calls\nThread "a_a_0_control_tcb" .*stops/.test(never));
  });

  it('may switch the system off', () => {
    const calls = `int run(void) { ${long} p_length(text); puts("went on"); return 0; }`;
    const console = printed(handler('CEA_HALT') + calls, noHandler);
    assert.ok(!console?.includes('went on'));
  });

  it('is told of messages in a dataport, whose room is that of the dataport', () => {
    const system = `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
      assembly {
        composition {
          component A a; component B b;
          connection seL4RPCCall c(from a.p, to b.p); connection seL4SharedData m(from a.d, to b.d);
        }
        configuration { a.heap_size = 16384; b.heap_size = 16384; c.buffer = "m"; }
      }`;
    const components: Texts = {
      'A.camkes': 'import "P.idl4"; component A { control; uses P p; dataport Buf d; }',
      'B.camkes': 'import "P.idl4"; component B { provides P p; dataport Buf d; }',
    };
    const calls = `
      static char longer[5000];
      int run(void) {
        memset(longer, 'x', 4999);
        number(p_length(longer)); puts("");
        number(p_length("short")); puts("");
        p_repeat(4500);
        puts("went on");
        return 0;
      }`;
    expectLines(
      printed(handler('CEA_DISCARD') + calls, handler('CEA_DISCARD'), system, components),
      [
        'a.p 1 4096 5001 the message of p_length has no room for all of it',
        '0',
        '5',
        // The server gives no answer.
        'b.p 1 4096 4501 the answer of p_repeat has no room for all of it',
      ],
    );
  });

  it('in a capsule is that of its own component, and has nothing to tell between members but of memory', () => {
    const system = `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
      assembly {
        composition {
          group g { component A a; component B b; }
          component A other;
          connection seL4RPCCall c(from g.a.p, from other.p, to g.b.p);
        }
        configuration { a.heap_size = 2048; other.heap_size = 2048; b.heap_size = 16384; other.priority = 100; }
      }`;
    const calls = `
      static char longer[601];
      int run(void) {
        memset(longer, 'x', 600);
        number(p_length(longer)); puts("");
        puts(p_repeat(1000) == NULL ? "none" : "some");
        puts(p_repeat(1500) == NULL ? "none" : "some");
        return 0;
      }`;
    expectLines(printed(handler('CEA_DISCARD') + calls, handler('CEA_DISCARD'), system), [
      '600',
      'some',
      'a.p 5 there is no memory for the answer of p_repeat',
      'none',
      'other.p 1 480 602 the message of p_length has no room for all of it',
      '0',
      'b.p 1 480 1001 the answer of p_repeat has no room for all of it',
    ]);
  });
});
