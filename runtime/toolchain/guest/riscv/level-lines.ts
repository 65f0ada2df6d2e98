/**
 * The lines of a function as its own variables see them: while a call runs that was replaced by its body, the caller is
 * at the line of that call, as it would be if the call were there.
 */
import type { OffsetRange } from '../../../image/debug-information.js';
import type { ObjectLine } from '../../object-file.js';

/** Code of a call within the function, and the line at which the call stands; undefined where nobody knows. */
export interface CalledCode {
  readonly ranges: readonly OffsetRange[];
  readonly call: { readonly file: string; readonly line: number } | undefined;
}

export function levelLines(
  lines: readonly ObjectLine[],
  called: readonly CalledCode[],
): readonly ObjectLine[] {
  const covers = called
    .flatMap(({ ranges, call }) =>
      call === undefined ? [] : ranges.map((range) => ({ ...range, call })),
    )
    .sort((a, b) => a.from - b.from);
  if (covers.length === 0) return lines;
  const own: ObjectLine[] = [];
  let next = 0;
  let last: ObjectLine | undefined;
  for (const { from, to, call } of covers) {
    for (let row = lines[next]; row !== undefined && row.offset < from; row = lines[++next]) {
      own.push(row);
      last = row;
    }
    own.push({ offset: from, ...call, column: 0 });
    for (let row = lines[next]; row !== undefined && row.offset < to; row = lines[++next])
      last = row;
    // What was in force goes on, where nothing new begins.
    if (last !== undefined && lines[next]?.offset !== to) own.push({ ...last, offset: to });
  }
  return [...own, ...lines.slice(next)];
}
