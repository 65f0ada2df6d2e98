/**
 * Formatting as few edits: lines that stay are not touched, so that marks and cursors in the editor stay
 * where they are. A range is formatted by formatting everything and taking the edits inside it.
 */
import type { Range, TextEdit } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { Language } from '../language.js';

export function documentEdits(language: Language, file: string, documents: Documents): TextEdit[] {
  const before = documents.readText(file) ?? '';
  return formattingEdits(before, language.formatted?.(file) ?? before);
}

export function rangeEdits(
  language: Language,
  file: string,
  range: Range,
  documents: Documents,
): TextEdit[] {
  return editsInside(documentEdits(language, file, documents), range);
}

function formattingEdits(before: string, after: string): TextEdit[] {
  const old = linesOf(before);
  const made = linesOf(after);
  const edits: TextEdit[] = [];
  let at = 0;
  let madeAt = 0;
  while (at < old.length || madeAt < made.length) {
    if (at < old.length && madeAt < made.length && old[at] === made[madeAt]) {
      at += 1;
      madeAt += 1;
      continue;
    }
    const [skipped, madeSkipped] = nextCommon(old, made, at, madeAt);
    edits.push(replaceLines(old, at, at + skipped, made.slice(madeAt, madeAt + madeSkipped)));
    at += skipped;
    madeAt += madeSkipped;
  }
  return edits;
}

function editsInside(edits: readonly TextEdit[], { start, end }: Range): TextEdit[] {
  return edits.filter(
    ({ range }) => range.start.line >= start.line && range.end.line <= end.line + 1,
  );
}

/** Each line with its own end, so that joining them gives the text. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** How far two texts that differ here are alike again; a formatter moves things by a few lines only. */
const farthest = 64;

/** How many lines of each to leave until they agree, but for space, on a line that says something. */
function nextCommon(
  old: readonly string[],
  made: readonly string[],
  at: number,
  madeAt: number,
): readonly [number, number] {
  if (isAlike(old[at], made[madeAt])) return [1, 1];
  for (let distance = 1; distance <= farthest; distance += 1) {
    for (let skipped = 0; skipped <= distance; skipped += 1) {
      const [line, other] = [old[at + skipped], made[madeAt + distance - skipped]];
      if (line?.trim() !== '' && isAlike(line, other)) return [skipped, distance - skipped];
    }
  }
  return [old.length - at, made.length - madeAt];
}

const isAlike = (line: string | undefined, other: string | undefined): boolean =>
  line !== undefined && line.replaceAll(/\s/g, '') === other?.replaceAll(/\s/g, '');

function replaceLines(
  old: readonly string[],
  from: number,
  to: number,
  made: readonly string[],
): TextEdit {
  const endOf = (line: number): { line: number; character: number } =>
    // Behind the last line, which may have no line end.
    line >= old.length && old.length > 0 && old.at(-1)?.endsWith('\n') === false
      ? { line: old.length - 1, character: old.at(-1)?.length ?? 0 }
      : { line, character: 0 };
  return { range: { start: endOf(from), end: endOf(to) }, newText: made.join('') };
}
