/**
 * "What can A do to B, and how?" over any capability state. The answer is a path, each step a sentence that
 * names the capability, its slot and why it carries authority; or the closed set of all that A can ever
 * come to use, none of which has an effect on B. Every thread is taken to do its worst, as in the proofs
 * that seL4 enforces integrity; a component that passes on data counts only when asked for (`relays`).
 * From A to B: to ask what A can learn of B, ask from B to A.
 */
import type { CapabilityState } from '../image/capability-state.js';
import { closeAuthority, type AuthorityClosure } from './authority-closure.js';
import {
  effectKinds,
  effectsOfGroup,
  effectsOfSpace,
  effectTables,
  type Effect,
  type EffectKind,
  type EffectTables,
} from './authority-effects.js';
import { authorityGraph } from './authority-graph.js';
import { describe, stepsTo, type AuthorityStep, type EffectStep } from './authority-sentences.js';

export type { AuthorityStep } from './authority-sentences.js';

export interface Authority {
  readonly closure: AuthorityClosure;
  readonly tables: EffectTables;
  /** Index of the component of a thread. */
  readonly componentOf: ReadonlyMap<number, number>;
}

export interface AuthorityOptions {
  /** Indices of components that hand nothing on and take nothing, such as a root server that has retired. */
  readonly trusted?: readonly number[];
}

/** Done once for a state; the questions below are then cheap. */
export function analyseAuthority(
  state: CapabilityState,
  { trusted = [] }: AuthorityOptions = {},
): Authority {
  const threads = trusted.flatMap((component) => state.components[component]?.threads ?? []);
  const closure = closeAuthority(authorityGraph(state), { trusted: new Set(threads) });
  const componentOf = new Map(
    state.components.flatMap(({ threads: own }, index) =>
      own.map((thread) => [thread, index] as const),
    ),
  );
  return { closure, tables: effectTables(closure), componentOf };
}

export type Confinement =
  | {
      readonly confined: false;
      readonly from: string;
      readonly to: string;
      /** Of the last step. */
      readonly effect: EffectKind;
      readonly path: readonly AuthorityStep[];
    }
  | {
      readonly confined: true;
      readonly from: string;
      readonly to: string;
      /** All that A can ever come to use: nothing of it has an effect on B, and it can get nothing more. */
      readonly closedSet: readonly string[];
      /** Components on which A has an effect; with relays, all that its data can get to. */
      readonly reaches: readonly string[];
    };

export interface ComponentAuthority {
  readonly name: string;
  /** Capabilities in its CSpaces now, and those that it can ever come to use. */
  readonly capabilities: number;
  readonly reachableCapabilities: number;
  readonly reaches: readonly {
    readonly component: string;
    readonly effects: readonly EffectKind[];
  }[];
}

/** Every component with what it can do to every other. */
export function viewAuthority(authority: Authority): ComponentAuthority[] {
  const { closure } = authority;
  const { state, capabilities } = closure.graph;
  return state.components.map((component, index) => {
    const can = new Set(component.threads.flatMap((thread) => closure.capabilitiesOf(thread)));
    const cspaces = new Set(
      [...closure.graph.cspaceUsers]
        .filter(([, users]) => users.some((user) => component.threads.includes(user)))
        .map(([cnode]) => cnode),
    );
    const found = effectsByComponent(authority, index);
    return {
      name: component.name,
      capabilities: capabilities.filter(({ cnode }) => cspaces.has(cnode)).length,
      reachableCapabilities: can.size,
      reaches: [...found]
        .sort(([a], [b]) => a - b)
        .map(([other, effects]) => ({
          component: nameOfComponent(authority, other),
          effects: effectKinds.filter((kind) => effects.has(kind)),
        })),
    };
  });
}

export interface ConfinementOptions {
  /** Count components that pass on data. */
  readonly relays?: boolean;
  /** Only these effects count. */
  readonly kinds?: readonly EffectKind[];
}

/** Components by their index in the state. */
export function viewConfinement(
  authority: Authority,
  from: number,
  to: number,
  { relays = false, kinds = effectKinds }: ConfinementOptions = {},
): Confinement {
  const names = { from: nameOfComponent(authority, from), to: nameOfComponent(authority, to) };
  const reachedFrom = new Map<number, Reached | undefined>([[from, undefined]]);
  const groups = new Set<number>();
  for (const component of reachedFrom.keys()) {
    if (component !== from && !relays) break;
    for (const [other, effects] of effectsOnEach(authority, component, groups)) {
      const wanted = effects.filter(({ kind }) => kinds.includes(kind));
      if (wanted.length > 0 && !reachedFrom.has(other))
        reachedFrom.set(other, { through: component, effects: wanted });
    }
    if (reachedFrom.has(to)) break;
  }
  const last = reachedFrom.get(to);
  if (last === undefined) {
    return {
      ...names,
      confined: true,
      closedSet: closedSet(authority, from),
      reaches: [...reachedFrom.keys()]
        .filter((component) => component !== from)
        .map((component) => nameOfComponent(authority, component)),
    };
  }
  const path: AuthorityStep[] = [];
  let effect: EffectKind | undefined;
  for (let component = to; ;) {
    const reached = reachedFrom.get(component);
    if (reached === undefined) break;
    const step = nearest(authority, reached, component);
    effect ??= step.kind;
    path.unshift(...stepsTo(authority.closure, step));
    component = reached.through;
  }
  return {
    ...names,
    confined: false,
    effect: effect ?? 'control',
    path: withoutRepeats(path),
  };
}

interface Reached {
  /** The component that acts. */
  readonly through: number;
  readonly effects: readonly Effect[];
}

/** The component of a name, or of the name of one of its threads. */
export function componentNamed(state: CapabilityState, name: string): number | undefined {
  const index = state.components.findIndex(
    (component) =>
      component.name === name ||
      component.threads.some((thread) => state.objects[thread]?.name === name),
  );
  return index < 0 ? undefined : index;
}

const nameOfComponent = ({ closure }: Authority, component: number): string =>
  closure.graph.state.components[component]?.name ?? '';

/**
 * By component: the effects on it, at most so many of each kind beside those by what is in the component's own
 * CSpace; more would only be longer ways.
 */
const mostEffects = 4;

/** So many are looked at closely. */
const mostCandidates = 32;

/** Threads of one group can do the same: what those in `groups` do is left out, and the others get in. */
function effectsOnEach(
  authority: Authority,
  component: number,
  groups = new Set<number>(),
): ReadonlyMap<number, Effect[]> {
  const { closure, tables, componentOf } = authority;
  const { components } = closure.graph.state;
  const { threads: own = [] } = components[component] ?? {};
  const found = new Map<string, Effect[]>();
  const add = (effects: Iterable<Effect>): void => {
    for (const effect of effects) {
      const target = 'group' in effect.on ? `group ${effect.on.group}` : `${effect.on.thread}`;
      const key = `${target} ${effect.kind}`;
      const known = found.get(key);
      if (known === undefined) found.set(key, [effect]);
      else if (known.length < mostEffects || isOwn(closure, own, effect.by)) known.push(effect);
    }
  };
  for (const thread of own) {
    const group = closure.groupOf(thread);
    if (!groups.has(group)) add(effectsOfGroup(closure, tables, group));
    groups.add(group);
    add(effectsOfSpace(closure, tables, thread));
  }
  const byComponent = new Map<number, Effect[]>();
  for (const effects of found.values()) {
    const [{ on } = { on: { thread: -1 } }] = effects;
    const threads = 'group' in on ? (closure.groups[on.group]?.threads ?? []) : [on.thread];
    for (const other of new Set(threads.map((thread) => componentOf.get(thread)))) {
      if (other === undefined || other === component) continue;
      const known = byComponent.get(other);
      if (known === undefined) byComponent.set(other, [...effects]);
      else known.push(...effects);
    }
  }
  return byComponent;
}

function effectsByComponent(
  authority: Authority,
  component: number,
): ReadonlyMap<number, ReadonlySet<EffectKind>> {
  return new Map(
    [...effectsOnEach(authority, component)].map(([other, effects]) => [
      other,
      new Set(effects.map(({ kind }) => kind)),
    ]),
  );
}

/** Of several effects the one with the shortest explanation, then the most telling. */
function nearest(
  authority: Authority,
  { through, effects }: Reached,
  component: number,
): EffectStep {
  const { closure } = authority;
  const threadsOf = (index: number): readonly number[] =>
    closure.graph.state.components[index]?.threads ?? [];
  const actors = threadsOf(through);
  const candidates = effects.map((effect) => {
    const victims =
      'thread' in effect.on
        ? [effect.on.thread]
        : threadsOf(component).filter(
            (thread) => 'group' in effect.on && closure.groupOf(thread) === effect.on.group,
          );
    const theirs = ownInstead(closure, victims, effect.theirs);
    const isFar = !isOwn(closure, actors, effect.by) || !isOwn(closure, victims, theirs);
    const telling = effectKinds.indexOf(effect.kind);
    return {
      effect: theirs === undefined ? effect : { ...effect, theirs },
      victims,
      telling,
      rank: (isFar ? effectKinds.length : 0) + telling,
    };
  });
  const [first, ...others] = candidates.sort((a, b) => a.rank - b.rank).slice(0, mostCandidates);
  // What both have in their own CSpaces needs no explanation, and nothing is shorter.
  const few = first !== undefined && first.rank < effectKinds.length ? [] : others;
  const steps = [...(first === undefined ? [] : [first]), ...few].map(
    ({ effect, victims, telling }) => {
      const from = nearestTo(closure, actors, effect.by);
      const to = nearestTo(closure, victims, effect.theirs);
      const cost = (from.distance + to.distance) * effectKinds.length + telling;
      return { cost, step: { ...effect, from: from.thread, to: to.thread } };
    },
  );
  return steps.reduce((best, each) => (each.cost < best.cost ? each : best)).step;
}

/** Whether it is in the CSpace of one of the threads; so is what needs no capability. */
const isOwn = (
  closure: AuthorityClosure,
  threads: readonly number[],
  number: number | undefined,
): boolean =>
  number === undefined ||
  (closure.graph.cspaceUsers.get(closure.capability(number).cnode) ?? []).some((user) =>
    threads.includes(user),
  );

/** One of the threads' own that does what the capability does; the capability itself where there is none. */
function ownInstead(
  closure: AuthorityClosure,
  threads: readonly number[],
  number: number | undefined,
): number | undefined {
  if (number === undefined || isOwn(closure, threads, number)) return number;
  const { object, rights } = closure.capability(number).capability;
  const own = closure.capabilitiesTo(object).find((other) => {
    const has = closure.capability(other).capability.rights;
    return (
      (has.read || !rights.read) &&
      (has.write || !rights.write) &&
      (has.grant || !rights.grant) &&
      (has.grantReply || !rights.grantReply) &&
      isOwn(closure, threads, other)
    );
  });
  return own ?? number;
}

interface Nearest {
  readonly thread: number;
  /** Sentences that explain how it comes to use the capability. */
  readonly distance: number;
}

function nearestTo(
  closure: AuthorityClosure,
  threads: readonly number[],
  number: number | undefined,
): Nearest {
  let best: Nearest = { thread: threads[0] ?? -1, distance: number === undefined ? 0 : Infinity };
  if (number === undefined) return best;
  for (const thread of threads) {
    const distance = closure.wayTo(thread, number)?.cost ?? Infinity;
    if (distance < best.distance) best = { thread, distance };
    if (distance === 0) break;
  }
  return best;
}

function closedSet(authority: Authority, component: number): string[] {
  const { closure } = authority;
  const { threads = [] } = closure.graph.state.components[component] ?? {};
  const numbers = new Set(threads.flatMap((thread) => closure.capabilitiesOf(thread)));
  return [...numbers].sort((a, b) => a - b).map((number) => describe(closure, number));
}

function withoutRepeats(path: readonly AuthorityStep[]): AuthorityStep[] {
  const said = new Set<string>();
  return path.filter(({ why }) => {
    const isNew = !said.has(why);
    said.add(why);
    return isNew;
  });
}
