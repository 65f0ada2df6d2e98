/**
 * Physical lines to logical ones: a backslash at the end joins the next line, a comment becomes a space
 * (C11 5.1.1.2, phases 2 and 3). In assembly `#` inside a line begins a comment too.
 */
import { closingQuote, endOfQuoted } from '../text/quoted.js';
import {
  appendSlice,
  appendText,
  newLine,
  type LineBuilder,
  type SourceLine,
} from '../text/source-line.js';

export interface LogicalLines {
  /** The next logical line; undefined at the end. */
  read(): SourceLine | undefined;
  /** The line that `read` gives next, left where it is. */
  peek(): SourceLine | undefined;
  /** The start of a block comment that the file's end cut off. */
  readonly openComment: { readonly line: SourceLine; readonly start: number } | undefined;
}

const needsWork = /\/[/*]|\\\s*$|#/;

export function logicalLines(
  lines: readonly SourceLine[],
  { hashComments }: { hashComments: boolean },
): LogicalLines {
  let index = 0;
  let ahead: SourceLine | undefined;
  const comment: { open: LogicalLines['openComment'] } = { open: undefined };
  const readNext = (): SourceLine | undefined => {
    const first = lines[index];
    if (first === undefined) return undefined;
    index += 1;
    if (!needsWork.test(first.text)) return first;
    const builder = newLine();
    let line = first;
    for (;;) {
      const state = appendLine(builder, line, comment.open !== undefined, hashComments);
      if (!state.inComment) comment.open = undefined;
      else comment.open ??= { line, start: state.commentStart };
      if (!state.continues && !state.inComment) break;
      const next = lines[index];
      if (next === undefined) break;
      line = next;
      index += 1;
    }
    if (builder.pieces.length === 0)
      appendSlice(builder, first, first.text.length, first.text.length);
    return builder;
  };
  return {
    read: () => {
      const line = ahead ?? readNext();
      ahead = undefined;
      return line;
    },
    peek: () => (ahead ??= readNext()),
    get openComment() {
      return comment.open;
    },
  };
}

function appendLine(
  to: LineBuilder,
  line: SourceLine,
  wasInComment: boolean,
  hashComments: boolean,
): { continues: boolean; inComment: boolean; commentStart: number } {
  const joined = /\\[ \t]*$/.exec(line.text);
  const end = joined?.index ?? line.text.length;
  const { text } = line;
  let at = 0;
  let copied = 0;
  let inComment = wasInComment;
  let commentStart = 0;
  const cut = (from: number): void => {
    appendSlice(to, line, copied, from);
  };
  while (at < end) {
    if (inComment) {
      const close = text.indexOf('*/', at);
      if (close < 0 || close + 2 > end) {
        return { continues: joined !== null, inComment: true, commentStart };
      }
      at = close + 2;
      copied = at;
      appendSpace(to, line, at);
      inComment = false;
      continue;
    }
    const character = text.charAt(at);
    if (character === '"' || character === "'") at = Math.min(endOfText(text, at), end);
    else if (character === '/' && text.charAt(at + 1) === '*') {
      cut(at);
      commentStart = at;
      inComment = true;
      at += 2;
      copied = end;
    } else if (character === '/' && text.charAt(at + 1) === '/') {
      cut(at);
      return { continues: joined !== null, inComment: false, commentStart };
    } else if (
      character === '#' &&
      hashComments &&
      isHashComment(to.text + text.slice(copied, at), text.slice(at))
    ) {
      cut(at);
      return { continues: false, inComment: false, commentStart };
    } else at += 1;
  }
  if (!inComment) cut(end);
  return { continues: joined !== null, inComment, commentStart };
}

/** `#` is a directive at the start of a line, and an operator in a definition; elsewhere a comment. */
function isHashComment(before: string, rest: string): boolean {
  if (/^\s*$/.test(before)) return !/^#\s*(?:[a-z_]+\b|\d|$)/.test(rest);
  return !/^\s*#\s*define\b/.test(before);
}

function appendSpace(to: LineBuilder, line: SourceLine, at: number): void {
  if (to.pieces.length === 0) appendSlice(to, line, at, at);
  appendText(to, ' ');
}

/** After the closing quote; a single quote without one within four characters stands for itself. */
function endOfText(text: string, start: number): number {
  if (text.charAt(start) === '"') return endOfQuoted(text, start);
  const close = closingQuote(text, start, Math.min(text.length, start + 5));
  return close < 0 ? start + 1 : close + 1;
}
