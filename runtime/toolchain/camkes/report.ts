/**
 * Where the checks of an assembly put what they found. A composite component with a thousand instances
 * has its mistake a thousand times, at one place: that is one diagnostic here.
 */
import type { Diagnostic, Fix, FixEdit, RelatedPlace, Severity } from '../text/diagnostic.js';
import { diagnosticAt, type Place } from '../text/source-line.js';
import type { Span } from '../text/source-text.js';
import type { CamkesFile } from './read-file.js';
import { placeOfName, type CamkesSymbol } from './symbol.js';

export interface Report {
  readonly diagnostics: Diagnostic[];
  readonly seen: Set<string>;
}

export interface Finding {
  readonly severity?: Severity;
  readonly code: string;
  readonly message: string;
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly (Fix | undefined)[];
}

/** A source that is nothing but mistakes does not need more of them. */
const mostDiagnostics = 5_000;

/** Looking for what was meant costs as much as there are names, so after so many mistakes it is not done. */
const mostWithAdvice = 500;

export const givesAdvice = ({ diagnostics }: Report): boolean =>
  diagnostics.length < mostWithAdvice;

export const newReport = (): Report => ({ diagnostics: [], seen: new Set() });

export function reportAt(report: Report, place: Place, finding: Finding): void {
  if (report.diagnostics.length >= mostDiagnostics) return;
  const { severity = 'error', code, message, related, fixes = [] } = finding;
  const { line, character } = place.range.start;
  const key = [place.file, line, character, code, message].join('\0');
  if (report.seen.has(key)) return;
  report.seen.add(key);
  const usable = fixes.filter((fix) => fix !== undefined);
  report.diagnostics.push({
    ...diagnosticAt(place, severity, code, message, related),
    ...(usable.length > 0 ? { fixes: usable } : {}),
  });
}

export function reportIn(report: Report, file: CamkesFile, span: Span, finding: Finding): void {
  reportAt(report, file.source.placeOf(span), finding);
}

export const relatedTo = (symbol: CamkesSymbol, message: string): RelatedPlace =>
  relatedAt(placeOfName(symbol), message);

export const relatedAt = ({ file, range }: Place, message: string): RelatedPlace => ({
  file,
  range,
  message,
});

/** A change of one stretch; undefined where the text comes out of a macro, which cannot be edited so. */
export function editOf(file: CamkesFile, span: Span, newText: string): FixEdit | undefined {
  const place = file.source.placeOf(span);
  if (place.expansion !== undefined) return undefined;
  return { file: place.file, range: place.range, newText };
}

/** Takes something out, and its lines with it where nothing else is on them. */
export function removalOf(file: CamkesFile, span: Span): FixEdit | undefined {
  const edit = editOf(file, span, '');
  if (edit === undefined) return undefined;
  const { text } = file.source;
  const isAlone =
    /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(span.start - 200, 0), span.start)) &&
    /^[ \t;]*(?:\r?\n|$)/.test(text.slice(span.end, span.end + 200));
  if (!isAlone) return edit;
  const { start, end } = edit.range;
  return {
    ...edit,
    range: { start: { line: start.line, character: 0 }, end: { line: end.line + 1, character: 0 } },
  };
}

/** A fix of these edits; undefined when one of them cannot be made. */
export function fixOf(
  title: string,
  edits: readonly (FixEdit | undefined)[],
  { isPreferred = false }: { isPreferred?: boolean } = {},
): Fix | undefined {
  const all = edits.filter((edit) => edit !== undefined);
  if (all.length !== edits.length || all.length === 0) return undefined;
  return { title, edits: all, ...(isPreferred ? { isPreferred } : {}) };
}

export const replaceFix = (file: CamkesFile, span: Span, name: string): Fix | undefined =>
  fixOf(`Replace by \`${name}\``, [editOf(file, span, name)], { isPreferred: true });

/** "`a`, `b` and `c`"; after six names the rest are counted. */
export function listOf(names: readonly string[], last = 'and'): string {
  const shown = names.slice(0, 6).map((name) => `\`${name}\``);
  if (names.length > 6) shown.push(`${String(names.length - 6)} more`);
  if (shown.length <= 1) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${last} ${shown.at(-1) ?? ''}`;
}
