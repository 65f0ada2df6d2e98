/** Renaming, in all files at once. A thing that cannot be renamed says why, in place of an answer. */
import type { Position, PrepareRenameResult, WorkspaceEdit } from 'vscode-languageserver/node';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import type { Documents } from '../documents.js';
import type { Language } from '../language.js';
import { workspaceEditOf } from './workspace-edit.js';

export function prepareRenameAt(
  language: Language,
  file: string,
  position: Position,
): PrepareRenameResult {
  const { range, name } = renamingAt(language, file, position);
  return { range, placeholder: name };
}

export function renameAt(
  language: Language,
  file: string,
  position: Position,
  newName: string,
  documents: Documents,
): WorkspaceEdit {
  const edits = renamingAt(language, file, position).editsFor(newName);
  if (!edits.ok) throw new ResponseError(LSPErrorCodes.RequestFailed, edits.error);
  return workspaceEditOf(edits.value, documents);
}

function renamingAt(language: Language, file: string, position: Position) {
  const renaming = language.renaming?.(file, position);
  if (renaming === undefined)
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      'There is no name here that can be renamed.',
    );
  if (!renaming.ok) throw new ResponseError(LSPErrorCodes.RequestFailed, renaming.error);
  return renaming.value;
}
