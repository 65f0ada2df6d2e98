/**
 * Components in C, compiled by GCC with the header that the build makes: every kind of parameter, in registers, split
 * and on the stack. Where no GCC is installed, the same system says what it lacks, and boots without code.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { registerHeaders } from '../../runtime/toolchain/components/register-headers.js';
import { cCompiler } from '../support/c-compiler.js';
import { withCompiledC } from '../support/c-components.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

/** Compiles `X.c` to `X.o` for each component, and boots the system; what it printed. */
function printed(texts: Texts, options?: readonly string[]): string {
  const model = buildTexts(texts);
  if (cCompiler === undefined) {
    assert.ok(problemsOf(model).every((each) => each.includes('component-without-source')));
    assert.deepEqual(bootBuilt(model).console, '');
    return '';
  }
  const built = buildTexts(withCompiledC(cCompiler, texts, options));
  assert.deepEqual(problemsOf(built), []);
  const { console, differences } = bootBuilt(built);
  assert.deepEqual(differences, []);
  return console;
}

const expected = (text: string): string => (cCompiler === undefined ? '' : text);

const system = (methods: string): Record<string, string> => ({
  'P.idl4': `procedure P { ${methods} }`,
  'A.camkes': 'import "P.idl4"; component A { control; uses P p; }',
  'B.camkes': 'import "P.idl4"; component B { provides P p; }',
  'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "B.camkes";
    assembly {
      composition { component A a; component B b; connection seL4RPCCall c(from a.p, to b.p); }
      configuration { a.heap_size = 4096; b.heap_size = 4096; }
    }`,
});

/** Prints whether each condition holds. */
const checks = (...conditions: readonly string[]): string =>
  conditions
    .map((condition) => `puts((${condition}) ? "ok" : ${JSON.stringify(condition)});`)
    .join('\n');

const ok = (count: number): string => 'ok\n'.repeat(count);

describe('parameters of C functions', () => {
  it('of eight bytes go through any register, split or on the stack', () => {
    const texts = {
      ...system(`
        uint64_t odd(in int a, in uint64_t b, in int c);
        int64_t split(in int a, in int b, in int c, in int d, in int e, in int f, in int g, in int64_t h);
        int deep(in int a, in int b, in int c, in int d, in int e, in int f, in int g, in int h, in int i, in int64_t j, in int k);`),
      'A.c': `#include <camkes.h>
        int run(void) {
          ${checks(
            'p_odd(1, 0x123456789abcdef0ull, 2) == 0x123456789abcdef3ull',
            'p_split(1, 2, 3, 4, 5, 6, 7, -5000000000ll) == -4999999972ll',
            'p_deep(1, 2, 3, 4, 5, 6, 7, 8, 9, 5000000000ll, 11) == 62',
          )}
          return 0; }`,
      'B.c': `#include <camkes.h>
        uint64_t p_odd(int a, uint64_t b, int c) { return b + a + c; }
        int64_t p_split(int a, int b, int c, int d, int e, int f, int g, int64_t h) {
          return h + a + b + c + d + e + f + g; }
        int p_deep(int a, int b, int c, int d, int e, int f, int g, int h, int i, int64_t j, int k) {
          return a + b + c + d + e + f + g + h + i + (j == 5000000000ll ? 6 : 0) + k; }`,
    };
    assert.equal(printed(texts), expected(ok(3)));
    assert.equal(printed(texts, ['-O0', '-g']), expected(ok(3)));
  });

  it('that are small are widened as their type says', () => {
    const texts = {
      ...system(`
        int8_t least(in int8_t a, in uint8_t b);
        uint16_t middle(in int16_t a, in uint16_t b, in boolean c);
        char next(in char a);`),
      'A.c': `#include <camkes.h>
        int run(void) {
          ${checks(
            'p_least(-3, 200) == -3',
            'p_middle(-2, 65000, true) == 64999',
            "p_next('a') == 'b'",
          )}
          return 0; }`,
      'B.c': `#include <camkes.h>
        int8_t p_least(int8_t a, uint8_t b) { return b == 200 ? a : 0; }
        uint16_t p_middle(int16_t a, uint16_t b, bool c) { return a + b + c; }
        char p_next(char a) { return a + 1; }`,
    };
    assert.equal(printed(texts), expected(ok(3)));
  });

  it('go there and back by reference, as strings and as arrays', () => {
    const texts = {
      ...system(`
        void swap(inout int a, inout uint64_t b, refin int c, out int d);
        string greet(in string name, out string other);
        void count(out int upTo[], in int size);
        int total(in char bytes[], refin int words[]);
        void shout(inout string text);`),
      'A.c': `#include <camkes.h>
        int run(void) {
          int a = 1, c = 3, d; uint64_t b = 2;
          p_swap(&a, &b, &c, &d);
          ${checks('a == 11', 'b == 0x100000002ull', 'd == 6')}
          char *other, *text = p_greet("world", &other);
          puts(text); puts(other); free(text); free(other);
          size_t size; int *upTo;
          p_count(&size, &upTo, 4);
          ${checks('size == 4', 'upTo[0] == 0 && upTo[3] == 3')}
          const int words[] = { 10, 20, 30 }; const size_t three = 3; const int *w = words;
          ${checks('p_total(2, "\\1\\2", &three, (int **)&w) == 63')}
          char *loud = malloc(4); memcpy(loud, "abc", 4);
          p_shout(&loud); puts(loud);
          return 0; }`,
      'B.c': `#include <camkes.h>
        void p_swap(int *a, uint64_t *b, const int *c, int *d) {
          *a += 10; *b += 0x100000000ull; *d = *c * 2; }
        static char *copy(const char *text) {
          size_t bytes = strlen(text) + 1; char *made = malloc(bytes);
          memcpy(made, text, bytes); return made; }
        char *p_greet(const char *name, char **other) { *other = copy("hello"); return copy(name); }
        void p_count(size_t *upTo_sz, int **upTo, int size) {
          int *made = malloc(size * sizeof *made);
          for (int i = 0; i < size; i += 1) made[i] = i;
          *upTo_sz = size; *upTo = made; }
        int p_total(size_t bytes_sz, const char *bytes, const size_t *words_sz, int **words) {
          int sum = 0;
          for (size_t i = 0; i < bytes_sz; i += 1) sum += bytes[i];
          for (size_t i = 0; i < *words_sz; i += 1) sum += (*words)[i];
          return sum; }
        void p_shout(char **text) { for (char *at = *text; *at; at += 1) *at -= 32; }`,
    };
    assert.equal(printed(texts), expected(`${ok(3)}world\nhello\n${ok(3)}ABC\n`));
  });
});

describe('an interface in C that may be left out', () => {
  it('has functions and memory whose addresses are 0 where it is', () => {
    const texts = {
      'system.camkes': `import <std_connector.camkes>;
        procedure P { int f(in int a); }
        component A { control; maybe uses P p; maybe consumes E e; maybe dataport Buf d; uses P always; }
        component B { provides P p; emits E e; dataport Buf d; }
        assembly { composition {
          component A a; component A other; component B b;
          connection seL4RPCCall c(from a.p, from a.always, from other.always, to b.p);
          connection seL4Notification n(from b.e, to a.e);
          connection seL4SharedData s(from a.d, to b.d);
        } configuration { other.priority = 100; } }`,
      'A.c': `#include <camkes.h>
        int run(void) {
          puts(p_f ? "a call" : "no call");
          puts(e_poll ? "an event" : "no event");
          puts(&d ? "memory" : "no memory");
          if (p_f && &d) { *(int *)d = 41; ${checks('p_f(1) == 42', 'e_poll() == 0')} }
          return 0; }`,
      'B.c': `#include <camkes.h>
        int p_f(int a) { return a + *(int *)d; }`,
    };
    const without = 'no call\nno event\nno memory\n';
    assert.equal(printed(texts), expected(`a call\nan event\nmemory\n${ok(2)}${without}`));
    assert.equal(
      printed(texts, ['-O0', '-g']),
      expected(`a call\nan event\nmemory\n${ok(2)}${without}`),
    );
  });
});

describe('a dataport in C', () => {
  it('has places that mean the same to another component, cache operations, and registers by their address', () => {
    const texts = {
      'P.idl4': 'procedure P { include <camkes/dataport.h>; int f(in dataport_ptr_t at); }',
      'A.camkes': `import "P.idl4";
        component A { control; uses P p; dataport Buf d; dataport Buf registers; }`,
      'B.camkes': 'import "P.idl4"; component B { provides P p; dataport Buf d; }',
      'Hw.camkes': 'component Hw { hardware; dataport Buf registers; }',
      'system.camkes': `import <std_connector.camkes>;
        import "A.camkes"; import "B.camkes"; import "Hw.camkes";
        assembly {
          composition {
            component A a; component B b; component Hw hw;
            connection seL4RPCCall c(from a.p, to b.p);
            connection seL4SharedData m(from a.d, to b.d);
            connection seL4HardwareMMIO r(from a.registers, to hw.registers);
          }
          configuration { hw.registers_paddr = 0x40030000; hw.registers_size = 4096; }
        }`,
      'A.c': `#include <camkes.h>
        int run(void) {
          char *at = (char *)d + 40; at[1] = 42;
          ${checks(
            'p_f(dataport_wrap_ptr(at)) == 42',
            'dataport_unwrap_ptr(dataport_wrap_ptr(at)) == at',
            'dataport_unwrap_ptr(dataport_wrap_ptr(&at)) == NULL',
            'd_cache_op(0, d_size, DMA_CACHE_OP_CLEAN) == 0 && d_cache_op(1, d_size, 0) == -1',
            'registers_translate_paddr(0x40030010, 4) == (char *)registers + 16',
            'registers_translate_paddr(0x40031000, 4) == NULL',
          )}
          return 0; }`,
      'B.c': `#include <camkes.h>
        int p_f(dataport_ptr_t at) { char *found = dataport_unwrap_ptr(at); return found ? found[1] : 0; }`,
    };
    assert.equal(printed(texts), expected(ok(6)));
  });
});

describe('the registers of a device in C', () => {
  it("have OpenTitan's names in a header, and are at those places", () => {
    const texts = {
      'A.camkes': 'component A { control; dataport Buf uart; }',
      'Hw.camkes': 'component Hw { hardware; dataport Buf uart; }',
      'system.camkes': `import <std_connector.camkes>; import "A.camkes"; import "Hw.camkes";
        assembly {
          composition {
            component A a; component Hw hw;
            connection seL4HardwareMMIO r(from a.uart, to hw.uart);
          }
          configuration { hw.uart_paddr = 0x54000000; hw.uart_size = 4096; }
        }`,
      'A.c': `#include <camkes.h>
        ${[...registerHeaders().keys()].map((name) => `#include "${name}"`).join('\n')}
        typedef struct { uint32_t mask, index; } bitfield_field32_t;
        static volatile uint32_t *at(uint32_t offset) { return (volatile uint32_t *)((char *)uart + offset); }
        int run(void) {
          bitfield_field32_t nco = UART_CTRL_NCO_FIELD;
          *at(UART_CTRL_REG_OFFSET) = (0x1234 & nco.mask) << nco.index | 1u << UART_CTRL_TX_BIT;
          ${checks(
            '*at(UART_CTRL_REG_OFFSET) == 0x12340001',
            '*at(UART_STATUS_REG_OFFSET) >> UART_STATUS_RXEMPTY_BIT & 1',
            '*at(UART_STATUS_REG_OFFSET) == UART_STATUS_REG_RESVAL',
            'RV_PLIC_PRIO3_REG_OFFSET == 12 && SPI_HOST_PARAM_TX_DEPTH == 72',
          )}
          return 0; }`,
    };
    assert.equal(printed(texts), expected(ok(4)));
  });
});

describe('the other headers of CAmkES', () => {
  it('are those that C components include: what they declare holds on this runtime', () => {
    const texts = {
      'system.camkes': `import <std_connector.camkes>;
        procedure P { int ask(); }
        component A { control; uses P p; emits E e; dataport Buf d; has mutex m; }
        component B { provides P p; consumes E e; dataport Buf d; attribute int limit = 3; }
        assembly { composition { component A a; component B b;
          connection seL4RPCCall c(from a.p, to b.p); connection seL4Notification n(from a.e, to b.e);
          connection seL4SharedData s(from a.d, to b.d); } }`,
      'A.c': `#include <camkes/tls.h>
        #include <camkes/error.h>
        #include <camkes/dataport.h>
        #include <camkes.h>
        static camkes_error_action_t handle(camkes_error_t *error) {
          return error->type == CE_NO_ERROR ? CEA_DISCARD : CEA_HALT; }
        void pre_init(void) { m_lock(); *(int *)d = 5; m_unlock(); }
        int run(void) {
          ${checks(
            'camkes_register_error_handler(handle) == NULL',
            'camkes_get_tls()->thread_index == 0 && camkes_get_tls()->tcb_cap != 0',
            'p_ask() == 8',
            'd_get_size() == d_size',
          )}
          e_emit();
          return 0; }`,
      'B.c': `#include <camkes/dataport_caps.h>
        #include <camkes/irq.h>
        #include <camkes/tls.h>
        static int thread;
        void p__init(void) { thread = camkes_get_tls()->thread_index; }
        void e__init(void) { puts("init of an event"); }
        int p_ask(void) {
          d_acquire();
          return thread == camkes_get_tls()->thread_index && thread != 0 ? *(int *)d + limit : -1; }
        void e_handle(void) { puts("event"); }`,
    };
    assert.equal(printed(texts), expected(`${ok(2)}init of an event\n${ok(2)}event\n`));
  });
});

describe('calls of CantripOS in C', () => {
  const texts = (connector: string, settings: string): Record<string, string> => ({
    'system.camkes': `import <std_connector.camkes>;
      procedure P {}
      component A { control; uses P p; }
      component B { provides P p; }
      assembly {
        composition { component A a; component B b; connection ${connector} c(from a.p, to b.p); }
        configuration { ${settings} }
      }`,
  });

  for (const [connector, settings] of [
    ['cantripRPCCall', ''],
    ['cantripRPCCallSignal', 'a.p_attributes = 2;'],
  ] as const)
    it(`carry a label and bytes both ways over ${connector}, and signals`, () => {
      const isSignal = connector.endsWith('Signal');
      const all = {
        ...texts(connector, settings),
        'A.c': `#include <camkes.h>
          int run(void) {
            memcpy(p_message(), "hello", 6);
            camkes_answer_t answer = p_call(7, 6);
            ${checks('answer.label == 8', 'answer.size == CAMKES_MESSAGE_BYTES', 'strcmp(p_message(), "HELLO") == 0')}
            ${isSignal ? 'p_wait(); puts("signalled");' : ''}
            return 0; }`,
        'B.c': `#include <camkes.h>
          camkes_answer_t p_request(seL4_Word badge, unsigned label, void *message, size_t size) {
            ${checks(`badge == ${isSignal ? '2' : '1'} && badge == p_get_sender_id()`, 'size == 8')}
            for (char *at = message; *at; at += 1) *at -= 32;
            ${isSignal ? 'p_emit(badge);' : ''}
            return (camkes_answer_t){ label + 1, CAMKES_MESSAGE_BYTES }; }`,
      };
      assert.equal(printed(all), expected(`${ok(5)}${isSignal ? 'signalled\n' : ''}`));
    });

  it('have their bytes in shared memory over cantripRPCOverMultiSharedData', () => {
    const all = {
      ...texts('cantripRPCOverMultiSharedData', ''),
      'A.c': `#include <camkes.h>
        int run(void) {
          memcpy(p_data, "hello", 6);
          ${checks('p_call(7) == 8', 'strcmp((char *)p_data + p_data_size / 2, "HELLO") == 0')}
          return 0; }`,
      'B.c': `#include <camkes.h>
        unsigned p_request(seL4_Word badge, unsigned label, void *message, size_t size) {
          char *to = (char *)message + size / 2;
          for (char *at = message; (*to++ = *at ? *at - 32 : 0); at += 1);
          return label + 1; }`,
    };
    assert.equal(printed(all), expected(ok(2)));
  });
});

describe('the c sample', () => {
  it('prints what its description says', () => {
    const folder = 'extension/samples/c';
    const texts: Record<string, string> = {};
    for (const name of [
      'system.camkes',
      'interfaces/Statistics.idl4',
      ...['Client.camkes', 'Client.c', 'Collector.camkes', 'Collector.c'].map(
        (each) => `components/${each}`,
      ),
    ])
      texts[name.replace(/^.*\//, '')] = readFileSync(`${folder}/${name}`, 'utf8');
    assert.equal(printed(texts), expected('sum: 60\nlengths in cm\nvalues: 3\nscaled: 70\n'));
  });
});
