/** What the server announces: exactly the requests that `requests.ts` answers. */
import type { ClientCapabilities, ServerCapabilities } from 'vscode-languageserver/node';
import { TextDocumentSyncKind } from 'vscode-languageserver/node';
import { builtinScheme } from './documents.js';
import { codeActionKinds } from './features/code-actions.js';
import { semanticTokensLegend } from './features/semantic-tokens.js';

/** Assembly has no formatter of ours, so where the client can be told, only the others are announced. */
export const formattedLanguages = ['camkes', 'camkes-idl', 'capdl'];

export const registersFormatting = ({ textDocument }: ClientCapabilities): boolean =>
  textDocument?.formatting?.dynamicRegistration === true &&
  textDocument.rangeFormatting?.dynamicRegistration === true;

export const capabilitiesFor = (client: ClientCapabilities): ServerCapabilities =>
  registersFormatting(client)
    ? capabilities
    : { ...capabilities, documentFormattingProvider: true, documentRangeFormattingProvider: true };

const capabilities: ServerCapabilities = {
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
