/**
 * Why an object or capability of a `.cdl` is there: the comment behind it, as `print.ts` writes it,
 * `-- system.camkes:12 connection a`; else its own place in the file.
 */
import type { SourceText, Span } from '../text/source-text.js';
import type { Origin } from './spec.js';

export const originAt = (source: SourceText, span: Span, reason: string): Origin =>
  writtenOrigin(source.text, span.end) ?? { place: source.placeOf(span), reason };

/** What a comment at the end of the line says; `offset` is in the line. */
export function writtenOrigin(text: string, offset: number): Origin | undefined {
  // A line of some megabytes has no such comment near its end that anybody reads.
  const end = text.slice(offset, offset + 1000).search(/[\r\n]|$/);
  const line = text.slice(offset, offset + end);
  const comment = line.lastIndexOf('-- ');
  if (comment < 0) return undefined;
  const match = /^-- ([^\s:]+):(\d{1,9}) (\S.*)$/.exec(line.slice(comment).trimEnd());
  if (match === null) return undefined;
  const at = { line: Math.max(Number(match[2]) - 1, 0), character: 0 };
  return {
    place: { file: match[1] ?? '', range: { start: at, end: at } },
    reason: match[3] ?? '',
  };
}
