/**
 * A line of text together with where each piece of it comes from: straight from a file, or out of a
 * macro. The preprocessor and the assembler's macros both make such lines, so whatever a later stage
 * says about a column of the text can be shown at what the user wrote. Surprising choice: there are no
 * shared tokens, because each language cuts the text in its own way (`1b`, `.L1`, `a-b` differ).
 */
import type { Diagnostic, Range, RelatedPlace, Severity } from './diagnostic.js';

export interface Place {
  readonly file: string;
  readonly range: Range;
  /** Present when the text came out of a macro; `range` is then the outermost use. */
  readonly expansion?: Expansion;
}

export interface Expansion {
  readonly macro: string;
  /** The macro's name where it is defined; absent for a predefined one. */
  readonly definition?: Place;
  /** The text inside the macro's body; absent for a predefined one. */
  readonly written?: Place;
  /** The expansion that `macro` itself was used in. */
  readonly parent?: Expansion;
}

/** Text that stands in a file just so; offsets map one to one. */
export interface WrittenPiece {
  readonly kind: 'written';
  readonly start: number;
  readonly file: string;
  readonly line: number;
  readonly character: number;
}

/** Text from the body of a macro: all of it is shown at the use. */
export interface ExpandedPiece {
  readonly kind: 'expanded';
  readonly start: number;
  readonly use: Place;
  readonly macro: string;
  readonly definition?: Place;
  readonly body?: SourceLine;
  readonly bodyStart: number;
}

export type Piece = WrittenPiece | ExpandedPiece;

export interface SourceLine {
  readonly text: string;
  /** At least one; sorted by `start`, the first at 0. */
  readonly pieces: readonly Piece[];
}

const writtenLine = (text: string, file: string, line: number, character = 0): SourceLine => ({
  text,
  pieces: [{ kind: 'written', start: 0, file, line, character }],
});

/** A file's lines, without their line ends. */
export function linesOf(text: string, file: string): SourceLine[] {
  return text.split(/\r\n|\n|\r/).map((line, index) => writtenLine(line, file, index));
}

const lineMarker = /^# (\d+) "((?:[^"\\]|\\.){0,4096})"(?: \d+)*\s*$/;

/**
 * The lines of preprocessed text, at the places that its line markers name: after `# 12 "a.c"` comes
 * line 12 of `a.c`. Such a line, exactly so and at the line's start, is empty here.
 */
export function markedLinesOf(text: string, file: string): SourceLine[] {
  let name = file;
  let shift = 0;
  return linesOf(text, file).map((line, index) => {
    const marker = lineMarker.exec(line.text);
    if (marker === null) return writtenLine(line.text, name, Math.max(index + shift, 0));
    name = (marker[2] ?? '').replace(/\\(.)/g, '$1');
    shift = Number(marker[1]) - index - 2;
    return writtenLine('', file, index);
  });
}

/** Where the text from `start` up to `end` is written. A stretch over several pieces ends with the last that is in the same file. */
export function placeOf(line: SourceLine, start: number, end: number): Place {
  const first = pieceAt(line.pieces, start);
  if (first === undefined) return { file: '', range: pointAt(0, 0) };
  if (first.kind === 'expanded') return placeInBody(first, start, end);
  const from = { line: first.line, character: first.character + start - first.start };
  const last = end > start ? (pieceAt(line.pieces, end - 1) ?? first) : first;
  if (last.kind === 'written' && last.file === first.file) {
    const to = { line: last.line, character: last.character + end - last.start };
    if (isAfter(to, from)) return { file: first.file, range: { start: from, end: to } };
  }
  if (last.kind === 'expanded' && last.use.file === first.file) {
    const to = last.use.range.end;
    if (isAfter(to, from)) return { file: first.file, range: { start: from, end: to } };
  }
  return { file: first.file, range: { start: from, end: from } };
}

/** The text from `start` up to `end` as a line of its own. */
export function sliceLine(line: SourceLine, start: number, end: number): SourceLine {
  if (start === 0 && end === line.text.length) return line;
  return { text: line.text.slice(start, end), pieces: slicePieces(line, start, end, 0) };
}

/** The pieces of a stretch, moved so that it begins at `target`. */
function slicePieces(line: SourceLine, start: number, end: number, target: number): Piece[] {
  const pieces: Piece[] = [];
  for (let index = indexAt(line.pieces, start); index < line.pieces.length; index += 1) {
    const piece = line.pieces[index];
    if (piece === undefined || (piece.start >= end && pieces.length > 0)) break;
    pieces.push(
      movedPiece(
        piece,
        Math.max(piece.start, start) - piece.start,
        target + Math.max(piece.start - start, 0),
      ),
    );
  }
  return pieces;
}

/** Lines made from several sources, piece by piece. */
export interface LineBuilder {
  text: string;
  readonly pieces: Piece[];
}

export const newLine = (): LineBuilder => ({ text: '', pieces: [] });

export function appendSlice(to: LineBuilder, line: SourceLine, start: number, end: number): void {
  if (end <= start && to.pieces.length > 0) return;
  for (const piece of slicePieces(line, start, end, to.text.length)) to.pieces.push(piece);
  to.text += line.text.slice(start, end);
}

/** Text that has no place of its own, such as a space between two tokens. */
export function appendText(to: LineBuilder, text: string): void {
  to.text += text;
}

export function diagnosticAt(
  place: Place,
  severity: Severity,
  code: string,
  message: string,
  related: readonly RelatedPlace[] = [],
): Diagnostic {
  const all = [...related, ...relatedExpansions(place.expansion)];
  return {
    file: place.file,
    range: place.range,
    severity,
    code,
    message,
    ...(all.length > 0 ? { related: all } : {}),
  };
}

/** Where, in each macro on the way, the text is written: what a reader of the message wants next. */
function relatedExpansions(expansion: Expansion | undefined): RelatedPlace[] {
  const related: RelatedPlace[] = [];
  // Eight levels say enough; a deeper chain is a recursion.
  for (let at = expansion; at !== undefined && related.length < 8; at = at.parent) {
    const place = at.written ?? at.definition;
    if (place === undefined) continue;
    related.push({ ...bare(place), message: `In the expansion of \`${at.macro}\`.` });
  }
  return related;
}

const bare = (place: Place): { file: string; range: Range } => ({
  file: place.file,
  range: place.range,
});

function placeInBody(piece: ExpandedPiece, start: number, end: number): Place {
  const offset = piece.bodyStart - piece.start;
  const written = piece.body && placeOf(piece.body, start + offset, end + offset);
  return {
    file: piece.use.file,
    range: piece.use.range,
    expansion: {
      macro: piece.macro,
      ...(piece.definition ? { definition: piece.definition } : {}),
      ...(written ? { written } : {}),
      ...(piece.use.expansion ? { parent: piece.use.expansion } : {}),
    },
  };
}

function movedPiece(piece: Piece, skipped: number, start: number): Piece {
  return piece.kind === 'written'
    ? { ...piece, start, character: piece.character + skipped }
    : { ...piece, start, bodyStart: piece.bodyStart + skipped };
}

const pieceAt = (pieces: readonly Piece[], offset: number): Piece | undefined =>
  pieces[indexAt(pieces, offset)];

/** The index of the last piece that begins at `offset` or before it, else of the first. */
function indexAt(pieces: readonly Piece[], offset: number): number {
  if (pieces.length <= 1) return 0;
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((pieces[middle]?.start ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

const isAfter = (
  to: { line: number; character: number },
  from: { line: number; character: number },
): boolean => to.line > from.line || (to.line === from.line && to.character >= from.character);

function pointAt(line: number, character: number): Range {
  return { start: { line, character }, end: { line, character } };
}
