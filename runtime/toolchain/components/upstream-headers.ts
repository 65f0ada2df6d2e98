/**
 * The headers of CAmkES that C components include beside `camkes.h`, by their paths: those whose declarations mean something
 * on this runtime. `camkes.h` has most of it already, so that they can stand in any order and alone.
 */

/** The same for every component. */
export const upstreamHeaders: ReadonlyMap<string, string> = new Map([
  ['camkes/dataport.h', '#pragma once\n\n#include <camkes.h>\n'],
  ['camkes/dataport_caps.h', '#pragma once\n\n#include <camkes.h>\n'],
  ['camkes/irq.h', '#pragma once\n\n#include <camkes.h>\n'],
  [
    'camkes/dma.h',
    `#pragma once

#include <camkes.h>
#include <platsupport/io.h>

/* The pool that the setting \`dma_pool\` gives to an instance; without one nothing can be allocated. Pieces are
   multiples of 64 bytes, and each is one piece in physical memory, too. Any thread may call these functions. There
   is no camkes_dma_init, since the pool needs no beginning. */

/* NULL where there is no such piece. Frames of a pool lie side by side in physical memory where \`dma_pool_paddr\`
   says so; else a piece larger than a page may not be had. \`align\` is of the virtual address, a power of two, or 0; \`cached\` is as the setting
   \`dma_pool_cached\` says, or there is none. */
void *camkes_dma_alloc(size_t size, unsigned align, bool cached);
void camkes_dma_free(void *address, size_t size);

/* 0 outside of the pool. */
uintptr_t camkes_dma_get_paddr(void *address);
seL4_CPtr camkes_dma_get_cptr(void *address);

void *camkes_dma_alloc_page(void);
void camkes_dma_free_page(void *address);

/* The same as the table of functions that drivers of libplatsupport take. Memory of the pool is always pinned. Gives 0. */
static inline void *camkes_dma_of_table(void *cookie, size_t size, int align, int cached, ps_mem_flags_t flags) {
  (void)cookie; (void)flags;
  return camkes_dma_alloc(size, (unsigned)align, cached != 0);
}
static inline void camkes_dma_to_table(void *cookie, void *address, size_t size) {
  (void)cookie;
  camkes_dma_free(address, size);
}
static inline uintptr_t camkes_dma_pinned(void *cookie, void *address, size_t size) {
  (void)cookie; (void)size;
  return camkes_dma_get_paddr(address);
}
static inline void camkes_dma_unpinned(void *cookie, void *address, size_t size) {
  (void)cookie; (void)address; (void)size;
}
static inline void camkes_dma_kept_in_order(void *cookie, void *address, size_t size, dma_cache_op_t operation) {
  (void)cookie; (void)address; (void)size; (void)operation;
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
static inline int camkes_dma_manager(ps_dma_man_t *manager) {
  manager->cookie = NULL;
  manager->dma_alloc_fn = camkes_dma_of_table;
  manager->dma_free_fn = camkes_dma_to_table;
  manager->dma_pin_fn = camkes_dma_pinned;
  manager->dma_unpin_fn = camkes_dma_unpinned;
  manager->dma_cache_op_fn = camkes_dma_kept_in_order;
  return 0;
}

/* What the pool has been asked for. It is never in disorder, so there are no defragmentations. */
typedef struct {
  size_t heap_size;             /* bytes of the pool */
  size_t minimum_heap_size;     /* the least that was free */
  size_t current_outstanding;   /* bytes in use, in pieces of 64 */
  uint64_t defragmentations, coalesces;
  uint64_t total_allocations;   /* requests, also those that failed */
  uint64_t succeeded_allocations_on_defrag;
  uint64_t failed_allocations_out_of_memory, failed_allocations_other;
  size_t average_allocation, minimum_allocation, maximum_allocation;
  int maximum_alignment, minimum_alignment;
} camkes_dma_stats_t;
const camkes_dma_stats_t *camkes_dma_stats(void);
`,
  ],
  [
    'platsupport/io.h',
    `#pragma once

#include <camkes.h>

/* Of libplatsupport what memory for DMA needs: \`camkes_dma_manager\` of camkes/dma.h fills the table. */
typedef enum ps_mem_flags { PS_MEM_NORMAL, PS_MEM_HR, PS_MEM_HW } ps_mem_flags_t;

typedef void *(*ps_dma_alloc_fn_t)(void *cookie, size_t size, int align, int cached, ps_mem_flags_t flags);
typedef void (*ps_dma_free_fn_t)(void *cookie, void *address, size_t size);
typedef uintptr_t (*ps_dma_pin_fn_t)(void *cookie, void *address, size_t size);
typedef void (*ps_dma_unpin_fn_t)(void *cookie, void *address, size_t size);
typedef void (*ps_dma_cache_op_fn_t)(void *cookie, void *address, size_t size, dma_cache_op_t operation);

typedef struct ps_dma_man {
  void *cookie;
  ps_dma_alloc_fn_t dma_alloc_fn;
  ps_dma_free_fn_t dma_free_fn;
  ps_dma_pin_fn_t dma_pin_fn;
  ps_dma_unpin_fn_t dma_unpin_fn;
  ps_dma_cache_op_fn_t dma_cache_op_fn;
} ps_dma_man_t;

static inline void *ps_dma_alloc(ps_dma_man_t *manager, size_t size, int align, int cache, ps_mem_flags_t flags) {
  return manager->dma_alloc_fn(manager->cookie, size, align, cache, flags);
}
static inline void ps_dma_free(ps_dma_man_t *manager, void *address, size_t size) {
  manager->dma_free_fn(manager->cookie, address, size);
}
/* The physical address, or 0. */
static inline uintptr_t ps_dma_pin(ps_dma_man_t *manager, void *address, size_t size) {
  return manager->dma_pin_fn(manager->cookie, address, size);
}
static inline void ps_dma_unpin(ps_dma_man_t *manager, void *address, size_t size) {
  manager->dma_unpin_fn(manager->cookie, address, size);
}
static inline void ps_dma_cache_op(ps_dma_man_t *manager, void *address, size_t size, dma_cache_op_t operation) {
  manager->dma_cache_op_fn(manager->cookie, address, size, operation);
}
static inline void ps_dma_cache_clean(ps_dma_man_t *manager, void *address, size_t size) {
  ps_dma_cache_op(manager, address, size, DMA_CACHE_OP_CLEAN);
}
static inline void ps_dma_cache_invalidate(ps_dma_man_t *manager, void *address, size_t size) {
  ps_dma_cache_op(manager, address, size, DMA_CACHE_OP_INVALIDATE);
}
static inline void ps_dma_cache_clean_invalidate(ps_dma_man_t *manager, void *address, size_t size) {
  ps_dma_cache_op(manager, address, size, DMA_CACHE_OP_CLEAN_INVALIDATE);
}
`,
  ],
  [
    'camkes/io.h',
    `#pragma once

#include <camkes.h>
#include <camkes/error.h>

#define IOSIZE_8 1
#define IOSIZE_16 2
#define IOSIZE_32 4

/* Of CAmkES's functions that fill the tables of libplatsupport there is none: that library is not part of this
   runtime. A call is an error that says what there is instead. */
#define CAMKES_INSTEAD(text) __attribute__((error(text)))
int camkes_io_ops(void *operations)
  CAMKES_INSTEAD("there is no ps_io_ops_t here: use dataports for registers, and camkes/dma.h for memory");
int camkes_io_mapper(void *mapper)
  CAMKES_INSTEAD("there is no ps_io_mapper_t here: the registers of a device are a dataport of seL4HardwareMMIO");
int camkes_io_port_ops(void *operations)
  CAMKES_INSTEAD("RISC-V has no I/O ports");
int camkes_ps_malloc_ops(void *operations)
  CAMKES_INSTEAD("there is no ps_malloc_ops_t here: use malloc, calloc and free");
int camkes_io_fdt(void *tree)
  CAMKES_INSTEAD("there is no ps_io_fdt_t here: seL4DTBHardware gives the registers and interrupts of a node");
int camkes_call_hardware_init_modules(void *operations)
  CAMKES_INSTEAD("there are no hardware modules here: initialise the driver in its IFACE__init or post_init");
#undef CAMKES_INSTEAD
`,
  ],
  [
    'camkes/vma.h',
    `#pragma once

#include <camkes.h>

/* A piece of the address space. One that may not be accessed at all is not mapped. */
struct camkes_vma {
  void *start;
  void *end;
  bool read;
  bool write;
  bool execute;
  bool cached;
  const char *name;
};

/* The program itself, and whatever is mapped beside it, in no order. */
extern const struct camkes_vma camkes_vmas[];
extern const size_t camkes_vmas_size;
`,
  ],
  [
    'camkes/tls.h',
    `#pragma once

#include <camkes.h>

/* What a thread is, as the runtime keeps it: the slot of its TCB, and its number; 0 is the control thread. */
typedef struct {
  seL4_CPtr tcb_cap;
  void *ipc_buffer;
  unsigned thread_index;
  seL4_Word sender_badge;
} camkes_tls_t;

static inline camkes_tls_t *camkes_get_tls(void) {
  camkes_tls_t *thread;
  __asm__("mv %0, tp" : "=r"(thread));
  return thread;
}
`,
  ],
  [
    'camkes/error.h',
    `#pragma once

#include <camkes.h>
`,
  ],
]);
