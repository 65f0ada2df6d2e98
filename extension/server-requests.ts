/** The server's own requests, by name: what the views ask of it beside the protocol's features. */
import type { LanguageClient } from 'vscode-languageclient/node';
import type {
  ComparisonParameters,
  DiagramView,
  EditorFilesView,
  GuestComponentsView,
  NoView,
  TextView,
  ViewParameters,
} from '../language-server/protocol.js';

export type TextViewName = 'diagramTable' | 'capdl' | 'memoryMap';

export interface ServerRequests {
  readonly diagram: (uri: string) => Promise<DiagramView | NoView>;
  readonly text: (name: TextViewName, uri: string) => Promise<TextView | NoView>;
  readonly guestComponents: (uri: string) => Promise<GuestComponentsView | NoView>;
  readonly editorFiles: (uri: string) => Promise<EditorFilesView | NoView>;
  readonly authorityDifference: (before: string, after: string) => Promise<TextView | NoView>;
}

export function serverRequests(client: LanguageClient): ServerRequests {
  const ask = async <Answer>(
    name: string,
    parameters: ViewParameters | ComparisonParameters,
  ): Promise<Answer | NoView> => {
    try {
      return await client.sendRequest<Answer | NoView>(`cantrip/${name}`, parameters);
    } catch (error) {
      return { kind: 'none', message: `The language server gave no answer: ${String(error)}` };
    }
  };
  return {
    diagram: (uri) => ask('diagram', { uri }),
    text: (name, uri) => ask(name, { uri }),
    guestComponents: (uri) => ask('guestComponents', { uri }),
    editorFiles: (uri) => ask('editorFiles', { uri }),
    authorityDifference: (before, after) => ask('authorityDifference', { before, after }),
  };
}
