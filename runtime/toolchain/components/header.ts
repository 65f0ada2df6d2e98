/**
 * `camkes.h` of a component: what its C sources see of their connections. Names and types are those that the
 * reference tools give, so sources that are written for CAmkES compile as they are; it needs no library but the
 * compiler's own headers.
 */
import type { AttributeDeclaration, InterfaceDeclaration } from '../camkes/system.js';
import type { EndBinding, InstanceBindings, ProgramBindings } from '../camkes/compile/bindings.js';
import { isHeaderOfCamkes } from '../c-headers/read-headers.js';
import { spellingOfAttribute, structInC, structNameOf, structsOf } from './attribute-structs.js';
import { dataportFunctions, dataportPointers, dataportTypes } from './dataport-header.js';
import { prototypeOf } from './prototype.js';
import { isOfTree } from './stubs/interrupts.js';
import { isBufferMessage, isMessageMemory } from './stubs/shared-message.js';

/** By component type; of several instances the first speaks for all. */
export function componentHeaders(programs: readonly ProgramBindings[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const { instances } of programs)
    for (const bindings of instances) {
      const { name } = bindings.instance.component;
      if (!headers.has(name)) headers.set(name, componentHeader(bindings));
    }
  return headers;
}

const start = `#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint32_t seL4_Word;
typedef seL4_Word seL4_CPtr;

/* An interrupt, as drivers are told of it: its kind is always 0, a plain number. */
typedef struct {
  int type;
  union { struct { int number; } irq; };
} ps_irq_t;

/* Of a call that carries bytes in the IPC buffer, up to CAMKES_MESSAGE_BYTES of them, in whole words. */
#define CAMKES_MESSAGE_BYTES 480
typedef struct {
  unsigned label;
  size_t size;
} camkes_answer_t;

/* Functions that tell of the frames of a dataport. */
typedef struct {
  seL4_CPtr (*get_nth_frame_cap)(unsigned index);
  unsigned (*get_id)(void);
  unsigned (*get_num_frame_caps)(void);
  seL4_CPtr *(*get_frame_caps)(void);
  void (*free_frame_caps)(seL4_CPtr *frames);
  size_t (*get_size)(void);
  size_t (*get_frame_size_bits)(void);
  seL4_Word (*get_rights)(void);
} dataport_caps_handle_t;

${dataportTypes}
/* What may go wrong in calls and messages. A component that registers a handler is told of it: */
typedef enum {
  CE_NO_ERROR,
  CE_BUFFER_LENGTH_EXCEEDED,   /* a call or an answer has no room in its message */
  CE_INVALID_METHOD_INDEX,     /* a call is for a method that the interface does not have */
  CE_MALFORMED_RPC_PAYLOAD,    /* a call or an answer is too short or too long */
  CE_SYSCALL_FAILED,           /* never reported here */
  CE_ALLOCATION_FAILURE,       /* there is no memory for a string or an array of an answer */
  CE_OVERFLOW,                 /* never reported here */
} camkes_error_type_t;

/* \`filename\` and \`lineno\` are where the interface is declared. */
typedef struct {
  camkes_error_type_t type;
  const char *instance;
  const char *interface;
  const char *filename;
  long lineno;
  const char *description;
  union {
    struct { unsigned current_length, target_length; };   /* the room, and what would be needed */
    struct { uint64_t lower_bound, upper_bound, invalid_index; };
    struct { unsigned length, current_index; };           /* of the message, and what was or would be read */
    struct { int syscall, error; };
    struct { size_t alloc_bytes; };                       /* 0: not told */
  };
} camkes_error_t;

/* What the handler answers. */
typedef enum {
  CEA_INVALID = -1,
  CEA_DISCARD,   /* the call gives 0; at a server it was none: its caller gets no answer, and waits for ever */
  CEA_IGNORE,    /* goes on: a message is cut, what is missing is 0; a method that there is not is none all the same */
  CEA_ABORT,     /* the thread stops; in a group whose members call each other directly, the others may wait for it */
  CEA_HALT,      /* the system is switched off, if the kernel can */
} camkes_error_action_t;

typedef camkes_error_action_t (*camkes_error_handler_t)(camkes_error_t *);

/* For errors of interfaces that have no handler of their own. Gives the handler before, NULL for none: then a message
   without room is a fault, a call that is not understood gets an empty answer, and what is missing of an answer is 0. */
camkes_error_handler_t camkes_register_error_handler(camkes_error_handler_t handler);

/* What the component may define. */
int run(void);
void pre_init(void);
void post_init(void);

/* The runtime. */
const char *get_instance_name(void);
int single_threaded_component_register_handler(seL4_Word badge, const char *name,
  void (*handler)(seL4_Word badge, void *cookie), void *cookie);
int putchar(int character);
int puts(const char *text);
void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void free(void *block);
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
int memcmp(const void *left, const void *right, size_t bytes);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
`;

export function componentHeader(bindings: InstanceBindings): string {
  const { component } = bindings.instance;
  const lines: string[] = [];
  const section = (title: string, body: readonly string[]): void => {
    if (body.length > 0) lines.push('', `/* ${title} */`, ...body);
  };
  section('Headers of the assembly.', [
    ...new Set(
      [
        ...(component.includes ?? []),
        ...component.interfaces.flatMap(({ procedure }) => procedure?.includes ?? []),
      ]
        .filter(({ path }) => !isHeaderOfCamkes(path))
        .map(({ path, style }) => `#include ${style === 'angle' ? `<${path}>` : `"${path}"`}`),
    ),
  ]);
  const structs = structsOf(bindings.attributes);
  const isKnown = (declaration: AttributeDeclaration): boolean =>
    declaration.fields === undefined || structs.has(structNameOf(declaration));
  section('Attributes.', [
    ...[...structs.values()].flatMap(structInC),
    ...component.attributes
      .filter(isKnown)
      .map((each) => `extern const ${constantOf(each)}${each.name}${each.isArray ? '[]' : ''};`),
  ]);
  const ends = new Map(bindings.ends.map((end) => [end.end.interface.name, end]));
  for (const declared of component.interfaces)
    section(titleOf(declared), [
      ...declarationsOf(declared, ends.get(declared.name)),
      ...(declared.isOptional ? weakSymbols(declared) : []),
    ]);
  section('Places in dataports.', dataportPointers(bindings));
  const int = (name: string): string => `int ${name}(void);`;
  section(
    'Locks.',
    [
      ...component.mutexes.flatMap(({ name }) => [`${name}_lock`, `${name}_unlock`]),
      ...component.semaphores.flatMap(({ name }) =>
        ['wait', 'trywait', 'post'].map((verb) => `${name}_${verb}`),
      ),
      ...component.binarySemaphores.flatMap(({ name }) => [`${name}_wait`, `${name}_post`]),
    ].map(int),
  );
  section(
    'Copy regions.',
    bindings.copyRegions.map(({ name, sizeBytes }) => `extern char ${name}[${String(sizeBytes)}];`),
  );
  return `/* Made by \`cantrip build --headers\` for the component ${component.name}; do not edit. */\n${start}${lines.join('\n')}\n`;
}

/** A string is a pointer that does not change either. */
const constantOf = (declaration: AttributeDeclaration): string =>
  declaration.type === 'string' ? 'char *const ' : spellingOfAttribute(declaration);

const titleOf = ({ kind, type, name }: InterfaceDeclaration): string => `${kind} ${type} ${name}`;

function declarationsOf(declared: InterfaceDeclaration, end: EndBinding | undefined): string[] {
  const { name, kind, type } = declared;
  const init =
    end?.connection.connector[end.side].threads === 0 ? [] : [`void ${name}__init(void);`];
  const methods = (declared.procedure?.methods ?? []).map(
    (method) => `${prototypeOf(`${name}_${method.name}`, method)};`,
  );
  switch (kind) {
    case 'uses':
      return [
        ...methods,
        ...(end === undefined ? [] : [...errorsOf(name), ...ofClient(name, end)]),
      ];
    case 'provides':
      return [
        ...methods,
        ...(end === undefined ? [] : errorsOf(name)),
        ...(end === undefined || end.connection.connector.name === 'seL4GDB'
          ? []
          : [`seL4_Word ${name}_get_sender_id(void);`]),
        ...(end === undefined ? [] : ofServer(name, end)),
        ...init,
      ];
    case 'emits':
      return [`void ${name}_emit(void);`];
    case 'consumes':
      return [...(end === undefined ? eventOf(name) : ofConsumer(name, end)), ...init];
    case 'dataport':
      return [
        `extern ${type === 'Buf' ? 'void' : type} *${name};`,
        `size_t ${name}_get_size(void);`,
        ...(end?.memory === undefined
          ? []
          : [`#define ${name}_size ${String(end.memory.sizeBytes)}`]),
        ...(end?.memory?.frames === undefined ? [] : framesOf(name)),
        ...(end === undefined ? [] : queueOf(name, end)),
        `#define ${name}_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)`,
        `#define ${name}_release() __atomic_thread_fence(__ATOMIC_RELEASE)`,
        ...dataportFunctions(declared, end),
      ];
  }
}

/** Another instance of the component may be without: what the interface has is at 0 there. */
function weakSymbols({ name, kind, procedure }: InterfaceDeclaration): string[] {
  const ofKind: Partial<Record<InterfaceDeclaration['kind'], readonly string[]>> = {
    uses: (procedure?.methods ?? []).map((method) => `${name}_${method.name}`),
    consumes: ['wait', 'poll', 'reg_callback', 'acknowledge'].map((verb) => `${name}_${verb}`),
    dataport: [name, `${name}_get_size`],
  };
  return (ofKind[kind] ?? []).map((symbol) => `#pragma weak ${symbol}`);
}

const errorsOf = (name: string): string[] => [
  `camkes_error_handler_t ${name}_register_error_handler(camkes_error_handler_t handler);`,
];

const waitsOf = (name: string): string[] => [`void ${name}_wait(void);`, `int ${name}_poll(void);`];

const eventOf = (name: string): string[] => [
  ...waitsOf(name),
  `int ${name}_reg_callback(void (*callback)(void *), void *argument);`,
];

const notificationOf = (name: string, { notification, signal }: EndBinding): string[] => [
  ...(notification === undefined ? [] : [`seL4_CPtr ${name}_notification(void);`]),
  ...(signal === undefined || notification === undefined
    ? []
    : [`seL4_Word ${name}_notification_badge(void);`]),
];

/** The other end is told, and tells. */
const queueOf = (name: string, { signals, notification }: EndBinding): string[] => [
  ...(signals === undefined ? [] : [`void ${name}_notify(void);`]),
  ...(notification === undefined ? [] : waitsOf(name)),
];

function ofClient(name: string, end: EndBinding): string[] {
  if (isMessageMemory(end))
    return [
      `extern void *${name}_data;`,
      `extern const size_t ${name}_data_size;`,
      `unsigned ${name}_call(unsigned label);`,
    ];
  return [
    ...(isBufferMessage(end)
      ? [
          `void *${name}_message(void);`,
          `camkes_answer_t ${name}_call(unsigned label, size_t size);`,
        ]
      : []),
    ...(end.memory === undefined
      ? []
      : [
          `extern volatile void *${name}_buf;`,
          `volatile void *${name}_get_buf(void);`,
          `size_t ${name}_get_size(void);`,
        ]),
    ...queueOf(name, end),
    ...notificationOf(name, end),
    ...(end.pins === undefined
      ? []
      : [
          `const int *${name}_get_allocated_pins(void);`,
          `unsigned ${name}_num_allocated_pins(void);`,
        ]),
  ];
}

function ofServer(name: string, end: EndBinding): string[] {
  const { clients = [], connection } = end;
  const has = (fact: 'memory' | 'signal'): boolean =>
    clients.some((client) => client[fact] !== undefined);
  return [
    ...(isMessageMemory(end)
      ? [`unsigned ${name}_request(seL4_Word badge, unsigned label, void *message, size_t size);`]
      : []),
    ...(isBufferMessage(end)
      ? [
          `camkes_answer_t ${name}_request(seL4_Word badge, unsigned label, void *message, size_t size);`,
        ]
      : []),
    ...(connection.connector.name === 'seL4GDB'
      ? [
          `seL4_Word ${name}_fault(seL4_Word thread, seL4_Word label, seL4_Word address, seL4_Word word);`,
        ]
      : []),
    ...(has('signal')
      ? [`void ${name}_emit(unsigned badge);`, `int ${name}_largest_badge(void);`]
      : []),
    ...(has('memory')
      ? [
          `void *${name}_buf(seL4_Word badge);`,
          `size_t ${name}_buf_size(seL4_Word badge);`,
          `unsigned ${name}_num_badges(void);`,
          `seL4_Word ${name}_enumerate_badge(unsigned index);`,
        ]
      : []),
    ...(connection.connector.name === 'seL4GPIOServer'
      ? [
          `const int *${name}_get_client_pins(seL4_Word badge);`,
          `unsigned ${name}_num_client_pins(seL4_Word badge);`,
          `seL4_Word ${name}_get_pin_assignee(int pin);`,
        ]
      : []),
    ...(connection.connector.name === 'seL4Ethdriver'
      ? [
          `bool ${name}_has_mac(unsigned badge);`,
          `void ${name}_get_mac(unsigned badge, uint8_t *mac);`,
        ]
      : []),
  ];
}

function ofConsumer(name: string, end: EndBinding): string[] {
  const { interrupts, registers = [], connection } = end;
  const blocks = registers.map((_, index) => `extern volatile void *${name}_${String(index)};`);
  const isOwn = end.handoff !== undefined;
  if (interrupts !== undefined)
    return [
      ...interruptsOf(name, interrupts),
      ...(isOfTree(end)
        ? [`void ${name}_irq_handle(ps_irq_t *irq);`, `int ${name}_irq_acknowledge(ps_irq_t *irq);`]
        : []),
      ...(end.signal === undefined || end.notification === undefined ? [] : waitsOf(name)),
      ...notificationOf(name, end),
      ...blocks,
    ];
  if (connection.connector.name === 'seL4GlobalAsynchCallback')
    return [`void ${name}_callback(seL4_Word badge);`, ...notificationOf(name, end)];
  if (isOwn) return eventOf(name);
  return end.notification === undefined
    ? blocks
    : [...waitsOf(name), ...notificationOf(name, end), ...blocks];
}

const framesOf = (name: string): string[] => [
  `seL4_CPtr ${name}_get_nth_frame_cap(unsigned index);`,
  `unsigned ${name}_get_num_frame_caps(void);`,
  `seL4_CPtr *${name}_get_frame_caps(void);`,
  `unsigned ${name}_get_id(void);`,
  `size_t ${name}_get_frame_size_bits(void);`,
  `seL4_Word ${name}_get_rights(void);`,
  `extern dataport_caps_handle_t ${name}_handle;`,
];

function interruptsOf(name: string, interrupts: NonNullable<EndBinding['interrupts']>): string[] {
  const sources = interrupts.length > 1 ? interrupts.map((each) => each.name) : [name];
  return sources.flatMap((source) => [
    `void ${source}_handle(void);`,
    `int ${source}_acknowledge(void);`,
  ]);
}
