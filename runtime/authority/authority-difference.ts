/**
 * What a change of a specification means for authority: who can do more, and who less, to whom. Components
 * are the same when their names are; capabilities do not count by themselves, only what they make possible.
 * For each new effect there is the path by which, as for a question about one state.
 */
import type { CapabilityState } from '../image/capability-state.js';
import {
  analyseAuthority,
  componentNamed,
  viewAuthority,
  viewConfinement,
  type AuthorityStep,
} from './authority.js';
import { effectKinds, type EffectKind } from './authority-effects.js';

export interface AuthorityDifference {
  /** Names of components that only the later state has, in its order. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Pairs with a change, in the order of the later state. A component that is new or gone counts too. */
  readonly changes: readonly AuthorityChange[];
}

export interface AuthorityChange {
  readonly from: string;
  readonly to: string;
  /** What `from` can do to `to` now and could not before. */
  readonly gained: readonly EffectKind[];
  readonly lost: readonly EffectKind[];
  /** By which capabilities, when something was gained. */
  readonly path: readonly AuthorityStep[];
}

export function authorityDifference(
  before: CapabilityState,
  after: CapabilityState,
): AuthorityDifference {
  const analysed = analyseAuthority(after);
  const old = effectsByPair(viewAuthority(analyseAuthority(before)));
  const now = effectsByPair(viewAuthority(analysed));
  const pathOf = (
    from: string,
    to: string,
    kinds: readonly EffectKind[],
  ): readonly AuthorityStep[] => {
    const [source, target] = [componentNamed(after, from), componentNamed(after, to)];
    if (source === undefined || target === undefined) return [];
    const answer = viewConfinement(analysed, source, target, { kinds });
    return answer.confined ? [] : answer.path;
  };
  const changes = [...new Set([...now.keys(), ...old.keys()])].flatMap((from) => {
    const [has, had] = [now.get(from), old.get(from)];
    return [...new Set([...(has?.keys() ?? []), ...(had?.keys() ?? [])])].flatMap((to) => {
      const [effects, oldEffects] = [has?.get(to) ?? [], had?.get(to) ?? []];
      const gained = effectKinds.filter((kind) => isOnlyIn(kind, effects, oldEffects));
      const lost = effectKinds.filter((kind) => isOnlyIn(kind, oldEffects, effects));
      if (gained.length === 0 && lost.length === 0) return [];
      return [{ from, to, gained, lost, path: gained.length > 0 ? pathOf(from, to, gained) : [] }];
    });
  });
  const names = (state: CapabilityState): string[] => state.components.map(({ name }) => name);
  const missingIn = (state: CapabilityState, all: readonly string[]): string[] => {
    const known = new Set(names(state));
    return all.filter((name) => !known.has(name));
  };
  return {
    added: missingIn(before, names(after)),
    removed: missingIn(after, names(before)),
    changes,
  };
}

const isOnlyIn = (
  kind: EffectKind,
  one: readonly EffectKind[],
  other: readonly EffectKind[],
): boolean => one.includes(kind) && !other.includes(kind);

type EffectsByPair = ReadonlyMap<string, ReadonlyMap<string, readonly EffectKind[]>>;

const effectsByPair = (components: ReturnType<typeof viewAuthority>): EffectsByPair =>
  new Map(
    components.map(({ name, reaches }) => [
      name,
      new Map(reaches.map(({ component, effects }) => [component, effects])),
    ]),
  );
