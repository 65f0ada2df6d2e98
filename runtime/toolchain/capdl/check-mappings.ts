/**
 * What must be mapped once: a page table, the root of an address space in one ASID pool, and `mapping:` of a
 * frame capability, which names the slot of a page table that holds the same frame.
 */
import { resolve, wholeName } from './resolve-name.js';
import type { ObjectTable } from './link-state.js';
import {
  placed,
  targetSpan,
  typeOf,
  writtenAt,
  type LinkedCapability,
  type LinkedObject,
  type Reporter,
} from './linked.js';

/** Whether the checks here are about the capability. */
export function isMapping({ object, container, facts, node }: LinkedCapability): boolean {
  if (facts.mapping !== undefined && !node.isCopy) return true;
  const holder = typeOf(container) ?? '';
  return tables.has(typeOf(object) ?? '') && (tables.has(holder) || holder === 'asid_pool');
}

/** `mapping` are the capabilities that it is about, in the order of the text. */
export function checkMappings(mapping: Iterable<LinkedCapability>, objects: ObjectTable): void {
  const { reporter } = objects;
  const tableMaps = new Map<LinkedObject, LinkedCapability>();
  const pools = new Map<LinkedObject, LinkedCapability>();
  const mappings = new Map<LinkedObject, Map<number, LinkedCapability>>();
  for (const capability of mapping) {
    const { object, container, facts } = capability;
    const holder = typeOf(container);
    if (object !== undefined && tables.has(typeOf(object) ?? '')) {
      if (tables.has(holder ?? '')) once(tableMaps, object, capability, reporter);
      if (holder === 'asid_pool') once(pools, object, capability, reporter);
    }
    if (facts.mapping !== undefined && !capability.node.isCopy) {
      checkMapping(capability, mappings, objects, reporter);
    }
  }
  for (const [, capability] of tableMaps) checkCycle(capability, tableMaps, reporter);
}

const tables: ReadonlySet<string> = new Set(['pt', 'pd', 'pdpt', 'pml4', 'pud', 'pgd']);

function once(
  known: Map<LinkedObject, LinkedCapability>,
  object: LinkedObject,
  capability: LinkedCapability,
  reporter: Reporter,
): void {
  const first = known.get(object);
  if (first === undefined) {
    known.set(object, capability);
    return;
  }
  const isPool = typeOf(capability.container) === 'asid_pool';
  if (isPool && first.container === capability.container) return;
  reporter.add({
    ...targetSpan(capability),
    severity: 'error',
    code: isPool ? 'space-in-two-pools' : 'table-mapped-twice',
    message: isPool
      ? `\`${object.name}\` is in the ASID pool \`${first.container.name}\` already: an address space has one ASID.`
      : `\`${object.name}\` is mapped in \`${first.container.name}\` already: a page table is in one place.`,
    related: [{ ...writtenAt(first), message: 'First here.' }],
  });
}

/** A table that is in itself, by way of others. */
function checkCycle(
  capability: LinkedCapability,
  maps: ReadonlyMap<LinkedObject, LinkedCapability>,
  reporter: Reporter,
): void {
  let at: LinkedObject | undefined = capability.container;
  for (let depth = 0; at !== undefined && depth < 8; depth += 1) {
    if (at === capability.object) {
      reporter.add({
        ...targetSpan(capability),
        severity: 'error',
        code: 'cyclic-page-tables',
        message: `\`${at.name}\` is mapped in itself.`,
      });
      return;
    }
    at = maps.get(at)?.container;
  }
}

function checkMapping(
  capability: LinkedCapability,
  mappings: Map<LinkedObject, Map<number, LinkedCapability>>,
  objects: ObjectTable,
  reporter: Reporter,
): void {
  const { at, facts, container, object } = capability;
  const { mapping } = facts;
  if (mapping === undefined || typeOf(object) !== 'frame') return;
  const span = placed(at, mapping);
  const add = (
    severity: 'error' | 'warning',
    code: string,
    message: string,
    first?: LinkedCapability,
  ): void => {
    reporter.add({
      ...span,
      severity,
      code,
      message,
      ...(first === undefined
        ? {}
        : { related: [{ ...writtenAt(first), message: 'That capability is here.' }] }),
    });
  };
  if (typeOf(container) !== 'cnode') {
    add('error', 'misplaced-mapping', 'Only a frame capability in a CNode says what it maps.');
    return;
  }
  const [table] = resolve(objects, at, mapping.object);
  const slot = mapping.slot?.value ?? -1;
  if (table === undefined || slot < 0) return;
  const name = `slot ${slot} of \`${wholeName(mapping.object)}\``;
  const type = typeOf(table);
  if (type !== 'pt' && type !== 'pd') {
    add(
      'error',
      'wrong-mapping',
      `\`${table.name}\` is of kind \`${type ?? ''}\`, and not a page table or page directory.`,
    );
    return;
  }
  const bySlot = mappings.get(table) ?? new Map<number, LinkedCapability>();
  mappings.set(table, bySlot);
  const first = bySlot.get(slot);
  if (first !== undefined) {
    add('error', 'mapping-twice', `Another capability says that it maps ${name}.`, first);
    return;
  }
  bySlot.set(slot, capability);
  const mapped = table.slots?.get(slot);
  if (mapped === undefined) {
    add('error', 'wrong-mapping', `There is nothing in ${name}.`);
  } else if (mapped.object !== object) {
    add(
      typeOf(mapped.object) === 'frame' ? 'warning' : 'error',
      'wrong-mapping',
      `In ${name} is \`${mapped.object?.name ?? mapped.control ?? ''}\`, and not \`${object?.name ?? ''}\`.`,
      mapped,
    );
  }
}
