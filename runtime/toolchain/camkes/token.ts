/**
 * The tokens of CAmkES ADL and IDL, one at a time. Surprising choices: a string has no escapes and may span
 * lines; `<…>` is one token only after `import` and `include`; a `#` hides the rest of its line.
 * Facts: the reference grammar's lexical rules.
 */
export interface Token {
  readonly kind:
    | 'word'
    | 'number'
    | 'string'
    | 'angle'
    | 'punctuation'
    /** A string or `<…>` whose end is missing; it takes the rest of its line. */
    | 'unclosed'
    /** A character that begins nothing. */
    | 'unknown'
    | 'end';
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether a line ends between the token before and this one. */
  readonly isFirstOnLine: boolean;
}

export interface Scanner {
  readonly text: string;
  at: number;
  /** Set by the word before: an `import` or `include` is followed by a path. */
  expectsPath: boolean;
  /** The start of a block comment without an end. */
  openComment: number | undefined;
  /** Known when it was first asked. */
  hasQuoteTooMany: boolean | undefined;
  /** Something was passed that most likely hides what was not meant to be hidden. */
  isDoubtful: boolean;
}

export const scannerOf = (text: string): Scanner => ({
  text,
  at: 0,
  expectsPath: false,
  openComment: undefined,
  hasQuoteTooMany: undefined,
  isDoubtful: false,
});

const code = (character: string): number => character.charCodeAt(0);
const newline = code('\n');
const isSpace = (character: number): boolean =>
  character === 32 || (character >= 9 && character <= 13);
const isDigit = (character: number): boolean => character >= 48 && character <= 57;
const isWordStart = (character: number): boolean =>
  (character >= 97 && character <= 122) || (character >= 65 && character <= 90) || character === 95;
// The reference accepts what Unicode calls a letter inside of a word; its first character is plain.
const isInWord = (character: number): boolean =>
  isWordStart(character) ||
  isDigit(character) ||
  (character >= 0xc0 && character !== 0xfffd && character !== 0xfeff);

const pairs: ReadonlySet<string> = new Set([
  '->',
  '<-',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '**',
]);
const singles = '{}[]();,.:=?|^&<>+-*/%!~';

export function scanToken(scanner: Scanner): Token {
  const { text } = scanner;
  const isFirstOnLine = skipBlanks(scanner) || scanner.at === 0;
  const start = scanner.at;
  const make = (kind: Token['kind'], end: number): Token => {
    scanner.at = end;
    const token = { kind, text: text.slice(start, end), start, end, isFirstOnLine };
    scanner.expectsPath =
      kind === 'word' ? token.text === 'import' || token.text === 'include' : false;
    return token;
  };
  if (start >= text.length) return make('end', start);
  const character = text.charCodeAt(start);
  if (isWordStart(character)) return make('word', endOfWord(text, start + 1));
  if (isDigit(character)) return make('number', endOfNumber(text, start));
  if (character === code('"')) return quoted(scanner, start, make);
  if (character === code('<') && scanner.expectsPath) {
    const close = endOfAngle(text, start + 1);
    if (text.charAt(close) === '>') return make('angle', close + 1);
    return make('unclosed', endOfPath(text, close));
  }
  if (pairs.has(text.slice(start, start + 2))) return make('punctuation', start + 2);
  if (singles.includes(text.charAt(start))) return make('punctuation', start + 1);
  return make('unknown', endOfUnknown(text, start));
}

function quoted(
  scanner: Scanner,
  start: number,
  make: (kind: Token['kind'], end: number) => Token,
): Token {
  const { text } = scanner;
  const close = text.indexOf('"', start + 1);
  const line = endOfLine(text, start);
  if (close >= 0 && close < line) return make('string', close + 1);
  if (close >= 0 && !(hasQuoteTooMany(scanner) && isTooMany(text, start, close)))
    return make('string', close + 1);
  return make('unclosed', line);
}

/**
 * A string may go over several lines. But where a quote has no counterpart in the whole text, one that swallows
 * whole statements, or does not stand where a value does, is taken to be that one: else everything behind it
 * would be read inside out.
 */
const isTooMany = (text: string, start: number, close: number): boolean =>
  /[;{}]/.test(text.slice(start, Math.min(close, start + longestLook))) &&
  !(
    /[=([,:]\s*$/.test(text.slice(Math.max(start - 40, 0), start)) &&
    /^\s*[;,)\]}:]/.test(text.slice(close + 1, close + 40))
  );

const longestLook = 10_000;

function hasQuoteTooMany(scanner: Scanner): boolean {
  scanner.hasQuoteTooMany ??= endsInString(scanner.text);
  if (scanner.hasQuoteTooMany) scanner.isDoubtful = true;
  return scanner.hasQuoteTooMany;
}

/** Whether a text, read strictly, has a last string without an end. A valid text never has. */
function endsInString(text: string): boolean {
  const mark = /"|#|\/\/|\/\*/g;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const close = text.indexOf(closeOf[found[0]] ?? '\n', mark.lastIndex);
    if (close < 0) return found[0] === '"';
    mark.lastIndex = close + (found[0] === '/*' ? 2 : 1);
  }
  return false;
}

const closeOf: Readonly<Record<string, string>> = { '"': '"', '/*': '*/' };

/** Moves to the next token; tells whether a line ended on the way. */
function skipBlanks(scanner: Scanner): boolean {
  const { text } = scanner;
  let sawLine = false;
  let at = scanner.at;
  for (;;) {
    const character = text.charCodeAt(at);
    if (isSpace(character)) {
      if (character === newline) sawLine = true;
      at += 1;
    } else if (character === code('#')) {
      if (!isBlankBefore(text, at)) scanner.isDoubtful = true;
      at = endOfLine(text, at);
    } else if (character === code('/') && text.charCodeAt(at + 1) === code('/')) {
      at = endOfLine(text, at);
    } else if (character === code('/') && text.charCodeAt(at + 1) === code('*')) {
      const close = text.indexOf('*/', at + 2);
      if (close < 0) scanner.openComment = at;
      const end = close < 0 ? text.length : close + 2;
      if (text.slice(at + 2, end).includes('/*')) scanner.isDoubtful = true;
      // A comment over several lines separates lines just as well.
      sawLine ||= text.slice(at, end).includes('\n');
      at = end;
    } else {
      scanner.at = Math.min(at, text.length);
      return sawLine;
    }
  }
}

/** Whether nothing stands before it on its line. */
const isBlankBefore = (text: string, at: number): boolean =>
  text.slice(text.lastIndexOf('\n', at) + 1, at).trim() === '';

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (isInWord(text.charCodeAt(at))) at += 1;
  return at;
}

/**
 * `0x1f`, `12`, `1.5`; also what only looks like a number, such as `12ab` and `010`, in one piece: the parser says
 * what is wrong with it.
 */
function endOfNumber(text: string, start: number): number {
  let at = endOfWord(text, start);
  if (text.charAt(at) === '.' && isDigit(text.charCodeAt(at + 1))) at = endOfWord(text, at + 1);
  return at;
}

function endOfAngle(text: string, from: number): number {
  let at = from;
  while (at < text.length && !'<>;,"{}\n'.includes(text.charAt(at))) at += 1;
  return at;
}

/** A path that is broken off goes on to the `;`, or to the end of its line. */
function endOfPath(text: string, from: number): number {
  let at = from;
  while (at < text.length && !';\n'.includes(text.charAt(at))) at += 1;
  return at;
}

/** Neighbours that begin nothing are one token, so that they are one diagnostic. */
function endOfUnknown(text: string, start: number): number {
  let at = start;
  for (; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    const begins =
      isSpace(character) ||
      isWordStart(character) ||
      isDigit(character) ||
      character === code('"') ||
      character === code('#') ||
      singles.includes(text.charAt(at));
    if (begins) break;
  }
  return Math.max(at, start + 1);
}
