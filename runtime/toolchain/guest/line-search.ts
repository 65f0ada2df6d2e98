/** Where an offset lies in a list that is sorted by offset. */
export function lastUpTo(lines: readonly { readonly offset: number }[], offset: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  // -1: before the first.
  return low - 1;
}
