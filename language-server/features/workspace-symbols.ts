/** Finds declarations by a part of their name, in all files of the workspace. */
import type {
  CancellationToken,
  DocumentSymbol,
  WorkspaceSymbol,
} from 'vscode-languageserver/node';
import { stopIfCancelled } from '../cancellation.js';
import type { Languages } from '../languages.js';
import type { Workspace } from '../workspace.js';

/** More than anybody reads; the client asks again with more letters. */
const mostSymbols = 1_000;

export async function workspaceSymbols(
  workspace: Workspace,
  languages: Languages,
  query: string,
  token: CancellationToken,
): Promise<WorkspaceSymbol[]> {
  await workspace.ready();
  const isWanted = matcherOf(query);
  const found: WorkspaceSymbol[] = [];
  for (const file of workspace.files()) {
    await stopIfCancelled(token);
    const uri = workspace.documents.uriOf(file);
    const add = (symbol: DocumentSymbol, container: string | undefined): void => {
      if (found.length >= mostSymbols) return;
      const { name, kind, selectionRange: range } = symbol;
      const inside = container === undefined ? {} : { containerName: container };
      if (isWanted(name)) found.push({ name, kind, location: { uri, range }, ...inside });
      symbol.children?.forEach((child) => add(child, name));
    };
    languages
      .of(file)
      ?.outline?.(file)
      .forEach((symbol) => add(symbol, undefined));
    if (found.length >= mostSymbols) break;
  }
  return found;
}

/** The letters of the query in their order, others between them; capitals do not count. */
function matcherOf(query: string): (name: string) => boolean {
  const letters = query.toLowerCase();
  return (name) => {
    const lower = name.toLowerCase();
    let from = 0;
    for (let at = 0; at < letters.length; at += 1) {
      const found = lower.indexOf(letters.charAt(at), from);
      if (found < 0) return false;
      from = found + 1;
    }
    return true;
  };
}
