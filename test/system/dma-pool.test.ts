/** The pool that the setting `dma_pool` gives, as C and guest TypeScript allocate from it; without GCC the latter alone. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { componentHeaders } from '../../runtime/toolchain/components/header.js';
import { upstreamHeaders } from '../../runtime/toolchain/components/upstream-headers.js';
import { guestCompiler } from '../../runtime/toolchain/guest/assemblyscript/main.js';
import { cCompiler, compileC } from '../support/c-compiler.js';
import { withCompiledC } from '../support/c-components.js';
import { bootBuilt, buildTexts, problemsOf, type Texts } from '../support/component-system.js';

const systemWith = (settings: string, component = 'component A { control; }'): Texts => ({
  'A.camkes': component,
  'system.camkes': `import "A.camkes";
    assembly { composition { component A a; } configuration { ${settings} } }`,
});

function printed(texts: Texts, source: string): string | undefined {
  if (cCompiler === undefined) return undefined;
  const built = buildTexts(withCompiledC(cCompiler, { ...texts, 'A.c': source }));
  assert.deepEqual(problemsOf(built), []);
  const { console, differences } = bootBuilt(built);
  assert.deepEqual(differences, []);
  return console;
}

/** Prints whether each condition holds. */
const checks = (...conditions: readonly string[]): string =>
  conditions
    .map((condition) => `puts((${condition}) ? "ok" : ${JSON.stringify(condition)});`)
    .join('\n');

const dma = '#include <camkes.h>\n#include <camkes/dma.h>\n';

function expectOk(texts: Texts, source: string, count: number): void {
  const console = printed(texts, source);
  if (console !== undefined) assert.equal(console, 'ok\n'.repeat(count));
}

describe('memory for DMA', () => {
  it('is allocated and freed in aligned pieces, until there is none', () => {
    const source = `${dma}
      int run(void) {
        char *first = camkes_dma_alloc(100, 0, false);
        char *second = camkes_dma_alloc(64, 1024, false);
        char *large = camkes_dma_alloc(0x3000, 0x1000, false);
        ${checks(
          'first != NULL && second != NULL && large != NULL',
          '(uintptr_t)second % 1024 == 0',
          '(uintptr_t)large % 4096 == 0',
          'camkes_dma_alloc(0x1000, 0, false) == NULL',
          'camkes_dma_alloc(0x10000, 0, false) == NULL',
          'camkes_dma_alloc(1, 3, false) == NULL',
        )}
        memset(large, 7, 0x3000);
        camkes_dma_free(large, 0x3000);
        char *page = camkes_dma_alloc_page();
        char *again = camkes_dma_alloc(0x2000, 0, false);
        ${checks('page == large', 'again == large + 0x1000', 'again[0] == 7')}
        camkes_dma_free_page(page);
        camkes_dma_free(first, 100);
        camkes_dma_free(NULL, 4);
        ${checks('camkes_dma_alloc(128, 0, false) == first', 'camkes_dma_alloc_page() == page')}
        return 0;
      }`;
    expectOk(systemWith('a.dma_pool = 0x4000; a.dma_pool_paddr = 0x50200000;'), source, 11);
  });

  it('has physical addresses and frames of its own, each piece in one piece', () => {
    const source = `${dma}
      int run(void) {
        char *memory = camkes_dma_alloc(0x3000, 0, false);
        uintptr_t first = camkes_dma_get_paddr(memory);
        ${checks(
          'first % 4096 == 0',
          'first == 0x50200000',
          'camkes_dma_get_paddr(memory + 0x1234) == first + 0x1234',
          'camkes_dma_get_cptr(memory) != 0',
          'camkes_dma_get_cptr(memory + 0x1000) != camkes_dma_get_cptr(memory + 0xfff)',
          'camkes_dma_get_cptr(memory) == camkes_dma_get_cptr(memory + 0xfff)',
          'camkes_dma_get_paddr(&first) == 0',
          'camkes_dma_get_cptr(&first) == 0',
        )}
        return 0;
      }`;
    expectOk(systemWith('a.dma_pool = 0x3000; a.dma_pool_paddr = 0x50200000;'), source, 8);
  });

  it('is cached or not as the setting says, and asked for so', () => {
    const source = `${dma}
      int run(void) {
        ${checks('camkes_dma_alloc(64, 0, false) == NULL', 'camkes_dma_alloc(64, 0, true) != NULL')}
        ${checks('camkes_dma_alloc_page() == NULL', 'camkes_dma_alloc(64, 0, 1) != NULL')}
        return 0;
      }`;
    expectOk(systemWith('a.dma_pool = 0x1000; a.dma_pool_cached = 1;'), source, 4);
  });

  it('is none without a pool', () => {
    const source = `${dma}
      int run(void) {
        char *none = camkes_dma_alloc_page();
        camkes_dma_free(none, 4);
        camkes_dma_free(&none, 4);
        ${checks('none == NULL', 'camkes_dma_get_paddr(&none) == 0')}
        return 0;
      }`;
    expectOk(systemWith(''), source, 2);
  });

  it('is aligned to more than a page in virtual memory', () => {
    const source = `${dma}
      int run(void) {
        char *memory = camkes_dma_alloc(64, 0x4000, false);
        ${checks('memory != NULL', '(uintptr_t)memory % 0x4000 == 0')}
        return 0;
      }`;
    expectOk(systemWith('a.dma_pool = 0x10000; a.dma_pool_paddr = 0x50200000;'), source, 2);
  });
});

describe('memory for DMA as libplatsupport has it', () => {
  it('is that of the pool, by the functions of the table that `camkes_dma_manager` fills', () => {
    const source = `#include <platsupport/io.h>
      ${dma}
      int run(void) {
        ps_dma_man_t manager;
        int result = camkes_dma_manager(&manager);
        char *memory = ps_dma_alloc(&manager, 0x1800, 64, 0, PS_MEM_NORMAL);
        uintptr_t address = ps_dma_pin(&manager, memory, 0x1800);
        ${checks(
          'result == 0 && memory != NULL',
          'address == camkes_dma_get_paddr(memory) && address != 0',
          'ps_dma_alloc(&manager, 64, 64, 1, PS_MEM_HW) == NULL',
        )}
        ps_dma_cache_clean(&manager, memory, 64);
        ps_dma_cache_clean_invalidate(&manager, memory, 64);
        ps_dma_unpin(&manager, memory, 0x1800);
        ps_dma_free(&manager, memory, 0x1800);
        ${checks('camkes_dma_alloc(0x2000, 0, false) == memory')}
        return 0;
      }`;
    expectOk(systemWith('a.dma_pool = 0x2000; a.dma_pool_paddr = 0x50200000;'), source, 4);
  });

  it('is counted', () => {
    const source = `${dma}
      int run(void) {
        const camkes_dma_stats_t *stats = camkes_dma_stats();
        ${checks('stats->total_allocations == 0', 'stats->heap_size == 0x2000')}
        char *first = camkes_dma_alloc(100, 0, false);
        char *second = camkes_dma_alloc(0x1000, 64, false);
        camkes_dma_free(second, 0x1000);
        camkes_dma_alloc(0x2000, 0, false);
        camkes_dma_alloc(4, 0, true);
        stats = camkes_dma_stats();
        ${checks(
          'first != NULL && stats->heap_size == 0x2000',
          'stats->current_outstanding == 128',
          'stats->minimum_heap_size == 0x2000 - 0x1000 - 128',
          'stats->total_allocations == 4',
          'stats->failed_allocations_out_of_memory == 1',
          'stats->failed_allocations_other == 1',
          'stats->average_allocation == (100 + 0x1000 + 0x2000 + 4) / 4',
          'stats->minimum_allocation == 4 && stats->maximum_allocation == 0x2000',
          'stats->minimum_alignment == 0 && stats->maximum_alignment == 64',
          'stats->defragmentations == 0',
        )}
        return 0;
      }`;
    expectOk(systemWith('a.dma_pool = 0x2000; a.dma_pool_paddr = 0x50200000;'), source, 12);
  });
});

describe('memory for DMA in guest TypeScript', () => {
  const guest = (
    source: string,
    settings = 'a.dma_pool = 0x3000; a.dma_pool_paddr = 0x50200000;',
  ) => buildTexts({ ...systemWith(settings), 'A.ts': source }, 'system.camkes', { guestCompiler });

  it('is an object with its physical address, read and written within its bounds, until it is given back', () => {
    const built = guest(`
      import { dmaPool } from "camkes";
      import { log } from "sel4";
      export function run(): void {
        let first = dmaPool.alloc(0x1800)!;
        let second = dmaPool.alloc(64, 1024)!;
        log(dmaPool.size.toString() + " " + (dmaPool.alloc(0x3000) == null).toString());
        log(first.paddr.toString(16) + " " + first.size.toString() + " " + (second.paddr % 1024).toString());
        first.set<u32>(0x17fc, 0x12345678);
        first.fence();
        log(first.get<u16>(0x17fe).toString(16));
        let bytes = new Uint8Array(4);
        first.read(0x17fc, bytes);
        log(bytes.toString());
        second.write(60, bytes);
        log(second.get<u8>(63).toString());
        first.free();
        second.free();
        let all = dmaPool.alloc(0x3000)!;
        log(all.paddr.toString(16));
        all.set<u32>(0x2ffd, 1);
      }`);
    assert.deepEqual(problemsOf(built), []);
    const { console, differences } = bootBuilt(built);
    assert.deepEqual(differences, []);
    const [prints, stopped] = [console.split('\n').slice(0, 6), console.split('\n').slice(6)];
    assert.deepEqual(prints, [
      '12288 true',
      '50200000 6144 0',
      '1234',
      '120,86,52,18',
      '18',
      '50200000',
    ]);
    assert.match(stopped.join(), /a_0_control_tcb.*stops/);
  });

  it('stops who uses a piece that was given back', () => {
    const built = guest(`
      import { dmaPool } from "camkes";
      import { log } from "sel4";
      export function run(): void {
        let memory = dmaPool.alloc(64)!;
        memory.free();
        log("freed");
        log(memory.paddr.toString());
        log("went on");
      }`);
    assert.match(bootBuilt(built).console, /^freed\nThread "a_a_0_control_tcb".*stops/);
  });

  it('is not there without a pool', () => {
    const source =
      'import { dmaPool } from "camkes";\nexport function run(): void { dmaPool.alloc(4); }\n';
    assert.deepEqual(problemsOf(guest(source, '')), ['error ts-2305 A.ts:1']);
  });
});

describe('the pieces of an address space', () => {
  it('are what the program and its regions are, with what may be done with them', () => {
    const source = `#include <camkes/vma.h>
      static int zero[100];
      static int data = 1;
      static const struct camkes_vma *find(const void *at) {
        const struct camkes_vma *found = NULL;
        for (size_t index = 0; index < camkes_vmas_size; index++) {
          const struct camkes_vma *each = &camkes_vmas[index];
          if ((char *)each->start <= (char *)at && (char *)at < (char *)each->end) {
            if (found != NULL) puts("twice");
            found = each;
          }
        }
        return found;
      }
      int run(void) {
        volatile int local = data++;
        const struct camkes_vma *code = find((void *)run), *text = find("text"), *stack = find((int *)&local);
        ${checks(
          'code->read && code->execute && !code->write',
          'text->read && !text->execute && !text->write',
          'find(&data)->write && !find(&data)->execute',
          'find(&zero[99])->write && zero[99] == 0',
          'stack->read && stack->write && stack->cached && !stack->execute',
          'find((char *)stack->start - 1) != stack && !find((char *)stack->start - 1)->read',
          'find(d)->read && find(d)->write',
          'find(NULL) == NULL',
        )}
        return 0;
      }`;
    const component = 'component A { control; dataport Buf d; }';
    const texts = {
      ...systemWith('', component),
      'system.camkes': `import <std_connector.camkes>; import "A.camkes";
        assembly { composition { component A a; component A b; connection seL4SharedData s(from a.d, to b.d); } }`,
    };
    expectOk(texts, source, 16);
  });
});

describe('tables of libplatsupport', () => {
  it('are none here, and who asks for one is told what there is instead', () => {
    if (cCompiler === undefined) return;
    const headers = { 'camkes.h': '', ...Object.fromEntries(upstreamHeaders) };
    const source = '#include <camkes/io.h>\nint run(void) { return camkes_io_ops((void *)0); }';
    const [own] = componentHeaders(buildTexts(systemWith('')).bindings ?? []).values();
    const compiler = cCompiler;
    assert.throws(
      () => compileC(compiler, source, { ...headers, 'camkes.h': own ?? '' }),
      /camkes\/dma\.h for memory/,
    );
  });
});
