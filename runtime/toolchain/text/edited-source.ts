/**
 * The source text of a file while it is edited: where its lines begin is kept, and looked for anew only where the
 * text differs. With line markers, which move all places behind them, it is made anew each time.
 */
import {
  hasLineMarker,
  lineStartsBetween,
  markedSourceText,
  unmarkedSourceText,
  type LineStarts,
  type SourceText,
} from './source-text.js';
import type { TextChange } from './text-change.js';

export interface EditedSource {
  readonly source: SourceText;
  /** The sources before stay as they are. */
  readonly edited: (text: string, change: TextChange) => EditedSource;
}

export function openSource(path: string, text: string): EditedSource {
  return hasLineMarker(text)
    ? { source: markedSourceText(path, text), edited: (next) => openSource(path, next) }
    : unmarked(path, text, undefined);
}

function unmarked(path: string, text: string, known: LineStarts | undefined): EditedSource {
  let starts = known;
  const startsOf = (): LineStarts =>
    (starts ??= Int32Array.from(lineStartsBetween(text, 0, text.length)));
  return {
    source: unmarkedSourceText(path, text, startsOf),
    edited: (next, change) =>
      hasMarkerNear(next, change)
        ? openSource(path, next)
        : unmarked(path, next, starts && movedStarts(starts, next, change)),
  };
}

/** The longest marker that can only just have become one: `\n# 1`. */
const markerReach = 4;

function hasMarkerNear(text: string, { start, newEnd }: TextChange): boolean {
  const from = Math.max(start - markerReach, 0);
  const near = text.slice(from, newEnd + markerReach);
  return hasLineMarker(from === 0 ? near : `.${near}`);
}

function movedStarts(starts: LineStarts, text: string, change: TextChange): LineStarts {
  const { start, oldEnd, newEnd } = change;
  // A line begins by what stands in front of it, and where that is a `\r` by what follows, too.
  const before = countBelow(starts, start);
  const behind = countBelow(starts, oldEnd + 1);
  const found = lineStartsBetween(text, start, newEnd);
  const moved = new Int32Array(before + found.length + starts.length - behind);
  moved.set(starts.subarray(0, before));
  moved.set(found, before);
  moved.set(starts.subarray(behind), before + found.length);
  const by = newEnd - oldEnd;
  if (by !== 0)
    for (let at = before + found.length; at < moved.length; at += 1)
      moved[at] = (moved[at] ?? 0) + by;
  return moved;
}

/** How many of the starts, which are in order, are less. */
function countBelow(starts: LineStarts, offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
