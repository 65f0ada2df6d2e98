/** Ranges for a growing selection: each holds the one before it, and more. */
import type { Position, Range } from '../runtime/toolchain/text/diagnostic.js';

/** Leaves out what does not grow. */
export function growing(ranges: readonly Range[]): Range[] {
  const kept: Range[] = [];
  for (const range of ranges) {
    const last = kept.at(-1);
    if (last === undefined || (contains(range, last) && !contains(last, range))) kept.push(range);
  }
  return kept;
}

function contains(outer: Range, inner: Range): boolean {
  return !isBefore(inner.start, outer.start) && !isBefore(outer.end, inner.end);
}

const isBefore = (one: Position, other: Position): boolean =>
  one.line < other.line || (one.line === other.line && one.character < other.character);
