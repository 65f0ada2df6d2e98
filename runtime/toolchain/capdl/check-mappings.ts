/**
 * What must be mapped once: a page table, the root of an address space in one ASID pool, and `mapping:` of a
 * frame capability, which names the slot of a page table that holds the same frame. What says so of one table is
 * compared with each other; the first in the text is right.
 */
import { inText } from './block-index.js';
import { resolve, wholeName } from './resolve-name.js';
import type { BlockLink, ObjectTable } from './link-state.js';
import {
  placed,
  targetSpan,
  typeOf,
  writtenAt,
  type LinkedCapability,
  type LinkedObject,
  type Reporter,
} from './linked.js';
import type { PlacedProblem } from './problem.js';
import { newProblemTable, type WholeCheck } from './whole-check.js';

/** Capabilities to the table in other tables, in ASID pools, and those whose `mapping:` is a slot of it. */
type ClaimKind = 'table' | 'pool' | 'mapping';

interface Claim {
  readonly kind: ClaimKind;
  readonly table: LinkedObject;
  readonly capability: LinkedCapability;
}

type Claims = Record<ClaimKind, LinkedCapability[]>;

/** What single capabilities say that cannot be right; after all of the file was linked. */
export function checkMappingParameters(
  capabilities: readonly LinkedCapability[],
  objects: ObjectTable,
): void {
  for (const capability of capabilities) {
    const { at, facts, container, object, node } = capability;
    const { mapping } = facts;
    if (mapping === undefined || node.isCopy || typeOf(object) !== 'frame') continue;
    const add = (code: string, message: string): void => {
      objects.reporter.add({ ...placed(at, mapping), severity: 'error', code, message });
    };
    if (typeOf(container) !== 'cnode') {
      add('misplaced-mapping', 'Only a frame capability in a CNode says what it maps.');
      continue;
    }
    const [table] = resolve(objects, at, mapping.object);
    const type = typeOf(table);
    if (table === undefined || (mapping.slot?.value ?? -1) < 0 || isTable(type)) continue;
    add(
      'wrong-mapping',
      `\`${table.name}\` is of kind \`${type ?? ''}\`, and not a page table or page directory.`,
    );
  }
}

export function mappingCheck(objects: ObjectTable): WholeCheck {
  const ofBlocks = new Map<BlockLink, readonly Claim[]>();
  const known = new Map<LinkedObject, Map<BlockLink, Claims>>();
  const inTables = new Map<LinkedObject, LinkedCapability>();
  const open = new Set<LinkedObject>();
  const problems = newProblemTable<LinkedObject>();
  let cyclic: readonly PlacedProblem[] = [];

  return {
    leave: (link) => {
      for (const { table } of ofBlocks.get(link) ?? []) {
        known.get(table)?.delete(link);
        open.add(table);
      }
      ofBlocks.delete(link);
    },
    enter: (link) => {
      const claimed = claimsOf(link, objects);
      if (claimed.length > 0) ofBlocks.set(link, claimed);
      for (const { kind, table, capability } of claimed) {
        const ofTable = known.get(table) ?? new Map<BlockLink, Claims>();
        known.set(table, ofTable);
        const claims = ofTable.get(link) ?? { table: [], pool: [], mapping: [] };
        ofTable.set(link, claims);
        claims[kind].push(capability);
        open.add(table);
      }
    },
    *update({ slots }) {
      for (const object of slots) if (known.has(object)) open.add(object);
      for (const table of open) {
        const ofTable = known.get(table);
        if (ofTable?.size === 0) known.delete(table);
        const blocks = [...(ofTable ?? [])].sort(([one], [other]) => inText(one, other));
        const all = (kind: ClaimKind): LinkedCapability[] =>
          blocks.flatMap(([, claims]) => claims[kind]);
        const found: PlacedProblem[] = [];
        const reporter = { add: (problem: PlacedProblem) => found.push(problem) };
        checkOnce(table, all('table'), reporter);
        checkOnce(table, all('pool'), reporter);
        checkSlots(table, all('mapping'), reporter);
        problems.set(table, found);
        const [first] = all('table');
        if (first === undefined) inTables.delete(table);
        else inTables.set(table, first);
        yield;
      }
      if (open.size > 0) cyclic = cyclesOf(inTables);
      open.clear();
    },
    *problems() {
      yield* problems.all();
      yield* cyclic;
    },
  };
}

/** Of a block that is linked. */
function claimsOf({ capabilities }: BlockLink, objects: ObjectTable): readonly Claim[] {
  const claims: Claim[] = [];
  for (const capability of capabilities ?? []) {
    const { object, container, facts, node } = capability;
    const holder = typeOf(container);
    if (object !== undefined && tables.has(typeOf(object) ?? '')) {
      if (tables.has(holder ?? '')) claims.push({ kind: 'table', table: object, capability });
      if (holder === 'asid_pool') claims.push({ kind: 'pool', table: object, capability });
    }
    const { mapping } = facts;
    if (mapping === undefined || node.isCopy || typeOf(object) !== 'frame' || holder !== 'cnode')
      continue;
    const [table] = resolve({ ...objects, reporter: silent }, capability.at, mapping.object);
    if (table !== undefined && (mapping.slot?.value ?? -1) >= 0 && isTable(typeOf(table)))
      claims.push({ kind: 'mapping', table, capability });
  }
  return claims;
}

const silent: Reporter = { add: () => undefined };

const tables: ReadonlySet<string> = new Set(['pt', 'pd', 'pdpt', 'pml4', 'pud', 'pgd']);

const isTable = (type: string | undefined): boolean => type === 'pt' || type === 'pd';

function checkOnce(
  object: LinkedObject,
  [first, ...others]: readonly LinkedCapability[],
  reporter: Reporter,
): void {
  for (const capability of others) {
    if (first === undefined) return;
    const isPool = typeOf(capability.container) === 'asid_pool';
    if (isPool && first.container === capability.container) continue;
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
}

function cyclesOf(inTables: ReadonlyMap<LinkedObject, LinkedCapability>): readonly PlacedProblem[] {
  const found: PlacedProblem[] = [];
  for (const [, capability] of inTables)
    checkCycle(capability, inTables, { add: (problem) => found.push(problem) });
  return found;
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

function checkSlots(
  table: LinkedObject,
  capabilities: readonly LinkedCapability[],
  reporter: Reporter,
): void {
  const bySlot = new Map<number, LinkedCapability>();
  for (const capability of capabilities) {
    const { at, facts, object } = capability;
    const { mapping } = facts;
    if (mapping?.slot === undefined) continue;
    const slot = mapping.slot.value;
    const name = `slot ${slot} of \`${wholeName(mapping.object)}\``;
    const add = (
      severity: 'error' | 'warning',
      code: string,
      message: string,
      related?: LinkedCapability,
    ): void => {
      reporter.add({
        ...placed(at, mapping),
        severity,
        code,
        message,
        ...(related === undefined
          ? {}
          : { related: [{ ...writtenAt(related), message: 'That capability is here.' }] }),
      });
    };
    const first = bySlot.get(slot);
    if (first !== undefined) {
      add('error', 'mapping-twice', `Another capability says that it maps ${name}.`, first);
      continue;
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
}
