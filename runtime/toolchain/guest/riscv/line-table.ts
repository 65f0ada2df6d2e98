/** From offsets in a WebAssembly binary to places in its sources. */
import type { GuestLine } from '../guest-module.js';
import { noRange } from '../../text/diagnostic.js';
import type { Range } from '../../text/diagnostic.js';

/** The line that an instruction comes from; undefined where none is known. */
export function lineAt(lines: readonly GuestLine[], offset: number): GuestLine | undefined {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.offset ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const found = lines[low - 1];
  return found === undefined || found.line === 0 ? undefined : found;
}

/** The place of an instruction for a message. */
export function placeAt(
  lines: readonly GuestLine[],
  offset: number,
): { readonly file: string; readonly range: Range } | undefined {
  const found = lineAt(lines, offset);
  if (found === undefined) return undefined;
  const position = { line: found.line - 1, character: Math.max(0, found.column - 1) };
  return { file: found.file, range: { start: position, end: position } };
}

export const wholeFile = (file: string): { readonly file: string; readonly range: Range } => ({
  file,
  range: noRange,
});
