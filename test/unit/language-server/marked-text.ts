/**
 * Texts of tests with their places marked in them: `‸` is the cursor, `⟦` and `⟧` are around a range.
 * The marks are cut out; ranges may not be nested.
 */
import type { Position, Range } from 'vscode-languageserver/node';

export interface MarkedText {
  readonly text: string;
  readonly cursor: Position | undefined;
  readonly ranges: readonly Range[];
}

export function readMarked(marked: string): MarkedText {
  let text = '';
  let cursor: Position | undefined;
  let start: Position | undefined;
  const ranges: Range[] = [];
  let line = 0;
  let character = 0;
  for (const unit of marked.split('')) {
    const here = { line, character };
    if (unit === '‸') cursor = here;
    else if (unit === '⟦') start = here;
    else if (unit === '⟧' && start !== undefined) ranges.push({ start, end: here });
    else {
      text += unit;
      [line, character] = unit === '\n' ? [line + 1, 0] : [line, character + 1];
    }
  }
  return { text, cursor, ranges };
}

/** What the text says in a range, for messages that a reader understands. */
export function textIn(text: string, { start, end }: Range): string {
  const lines = text.split('\n').slice(start.line, end.line + 1);
  const last = lines.length - 1;
  if (last >= 0) lines[last] = lines[last]!.slice(0, end.character);
  if (last >= 0) lines[0] = lines[0]!.slice(start.character);
  return lines.join('\n');
}
