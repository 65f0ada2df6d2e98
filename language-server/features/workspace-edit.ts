/** Edits of several files, as the protocol groups them. */
import type { TextEdit, WorkspaceEdit } from 'vscode-languageserver/node';
import type { FixEdit } from '../../runtime/toolchain/text/diagnostic.js';
import type { Documents } from '../documents.js';

export function workspaceEditOf(edits: readonly FixEdit[], documents: Documents): WorkspaceEdit {
  const changes: Record<string, TextEdit[]> = {};
  for (const { file, range, newText } of edits)
    (changes[documents.uriOf(file)] ??= []).push({ range, newText });
  return { changes };
}
