/**
 * In which order the optimiser left the copies of a function: in that of their calls, but that it may exchange the two
 * arms of an `if`, and what comes behind an `if` with its arm where that leaves. Where calls are on both sides, the
 * copies of which the call is known by other means tell whether it did; where none do, nothing is known of all of them.
 */
import type { PlaceNote } from './place-notes.js';

/** A call before anything was optimised. */
export interface Site {
  readonly number: number;
  readonly callee: string;
  readonly note: PlaceNote | undefined;
  readonly branches: readonly Branch[];
  /** Among its arguments. */
  readonly constants: readonly bigint[];
}

/** An arm of an `if` that a call is in. */
export interface Branch {
  /** Of the `if`: the same for both arms. */
  readonly number: number;
  readonly arm: Arm;
}

export interface Arm {
  /** Whether it may go elsewhere than behind the `if`. */
  leaves: boolean;
}

/** The calls that lead to a copy, outer ones first. */
export type SiteWay = readonly Site[];

/** Calls of which the program does the ones or the others. */
interface Exchange {
  readonly first: Set<number>;
  readonly second: Set<number>;
  /** The two arms of an `if`: they lie side by side, so they are exchanged as they are. */
  readonly areArms: boolean;
}

/**
 * By copy, the index of its way, or undefined where nobody knows; `told`: by way, the copy that is known to be its. Undefined
 * where all of that contradicts itself.
 */
export function orderOfCopies(
  ways: readonly SiteWay[],
  told: readonly (number | undefined)[],
): readonly (number | undefined)[] | undefined {
  const known = told.filter((copy) => copy !== undefined);
  if (new Set(known).size < known.length) return undefined;
  let order = ways.map((_, index) => index);
  const unknown = new Set<number>();
  for (const exchange of exchangesOf(ways)) {
    const isExchanged = hasBeenExchanged(exchange, told);
    if (isExchanged === false) continue;
    if (isExchanged === true && exchange.areArms) order = exchanged(order, exchange);
    else for (const index of [...exchange.first, ...exchange.second]) unknown.add(index);
  }
  const isContradicted = order.some((way, copy) => {
    const place = told[way];
    return place !== undefined && place !== copy && !unknown.has(way);
  });
  if (isContradicted) return undefined;
  return order.map((way, copy) => {
    const owner = told.indexOf(copy);
    if (owner >= 0) return owner;
    return unknown.has(way) ? undefined : way;
  });
}

function exchangesOf(ways: readonly SiteWay[]): readonly Exchange[] {
  const found = new Map<string, Exchange>();
  for (const [late, lateWay] of ways.entries())
    for (const [early, earlyWay] of ways.slice(0, late).entries()) {
      const level = earlyWay.findIndex((site, index) => site !== lateWay[index]);
      const [one, other] = [earlyWay[level], lateWay[level]];
      if (one === undefined || other === undefined) continue;
      const outer = earlyWay.slice(0, level).map(({ number }) => number);
      for (const { number, arm } of one.branches) {
        const same = other.branches.find((each) => each.number === number);
        if (same === undefined ? !arm.leaves : same.arm === arm) continue;
        const areArms = same !== undefined;
        const key = `${outer.join()} ${String(number)} ${String(areArms)}`;
        const exchange = found.get(key) ?? { first: new Set(), second: new Set(), areArms };
        found.set(key, exchange);
        exchange.first.add(early);
        exchange.second.add(late);
      }
    }
  return [...found.values()];
}

/** Undefined: nobody knows. */
function hasBeenExchanged(
  { first, second }: Exchange,
  told: readonly (number | undefined)[],
): boolean | undefined {
  let answer: boolean | undefined;
  for (const early of first)
    for (const late of second) {
      const [one, other] = [told[early], told[late]];
      if (one === undefined || other === undefined) continue;
      if (answer !== undefined && answer !== one > other) return undefined;
      answer = one > other;
    }
  return answer;
}

/** With the second arm in front. */
function exchanged(order: readonly number[], { first, second }: Exchange): number[] {
  const start = order.findIndex((way) => first.has(way) || second.has(way));
  const rest = order.filter((way) => !first.has(way) && !second.has(way));
  const of = (arm: ReadonlySet<number>): number[] => order.filter((way) => arm.has(way));
  return [...rest.slice(0, start), ...of(second), ...of(first), ...rest.slice(start)];
}
