/**
 * Long work is done in pieces, and between two of them other requests are answered. It begins anew when the
 * file has changed meanwhile. Work that somebody needs at once is not waited for: what is left of it is done then.
 */

/** A frame of a screen at 60 Hz is 16 ms. */
const pieceMs = 8;

/** Ends when all work is done, or when nobody wants it any more. */
export async function workThrough(
  workOf: () => Iterator<undefined, void> | undefined,
  isWanted: () => boolean,
): Promise<void> {
  for (let work = workOf(); work !== undefined && isWanted(); work = workOf()) {
    if (isDoneAfterPiece(work) && workOf() === work) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isDoneAfterPiece(work: Iterator<undefined, void>): boolean {
  const end = performance.now() + pieceMs;
  while (performance.now() < end) if (work.next().done === true) return true;
  return false;
}
