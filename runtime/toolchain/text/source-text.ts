/**
 * The text that a front end reads, and the way back from it to what the user wrote. A tree holds spans of
 * this text alone: two numbers a node. For a preprocessed source the text is what came out of the
 * preprocessor; for any other it is the file itself.
 */
import type { Position } from './diagnostic.js';
import { markedLinesOf, placeOf, type Place, type SourceLine } from './source-line.js';

/** UTF-16 code units of `SourceText.text`, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface SourceText {
  /** The file that was asked for; the text may hold others that it includes. */
  readonly path: string;
  readonly text: string;
  /** Where the user wrote it; text out of a macro is shown at the use. */
  readonly placeOf: (span: Span) => Place;
  /**
   * The offset of a place of a file; undefined where the text does not show it: a directive, a branch
   * that is not taken, a comment that was cut out. A use of a macro is the first offset of what it became.
   */
  readonly offsetOf: (file: string, position: Position) => number | undefined;
}

export function sourceTextOf(path: string, lines: readonly SourceLine[]): SourceText {
  const starts: number[] = [];
  let length = 0;
  for (const line of lines) {
    starts.push(length);
    length += line.text.length + 1;
  }
  const text = lines.map((line) => line.text).join('\n');
  let byPlace: PlaceIndex | undefined;
  return {
    path,
    text,
    placeOf: ({ start, end }) => {
      const first = lineAt(starts, start);
      const line = lines[first];
      if (line === undefined)
        return {
          file: path,
          range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
        };
      const from = start - (starts[first] ?? 0);
      const last = end <= start ? first : lineAt(starts, end - 1);
      if (last === first)
        return placeOf(line, from, Math.min(end - (starts[first] ?? 0), line.text.length));
      const place = placeOf(line, from, line.text.length);
      const lastLine = lines[last];
      if (lastLine === undefined) return place;
      const ending = placeOf(
        lastLine,
        0,
        Math.min(end - (starts[last] ?? 0), lastLine.text.length),
      );
      return ending.file === place.file && !isBefore(ending.range.end, place.range.start)
        ? { ...place, range: { start: place.range.start, end: ending.range.end } }
        : place;
    },
    offsetOf: (file, position) => {
      byPlace ??= indexByPlace(lines, starts);
      return offsetAt(byPlace, lines, starts, file, position);
    },
  };
}

/**
 * A file as it is, to the last character; with `lineMarkers`, lines such as `# 12 "a.c"` are empty and name
 * the places of those behind them. A file of a hundred thousand lines costs one number a line.
 */
export function plainSourceText(
  path: string,
  text: string,
  { lineMarkers = false }: { lineMarkers?: boolean } = {},
): SourceText {
  if (lineMarkers && hasLineMarker(text)) return markedSourceText(path, text);
  let starts: LineStarts | undefined;
  return unmarkedSourceText(
    path,
    text,
    () => (starts ??= Int32Array.from(lineStartsBetween(text, 0, text.length))),
  );
}

export const hasLineMarker = (text: string): boolean =>
  (text.startsWith('# ') || text.includes('\n# ') || text.includes('\r# ')) &&
  /(?:^|[\n\r])# \d/.test(text);

/** A file at the places that its line markers name. */
export const markedSourceText = (path: string, text: string): SourceText =>
  sourceTextOf(path, markedLinesOf(text, path));

/** Where the lines of a text begin, in order. */
export type LineStarts = Int32Array;

/** A file as it is; where its lines begin is asked for with the first place. */
export function unmarkedSourceText(
  path: string,
  text: string,
  starts: () => LineStarts,
): SourceText {
  const positionOf = (offset: number): Position => {
    const line = lineAt(starts(), offset);
    const start = starts()[line] ?? 0;
    return { line, character: Math.min(offset, lineEnd(text, starts(), line)) - start };
  };
  return {
    path,
    text,
    placeOf: ({ start, end }) => {
      const from = positionOf(Math.min(start, text.length));
      const to = end <= start ? from : positionOf(Math.min(end, text.length));
      return { file: path, range: { start: from, end: to } };
    },
    offsetOf: (file, { line, character }) => {
      const start = starts()[line];
      if (file !== path || start === undefined || character < 0) return undefined;
      const offset = start + character;
      return offset <= lineEnd(text, starts(), line) ? offset : undefined;
    },
  };
}

/** The starts of lines from `from` up to and with `to`. Lines end with `\n`, `\r\n` or `\r`. */
export function lineStartsBetween(text: string, from: number, to: number): number[] {
  const starts = from <= 0 ? [0] : [];
  // What begins a line stands behind what ends the one before.
  const first = Math.max(from - 1, 0);
  const piece = text.slice(first, to);
  for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1))
    starts.push(first + at + 1);
  if (!piece.includes('\r')) return starts;
  for (let at = piece.indexOf('\r'); at >= 0; at = piece.indexOf('\r', at + 1)) {
    if (text.charCodeAt(first + at + 1) !== 0x0a) starts.push(first + at + 1);
  }
  return starts.sort((left, right) => left - right);
}

/** Without the characters that end it. */
function lineEnd(text: string, starts: LineStarts, line: number): number {
  let end = starts[line + 1] ?? text.length;
  if (line + 1 === starts.length) return end;
  if (text.charCodeAt(end - 1) === 0x0a) end -= 1;
  return text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
}

/** For each file and line of it, the lines of the text that show something of it, in order. */
type PlaceIndex = ReadonlyMap<string, ReadonlyMap<number, readonly number[]>>;

function indexByPlace(lines: readonly SourceLine[], starts: readonly number[]): PlaceIndex {
  const index = new Map<string, Map<number, number[]>>();
  for (let at = 0; at < starts.length; at += 1) {
    for (const piece of lines[at]?.pieces ?? []) {
      const file = piece.kind === 'written' ? piece.file : piece.use.file;
      const line = piece.kind === 'written' ? piece.line : piece.use.range.start.line;
      let ofFile = index.get(file);
      if (ofFile === undefined) index.set(file, (ofFile = new Map<number, number[]>()));
      const known = ofFile.get(line);
      if (known === undefined) ofFile.set(line, [at]);
      else if (known.at(-1) !== at) known.push(at);
    }
  }
  return index;
}

function offsetAt(
  index: PlaceIndex,
  lines: readonly SourceLine[],
  starts: readonly number[],
  file: string,
  { line, character }: Position,
): number | undefined {
  for (const at of index.get(file)?.get(line) ?? []) {
    const shown = lines[at];
    if (shown === undefined) continue;
    for (const [number, piece] of shown.pieces.entries()) {
      const end = shown.pieces[number + 1]?.start ?? shown.text.length;
      if (piece.kind === 'written') {
        if (piece.file !== file || piece.line !== line) continue;
        const offset = piece.start + character - piece.character;
        if (offset >= piece.start && offset <= end) return (starts[at] ?? 0) + offset;
      } else {
        const { start, end: useEnd } = piece.use.range;
        if (piece.use.file !== file || start.line !== line) continue;
        const isInside =
          character >= start.character && (useEnd.line > line || character <= useEnd.character);
        if (isInside) return (starts[at] ?? 0) + piece.start;
      }
    }
  }
  return undefined;
}

/** The index of the last start at or before `offset`. */
function lineAt(starts: ArrayLike<number>, offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? Infinity) <= offset) low = middle + 1;
    else high = middle;
  }
  return Math.max(low - 1, 0);
}

const isBefore = (left: Position, right: Position): boolean =>
  left.line < right.line || (left.line === right.line && left.character < right.character);
