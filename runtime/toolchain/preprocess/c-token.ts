/** The tokens of the C preprocessor (C11 6.4), each with its text's place and the expansion it came from. */
import { closingQuote } from '../text/quoted.js';
import { placeOf, type Place, type SourceLine } from '../text/source-line.js';

export interface CToken {
  readonly kind: 'identifier' | 'number' | 'string' | 'punctuation';
  readonly text: string;
  readonly line: SourceLine;
  readonly start: number;
  readonly end: number;
  readonly spaceBefore: boolean;
  /** Macros that this token came out of: it is not expanded by them again. */
  readonly hidden: HiddenSet | undefined;
  /** Set when the token is from a macro's body. */
  readonly origin: TokenOrigin | undefined;
}

/** A linked list: sets grow by one name per expansion, and are short. */
export interface HiddenSet {
  readonly name: string;
  readonly rest: HiddenSet | undefined;
}

export interface TokenOrigin {
  readonly use: Place;
  readonly macro: string;
  readonly definition: Place | undefined;
}

/** Without a closing quote on the line, a quote is a character like any other: `'a` in assembly. */
const pattern =
  /(\s+)|([A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)|(\.?\d(?:[eEpP][+-]|[\w.$])*)|(["'])|(##|<<|>>|<=|>=|==|!=|&&|\|\||\.\.\.|[^])/gy;

export function cTokenize(line: SourceLine, from = 0, to = line.text.length): CToken[] {
  const tokens: CToken[] = [];
  const text = to === line.text.length ? line.text : line.text.slice(0, to);
  let spaceBefore = false;
  /** Quotes that nothing further on closes: looked for once, however many there are. */
  const unclosed = new Set<string>();
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    if (match[1] !== undefined) {
      spaceBefore = true;
      continue;
    }
    const start = match.index;
    const close = match[4] === undefined || unclosed.has(match[4]) ? -1 : closingQuote(text, start);
    if (match[4] !== undefined && close < 0) unclosed.add(match[4]);
    // Nothing between single quotes is no character.
    const isString = close >= 0 && (match[4] === '"' || close > start + 1);
    if (isString) pattern.lastIndex = close + 1;
    const end = pattern.lastIndex;
    const kind =
      match[2] !== undefined
        ? 'identifier'
        : match[3] !== undefined
          ? 'number'
          : isString
            ? 'string'
            : 'punctuation';
    tokens.push({
      kind,
      text: text.slice(start, end),
      line,
      start,
      end,
      spaceBefore,
      hidden: undefined,
      origin: undefined,
    });
    spaceBefore = false;
  }
  return tokens;
}

export const isHidden = (token: CToken, name: string): boolean => {
  for (let at = token.hidden; at !== undefined; at = at.rest) if (at.name === name) return true;
  return false;
};

/** Where to show the token: a token of a body at the outermost use of its macro. */
export function placeOfCToken(token: CToken, last: CToken = token): Place {
  const { origin, line, start } = token;
  if (origin === undefined) {
    return placeOf(line, start, last.line === line && last.end >= start ? last.end : token.end);
  }
  return {
    file: origin.use.file,
    range: origin.use.range,
    expansion: {
      macro: origin.macro,
      ...(origin.definition ? { definition: origin.definition } : {}),
      written: placeOf(line, start, token.end),
      ...(origin.use.expansion ? { parent: origin.use.expansion } : {}),
    },
  };
}
