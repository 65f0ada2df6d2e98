/**
 * The closure of authority against a naive fix-point that writes the rules down a second time: sets of
 * capabilities a thread, and every rule tried until nothing changes.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from '../../support/fast-check.js';
import {
  threadSlots,
  type CapabilityState,
  type StateCapability,
  type StateObject,
} from '../../../runtime/image/capability-state.js';
import {
  analyseAuthority,
  viewConfinement,
  type AuthorityStep,
} from '../../../runtime/authority/authority.js';
import {
  closeAuthority,
  type AuthorityClosure,
} from '../../../runtime/authority/authority-closure.js';
import { authorityGraph, installed } from '../../../runtime/authority/authority-graph.js';

const runs = { numRuns: 300 };

const threadCount = 4;
const kinds = ['endpoint', 'reply', 'cnode', 'pageTable', 'frame'] as const;

const rights = fc.record({
  read: fc.boolean(),
  write: fc.boolean(),
  grant: fc.boolean(),
  grantReply: fc.boolean(),
});

/** Threads first, a CNode and an address space for each, then others; what is where is random. */
const states: fc.Arbitrary<CapabilityState> = fc
  .array(fc.constantFrom(...kinds), { minLength: 2, maxLength: 6 })
  .chain((others) => {
    const objectCount = 3 * threadCount + others.length;
    const capability = fc.record({ object: fc.nat({ max: objectCount - 1 }), rights });
    return fc.record({
      others: fc.constant(others),
      hasReplyObjects: fc.boolean(),
      held: fc.array(fc.tuple(fc.nat({ max: 8 }), capability), { maxLength: 24 }),
      sameCSpace: fc.boolean(),
      sameSpace: fc.boolean(),
      faults: fc.array(fc.tuple(fc.nat({ max: threadCount - 1 }), fc.nat({ max: 5 })), {
        maxLength: 2,
      }),
    });
  })
  .map(({ others, hasReplyObjects, held, sameCSpace, sameSpace, faults }) => {
    const types: StateObject['type'][] = [
      ...Array.from({ length: threadCount }, () => 'thread' as const),
      ...Array.from({ length: threadCount }, () => 'cnode' as const),
      ...Array.from({ length: threadCount }, () => 'pageTable' as const),
      ...others,
    ];
    const cnodes = types.flatMap((type, index) => (type === 'cnode' ? [index] : []));
    const endpoints = types.flatMap((type, index) => (type === 'endpoint' ? [index] : []));
    const slots: StateCapability[][] = types.map(() => []);
    const all = { read: true, write: true, grant: true, grantReply: true };
    for (let thread = 0; thread < threadCount; thread += 1) {
      const isLast = thread === threadCount - 1;
      const cspace = threadCount + (isLast && sameCSpace ? 0 : thread);
      const vspace = 2 * threadCount + (isLast && sameSpace ? 0 : thread);
      slots[thread]?.push(
        { slot: threadSlots.cspace, object: cspace, rights: all },
        { slot: threadSlots.vspace, object: vspace, rights: all },
      );
    }
    for (const [thread, which] of faults) {
      const object = endpoints[which % Math.max(1, endpoints.length)];
      if (object !== undefined)
        slots[thread]?.push({ slot: threadSlots.faultHandler, object, rights: all });
    }
    held.forEach(([where, each], index) => {
      slots[cnodes[where % cnodes.length] ?? 0]?.push({ ...each, slot: `${index}` });
    });
    return {
      hasReplyObjects,
      components: Array.from({ length: threadCount }, (_, thread) => ({
        name: `t${thread}`,
        threads: [thread],
      })),
      objects: types.map((type, index) => ({
        name: `o${index}`,
        type,
        slots: slots[index] ?? [],
      })),
    };
  });

const closureOf = (state: CapabilityState): AuthorityClosure =>
  closeAuthority(authorityGraph(state));

const held = (state: CapabilityState): number[][] => {
  const closure = closureOf(state);
  return closure.graph.threads.map((thread) => [...closure.capabilitiesOf(thread)]);
};

/** Every rule as a sentence about two threads x and y: when y can come to use all that x can. */
function naiveClosure(state: CapabilityState): number[][] {
  const { capabilities, threads } = authorityGraph(state);
  const cnodes = state.objects.flatMap(({ type }, index) => (type === 'cnode' ? [index] : []));
  const can = new Map<number, Set<number>>();
  for (const thread of threads) can.set(thread, new Set());
  for (const cnode of cnodes) can.set(cnode, new Set());
  capabilities.forEach(({ cnode }, number) => can.get(cnode)?.add(number));
  const typeOf = (object: number): string => state.objects[object]?.type ?? '';
  const has = (
    thread: number,
    object: number,
    matches: (capability: StateCapability) => boolean = () => true,
  ): boolean =>
    [...(can.get(thread) ?? [])].some((number) => {
      const capability = capabilities[number]?.capability;
      return capability?.object === object && matches(capability);
    });
  const stores = (thread: number): boolean => cnodes.some((cnode) => has(thread, cnode));
  const of = (type: string): number[] =>
    state.objects.flatMap((object, index) => (object.type === type ? [index] : []));
  const receives = (thread: number, endpoint: number): boolean =>
    has(thread, endpoint, (capability) => capability.rights.read);
  /** Some thread receives from the endpoint and has the reply object, and so can use the one for the other. */
  const areJoined = (endpoint: number, reply: number): boolean =>
    threads.some((thread) => receives(thread, endpoint) && has(thread, reply));
  const gives = (x: number, y: number): boolean => {
    if (typeOf(x) === 'cnode') {
      return has(y, x) || (typeOf(y) === 'thread' && installed(state, y, 'cspace') === x);
    }
    if (typeOf(y) === 'cnode') return has(x, y);
    if (installed(state, x, 'vspace') === installed(state, y, 'vspace')) return true;
    if (has(y, x)) return true;
    if (has(x, y) && stores(x)) return true;
    if (of('pageTable').some((t) => has(y, t) && installed(state, x, 'vspace') === t)) return true;
    const handled = state.objects[x]?.slots.find(({ slot }) => slot === threadSlots.faultHandler);
    if (handled !== undefined) {
      const isHandler = state.hasReplyObjects
        ? of('reply').some((reply) => has(y, reply) && areJoined(handled.object, reply))
        : receives(y, handled.object);
      if (isHandler) return true;
    }
    if (!stores(y)) return false;
    return of('endpoint').some((endpoint) => {
      const sends = has(x, endpoint, (c) => c.rights.write && c.rights.grant);
      if (sends && receives(y, endpoint)) return true;
      const calls = has(
        y,
        endpoint,
        (c) => c.rights.write && (c.rights.grant || c.rights.grantReply),
      );
      if (!calls) return false;
      return state.hasReplyObjects
        ? of('reply').some(
            (reply) => has(x, reply, (c) => c.rights.grant) && areJoined(endpoint, reply),
          )
        : has(x, endpoint, (c) => c.rights.read && c.rights.grant);
    });
  };
  const nodes = [...threads, ...cnodes];
  for (let changed = true; changed;) {
    changed = false;
    for (const x of nodes) {
      for (const y of nodes) {
        if (x === y || !gives(x, y)) continue;
        for (const number of can.get(x) ?? []) {
          if (can.get(y)?.has(number) === true) continue;
          can.get(y)?.add(number);
          changed = true;
        }
      }
    }
  }
  return threads.map((thread) => [...(can.get(thread) ?? [])].sort((a, b) => a - b));
}

describe('the closure of authority', () => {
  it('is what a naive fix-point of the rules finds', () => {
    fc.assert(
      fc.property(states, (state) => {
        assert.deepEqual(held(state), naiveClosure(state));
      }),
      runs,
    );
  });

  it('explains every capability by flows in order from the CNode that has it', () => {
    fc.assert(
      fc.property(states, (state) => {
        const closure = closureOf(state);
        for (const thread of closure.graph.threads) {
          for (const number of closure.capabilitiesOf(thread)) checkWay(closure, thread, number);
        }
      }),
      runs,
    );
  });

  it('tells every path so that each capability is held by who uses it, or was brought by a step before', () => {
    fc.assert(
      fc.property(states, (state) => {
        const authority = analyseAuthority(state);
        for (let from = 0; from < threadCount; from += 1) {
          for (let to = 0; to < threadCount; to += 1) {
            const found = viewConfinement(authority, from, to);
            if (from !== to && !found.confined) replay(state, found.path);
          }
        }
      }),
      runs,
    );
  });

  it('only grows when a capability is added', () => {
    fc.assert(
      fc.property(states, fc.nat(), fc.nat(), rights, (state, where, what, added) => {
        const cnodes = state.objects.flatMap(({ type }, i) => (type === 'cnode' ? [i] : []));
        const cnode = cnodes[where % cnodes.length] ?? 0;
        const object = what % state.objects.length;
        const more: CapabilityState = {
          ...state,
          objects: state.objects.map((each, index) =>
            index === cnode
              ? { ...each, slots: [...each.slots, { slot: 'new', object, rights: added }] }
              : each,
          ),
        };
        for (let from = 0; from < threadCount; from += 1) {
          for (let to = 0; to < threadCount; to += 1) {
            const before = viewConfinement(analyseAuthority(state), from, to);
            const after = viewConfinement(analyseAuthority(more), from, to);
            if (from !== to && !before.confined) assert.ok(!after.confined);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** The flows join up, and each is justified by a capability that its actor has by earlier flows. */
function checkWay(
  closure: AuthorityClosure,
  thread: number,
  number: number,
  before?: number,
  done = new Set<string>(),
): void {
  const key = `${thread} ${number} ${before ?? ''}`;
  if (done.has(key)) return;
  done.add(key);
  const way = closure.wayTo(thread, number, before);
  assert.ok(way !== undefined);
  let at = closure.capability(number).cnode;
  for (const index of way.flows) {
    const flow = closure.flows[index];
    assert.ok(flow !== undefined && index < (before ?? Infinity));
    assert.equal(flow.from, at);
    at = flow.to;
    if (flow.by !== undefined) checkWay(closure, flow.by.thread, flow.by.capability, index, done);
  }
  assert.equal(at, thread);
}

/** By name of an object, or of what is sent through it: places of capabilities, as `slot 3 of o4`. */
type Held = Map<string, Set<string>>;

/** `b may receive from it (ep, R---, in slot 7 of cb)`. */
const victims =
  /(?:^|and |which )(\w+) (?:may|is woken|reads|both|uses)[^,(]*\([^)]*in (slot \w+ of \w+)\)/g;

/** Believes the sentences, one after the other, and nothing else. */
function replay(state: CapabilityState, path: readonly AuthorityStep[]): void {
  const held: Held = new Map();
  const at = (name: string): Set<string> => {
    const known = held.get(name) ?? new Set();
    held.set(name, known);
    return known;
  };
  const nameOf = (index: number | undefined): string => state.objects[index ?? -1]?.name ?? 'none';
  for (const { name, type, slots } of state.objects) {
    if (type === 'cnode') for (const { slot } of slots) at(name).add(`slot ${slot} of ${name}`);
  }
  const flows: (readonly [from: string, to: string])[] = [];
  for (const { name, type, slots } of state.objects) {
    if (type !== 'thread') continue;
    for (const { slot, object } of slots) {
      if (slot === threadSlots.cspace) flows.push([nameOf(object), name]);
      if (slot === threadSlots.vspace) flows.push([nameOf(object), name], [name, nameOf(object)]);
      if (slot === threadSlots.faultHandler) flows.push([name, `faults to ${nameOf(object)}`]);
    }
  }
  const settle = (): void => {
    for (let size = -1; size !== sizeOf(held);) {
      size = sizeOf(held);
      for (const [from, to] of flows) for (const place of at(from)) at(to).add(place);
    }
  };
  settle();
  for (const { who, capability, why } of path) {
    const place = /in (slot \w+ of \w+)$/.exec(capability ?? '')?.[1];
    const told = JSON.stringify(path, undefined, 1);
    assert.ok(place === undefined || at(who).has(place), `${who} lacks ${place ?? ''}: ${told}`);
    flows.push(...flowsOf(who, why));
    settle();
    for (const [, victim = '', theirs = ''] of why.matchAll(victims)) {
      assert.ok(at(victim).has(theirs), `${victim} lacks ${theirs}: ${told}`);
    }
  }
}

const sizeOf = (held: Held): number =>
  [...held.values()].reduce((sum, places) => sum + places.size, 0);

/** What a sentence says can get from where to where. */
function flowsOf(who: string, why: string): (readonly [from: string, to: string])[] {
  const rules: readonly (readonly [RegExp, (what: string) => (readonly [string, string])[]])[] = [
    [/can take what is in (\w+)/, (what) => [[what, who]]],
    [/can put capabilities into (\w+)/, (what) => [[who, what]]],
    [/can make (\w+) act, with/, (what) => [[what, who]]],
    [/can give (\w+) another CSpace/, (what) => [[who, what]]],
    [/can change what address space (\w+) maps/, (what) => [[what, who]]],
    [/may send capabilities to (\w+)/, (what) => [[who, what]]],
    [/may receive from (\w+), with/, (what) => [[what, who]]],
    [/may call (\w+), and gets/, (what) => [[`calls of ${what}`, who]]],
    [
      /answers calls by (\w+)/,
      (what) => [
        [who, 'replies'],
        [what, 'replies'],
      ],
    ],
    [
      /may receive from (\w+), and its answers/,
      (what) => [
        ['replies', `calls of ${what}`],
        [who, `calls of ${what}`],
      ],
    ],
    [
      /may receive from (\w+), where faults/,
      (what) => [
        [`faults to ${what}`, 'handled'],
        [`faults to ${what}`, who],
      ],
    ],
    [/answers faults by/, () => [['handled', who]]],
  ];
  return rules.flatMap(([pattern, make]) => {
    const what = pattern.exec(why)?.[1] ?? (pattern.test(why) ? '' : undefined);
    return what === undefined ? [] : make(what);
  });
}
