/**
 * What a thread can do to others with all that it can ever come to use: the last step of a path. An effect is
 * on a thread, or on all threads of a group at once: they see something, or can no longer do something, that
 * they could before. Who blocks whom by receiving or by keeping the processor busy is timing, and is not
 * counted.
 */
import { threadSlots } from '../image/capability-state.js';
import type { AuthorityClosure } from './authority-closure.js';
import { append, installed, slotsOf, typeOf } from './authority-graph.js';

/** Most telling first: the order in which views list them. */
export const effectKinds = [
  /** Its registers, memory and system calls, by its TCB or its page tables, or by answering its faults. */
  'control',
  /** What it can use: its CSpace. */
  'capabilities',
  'message',
  'reply',
  'signal',
  'memory',
  'interrupt',
  'processor time',
  /** Objects that it uses can be deleted. */
  'destroy',
] as const;
export type EffectKind = (typeof effectKinds)[number];

export interface Effect {
  readonly kind: EffectKind;
  readonly on: { readonly thread: number } | { readonly group: number };
  /** The capability by which; absent for memory that is mapped already. */
  readonly by?: number;
  /** What it is about: an endpoint, a frame. */
  readonly object: number;
  /** The capability of the other that makes it an effect; absent where the state alone says so. */
  readonly theirs?: number;
}

/** A group of threads that can come to use a capability. */
interface Holder {
  readonly group: number;
  readonly number: number;
}

/** All by object. */
export interface EffectTables {
  readonly receivers: ReadonlyMap<number, readonly Holder[]>;
  readonly callers: ReadonlyMap<number, readonly Holder[]>;
  readonly waiters: ReadonlyMap<number, readonly Holder[]>;
  readonly repliers: ReadonlyMap<number, readonly Holder[]>;
  readonly frameReaders: ReadonlyMap<number, readonly Holder[]>;
  readonly interruptHolders: ReadonlyMap<number, readonly Holder[]>;
  readonly cnodeHolders: ReadonlyMap<number, readonly Holder[]>;
  readonly mappedReaders: ReadonlyMap<number, readonly number[]>;
  readonly bound: ReadonlyMap<number, readonly number[]>;
  readonly scheduled: ReadonlyMap<number, readonly number[]>;
  readonly faulters: ReadonlyMap<number, readonly number[]>;
  /** Threads that use an object now. */
  readonly dependents: ReadonlyMap<number, readonly number[]>;
  /** By group: endpoints from which it can come to receive. */
  readonly received: readonly (readonly number[])[];
}

export function effectTables(closure: AuthorityClosure): EffectTables {
  return { ...holdersOf(closure), ...installedIn(closure) };
}

function holdersOf(closure: AuthorityClosure) {
  const tables = {
    receivers: new Map<number, Holder[]>(),
    callers: new Map<number, Holder[]>(),
    waiters: new Map<number, Holder[]>(),
    repliers: new Map<number, Holder[]>(),
    frameReaders: new Map<number, Holder[]>(),
    interruptHolders: new Map<number, Holder[]>(),
    cnodeHolders: new Map<number, Holder[]>(),
  };
  const received = closure.groups.map(({ capabilities }, group) => {
    const endpoints: number[] = [];
    for (const number of capabilities) {
      const { object, rights } = closure.capability(number).capability;
      const put = (table: Map<number, Holder[]>): void => {
        // One capability of each group is enough.
        if (table.get(object)?.at(-1)?.group !== group) append(table, object, { group, number });
      };
      switch (typeOf(closure.graph.state, object)) {
        case 'endpoint':
          if (rights.read) {
            put(tables.receivers);
            endpoints.push(object);
          }
          if (rights.write && (rights.grant || rights.grantReply)) put(tables.callers);
          break;
        case 'notification':
          if (rights.read) put(tables.waiters);
          break;
        case 'reply':
          put(tables.repliers);
          break;
        case 'frame':
          if (rights.read) put(tables.frameReaders);
          break;
        case 'irqHandler':
          put(tables.interruptHolders);
          break;
        case 'cnode':
          put(tables.cnodeHolders);
          break;
        default:
          break;
      }
    }
    return [...new Set(endpoints)];
  });
  return { ...tables, received };
}

function installedIn({ graph }: AuthorityClosure) {
  const { state } = graph;
  const tables = {
    mappedReaders: new Map<number, number[]>(),
    bound: new Map<number, number[]>(),
    scheduled: new Map<number, number[]>(),
    faulters: new Map<number, number[]>(),
    dependents: new Map<number, number[]>(),
  };
  for (const thread of graph.threads) {
    const put = (table: Map<number, number[]>, slot: string): void => {
      const object = installed(state, thread, slot);
      if (object !== undefined) append(table, object, thread);
    };
    put(tables.bound, threadSlots.boundNotification);
    put(tables.scheduled, threadSlots.schedContext);
    put(tables.faulters, threadSlots.faultHandler);
    put(tables.faulters, threadSlots.timeoutHandler);
    for (const object of usedBy(state, thread)) append(tables.dependents, object, thread);
    const root = installed(state, thread, threadSlots.vspace) ?? -1;
    for (const { object, rights } of graph.mappings.get(root) ?? []) {
      if (rights.read) append(tables.mappedReaders, object, thread);
    }
  }
  return tables;
}

/** Everything that a thread works with as things are: itself, its spaces, what is installed and mapped. */
function usedBy(state: AuthorityClosure['graph']['state'], thread: number): ReadonlySet<number> {
  const own = new Set([thread, ...slotsOf(state, thread).map(({ object }) => object)]);
  for (const object of own) {
    const type = typeOf(state, object);
    if (type !== 'cnode' && type !== 'pageTable') continue;
    for (const slot of slotsOf(state, object)) own.add(slot.object);
  }
  return own;
}

/** What the threads of a group can do by capabilities; the same may come by several of them. */
export function* effectsOfGroup(
  closure: AuthorityClosure,
  tables: EffectTables,
  group: number,
): Generator<Effect> {
  const { capabilities = [] } = closure.groups[group] ?? {};
  yield* byCapabilities(closure, tables, capabilities);
  yield* byReplies(closure, tables, capabilities);
  yield* byDeletion(closure, tables, capabilities);
}

/** What a thread can do by the memory that is mapped for it. */
export function* effectsOfSpace(
  { graph }: AuthorityClosure,
  tables: EffectTables,
  thread: number,
): Generator<Effect> {
  const root = installed(graph.state, thread, threadSlots.vspace) ?? -1;
  for (const other of graph.spaceUsers.get(root) ?? []) {
    yield { kind: 'control', on: { thread: other }, object: root };
  }
  for (const { object, rights } of graph.mappings.get(root) ?? []) {
    if (rights.write) yield* onReaders(tables, object, {});
  }
}

function* byCapabilities(
  closure: AuthorityClosure,
  tables: EffectTables,
  numbers: readonly number[],
): Generator<Effect> {
  const { graph } = closure;
  for (const by of numbers) {
    const { object, rights } = closure.capability(by).capability;
    const about = { by, object };
    switch (typeOf(graph.state, object)) {
      case 'thread':
        yield* on('control', [object], about);
        break;
      case 'cnode':
        yield* on('capabilities', graph.cspaceUsers.get(object), about);
        yield* onHolders('capabilities', tables.cnodeHolders.get(object), about);
        break;
      case 'pageTable':
        for (const root of graph.rootsOf.get(object) ?? []) {
          yield* on('control', graph.spaceUsers.get(root), about);
        }
        break;
      case 'endpoint':
        if (rights.write) yield* onHolders('message', tables.receivers.get(object), about);
        if (rights.read && !graph.state.hasReplyObjects) {
          yield* onHolders('reply', tables.callers.get(object), about);
          yield* on('control', tables.faulters.get(object), about);
        }
        break;
      case 'notification':
        if (!rights.write) break;
        yield* onHolders('signal', tables.waiters.get(object), about);
        yield* on('signal', tables.bound.get(object), about);
        break;
      case 'frame':
        if (rights.write) yield* onReaders(tables, object, { by });
        break;
      case 'schedContext':
        yield* on('processor time', tables.scheduled.get(object), about);
        break;
      case 'irqHandler':
        yield* onHolders('interrupt', tables.interruptHolders.get(object), about);
        break;
      default:
        break;
    }
  }
}

/** Whoever shares a reply object can answer in the place of the one who received. */
function* byReplies(
  closure: AuthorityClosure,
  tables: EffectTables,
  numbers: readonly number[],
): Generator<Effect> {
  const seen = new Set<number>();
  for (const by of numbers) {
    for (const { group } of tables.repliers.get(objectOf(closure, by)) ?? []) {
      if (seen.has(group)) continue;
      seen.add(group);
      for (const object of tables.received[group] ?? []) {
        yield* onHolders('reply', tables.callers.get(object), { by, object });
        yield* on('control', tables.faulters.get(object), { by, object });
      }
    }
  }
}

/** To revoke or delete, one must name the slot: that takes a capability to a CNode. */
function* byDeletion(
  closure: AuthorityClosure,
  tables: EffectTables,
  numbers: readonly number[],
): Generator<Effect> {
  const { state, madeFrom } = closure.graph;
  if (!numbers.some((number) => typeOf(state, objectOf(closure, number)) === 'cnode')) return;
  const seen = new Set<number>();
  for (const by of numbers) {
    const object = objectOf(closure, by);
    if (seen.has(object)) continue;
    seen.add(object);
    switch (typeOf(state, object)) {
      case 'untyped': {
        const made = new Set(madeFrom.get(object));
        for (const each of made) {
          yield* on('destroy', tables.dependents.get(each), { by, object: each });
          // An untyped inside is seen with all that is in it.
          seen.add(each);
          for (const inner of madeFrom.get(each) ?? []) made.add(inner);
        }
        break;
      }
      case 'irqControl':
        for (const [handler, holders] of tables.interruptHolders) {
          yield* onHolders('destroy', holders, { by, object: handler });
        }
        break;
      case 'asidPool':
        for (const { object: root } of slotsOf(state, object)) {
          yield* on('destroy', closure.graph.spaceUsers.get(root), { by, object });
        }
        break;
      default:
        break;
    }
  }
}

interface About {
  readonly object: number;
  readonly by?: number;
}

function* on(
  kind: EffectKind,
  threads: readonly number[] | undefined,
  about: About,
): Generator<Effect> {
  for (const thread of threads ?? []) yield { kind, on: { thread }, ...about };
}

function* onHolders(
  kind: EffectKind,
  holders: readonly Holder[] | undefined,
  about: About,
): Generator<Effect> {
  for (const { group, number } of holders ?? []) {
    yield { kind, on: { group }, theirs: number, ...about };
  }
}

function* onReaders(
  tables: EffectTables,
  object: number,
  by: { readonly by?: number },
): Generator<Effect> {
  yield* onHolders('memory', tables.frameReaders.get(object), { object, ...by });
  yield* on('memory', tables.mappedReaders.get(object), { object, ...by });
}

const objectOf = (closure: AuthorityClosure, number: number): number =>
  closure.capability(number).capability.object;
