/**
 * A reading position in a statement's tokens. It also notes what each token turned out to be, so that
 * an editor can colour and explain a statement without parsing it again.
 */
import { placeOf, type Place } from '../text/source-line.js';
import type { Report } from './report.js';
import { placeOfToken, type Statement, type Token } from './token.js';

export type TokenRole =
  | 'mnemonic'
  | 'register'
  | 'csr'
  | 'directive'
  | 'label'
  | 'symbol'
  | 'number'
  | 'string'
  | 'macro'
  | 'modifier'
  | 'keyword'
  | 'punctuation';

export interface Cursor {
  readonly statement: Statement;
  readonly roles: (TokenRole | undefined)[];
  /** True once something was reported for this statement. */
  readonly failed: boolean;
  peek(ahead?: number): Token | undefined;
  next(role?: TokenRole): Token | undefined;
  mark(token: Token, role: TokenRole): void;
  skipAll(): void;
  position(): number;
  moveTo(position: number): void;
  atEnd(): boolean;
  /** Takes the token when it is `text`. */
  take(text: string): boolean;
  /** The next token in words: `` `x` `` or "the end of the statement". */
  found(): string;
  /** The text from the next token up to the statement's end, as written. */
  rest(): string;
  /** Reports at the next token; only the first problem of a statement is told. */
  problem(code: string, message: string): void;
  problemAt(token: Token | undefined, code: string, message: string): void;
  problemAtPlace(place: Place, code: string, message: string): void;
  placeHere(): Place;
}

export function createCursor(statement: Statement, report: Report): Cursor {
  const { tokens, line } = statement;
  const roles: (TokenRole | undefined)[] = [];
  let index = 0;
  let failed = false;
  const endOfText = (): number => tokens.at(-1)?.end ?? 0;
  const problemAtPlace = (place: Place, code: string, message: string): void => {
    if (!failed) report.error(place, code, message);
    failed = true;
  };
  const placeHere = (): Place => {
    const token = tokens[index];
    return token ? placeOfToken(statement, token) : placeOf(line, endOfText(), endOfText());
  };
  return {
    statement,
    roles,
    get failed() {
      return failed;
    },
    peek: (ahead = 0) => tokens[index + ahead],
    next: (role) => {
      const token = tokens[index];
      if (token === undefined) return undefined;
      if (role !== undefined) roles[index] = role;
      index += 1;
      return token;
    },
    mark: (token, role) => {
      roles[tokens.indexOf(token)] = role;
    },
    skipAll: () => {
      index = tokens.length;
    },
    position: () => index,
    moveTo: (position) => {
      index = position;
    },
    atEnd: () => index >= tokens.length,
    take: (text) => {
      if (tokens[index]?.text !== text) return false;
      index += 1;
      return true;
    },
    found: () => {
      const token = tokens[index];
      return token === undefined ? 'The end of the statement' : `\`${token.text}\``;
    },
    rest: () => {
      const token = tokens[index];
      return token === undefined ? '' : line.text.slice(token.start).trimEnd();
    },
    problem: (code, message) => {
      problemAtPlace(placeHere(), code, message);
    },
    problemAt: (token, code, message) => {
      problemAtPlace(token ? placeOfToken(statement, token) : placeHere(), code, message);
    },
    problemAtPlace,
    placeHere,
  };
}
