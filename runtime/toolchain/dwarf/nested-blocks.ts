/**
 * Blocks of a function that lie in each other, as debuggers want them, from variables that each say where their name
 * holds. What overlaps and is in neither, is cut; a block that has a part of a call only leaves that call out.
 */
import type { DebugVariable, InlinedCall, OffsetRange } from '../../image/debug-information.js';

export interface Block {
  readonly ranges: readonly OffsetRange[];
  readonly variables: DebugVariable[];
  readonly calls: InlinedCall[];
  readonly inner: Block[];
}

/** The outermost one has no ranges: it is the function or the call itself. */
export function nestedBlocks(
  variables: readonly DebugVariable[],
  calls: readonly InlinedCall[],
): Block {
  const root: Block = { ranges: [], variables: [], calls: [], inner: [] };
  const blocks = new Map<string, Block>();
  for (const variable of variables) {
    if (variable.scope.length === 0) {
      root.variables.push(variable);
      continue;
    }
    const key = variable.scope.map(({ from, to }) => `${from}-${to}`).join();
    const block = blocks.get(key) ?? {
      ranges: variable.scope,
      variables: [],
      calls: [],
      inner: [],
    };
    block.variables.push(variable);
    blocks.set(key, block);
  }
  const whole = [...blocks.values()]
    .map((block) => ({ ...block, ranges: withoutPartial(block.ranges, calls) }))
    .filter(({ ranges }) => ranges.length > 0)
    .sort((a, b) => sizeOf(b.ranges) - sizeOf(a.ranges));
  const pending = whole.reverse();
  let cuts = 0;
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    let level = root;
    for (;;) {
      const { ranges } = block;
      const overlapping = level.inner.find((other) => overlap(other.ranges, ranges));
      if (overlapping === undefined) {
        level.inner.push(block);
        break;
      }
      if (isWithin(ranges, overlapping.ranges)) {
        level = overlapping;
        continue;
      }
      cuts += 1;
      const inside = intersection(ranges, overlapping.ranges);
      const outside = difference(ranges, overlapping.ranges);
      if (cuts > mostCuts) break;
      pending.push({ ...block, variables: [...block.variables], inner: [], ranges: outside });
      block = { ...block, ranges: inside };
    }
  }
  for (const call of calls) {
    let level = root;
    for (;;) {
      const next = level.inner.find(({ ranges }) => isWithin(call.ranges, ranges));
      if (next === undefined) break;
      level = next;
    }
    level.calls.push(call);
  }
  return root;
}

/** Past so many, what is to be cut is left out. */
const mostCuts = 10_000;

function withoutPartial(
  ranges: readonly OffsetRange[],
  calls: readonly InlinedCall[],
): readonly OffsetRange[] {
  let left = ranges;
  for (const call of calls)
    if (overlap(left, call.ranges) && !isWithin(call.ranges, left))
      left = difference(left, call.ranges);
  return left;
}

const sizeOf = (ranges: readonly OffsetRange[]): number =>
  ranges.reduce((sum, { from, to }) => sum + to - from, 0);

const overlap = (a: readonly OffsetRange[], b: readonly OffsetRange[]): boolean =>
  a.some(({ from, to }) => b.some((other) => from < other.to && other.from < to));

/** Each range of `inner` is in one of `outer`. */
export const isWithin = (inner: readonly OffsetRange[], outer: readonly OffsetRange[]): boolean =>
  inner.every(({ from, to }) => outer.some((other) => from >= other.from && to <= other.to));

function intersection(a: readonly OffsetRange[], b: readonly OffsetRange[]): OffsetRange[] {
  return a.flatMap(({ from, to }) =>
    b.flatMap((other) => {
      const common = { from: Math.max(from, other.from), to: Math.min(to, other.to) };
      return common.from < common.to ? [common] : [];
    }),
  );
}

function difference(a: readonly OffsetRange[], b: readonly OffsetRange[]): OffsetRange[] {
  let left = [...a];
  for (const { from, to } of b)
    left = left.flatMap((range) =>
      [
        { from: range.from, to: Math.min(range.to, from) },
        { from: Math.max(range.from, to), to: range.to },
      ].filter((part) => part.from < part.to),
    );
  return left;
}
