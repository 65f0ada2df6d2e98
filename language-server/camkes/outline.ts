/** The outline of a file: what it declares, and what is declared in that. */
import type { DocumentSymbol } from 'vscode-languageserver/node';
import { SymbolKind } from 'vscode-languageserver/node';
import type { CamkesFile } from '../../runtime/toolchain/camkes/read-file.js';
import { declareItem } from '../../runtime/toolchain/camkes/declare.js';
import type { CamkesSymbol } from '../../runtime/toolchain/camkes/symbol.js';
import { nounOf } from '../../runtime/toolchain/camkes/symbol.js';
import { rangeOf } from './view.js';

export function outlineOf(file: CamkesFile): DocumentSymbol[] {
  return file.tree.items.flatMap((item) => {
    const symbol = declareItem(item, file);
    return symbol === undefined ? [] : itemsOf(symbol);
  });
}

/** What a macro declares has no place of its own, but what is in it may have. */
function itemsOf(symbol: CamkesSymbol): DocumentSymbol[] {
  const inner = symbol.type?.container === symbol ? [symbol.type] : [];
  const children = [...symbol.members, ...inner].flatMap(itemsOf);
  const range = rangeOf(symbol.file, symbol.span);
  const name = rangeOf(symbol.file, symbol.nameSpan);
  if (range === undefined || name === undefined) return children;
  return [
    {
      name: symbol.name === '' ? nounOf(symbol) : symbol.name,
      detail: detailOf(symbol),
      kind: symbolKinds[symbol.kind],
      range,
      selectionRange: name,
      ...(children.length > 0 ? { children } : {}),
    },
  ];
}

export const symbolKinds: Readonly<Record<CamkesSymbol['kind'], SymbolKind>> = {
  assembly: SymbolKind.Module,
  component: SymbolKind.Class,
  composition: SymbolKind.Namespace,
  configuration: SymbolKind.Namespace,
  connector: SymbolKind.Operator,
  procedure: SymbolKind.Interface,
  struct: SymbolKind.Struct,
  instance: SymbolKind.Object,
  connection: SymbolKind.Event,
  group: SymbolKind.Package,
  interface: SymbolKind.Interface,
  has: SymbolKind.Variable,
  attribute: SymbolKind.Property,
  method: SymbolKind.Method,
  parameter: SymbolKind.Variable,
};

/** The words before the name: `uses Timer`, `component UART`. */
export function detailOf(symbol: CamkesSymbol): string {
  switch (symbol.kind) {
    case 'interface': {
      const { optional, kind, type } = symbol.node;
      return `${optional === undefined ? '' : 'maybe '}${kind} ${type.text}`;
    }
    case 'instance':
      return symbol.node.type.text;
    case 'connection':
      return symbol.node.connector.text;
    case 'attribute':
    case 'parameter':
      return symbol.node.type.text + (symbol.node.isArray ? '[]' : '');
    case 'method':
      return symbol.node.returns.text;
    default:
      return nounOf(symbol);
  }
}
