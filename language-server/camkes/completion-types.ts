/**
 * Completion of types: components, procedures, connectors, structs. Those that the file does not see yet are
 * offered with the import that they need.
 */
import type { CompletionItem, TextEdit } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { connectorTable } from '../../runtime/toolchain/camkes/connectors.js';
import { importEdit, importSpelling } from '../../runtime/toolchain/camkes/declaration-fixes.js';
import type { CamkesSymbol, SymbolKind } from '../../runtime/toolchain/camkes/symbol.js';
import { statedImportPaths } from '../../runtime/toolchain/settings/project.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';
import type { DeclaredNames } from './declared-names.js';
import { docOf } from './describe-symbol.js';
import type { CamkesView } from './view.js';

/** More imports than these are not offered; what is typed narrows them down on the next request. */
const mostImports = 200;

export interface TypeCompletion {
  readonly view: CamkesView;
  readonly names: DeclaredNames;
  readonly files: SourceFiles;
  readonly position: Position;
}

export function typeItems(
  completion: TypeCompletion,
  kind: 'component' | 'procedure' | 'connector' | 'struct',
  isWanted: (symbol: CamkesSymbol) => boolean = () => true,
): CompletionItem[] {
  const { view, names, files, position } = completion;
  const visible = view.analysis.symbols
    .scopeAt(view.path, position)
    .visible(kind)
    .filter(({ name }) => name !== '');
  const known = new Set(visible.map(({ name }) => name));
  const items = visible.filter(isWanted).map((symbol) => itemOf(symbol, files));
  if (kind === 'connector') items.push(...libraryConnectors(view, known));
  const elsewhere = names
    .namesOf(kind)
    .filter(({ name }) => !known.has(name))
    .slice(0, mostImports);
  for (const { name, files: declaring } of elsewhere) {
    const [path] = declaring;
    if (path === undefined || path === view.path) continue;
    items.push(importedItem(view, kind, name, spellingOf(view, path)));
  }
  return items;
}

function itemOf(symbol: CamkesSymbol, files: SourceFiles): CompletionItem {
  const doc = docOf(symbol, files);
  return {
    label: symbol.name,
    kind: itemKinds[symbol.kind] ?? CompletionItemKind.Reference,
    ...(doc === undefined ? {} : { documentation: doc }),
  };
}

/** The standard library needs an import like any other file. */
function libraryConnectors(view: CamkesView, known: ReadonlySet<string>): CompletionItem[] {
  const { dialect } = view.analysis;
  return connectorTable
    .filter((row) => !known.has(row.name) && (row.dialect ?? dialect) === dialect)
    .map((row) => ({
      ...importedItem(view, 'connector', row.name, `<${row.library}>`),
      documentation: row.becomes,
    }));
}

function importedItem(
  { file }: CamkesView,
  kind: SymbolKind,
  name: string,
  spelling: string,
): CompletionItem {
  const edit = importEdit(file, spelling);
  const edits: TextEdit[] =
    edit === undefined ? [] : [{ range: edit.range, newText: edit.newText }];
  return {
    label: name,
    kind: itemKinds[kind] ?? CompletionItemKind.Reference,
    detail: `import ${spelling}`,
    // Behind those that are there already.
    sortText: `~${name}`,
    additionalTextEdits: edits,
  };
}

const spellingOf = ({ path, program }: CamkesView, target: string): string =>
  importSpelling(target, path, statedImportPaths(program.project));

export const itemKinds: Readonly<Partial<Record<SymbolKind, CompletionItemKind>>> = {
  component: CompletionItemKind.Class,
  procedure: CompletionItemKind.Interface,
  connector: CompletionItemKind.Operator,
  struct: CompletionItemKind.Struct,
  instance: CompletionItemKind.Variable,
  connection: CompletionItemKind.Event,
  group: CompletionItemKind.Module,
  interface: CompletionItemKind.Field,
  attribute: CompletionItemKind.Property,
  has: CompletionItemKind.Field,
  composition: CompletionItemKind.Module,
  configuration: CompletionItemKind.Module,
};
