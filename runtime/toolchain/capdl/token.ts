/**
 * The tokens of capDL, cut on demand. Names are longer than elsewhere: `-`, `.` and `@` belong to them, so
 * that `a--b` is one name and a comment needs a space before it. languages.md 2(b), "Lexis".
 */
import type { Problem } from './problem.js';

export type TokenKind =
  | 'name'
  | 'number'
  | '{'
  | '}'
  | '('
  | ')'
  | '['
  | ']'
  | '<'
  | '>'
  | '='
  | ':'
  | ','
  | ';'
  | '/'
  | '.'
  | '..'
  | '-'
  | 'unknown'
  | 'end';

/** The current token is `text.slice(start, end)`; offsets are of the whole text. */
export interface Scanner {
  readonly text: string;
  kind: TokenKind;
  start: number;
  end: number;
  /** The end of the token before the current one. */
  before: number;
  /** The end of what was looked at so far; a rewind does not lessen it. */
  furthest: number;
  /** Nothing but space and comments precedes the current token on its line. */
  startsLine: boolean;
  /** Of unknown characters and comments without an end, in order, with offsets of the whole text. */
  problems: Problem[];
}

export function scannerAt(text: string, offset: number): Scanner {
  const scanner: Scanner = {
    text,
    kind: 'end',
    start: offset,
    end: offset,
    before: offset,
    furthest: offset,
    startsLine: false,
    problems: [],
  };
  advance(scanner);
  return scanner;
}

/** Makes the token that begins at `offset` the current one again. */
export function rewind(scanner: Scanner, offset: number): void {
  scanner.problems = scanner.problems.filter(({ start }) => start < offset);
  scanner.end = offset;
  advance(scanner);
}

export function advance(scanner: Scanner): void {
  cutToken(scanner);
  if (scanner.end > scanner.furthest) scanner.furthest = scanner.end;
}

function cutToken(scanner: Scanner): void {
  const { text } = scanner;
  scanner.before = scanner.end;
  const start = skipSpace(scanner, scanner.end);
  scanner.start = start;
  if (start >= text.length) {
    scanner.kind = 'end';
    scanner.end = text.length;
    return;
  }
  const code = text.charCodeAt(start);
  if (isNameStart(code, text, start)) {
    scanner.kind = 'name';
    scanner.end = endOfName(text, start);
    return;
  }
  if (isDigit(code)) {
    scanner.kind = 'number';
    scanner.end = endOfNumber(text, start);
    return;
  }
  const symbol = symbols.get(code);
  if (symbol !== undefined) {
    const isRange = symbol === '.' && text.charCodeAt(start + 1) === dot;
    scanner.kind = isRange ? '..' : symbol;
    scanner.end = start + (isRange ? 2 : 1);
    return;
  }
  scanner.kind = 'unknown';
  scanner.end = endOfUnknown(text, start);
}

export const tokenText = ({ text, start, end }: Scanner): string => text.slice(start, end);

/** As in capDL-tool, a leading 0 alone does not make a number octal: `017` is seventeen. */
export function numberValue(digits: string): number | bigint {
  const value = Number(/^0[0-9]/.test(digits) ? digits.replace(/^0+(?=.)/, '') : digits);
  if (value <= Number.MAX_SAFE_INTEGER) return value;
  // No word has so many digits; the exact value of a million of them would take long.
  if (digits.length > 64) return 1n << 128n;
  return BigInt(digits.replace(/^0+(?=[0-9])/, '').toLowerCase());
}

/** The offset of the next character that is neither space nor in a comment. */
export function skipSpace(scanner: Scanner, from: number): number {
  const { text } = scanner;
  let at = from;
  scanner.startsLine = from === 0;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === newline || code === carriageReturn) scanner.startsLine = true;
    if (isSpace(code)) at += 1;
    else if (code === dash && text.charCodeAt(at + 1) === dash) at = endOfLine(text, at);
    else if (code === slash && text.charCodeAt(at + 1) === star) at = endOfComment(scanner, at);
    else return Math.min(at, text.length);
  }
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const dash = 0x2d;
const dot = 0x2e;
const slash = 0x2f;
const star = 0x2a;
const noBreakSpace = 0xa0;
const byteOrderMark = 0xfeff;

const symbols: ReadonlyMap<number, TokenKind> = new Map(
  (['{', '}', '(', ')', '[', ']', '<', '>', '=', ':', ',', ';', '/', '.', '-'] as const).map(
    (symbol) => [symbol.charCodeAt(0), symbol],
  ),
);

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

const isSpace = (code: number): boolean =>
  code === 0x20 ||
  (code >= 9 && code <= 13) ||
  code === noBreakSpace ||
  code === byteOrderMark ||
  // U+2000 to U+200A, U+2028, U+2029, U+3000 and their like.
  (code >= 0x1680 && /\s/u.test(String.fromCharCode(code)));

const isAsciiLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a);

/** Letters of every script are letters here, as they are for capDL-tool. */
const isNameStart = (code: number, text: string, at: number): boolean =>
  isAsciiLetter(code) ||
  (code >= 0x80 && /^\p{L}$/u.test(String.fromCodePoint(text.codePointAt(at) ?? 0)));

const isNamePart = new Uint8Array(128).map((_, code) =>
  /[A-Za-z0-9_.@-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

function endOfName(text: string, start: number): number {
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code < 0x80) {
      if (isNamePart[code] !== 1) return at;
      at += 1;
    } else if (code >= 0x80 && /^[\p{L}\p{N}]$/u.test(characterAt(text, at))) {
      at += characterAt(text, at).length;
    } else return at;
  }
}

const characterAt = (text: string, at: number): string =>
  String.fromCodePoint(text.codePointAt(at) ?? 0);

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  if (text.charCodeAt(start) === 0x30) {
    const letter = text.charCodeAt(at) | 0x20;
    const isHex = letter === 0x78;
    const isOctal = letter === 0x6f;
    if (isHex || isOctal) {
      const isPart = isHex ? isHexDigit : isOctalDigit;
      let end = at + 1;
      while (isPart(text.charCodeAt(end))) end += 1;
      return end > at + 1 ? end : at;
    }
  }
  while (isDigit(text.charCodeAt(at))) at += 1;
  return at;
}

const isOctalDigit = (code: number): boolean => code >= 0x30 && code <= 0x37;

const isHexDigit = (code: number): boolean =>
  isDigit(code) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);

function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\n', from);
  return at < 0 ? text.length : at;
}

/** Comments nest. */
function endOfComment(scanner: Scanner, start: number): number {
  const { text } = scanner;
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === newline) scanner.startsLine = true;
    else if (code === slash && text.charCodeAt(at + 1) === star) {
      depth += 1;
      at += 1;
    } else if (code === star && text.charCodeAt(at + 1) === slash) {
      depth -= 1;
      at += 1;
      if (depth === 0) return at + 1;
    }
  }
  const isNested = depth > 1;
  scanner.problems.push({
    start,
    end: start + 2,
    severity: 'error',
    code: 'unclosed-comment',
    message: isNested
      ? `This comment does not end: comments nest in capDL, and ${depth} of them are open at the end of the file. Add the missing \`*/\`.`
      : 'This comment does not end. Add `*/` where it should.',
  });
  return text.length;
}

/** A run of what cannot begin a token, up to a space: one problem and not one for each character. */
function endOfUnknown(text: string, start: number): number {
  let at = start;
  do {
    at += characterAt(text, at).length;
  } while (
    at < text.length &&
    !isSpace(text.charCodeAt(at)) &&
    !isDigit(text.charCodeAt(at)) &&
    !symbols.has(text.charCodeAt(at)) &&
    !isNameStart(text.charCodeAt(at), text, at)
  );
  return at;
}
