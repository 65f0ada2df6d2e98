/** From offsets in a WebAssembly binary to places in its sources. */
import type { GuestLine } from '../guest-module.js';
import { lastUpTo } from '../line-search.js';
import { noRange } from '../../text/diagnostic.js';
import type { Range } from '../../text/diagnostic.js';

/** The line that an instruction comes from; undefined where none is known. */
export function lineAt(lines: readonly GuestLine[], offset: number): GuestLine | undefined {
  const found = lines[lastUpTo(lines, offset)];
  return found === undefined || found.line === 0 ? undefined : found;
}

const libraryFolder = 'builtin:/assemblyscript/';

/** The last line before code of the standard library that was put into a function; undefined for other code. */
export function userLine(
  lines: readonly GuestLine[],
  offset: number,
  start: number,
): GuestLine | undefined {
  let index = lastUpTo(lines, offset);
  if (lines[index]?.file.startsWith(libraryFolder) !== true) return undefined;
  for (; index >= 0; index--) {
    const line = lines[index];
    if (line === undefined || line.offset < start) return undefined;
    if (line.line !== 0 && !line.file.startsWith(libraryFolder)) return line;
  }
  return undefined;
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
