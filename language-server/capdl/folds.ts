/** What can be folded: sections, objects and containers with braces, and comments. */
import type { FoldingRange } from 'vscode-languageserver/node';
import { FoldingRangeKind } from 'vscode-languageserver/node';
import { commentFolds } from '../line-folds.js';
import { rangeOf, type Specification } from './specifications.js';

export function foldsOf(specification: Specification): FoldingRange[] {
  const { source, tree } = specification;
  const folds: FoldingRange[] = [];
  const add = (start: number, end: number): void => {
    const range = rangeOf(specification, { start, end });
    // The line of the closing brace stays in sight.
    const endLine = range.end.line - 1;
    if (endLine > range.start.line) folds.push({ startLine: range.start.line, endLine });
  };
  let section: number | undefined;
  for (const { start, block } of tree.blocks) {
    const { node } = block;
    if (node.kind === 'sectionStart') section = start + node.start;
    else if (node.kind === 'sectionEnd' && section !== undefined) {
      add(section, start + node.end);
      section = undefined;
    } else if (node.kind === 'object' || node.kind === 'container' || node.kind === 'derivation')
      add(start + node.start, start + node.end);
  }
  for (const { startLine, endLine } of commentFolds(source.text.split(/\r\n|\n|\r/), {
    line: '--',
  }))
    folds.push({ startLine, endLine, kind: FoldingRangeKind.Comment });
  return folds.sort((one, other) => one.startLine - other.startLine);
}
