/** Completion of what is imported: files beside this one, files along the import paths, the library. */
import type { CompletionItem } from 'vscode-languageserver/node';
import { CompletionItemKind } from 'vscode-languageserver/node';
import { builtinPaths, builtinPrefix } from '../../runtime/toolchain/camkes/builtin-library.js';
import { importSpelling, spellingAlong } from '../../runtime/toolchain/camkes/declaration-fixes.js';
import type { Position } from '../../runtime/toolchain/text/diagnostic.js';
import type { Workspace } from '../workspace.js';
import type { CompletionContext } from './completion-context.js';
import type { CamkesView } from './view.js';

const mostPaths = 500;

export function pathItems(
  { path, program }: CamkesView,
  workspace: Workspace,
  { partial, quote }: CompletionContext,
  { line, character }: Position,
): CompletionItem[] {
  const { importPaths } = program.project;
  const files = workspace
    .files()
    .filter((file) => /\.(camkes|idl4)$/.test(file) && file !== path)
    .slice(0, mostPaths);
  const spellings = new Set<string>();
  for (const file of files) {
    spellings.add(importSpelling(file, path, []));
    const along = spellingAlong(file, importPaths);
    if (along !== undefined) spellings.add(along);
  }
  for (const file of builtinPaths()) spellings.add(`<${file.slice(builtinPrefix.length)}>`);
  const range = {
    start: { line, character: character - partial.length },
    end: { line, character },
  };
  return [...spellings]
    .filter((spelling) => quote === undefined || spelling.startsWith(quote))
    .map((spelling) => {
      const label = quote === undefined ? spelling : spelling.slice(1, -1);
      const newText = quote === undefined ? `${spelling};` : label;
      // What lies near comes first.
      const sortText = `${spelling.split('/').length}`.padStart(3, '0') + label;
      return {
        label,
        kind: CompletionItemKind.File,
        filterText: label,
        sortText,
        textEdit: { range, newText },
      };
    });
}
