/**
 * How a thread comes to use a capability: the way along flows that takes the fewest sentences, with those
 * that explain how each actor came by what it uses. A flow costs one more than its reason, and its reason
 * has lower flows only: so no way goes by what it leads to. Knuth's generalization of Dijkstra's algorithm.
 */
import type { Flow } from './authority-closure.js';
import { append, type AuthorityGraph } from './authority-graph.js';

export interface Way {
  /** Numbers of flows, in the order in which authority goes. */
  readonly flows: readonly number[];
  /** Sentences that it takes at most; nothing for what is in the thread's own CSpace. */
  readonly cost: number;
}

/** From the CNode that has a capability to a thread, by flows that are numbered below `before`. */
export type FindWay = (cnode: number, thread: number, before: number) => Way | undefined;

/** Longer ways are not told apart. */
const mostCost = 1000;

/** Flows looked at for the reasons of others; past it, a reason that needs a search counts as very long. */
const mostLooks = 10_000_000;

export function authorityWays({ capabilities }: AuthorityGraph, flows: readonly Flow[]): FindWay {
  const into = new Map<number, number[]>();
  flows.forEach(({ to }, number) => {
    append(into, to, number);
  });
  /** By flow, ascending: those known so far. */
  const costs: number[] = [];
  let looks = 0;

  const costOf = ({ kind, by }: Flow, number: number): number => {
    if (by === undefined) return kind === 'faults' ? 0 : 1;
    const cnode = capabilities[by.capability]?.cnode ?? -1;
    if (looks > mostLooks) return mostCost;
    return 1 + (cheapest(cnode, by.thread, number)?.cost ?? mostCost);
  };

  /** Backwards from the end, the cheapest first, by one queue for every cost. */
  const cheapest = (start: number, end: number, before: number): Way | undefined => {
    const best = new Map<number, { readonly cost: number; readonly by?: number }>();
    const queues: number[][] = [[end]];
    best.set(end, { cost: 0 });
    for (let cost = 0; cost < queues.length; cost += 1) {
      // The queue grows while it is gone through: some flows cost nothing.
      for (const node of queues[cost] ?? []) {
        if (best.get(node)?.cost !== cost) continue;
        if (node === start) return { flows: wayFrom(start), cost };
        for (const number of into.get(node) ?? []) {
          if (number >= before) break;
          looks += 1;
          const { from = -1, kind } = flows[number] ?? {};
          const isOwn = kind === 'cspace' && from === start;
          const total = Math.min(mostCost, cost + (isOwn ? 0 : (costs[number] ?? 1)));
          if (total >= (best.get(from)?.cost ?? Infinity)) continue;
          best.set(from, { cost: total, by: number });
          (queues[total] ??= []).push(from);
        }
      }
    }
    return undefined;

    function wayFrom(node: number): number[] {
      const way: number[] = [];
      for (let number = best.get(node)?.by; number !== undefined;) {
        way.push(number);
        number = best.get(flows[number]?.to ?? end)?.by;
      }
      return way;
    }
  };

  return (cnode, thread, before) => {
    for (let number = costs.length; number < Math.min(before, flows.length); number += 1) {
      const flow = flows[number];
      if (flow !== undefined) costs.push(costOf(flow, number));
    }
    return cheapest(cnode, thread, before);
  };
}
