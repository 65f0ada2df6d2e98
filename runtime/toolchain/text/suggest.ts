/** "Did you mean": the nearest known name by edit distance. */

/** Undefined when nothing is near: a wrong guess helps less than none. */
export const nearestName = (wrong: string, names: Iterable<string>): string | undefined =>
  nearestNames(wrong, names)[0];

/** All of the names that are equally near, and nearer than the others, in their order. */
export function nearestNames(wrong: string, names: Iterable<string>): readonly string[] {
  let limit = wrong.length <= 3 ? 1 : 2;
  let nearest: string[] = [];
  for (const name of names) {
    if (Math.abs(name.length - wrong.length) > limit) continue;
    const distance = distanceBetween(wrong, name, limit);
    if (distance > limit) continue;
    if (distance < limit) nearest = [];
    limit = distance;
    nearest.push(name);
  }
  return nearest;
}

/** What two names begin and end with alike costs nothing, and most names of a file are much alike. */
function distanceBetween(left: string, right: string, limit: number): number {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left.charCodeAt(start) === right.charCodeAt(start)) start += 1;
  let behind = 0;
  while (
    behind < shorter - start &&
    left.charCodeAt(left.length - 1 - behind) === right.charCodeAt(right.length - 1 - behind)
  ) {
    behind += 1;
  }
  const [one, other] = [left.length - start - behind, right.length - start - behind];
  if (one === 0 || other === 0) return one + other;
  return editDistance(
    { text: left, start, length: one },
    { text: right, start, length: other },
    limit,
  );
}

interface Middle {
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

/**
 * Insertions, deletions, replacements and swaps of neighbours; stops early above `limit`. Only columns that are no
 * further from the diagonal than that can matter.
 */
function editDistance(left: Middle, right: Middle, limit: number): number {
  const above = limit + 1;
  const codeOf = ({ text, start }: Middle, at: number): number => text.charCodeAt(start + at);
  let before: number[] = [];
  let previous: number[] = [];
  for (let column = 0; column <= Math.min(limit, right.length); column += 1) previous.push(column);
  let first = 0;
  for (let row = 1; row <= left.length; row += 1) {
    // `current[0]` is of the column `from`; `previous` is of the columns from `first` on.
    const from = Math.max(row - limit, 0);
    const to = Math.min(row + limit, right.length);
    const firstBefore = Math.max(row - 2 - limit, 0);
    const code = codeOf(left, row - 1);
    const current: number[] = [];
    let least = above;
    for (let column = from; column <= to; column += 1) {
      let cost = column === 0 ? row : above;
      if (column > 0) {
        const isSame = code === codeOf(right, column - 1);
        cost = Math.min(
          (previous[column - first] ?? above) + 1,
          (current[column - 1 - from] ?? above) + 1,
          (previous[column - 1 - first] ?? above) + (isSame ? 0 : 1),
        );
        const isSwap =
          row > 1 &&
          column > 1 &&
          code === codeOf(right, column - 2) &&
          codeOf(left, row - 2) === codeOf(right, column - 1);
        if (isSwap) cost = Math.min(cost, (before[column - 2 - firstBefore] ?? above) + 1);
      }
      least = Math.min(least, cost);
      current.push(cost);
    }
    if (least > limit) return above;
    before = previous;
    previous = current;
    first = from;
  }
  return previous[right.length - first] ?? above;
}
