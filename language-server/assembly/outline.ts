/** The outline: labels, constants and macros of the document, in the order of the text. */
import type { DocumentSymbol } from 'vscode-languageserver/node';
import { SymbolKind } from 'vscode-languageserver/node';
import type { ClassifiedLine, ClassifiedStatement } from './classified-line.js';

export function outlineOf(lines: readonly ClassifiedLine[]): DocumentSymbol[] {
  return lines.flatMap(({ statements, text }, line) =>
    statements.flatMap((statement) => symbolsOf(statement, line, text.length)),
  );
}

function symbolsOf(statement: ClassifiedStatement, line: number, width: number): DocumentSymbol[] {
  return statement.tokens.flatMap(({ kind, text, range }) => {
    // Numeric and `.L` labels are for the next few lines, not for an outline.
    const isOutlined = kind === 'label' ? !/^(\d|\.L)/.test(text) : kind === 'definition';
    if (!isOutlined) return [];
    const whole = { start: range.start, end: { line, character: width } };
    return [{ name: text, kind: kindOf(statement, kind), range: whole, selectionRange: range }];
  });
}

function kindOf({ operation }: ClassifiedStatement, kind: string): SymbolKind {
  if (kind === 'label') return SymbolKind.Function;
  switch (operation?.text) {
    case '.macro':
      return SymbolKind.Method;
    case '.comm':
    case '.lcomm':
      return SymbolKind.Variable;
    default:
      return SymbolKind.Constant;
  }
}
