/** What can be folded: everything in braces or parentheses over several lines, imports, and comments. */
import type { FoldingRange } from 'vscode-languageserver/node';
import { FoldingRangeKind } from 'vscode-languageserver/node';
import type { CamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import { allNodes } from '../../runtime/toolchain/camkes/tree-nodes.js';
import { commentFolds, directiveFolds } from '../line-folds.js';
import { rangeOf } from './view.js';

export function foldsOf(file: CamkesFile, text: string): FoldingRange[] {
  const lines = text.split(/\r\n|\n|\r/);
  const folds = new Map<string, FoldingRange>();
  const add = (startLine: number, endLine: number, kind?: FoldingRangeKind): void => {
    if (endLine <= startLine) return;
    const key = `${startLine}-${endLine}`;
    if (!folds.has(key))
      folds.set(key, { startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  for (const node of allNodes(file.tree)) {
    if (node.kind === undefined || node.kind === 'string') continue;
    const range = rangeOf(file, node.span);
    if (range === undefined) continue;
    // The line of the closing brace stays in sight.
    const last = /^\s*[})\]]/.test(lines[range.end.line] ?? '')
      ? range.end.line - 1
      : range.end.line;
    add(range.start.line, last);
  }
  for (const { startLine, endLine } of importBlocks(file))
    add(startLine, endLine, FoldingRangeKind.Imports);
  for (const { startLine, endLine } of commentFolds(lines, { line: '//' }))
    add(startLine, endLine, FoldingRangeKind.Comment);
  for (const { startLine, endLine } of directiveFolds(lines)) add(startLine, endLine);
  return [...folds.values()].sort((one, other) => one.startLine - other.startLine);
}

/** Imports on lines that follow each other. */
function importBlocks(file: CamkesFile): { startLine: number; endLine: number }[] {
  const blocks: { startLine: number; endLine: number }[] = [];
  for (const item of file.tree.items) {
    const range = item.kind === 'import' ? rangeOf(file, item.span) : undefined;
    if (range === undefined) continue;
    const last = blocks.at(-1);
    if (last !== undefined && range.start.line <= last.endLine + 1) last.endLine = range.end.line;
    else blocks.push({ startLine: range.start.line, endLine: range.end.line });
  }
  return blocks;
}
