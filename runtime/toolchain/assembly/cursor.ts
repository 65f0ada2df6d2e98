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

/** A class, because one is made for every statement of a file: methods cost nothing per object. */
export class Cursor {
  readonly statement: Statement;
  readonly roles: (TokenRole | undefined)[] = [];
  private readonly report: Report;
  private index = 0;
  private failed = false;

  constructor(statement: Statement, report: Report) {
    this.statement = statement;
    this.report = report;
  }

  /** True once something was reported for this statement. */
  hasFailed(): boolean {
    return this.failed;
  }

  peek(ahead = 0): Token | undefined {
    return this.statement.tokens[this.index + ahead];
  }

  next(role?: TokenRole): Token | undefined {
    const token = this.peek();
    if (token === undefined) return undefined;
    if (role !== undefined) this.roles[this.index] = role;
    this.index += 1;
    return token;
  }

  mark(token: Token, role: TokenRole): void {
    const index = this.statement.tokens.indexOf(token);
    if (index >= 0) this.roles[index] = role;
  }

  skipAll(): void {
    this.index = this.statement.tokens.length;
  }

  position(): number {
    return this.index;
  }

  moveTo(position: number): void {
    this.index = position;
  }

  atEnd(): boolean {
    return this.index >= this.statement.tokens.length;
  }

  /** Takes the token when it is `text`. */
  take(text: string): boolean {
    if (this.peek()?.text !== text) return false;
    this.index += 1;
    return true;
  }

  /** The next token in words: `` `x` `` or "The end of the statement". */
  found(): string {
    const token = this.peek();
    return token === undefined ? 'The end of the statement' : `\`${token.text}\``;
  }

  /** The text from the next token up to the statement's end, as written. */
  rest(): string {
    const token = this.peek();
    return token === undefined ? '' : this.statement.line.text.slice(token.start).trimEnd();
  }

  /** Reports at the next token; only the first problem of a statement is told. */
  problem(code: string, message: string): void {
    this.problemAtPlace(this.placeHere(), code, message);
  }

  problemAt(token: Token | undefined, code: string, message: string): void {
    const place = token ? placeOfToken(this.statement, token) : this.placeHere();
    this.problemAtPlace(place, code, message);
  }

  problemAtPlace(place: Place, code: string, message: string): void {
    if (!this.failed) this.report.error(place, code, message);
    this.failed = true;
  }

  placeHere(): Place {
    const token = this.peek();
    if (token !== undefined) return placeOfToken(this.statement, token);
    const end = this.statement.tokens.at(-1)?.end ?? 0;
    return placeOf(this.statement.line, end, end);
  }
}
