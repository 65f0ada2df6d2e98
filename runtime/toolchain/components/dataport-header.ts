/**
 * What CAmkES has for C beside a dataport's pointer: addresses that mean the same in another component, cache operations,
 * and where a register is by its physical address. None of it needs code of its own, so it is all in the header.
 */
import type { EndBinding, InstanceBindings } from '../camkes/compile/bindings.js';
import type { InterfaceDeclaration } from '../camkes/system.js';

/** A place in a dataport, as another component that shares it understands it. */
export const dataportPointer = 'typedef struct { int32_t id; int32_t offset; } dataport_ptr_t;';

export const dataportTypes = `/* A place in a dataport, as another component that shares it understands it. */
${dataportPointer}

/* No device here looks past a cache, so there is nothing to be done but to keep the order. */
typedef enum {
  DMA_CACHE_OP_CLEAN, DMA_CACHE_OP_INVALIDATE, DMA_CACHE_OP_CLEAN_INVALIDATE
} dma_cache_op_t;
`;

/** Of one dataport, connected or not. */
export function dataportFunctions(
  { name }: InterfaceDeclaration,
  end: EndBinding | undefined,
): string[] {
  const bytes = end?.memory?.sizeBytes ?? 0;
  const start = physicalStart(end);
  return [
    `static inline int ${name}_cache_op(size_t start, size_t size, dma_cache_op_t operation) {`,
    `  (void)operation;`,
    '  __atomic_thread_fence(__ATOMIC_SEQ_CST);',
    `  return start <= ${String(bytes)}u && size <= ${String(bytes)}u - start ? 0 : -1;`,
    '}',
    ...(start === undefined
      ? []
      : [
          `static inline void *${name}_translate_paddr(uintptr_t paddr, size_t size) {`,
          `  uintptr_t offset = paddr - ${String(start)}u;`,
          `  return offset <= ${String(bytes)}u && size <= ${String(bytes)}u - offset ? (char *)${name} + offset : NULL;`,
          '}',
        ]),
  ];
}

/** Of all dataports of a component, which the connection tells apart. */
export function dataportPointers({ ends }: Pick<InstanceBindings, 'ends'>): string[] {
  const ports = ends.flatMap(({ end, connection, memory }) =>
    end.interface.kind === 'dataport' && memory !== undefined
      ? [{ name: end.interface.name, id: numberOf(connection.name), bytes: memory.sizeBytes }]
      : [],
  );
  if (ports.length === 0) return [];
  return [
    'static inline dataport_ptr_t dataport_wrap_ptr(void *pointer) {',
    '  uintptr_t at = (uintptr_t)pointer;',
    ...ports.map(
      ({ name, id, bytes }) =>
        `  if (at - (uintptr_t)${name} < ${String(bytes)}u) return (dataport_ptr_t){ ${String(id)}, (int32_t)(at - (uintptr_t)${name}) };`,
    ),
    '  return (dataport_ptr_t){ -1, 0 };',
    '}',
    'static inline void *dataport_unwrap_ptr(dataport_ptr_t pointer) {',
    ...ports.map(
      ({ name, id, bytes }) =>
        `  if (pointer.id == ${String(id)} && (uint32_t)pointer.offset < ${String(bytes)}u) return (char *)${name} + pointer.offset;`,
    ),
    '  return NULL;',
    '}',
  ];
}

/** The same for both ends, whatever else the assembly has: FNV-1a of its name, without the sign. */
function numberOf(connection: string): number {
  let hash = 0x811c_9dc5;
  for (let index = 0; index < connection.length; index += 1)
    hash = Math.imul(hash ^ connection.charCodeAt(index), 0x0100_0193);
  return hash & 0x7fff_ffff;
}

/** Of a device: where its registers begin. */
function physicalStart(end: EndBinding | undefined): bigint | undefined {
  if (end === undefined) return undefined;
  const others = end.side === 'from' ? end.connection.to : end.connection.from;
  const [device] = others;
  if (
    device === undefined ||
    !end.connection.connector[end.side === 'from' ? 'to' : 'from'].isHardware
  )
    return undefined;
  const value = device.instance.settings.get(`${device.interface.name}_paddr`)?.value;
  return value?.kind === 'integer' ? value.value : undefined;
}
