/** What can be folded: macros, repeated blocks, conditions, and comments of several lines. */
import type { FoldingRange } from 'vscode-languageserver/node';
import { FoldingRangeKind } from 'vscode-languageserver/node';
import type { ClassifiedLine } from './classified-line.js';

export function foldsOf(lines: readonly ClassifiedLine[]): FoldingRange[] {
  const blocks = blocksOf(lines).map(({ startLine, endLine }) => ({ startLine, endLine }));
  return [...blocks, ...commentsOf(lines)].sort((one, other) => one.startLine - other.startLine);
}

export interface Block {
  readonly startLine: number;
  /** The last line before `.else` or the end, or the end itself. */
  readonly endLine: number;
}

/** From each opening to what closes it; what is never closed has no block. */
export function blocksOf(lines: readonly ClassifiedLine[]): Block[] {
  const open: { readonly family: string; readonly line: number }[] = [];
  const blocks: Block[] = [];
  for (const [line, { text, statements }] of lines.entries()) {
    for (const word of wordsOf(text, statements)) {
      const opens = openers.get(word);
      if (opens !== undefined) {
        open.push({ family: opens, line });
        continue;
      }
      const family = middles.get(word) ?? closers.get(word);
      if (family === undefined) continue;
      const at = open.findLastIndex((entry) => entry.family === family);
      const start = open[at];
      if (start === undefined) continue;
      open.length = at;
      const isMiddle = middles.has(word);
      const endLine = isMiddle ? line - 1 : line;
      if (endLine > start.line) blocks.push({ startLine: start.line, endLine });
      if (isMiddle) open.push({ family, line });
    }
  }
  return blocks;
}

const conditions = [
  '.if .ifdef .ifndef .ifnotdef .ifb .ifnb .ifc .ifnc .ifeq .ifne .ifge .ifgt .ifle .iflt .ifeqs .ifnes',
].flatMap((names) => names.split(' '));
const openers = new Map([
  ...conditions.map((name) => [name, 'if'] as const),
  ['.macro', 'macro'],
  ['.rept', 'repeat'],
  ['.irp', 'repeat'],
  ['.irpc', 'repeat'],
  ['#if', '#if'],
  ['#ifdef', '#if'],
  ['#ifndef', '#if'],
]);
const middles = new Map([
  ['.else', 'if'],
  ['.elseif', 'if'],
  ['#else', '#if'],
  ['#elif', '#if'],
]);
const closers = new Map([
  ['.endif', 'if'],
  ['.endm', 'macro'],
  ['.endr', 'repeat'],
  ['#endif', '#if'],
]);

/** The directives of the assembler on a line, or the one of the preprocessor. */
function wordsOf(text: string, statements: ClassifiedLine['statements']): string[] {
  const preprocessor = /^\s*#\s*(\w+)/.exec(text)?.[1];
  if (preprocessor !== undefined) return [`#${preprocessor}`];
  return statements.flatMap(({ operation }) =>
    operation?.kind === 'directive' ? [operation.text.toLowerCase()] : [],
  );
}

function commentsOf(lines: readonly ClassifiedLine[]): FoldingRange[] {
  const folds: FoldingRange[] = [];
  let start: number | undefined;
  for (let line = 0; line <= lines.length; line += 1) {
    const isComment = isCommentLine(lines[line]);
    if (isComment) start ??= line;
    else if (start !== undefined) {
      const endLine = line - 1;
      if (endLine > start)
        folds.push({ startLine: start, endLine, kind: FoldingRangeKind.Comment });
      start = undefined;
    }
  }
  return folds;
}

function isCommentLine(line: ClassifiedLine | undefined): boolean {
  if (line === undefined || line.text.trim() === '') return false;
  // Inside a block comment a line has text, but no token.
  return (
    line.statements.every(({ tokens }) => tokens.length === 0) &&
    !/^\s*#\s*(define|undef|include|if|ifdef|ifndef|elif|else|endif|error|warning|pragma|line)\b/.test(
      line.text,
    )
  );
}
