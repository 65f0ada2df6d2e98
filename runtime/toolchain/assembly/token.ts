/**
 * Cuts a statement into tokens, and a line into statements, as GNU as for RISC-V does: `#` starts a
 * comment anywhere, `;` separates statements, `.` and `$` are letters of a name, and `\` introduces a
 * macro's argument. Total: any character belongs to some token.
 */
import { endOfQuoted } from '../text/quoted.js';
import { placeOf, sliceLine, type Place, type SourceLine } from '../text/source-line.js';

export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'character' | 'punctuation';
  /** As written; of a string, with its quotes. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A statement's text and its tokens; columns are offsets in `line.text`. */
export interface Statement {
  readonly line: SourceLine;
  readonly tokens: readonly Token[];
}

/** Whether a block comment goes on from the line before; the one thing that lines share. */
export interface CommentState {
  open: { readonly line: SourceLine; readonly start: number } | undefined;
}

const pattern =
  /[ \t\f\v]+|([A-Za-z_.$\u0080-\uffff][\w.$\u0080-\uffff]*)|(\d[\w.$]*)|(")|('(?:\\.|[^\\])'?)|(<<|>>|==|!=|<>|<=|>=|&&|\|\||.)/gsu;

export function tokenize(line: SourceLine): Statement {
  const tokens: Token[] = [];
  const { text } = line;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const kind = kindOf(match);
    if (kind === undefined) continue;
    const start = match.index;
    const end = kind === 'string' ? endOfQuoted(text, start) : pattern.lastIndex;
    pattern.lastIndex = end;
    tokens.push({ kind, text: kind === 'string' ? text.slice(start, end) : match[0], start, end });
  }
  return { line, tokens };
}

function kindOf(match: RegExpExecArray): Token['kind'] | undefined {
  if (match[1] !== undefined) return 'name';
  if (match[2] !== undefined) return 'number';
  if (match[5] !== undefined) return 'punctuation';
  if (match[3] !== undefined) return 'string';
  return match[4] === undefined ? undefined : 'character';
}

export const placeOfToken = (statement: Statement, token: Token): Place =>
  placeOf(statement.line, token.start, token.end);

/** The place from the first token to the last one, or the line's end for a statement without any. */
export function placeOfTokens(
  statement: Statement,
  first: Token | undefined,
  last: Token | undefined,
): Place {
  const start = first?.start ?? statement.line.text.length;
  return placeOf(statement.line, start, Math.max(last?.end ?? start, start));
}

const needsSplitting = /[;#"'/*]/;

/** The statements of a line without comments. Block comments turn into blanks, so columns stay. */
export function splitStatements(line: SourceLine, comments: CommentState): SourceLine[] {
  if (comments.open === undefined && !needsSplitting.test(line.text)) return [line];
  const { text, blanked } = withoutBlockComments(line, comments);
  const clean: SourceLine = blanked ? { text, pieces: line.pieces } : line;
  const statements: SourceLine[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    if (character === '"') at = endOfQuoted(text, at);
    else if (character === "'") at = endOfCharacter(text, at);
    else if (character === ';') {
      statements.push(sliceLine(clean, start, at));
      at += 1;
      start = at;
    } else if (character === '#') break;
    else at += 1;
  }
  statements.push(sliceLine(clean, start, Math.min(at, text.length)));
  return statements;
}

function withoutBlockComments(
  line: SourceLine,
  comments: CommentState,
): { text: string; blanked: boolean } {
  const { text } = line;
  let kept = '';
  let from = 0;
  let at = 0;
  let blanked = false;
  while (at < text.length || comments.open !== undefined) {
    if (comments.open !== undefined) {
      const close = text.indexOf('*/', at);
      const end = close < 0 ? text.length : close + 2;
      kept += ' '.repeat(end - from);
      from = end;
      at = end;
      blanked = true;
      if (close < 0) break;
      comments.open = undefined;
      continue;
    }
    const character = text.charAt(at);
    if (character === '"') at = endOfQuoted(text, at);
    else if (character === "'") at = endOfCharacter(text, at);
    else if (character === '#') break;
    else if (character === '/' && text.charAt(at + 1) === '*') {
      comments.open = { line, start: at };
      kept += `${text.slice(from, at)}  `;
      at += 2;
      from = at;
    } else at += 1;
  }
  return { text: kept + text.slice(from), blanked };
}

/** The offset after a character constant, which needs no closing quote: `'a`. */
function endOfCharacter(text: string, start: number): number {
  const width = text.charAt(start + 1) === '\\' ? 3 : 2;
  const end = start + width;
  return text.charAt(end) === "'" ? end + 1 : Math.min(end, text.length);
}
