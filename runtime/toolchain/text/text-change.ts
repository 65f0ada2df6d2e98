/** Where two versions of a text differ: the one stretch between what they begin and end with alike. */
export interface TextChange {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

export function changeBetween(oldText: string, newText: string): TextChange {
  const shorter = Math.min(oldText.length, newText.length);
  const start = longest(shorter, (from, to) => oldText.slice(from, to) === newText.slice(from, to));
  const [oldEnd, newEnd] = [oldText.length, newText.length];
  const same = longest(
    shorter - start,
    (from, to) =>
      oldText.slice(oldEnd - to, oldEnd - from) === newText.slice(newEnd - to, newEnd - from),
  );
  return { start, oldEnd: oldEnd - same, newEnd: newEnd - same };
}

/** Pieces of this length are compared in one go, and stay in the fastest memory meanwhile. */
const pieceLength = 1 << 16;

/** How far two texts are alike, up to `most`. */
function longest(most: number, isAlike: (from: number, to: number) => boolean): number {
  let low = 0;
  while (low + pieceLength <= most && isAlike(low, low + pieceLength)) low += pieceLength;
  let high = Math.min(low + pieceLength, most);
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (isAlike(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
