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

/* Kinds of errors. None of them is reported here: what they are for is a fault of the thread, at its place. */
typedef enum {
  CE_NO_ERROR,
  CE_BUFFER_LENGTH_EXCEEDED,
  CE_INVALID_METHOD_INDEX,
  CE_MALFORMED_RPC_PAYLOAD,
  CE_SYSCALL_FAILED,
  CE_ALLOCATION_FAILURE,
  CE_OVERFLOW,
} camkes_error_type_t;

typedef struct {
  camkes_error_type_t type;
  const char *instance;
  const char *interface;
  const char *filename;
  long lineno;
  const char *description;
} camkes_error_t;

typedef enum {
  CEA_DISCARD,
  CEA_IGNORE,
  CEA_ABORT,
  CEA_HALT,
} camkes_error_action_t;

typedef camkes_error_action_t (*camkes_error_handler_t)(camkes_error_t *);

/* Takes a handler, which nothing calls; there was none before. */
static inline camkes_error_handler_t camkes_register_error_handler(camkes_error_handler_t handler) {
  (void)handler;
  return NULL;
}
`,
  ],
]);
