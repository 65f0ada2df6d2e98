/** What a client writes so that its TypeScript support understands guest programs, and whether it has any. */
import type { Result } from '../../runtime/base/result.js';
import type { Documents } from '../documents.js';
import type { EditorFiles, GuestProject } from '../guest/editor-files.js';
import type { EditorFilesView, GuestComponentsView, NoView } from '../protocol.js';

export function guestComponentsView(
  found: Result<GuestProject, string>,
  documents: Documents,
): GuestComponentsView | NoView {
  if (!found.ok) return { kind: 'none', message: found.error };
  const { folder, components } = found.value;
  return { kind: 'components', folder: documents.uriOf(folder), components };
}

export function editorFilesView(
  found: Result<EditorFiles, string>,
  documents: Documents,
): EditorFilesView | NoView {
  if (!found.ok) return { kind: 'none', message: found.error };
  const { folder, components, files } = found.value;
  return {
    kind: 'files',
    folder: documents.uriOf(folder),
    components,
    files: Object.fromEntries(files),
  };
}
