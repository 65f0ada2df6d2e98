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
    left.slice(start, left.length - behind),
    right.slice(start, right.length - behind),
    limit,
  );
}

/** Insertions, deletions, replacements and swaps of neighbours; stops early above `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  let before: number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const isSame = left[row - 1] === right[column - 1];
      let cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (isSame ? 0 : 1),
      );
      const isSwap = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap && row > 1 && column > 1) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current.push(cost);
    }
    if (Math.min(...current) > limit) return limit + 1;
    before = previous;
    previous = current;
  }
  return previous.at(-1) ?? limit + 1;
}
