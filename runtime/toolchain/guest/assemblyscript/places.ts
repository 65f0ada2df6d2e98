/** Places of the compiler library, which are offsets in a text, as ours. */
import type { Range as SourceRange } from 'assemblyscript';
import type { Position, Range } from '../../text/diagnostic.js';

export interface Places {
  rangeOf(range: SourceRange): Range;
  /** Counts from one. */
  lineOf(range: SourceRange): number;
  /** Of the last character. */
  lastLineOf(range: SourceRange): number;
}

/** Line starts are found once a source. */
export function createPlaces(): Places {
  const starts = new Map<string, readonly number[]>();
  const positionOf = ({ source }: SourceRange, offset: number): Position => {
    let lines = starts.get(source.normalizedPath);
    if (lines === undefined) {
      lines = lineStarts(source.text);
      starts.set(source.normalizedPath, lines);
    }
    let low = 0;
    let high = lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lines[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, character: offset - (lines[low] ?? 0) };
  };
  return {
    rangeOf: (range) => ({
      start: positionOf(range, range.start),
      end: positionOf(range, Math.max(range.end, range.start)),
    }),
    lineOf: (range) => positionOf(range, range.start).line + 1,
    lastLineOf: (range) => positionOf(range, Math.max(range.end - 1, range.start)).line + 1,
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
