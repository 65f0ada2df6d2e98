/** Folds that can be read from lines alone: comments of several lines, and conditions of the preprocessor. */
import type { CommentStyle } from './doc-comment.js';

export interface LineFold {
  readonly startLine: number;
  readonly endLine: number;
}

export function commentFolds(lines: readonly string[], { line: marker }: CommentStyle): LineFold[] {
  const folds: LineFold[] = [];
  let start: number | undefined;
  let isInBlock = false;
  const end = (line: number): void => {
    if (start !== undefined && line > start) folds.push({ startLine: start, endLine: line });
    start = undefined;
  };
  for (const [line, text] of lines.entries()) {
    const trimmed = text.trim();
    if (isInBlock) {
      isInBlock = !trimmed.includes('*/');
      if (!isInBlock) end(line);
    } else if (trimmed.startsWith('/*')) {
      end(line - 1);
      start = line;
      isInBlock = !trimmed.includes('*/');
      if (!isInBlock) start = undefined;
    } else if (trimmed.startsWith(marker)) start ??= line;
    else end(line - 1);
  }
  end(lines.length - 1);
  return folds;
}

/** From `#if` to the line before `#else`, and from there to `#endif`. */
export function directiveFolds(lines: readonly string[]): LineFold[] {
  const folds: LineFold[] = [];
  const open: number[] = [];
  for (const [line, text] of lines.entries()) {
    const word = /^\s*#\s*(if|ifdef|ifndef|else|elif|endif)\b/.exec(text)?.[1];
    if (word === undefined) continue;
    if (word.startsWith('if')) {
      open.push(line);
      continue;
    }
    const start = open.pop();
    if (start === undefined) continue;
    const endLine = word === 'endif' ? line : line - 1;
    if (endLine > start) folds.push({ startLine: start, endLine });
    if (word !== 'endif') open.push(line);
  }
  return folds;
}
