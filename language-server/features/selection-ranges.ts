/** What a growing selection takes next, from the word up to the whole file. */
import type { Position, SelectionRange } from 'vscode-languageserver/node';
import type { Language } from '../language.js';

export function selectionRangeAt(
  language: Language,
  file: string,
  position: Position,
): SelectionRange {
  const ranges = language.enclosing?.(file, position) ?? [];
  let outer: SelectionRange | undefined;
  for (const range of [...ranges].reverse())
    outer = outer === undefined ? { range } : { range, parent: outer };
  // The protocol wants one answer a position, also where nothing is.
  return outer ?? { range: { start: position, end: position } };
}
