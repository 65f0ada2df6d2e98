/**
 * The closure of authority: which capabilities each thread can ever come to use, when every thread does its
 * worst. seL4's take-grant rules (Elkaduwe, Klein and Elphinstone 2008; Sewell et al. 2011) as flows between
 * nodes: "what `from` can use, `to` can come to use". A node is a thread, a CNode, an address space, or a
 * channel: an endpoint, the callers of one, the faults sent to one. Flows follow from capabilities that
 * arrive by flows, so a worklist runs until nothing is new; nodes that reach each other are merged, which
 * keeps the work near-linear. Flows are numbered in order: what justifies one are capabilities that got
 * there by earlier ones, and so every answer has a finite explanation. Objects that a thread could make of
 * untyped memory are not there: to make one it needs a capability to a CNode, and to hand that on connects
 * it with another as well as a new endpoint would.
 */
import { threadSlots } from '../image/capability-state.js';
import {
  append,
  installed,
  typeOf,
  type AuthorityGraph,
  type PlacedCapability,
} from './authority-graph.js';
import { authorityWays, type Way } from './authority-ways.js';
import { BitSet } from './bit-set.js';
import { connectedComponents } from './connected-components.js';

export type FlowKind =
  /** The CNode is the CSpace of the thread. */
  | 'cspace'
  /** The thread runs in the address space: its threads share all they have. */
  | 'space'
  /** By a capability to the CNode. */
  | 'takes'
  | 'puts'
  /** By a capability to the TCB: registers, memory, system calls; and a new CSpace. */
  | 'controls'
  | 'equips'
  /** By a capability to a page table of the address space: other code in it. */
  | 'remaps'
  /** By an endpoint: capabilities with a message, and with the answer to a call. */
  | 'sends'
  | 'receives'
  | 'replies'
  | 'calls'
  /** The thread sends its faults there; whoever answers one sets its registers. */
  | 'faults'
  | 'handles';

export interface Flow {
  readonly from: number;
  readonly to: number;
  readonly kind: FlowKind;
  /** The thread that acts, and the capability by which; absent where the state alone says so. */
  readonly by?: { readonly thread: number; readonly capability: number };
}

export interface AuthorityClosure {
  readonly graph: AuthorityGraph;
  readonly flows: readonly Flow[];
  /** Numbers of the capabilities, in `graph.capabilities`, that a thread can come to use; ascending. */
  capabilitiesOf(thread: number): readonly number[];
  /** The one with such a number. */
  capability(number: number): PlacedCapability;
  /** Numbers of those to an object. */
  capabilitiesTo(object: number): readonly number[];
  /** Threads that can come to use the same are one group. */
  readonly groups: readonly ThreadGroup[];
  /** Index of a thread's group. */
  groupOf(thread: number): number;
  /**
   * How a thread comes to use a capability: flows from the CNode that has it to the thread, of those numbered
   * below `before`. Undefined when it does not.
   */
  wayTo(thread: number, capability: number, before?: number): Way | undefined;
}

export interface ClosureOptions {
  /**
   * Threads that are taken to keep what they have to themselves: they hand nothing on and take nothing. What
   * others can take from them still counts.
   */
  readonly trusted?: ReadonlySet<number>;
}

export interface ThreadGroup {
  readonly threads: readonly number[];
  /** As `capabilitiesOf` each of them. */
  readonly capabilities: readonly number[];
}

export function closeAuthority(
  graph: AuthorityGraph,
  { trusted = new Set() }: ClosureOptions = {},
): AuthorityClosure {
  const { state, threads, capabilities } = graph;
  const objectCount = state.objects.length;

  // Channels beside the objects. Endpoint and reply object themselves carry what is sent through them.
  const callersOf = (endpoint: number): number => objectCount + endpoint;
  const faultsTo = (endpoint: number): number => 2 * objectCount + endpoint;
  const faultRepliesBy = (reply: number): number => 3 * objectCount + reply;
  /** What a thread's reply objects carry to the callers of its endpoints, and back from faulters. */
  const repliesOf = (thread: number): number => 4 * objectCount + thread;
  const handledBy = (thread: number): number => 5 * objectCount + thread;
  const nodeCount = 6 * objectCount;

  const flows: Flow[] = [];
  const known = new Set<number>();
  const merged = Int32Array.from({ length: nodeCount }, (_, node) => node);
  const groups: (Group | undefined)[] = [];
  const pending: number[] = [];
  let steps = 0;
  let stepsAtMerge = 0;

  const groupAt = (node: number): number => {
    let at = node;
    while ((merged[at] ?? at) !== at) {
      merged[at] = merged[merged[at] ?? at] ?? at;
      at = merged[at] ?? at;
    }
    return at;
  };
  const contentsOf = (at: number): Group => (groups[at] ??= emptyGroup(capabilities.length));

  const arrive = (at: number, added: BitSet): void => {
    const group = contentsOf(at);
    const fresh = added.without(group.can);
    if (fresh.isEmpty) return;
    group.can.addAll(fresh);
    if (group.news.isEmpty) pending.push(at);
    group.news.addAll(fresh);
  };

  const addFlow = (from: number, to: number, kind: FlowKind, by?: Flow['by']): void => {
    const source = groupAt(from);
    const target = groupAt(to);
    const key = source * nodeCount + target;
    if (source === target || known.has(key)) return;
    known.add(key);
    flows.push({ from, to, kind, ...(by === undefined ? {} : { by }) });
    contentsOf(source).to.push(target);
    if (known.has(target * nodeCount + source)) merge([source, target]);
    else arrive(target, contentsOf(source).can);
  };

  const merge = (nodes: readonly number[]): void => {
    const [first, ...others] = [...new Set(nodes.map(groupAt))].sort(
      // The largest takes the others in, so that little is copied.
      (a, b) => contentsOf(b).to.length - contentsOf(a).to.length,
    );
    if (first === undefined) return;
    const into = contentsOf(first);
    const hubs: number[] = [];
    for (const other of others) {
      const group = contentsOf(other);
      merged[other] = first;
      groups[other] = undefined;
      // What one of them looked at has its flows from a thread of this group; but a thread that can store
      // finds more in a capability than one that cannot.
      if (into.canStore === group.canStore) into.looked.addAll(group.looked);
      else if (group.canStore) into.looked = group.looked;
      into.can.addAll(group.can);
      const [mine, theirs] = [into.threads[0], group.threads[0]];
      if (mine !== undefined && theirs !== undefined) hubs.push(mine, theirs);
      into.threads.push(...group.threads);
      into.to.push(...group.to);
      into.canStore ||= group.canStore;
    }
    if (into.to.length > 2 * into.distinct + 64) {
      into.to = [...new Set(into.to.map(groupAt))].filter((target) => target !== first);
      into.distinct = into.to.length;
    }
    pending.push(first);
    into.news = into.can.copy();
    for (let index = 0; index < hubs.length; index += 2) {
      const [mine = 0, theirs = 0] = hubs.slice(index);
      // One thread's reply object answers for another of the group.
      for (const channel of [repliesOf, handledBy]) {
        addFlow(channel(mine), channel(theirs), 'replies');
        addFlow(channel(theirs), channel(mine), 'replies');
      }
    }
  };

  const act = (group: Group, number: number): void => {
    const thread = actorOf(graph, group, capabilities[number]);
    const { capability } = capabilities[number] ?? {};
    if (thread === undefined || capability === undefined) return;
    const { object, rights } = capability;
    const by = { thread, capability: number };
    switch (typeOf(state, object)) {
      case 'cnode':
        addFlow(object, thread, 'takes', by);
        addFlow(thread, object, 'puts', by);
        break;
      case 'thread':
        addFlow(object, thread, 'controls', by);
        if (group.canStore) addFlow(thread, object, 'equips', by);
        break;
      case 'pageTable':
        for (const root of graph.rootsOf.get(object) ?? []) addFlow(root, thread, 'remaps', by);
        break;
      case 'endpoint': {
        if (rights.write && rights.grant) addFlow(thread, object, 'sends', by);
        if (rights.read && group.canStore) addFlow(object, thread, 'receives', by);
        const canCall = rights.write && (rights.grant || rights.grantReply);
        if (canCall && group.canStore) addFlow(callersOf(object), thread, 'calls', by);
        if (!rights.read) break;
        if (state.hasReplyObjects) {
          addFlow(repliesOf(thread), callersOf(object), 'replies', by);
          addFlow(faultsTo(object), handledBy(thread), 'handles', by);
        } else {
          if (rights.grant) addFlow(thread, callersOf(object), 'replies', by);
          addFlow(faultsTo(object), thread, 'handles', by);
        }
        break;
      }
      case 'reply':
        if (!state.hasReplyObjects) break;
        if (rights.grant) addFlow(thread, object, 'replies', by);
        addFlow(object, repliesOf(thread), 'replies', by);
        addFlow(handledBy(thread), faultRepliesBy(object), 'handles', by);
        addFlow(faultRepliesBy(object), thread, 'handles', by);
        break;
      default:
        break;
    }
  };

  const holdsCNode = (set: BitSet): boolean =>
    set
      .values()
      .some((number) => typeOf(state, capabilities[number]?.capability.object ?? -1) === 'cnode');

  const process = (node: number): void => {
    const at = groupAt(node);
    const group = contentsOf(at);
    const { news } = group;
    if (news.isEmpty) return;
    group.news = new BitSet(capabilities.length);
    if (group.threads.length > 0) {
      if (!group.canStore && holdsCNode(news)) {
        group.canStore = true;
        group.looked = new BitSet(capabilities.length);
      }
      for (const number of group.can.without(group.looked).values()) {
        group.looked.add(number);
        act(group, number);
        // Merged into another group meanwhile: that one goes on.
        if (groupAt(at) !== at) return;
      }
    }
    for (const target of group.to) {
      steps += 1;
      const receiver = groupAt(target);
      if (receiver !== at) arrive(receiver, news);
    }
  };

  /** Rings of more than two nodes are found now and then, when news have run around for a while. */
  const mergeRings = (): void => {
    if (steps - stepsAtMerge < 2 * flows.length + 1000) return;
    stepsAtMerge = steps;
    const present = groups.flatMap((group, at) => (group === undefined ? [] : [at]));
    const next = (at: number): number[] => contentsOf(at).to.map(groupAt);
    for (const ring of connectedComponents(present, next)) if (ring.length > 1) merge(ring);
  };

  for (const thread of threads) {
    if (!trusted.has(thread)) contentsOf(thread).threads.push(thread);
  }
  capabilities.forEach(({ cnode }, number) => {
    contentsOf(cnode).can.add(number);
  });
  for (const [cnode, users] of graph.cspaceUsers) {
    for (const thread of users) addFlow(cnode, thread, 'cspace');
  }
  for (const [root, users] of graph.spaceUsers) {
    for (const thread of users) {
      addFlow(thread, root, 'space');
      addFlow(root, thread, 'space');
    }
  }
  for (const thread of threads) {
    for (const slot of [threadSlots.faultHandler, threadSlots.timeoutHandler]) {
      const endpoint = installed(state, thread, slot);
      if (endpoint !== undefined) addFlow(thread, faultsTo(endpoint), 'faults');
    }
  }
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    process(node);
    mergeRings();
  }
  return closureOf(graph, flows, groupAt, (at) => contentsOf(at).can);
}

interface Group {
  /** Capabilities that arrived, and those of them that were not passed on. */
  readonly can: BitSet;
  news: BitSet;
  /** Those whose flows are there. */
  looked: BitSet;
  /** Those that act. */
  readonly threads: number[];
  /** Nodes that its flows lead to, some of them more than once; so many were left when that was last tidied. */
  to: number[];
  distinct: number;
  /** It has a CNode to put capabilities into; without one, seL4 transfers none. */
  canStore: boolean;
}

const emptyGroup = (size: number): Group => ({
  can: new BitSet(size),
  news: new BitSet(size),
  looked: new BitSet(size),
  threads: [],
  to: [],
  distinct: 0,
  canStore: false,
});

/** Of the threads of a group the one with the shortest way to the capability: its CSpace has it. */
const actorOf = (
  graph: AuthorityGraph,
  { threads }: Group,
  placed: PlacedCapability | undefined,
): number | undefined =>
  graph.cspaceUsers.get(placed?.cnode ?? -1)?.find((user) => threads.includes(user)) ?? threads[0];

function closureOf(
  graph: AuthorityGraph,
  flows: readonly Flow[],
  groupAt: (node: number) => number,
  canOf: (group: number) => BitSet,
): AuthorityClosure {
  const findWay = authorityWays(graph, flows);
  const numbers = new Map<number, number>();
  const threadsOf: number[][] = [];
  for (const thread of graph.threads) {
    const node = groupAt(thread);
    const number = numbers.get(node) ?? numbers.size;
    numbers.set(node, number);
    (threadsOf[number] ??= []).push(thread);
  }
  const groups = [...numbers.keys()].map((node, number) => ({
    threads: threadsOf[number] ?? [],
    capabilities: canOf(node).values(),
  }));
  const groupOf = (thread: number): number => numbers.get(groupAt(thread)) ?? -1;
  const capability = (number: number): PlacedCapability => {
    const found = graph.capabilities[number];
    if (found === undefined) throw new RangeError(`There is no capability ${number}.`);
    return found;
  };
  const byObject = new Map<number, number[]>();
  graph.capabilities.forEach(({ capability: { object } }, number) => {
    append(byObject, object, number);
  });
  return {
    graph,
    flows,
    capability,
    capabilitiesTo: (object) => byObject.get(object) ?? [],
    groups,
    groupOf,
    capabilitiesOf: (thread) => groups[groupOf(thread)]?.capabilities ?? [],
    wayTo: (thread, number, before = flows.length) =>
      findWay(capability(number).cnode, thread, before),
  };
}
