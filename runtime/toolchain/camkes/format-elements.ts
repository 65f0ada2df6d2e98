/**
 * The text of a CAmkES file cut into what the formatter moves about: tokens, comments and directives, before any
 * preprocessing. Surprising choice: a directive is one element with all its continued lines, so that the body of
 * a macro stays as it was written.
 */
import { scannerOf, scanToken, type Token } from './token.js';

export interface FormatElement {
  readonly kind: 'token' | 'lineComment' | 'blockComment' | 'directive';
  readonly text: string;
  /** Of a token alone. */
  readonly token: Token['kind'] | undefined;
  /** Line ends between the element before and this one. */
  readonly linesBefore: number;
  readonly hasSpaceBefore: boolean;
}

export function elementsOf(text: string): FormatElement[] {
  const elements: FormatElement[] = [];
  const scanner = scannerOf(text);
  let at = 0;
  /** Whether a token stands before on the line: then `#` begins no directive. */
  let isLineBegun = false;
  for (;;) {
    const blank = blanksFrom(text, at);
    if (blank.lines > 0) isLineBegun = false;
    const start = blank.end;
    if (start >= text.length) return elements;
    const before = { linesBefore: blank.lines, hasSpaceBefore: start > at };
    const comment = commentAt(text, start, isLineBegun);
    if (comment !== undefined) {
      at = comment.end;
      const own = text.slice(start, at).trimEnd();
      elements.push({ kind: comment.kind, text: own, token: undefined, ...before });
      continue;
    }
    scanner.at = start;
    const token = scanToken(scanner);
    at = token.end;
    isLineBegun = true;
    const own = token.kind === 'unclosed' ? token.text.trimEnd() : token.text;
    elements.push({ kind: 'token', text: own, token: token.kind, ...before });
  }
}

function blanksFrom(text: string, from: number): { readonly end: number; readonly lines: number } {
  let lines = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 10) lines += 1;
    else if (character !== 32 && !(character >= 9 && character <= 13)) break;
  }
  return { end: at, lines };
}

function commentAt(
  text: string,
  start: number,
  isLineBegun: boolean,
):
  | { readonly kind: 'lineComment' | 'blockComment' | 'directive'; readonly end: number }
  | undefined {
  const two = text.slice(start, start + 2);
  if (two === '//') return { kind: 'lineComment', end: endOfLine(text, start, 'joined') };
  if (two === '/*') return { kind: 'blockComment', end: endOfBlock(text, start) };
  if (!two.startsWith('#')) return undefined;
  return isLineBegun
    ? { kind: 'lineComment', end: endOfLine(text, start, 'joined') }
    : { kind: 'directive', end: endOfDirective(text, start) };
}

/** `joined`: a backslash at the end takes the next line along, as the preprocessor does. */
function endOfLine(text: string, start: number, how: 'joined' | 'single'): number {
  let end = start;
  for (;;) {
    const line = text.indexOf('\n', end);
    if (line < 0) return text.length;
    if (how === 'single' || !/\\[ \t\r]*$/.test(text.slice(Math.max(end, line - 80), line))) {
      return line;
    }
    end = line + 1;
  }
}

function endOfBlock(text: string, start: number): number {
  const close = text.indexOf('*/', start + 2);
  return close < 0 ? text.length : close + 2;
}

/** A comment that begins in a directive and goes on over its end belongs to it. */
function endOfDirective(text: string, start: number): number {
  let end = endOfLine(text, start, 'joined');
  let from = start;
  for (;;) {
    const open = commentIn(text, from, end);
    if (open === undefined) return end;
    from = endOfBlock(text, open);
    if (from > end) end = endOfLine(text, from, 'joined');
  }
}

/** The start of the first block comment between two places that is not in a string or behind `//`. */
function commentIn(text: string, from: number, end: number): number | undefined {
  for (let at = from; at < end; at += 1) {
    const character = text.charAt(at);
    if (character === '"') {
      const close = text.indexOf('"', at + 1);
      const line = text.indexOf('\n', at);
      if (close >= 0 && (line < 0 || close < line)) at = close;
    } else if (character === '/') {
      const next = text.charAt(at + 1);
      if (next === '*') return at;
      if (next === '/') at = endOfLine(text, at, 'single');
    }
  }
  return undefined;
}
