/**
 * A capability state made ready for the analysis of authority: every capability that sits in a CNode has a
 * number, and what follows from the state alone is looked up once — who uses which CNode as its CSpace,
 * which address space a page table belongs to, what an address space maps.
 */
import {
  threadSlots,
  type CapabilityState,
  type StateCapability,
  type StateObject,
} from '../image/capability-state.js';

export interface AuthorityGraph {
  readonly state: CapabilityState;
  /** Object indices. */
  readonly threads: readonly number[];
  /** Capabilities in CNodes: only those can be invoked, copied or sent. */
  readonly capabilities: readonly PlacedCapability[];
  /** Threads by the CNode that is their CSpace. */
  readonly cspaceUsers: ReadonlyMap<number, readonly number[]>;
  /** Threads by the root page table of their address space. */
  readonly spaceUsers: ReadonlyMap<number, readonly number[]>;
  /** Root page tables by every table that they lead to, themselves included. */
  readonly rootsOf: ReadonlyMap<number, readonly number[]>;
  /** By root page table: what is mapped there. */
  readonly mappings: ReadonlyMap<number, readonly StateCapability[]>;
  /** Objects that were made from an untyped, directly. */
  readonly madeFrom: ReadonlyMap<number, readonly number[]>;
}

export interface PlacedCapability {
  readonly cnode: number;
  readonly capability: StateCapability;
}

export function authorityGraph(state: CapabilityState): AuthorityGraph {
  const threads = indicesOf(state, 'thread');
  const spaceUsers = groupBy(threads, (thread) => installed(state, thread, threadSlots.vspace));
  const spaces = [...spaceUsers.keys()].map((root) => [root, exploreSpace(state, root)] as const);
  const rootsOf = new Map<number, number[]>();
  for (const [root, { tables }] of spaces) {
    for (const table of tables) append(rootsOf, table, root);
  }
  const all = state.objects.map((_object, index) => index);
  return {
    state,
    threads,
    capabilities: indicesOf(state, 'cnode').flatMap((cnode) =>
      slotsOf(state, cnode).map((capability) => ({ cnode, capability })),
    ),
    cspaceUsers: groupBy(threads, (thread) => installed(state, thread, threadSlots.cspace)),
    spaceUsers,
    rootsOf,
    mappings: new Map(spaces.map(([root, { frames }]) => [root, frames])),
    madeFrom: groupBy(all, (index) => state.objects[index]?.madeFrom),
  };
}

/** What is installed in a thread under a name of `threadSlots`. */
export const installed = (
  state: CapabilityState,
  thread: number,
  slot: string,
): number | undefined => slotsOf(state, thread).find((each) => each.slot === slot)?.object;

export const slotsOf = (state: CapabilityState, object: number): readonly StateCapability[] =>
  state.objects[object]?.slots ?? [];

export const typeOf = (state: CapabilityState, object: number): StateObject['type'] | undefined =>
  state.objects[object]?.type;

export function append<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

const indicesOf = (state: CapabilityState, type: StateObject['type']): number[] =>
  state.objects.flatMap((object, index) => (object.type === type ? [index] : []));

function groupBy(
  values: readonly number[],
  keyOf: (value: number) => number | undefined,
): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const value of values) {
    const key = keyOf(value);
    if (key !== undefined) append(groups, key, value);
  }
  return groups;
}

/** Tables that lead in a ring end here, too. */
function exploreSpace(
  state: CapabilityState,
  root: number,
): { readonly tables: ReadonlySet<number>; readonly frames: readonly StateCapability[] } {
  const tables = new Set([root]);
  const frames: StateCapability[] = [];
  for (const table of tables) {
    for (const entry of slotsOf(state, table)) {
      if (typeOf(state, entry.object) === 'pageTable') tables.add(entry.object);
      else frames.push(entry);
    }
  }
  return { tables, frames };
}
