/** What is around a position in assembly: token, statement, line, blocks, file. */
import type { Position, Range } from '../../runtime/toolchain/text/diagnostic.js';
import { growing } from '../growing.js';
import type { ClassifiedLine } from './classified-line.js';
import { tokenAt } from './classified-line.js';
import { blocksOf } from './folds.js';

export function enclosingRanges(lines: readonly ClassifiedLine[], position: Position): Range[] {
  const line = lines[position.line];
  if (line === undefined) return [];
  const found = tokenAt(line, position.character);
  const ranges: Range[] = [];
  if (found !== undefined) {
    const [first, last] = [found.statement.tokens[0], found.statement.tokens.at(-1)];
    ranges.push(found.token.range);
    if (first !== undefined && last !== undefined)
      ranges.push({ start: first.range.start, end: last.range.end });
  }
  ranges.push(wholeLines(lines, position.line, position.line));
  const around = blocksOf(lines)
    .filter(({ startLine, endLine }) => startLine <= position.line && position.line <= endLine)
    .sort((one, other) => one.endLine - one.startLine - (other.endLine - other.startLine));
  for (const { startLine, endLine } of around) ranges.push(wholeLines(lines, startLine, endLine));
  ranges.push(wholeLines(lines, 0, lines.length - 1));
  return growing(ranges);
}

function wholeLines(lines: readonly ClassifiedLine[], from: number, to: number): Range {
  return {
    start: { line: from, character: 0 },
    end: { line: to, character: lines[to]?.text.length ?? 0 },
  };
}
