/**
 * `camkes.h` of a component: what its C sources see of their connections. Names and types are those that the
 * reference tools give, so sources that are written for CAmkES compile as they are; it needs no library but the
 * compiler's own headers.
 */
import type { InterfaceDeclaration } from '../camkes/system.js';
import type { EndBinding, InstanceBindings, ProgramBindings } from '../camkes/compile/bindings.js';
import { spellingInC } from './c-types.js';
import { prototypeOf } from './prototype.js';

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

/* What the component may define. */
int run(void);
void pre_init(void);
void post_init(void);

/* The runtime. */
const char *get_instance_name(void);
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
  section(
    'Attributes.',
    component.attributes.flatMap(({ name, type, isArray, fields }) =>
      fields === undefined
        ? [`extern const ${constantOf(type)}${name}${isArray ? '[]' : ''};`]
        : [],
    ),
  );
  const ends = new Map(bindings.ends.map((end) => [end.end.interface.name, end]));
  for (const declared of component.interfaces)
    section(titleOf(declared), declarationsOf(declared, ends.get(declared.name)));
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
const constantOf = (type: string): string =>
  type === 'string' ? 'char *const ' : `${spellingInC(type)} `;

const titleOf = ({ kind, type, name }: InterfaceDeclaration): string => `${kind} ${type} ${name}`;

function declarationsOf(declared: InterfaceDeclaration, end: EndBinding | undefined): string[] {
  const { name, kind } = declared;
  const init = `void ${name}__init(void);`;
  switch (kind) {
    case 'uses':
    case 'provides':
      return [
        ...(declared.procedure?.methods ?? []).map(
          (method) => `${prototypeOf(`${name}_${method.name}`, method)};`,
        ),
        ...(kind === 'provides' ? [`seL4_Word ${name}_get_sender_id(void);`, init] : []),
      ];
    case 'emits':
      return [`void ${name}_emit(void);`];
    case 'consumes':
      return end?.interrupts === undefined
        ? [
            `void ${name}_wait(void);`,
            `int ${name}_poll(void);`,
            `int ${name}_reg_callback(void (*callback)(void *), void *argument);`,
            init,
          ]
        : [...interruptsOf(name, end.interrupts), init];
    case 'dataport':
      return [
        `extern ${declared.type === 'Buf' ? 'void' : declared.type} *${name};`,
        ...(end?.memory === undefined
          ? []
          : [`#define ${name}_size ${String(end.memory.sizeBytes)}`]),
        `#define ${name}_acquire() __atomic_thread_fence(__ATOMIC_ACQUIRE)`,
        `#define ${name}_release() __atomic_thread_fence(__ATOMIC_RELEASE)`,
      ];
  }
}

function interruptsOf(name: string, interrupts: NonNullable<EndBinding['interrupts']>): string[] {
  const sources = interrupts.length > 1 ? interrupts.map((each) => each.name) : [name];
  return sources.flatMap((source) => [
    `void ${source}_handle(void);`,
    `int ${source}_acknowledge(void);`,
  ]);
}
