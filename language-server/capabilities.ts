/** What the server announces: exactly the requests that `requests.ts` answers. */
import type { ServerCapabilities } from 'vscode-languageserver/node';
import { TextDocumentSyncKind } from 'vscode-languageserver/node';
import { builtinScheme } from './documents.js';
import { codeActionKinds } from './features/code-actions.js';
import { semanticTokensLegend } from './features/semantic-tokens.js';

export const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.', '%', '"', '<', '/'] },
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
  definitionProvider: true,
  typeDefinitionProvider: true,
  implementationProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  inlayHintProvider: true,
  documentLinkProvider: {},
  codeLensProvider: {},
  callHierarchyProvider: true,
  codeActionProvider: { codeActionKinds },
  semanticTokensProvider: { legend: semanticTokensLegend, full: { delta: true }, range: true },
  diagnosticProvider: {
    identifier: 'cantrip',
    interFileDependencies: true,
    workspaceDiagnostics: true,
  },
  workspace: {
    textDocumentContent: { schemes: [builtinScheme] },
    workspaceFolders: { supported: true, changeNotifications: true },
  },
};
