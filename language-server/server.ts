/**
 * Which request goes to which feature. Only what is answered here is announced. A feature is a
 * function from plain data to plain data; none of them knows the connection.
 */
import type { Connection } from 'vscode-languageserver/node';
import {
  DidChangeWatchedFilesNotification,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { Analyses } from './analyses.js';
import { Documents } from './documents.js';
import { completionsAt } from './features/completion.js';
import { definitionAt } from './features/definition.js';
import { DiagnosticsFeed } from './features/diagnostics.js';
import { documentSymbolsOf } from './features/document-symbols.js';
import { hoverAt } from './features/hover.js';
import { referencesAt } from './features/references.js';
import { semanticTokensLegend, semanticTokensOf } from './features/semantic-tokens.js';

export function serve(connection: Connection): Connection {
  const documents = new Documents();
  const analyses = new Analyses(documents);
  const feed = new DiagnosticsFeed(documents, analyses, (parameters) => {
    void connection.sendDiagnostics(parameters);
  });
  let canWatch = false;

  connection.onInitialize(({ capabilities }) => {
    canWatch = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false;
    return {
      serverInfo: { name: 'cantrip' },
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
        hoverProvider: true,
        completionProvider: { triggerCharacters: ['.', '%'] },
        definitionProvider: true,
        referencesProvider: true,
        documentSymbolProvider: true,
        semanticTokensProvider: { legend: semanticTokensLegend, full: true },
      },
    };
  });
  connection.onInitialized(() => {
    if (!canWatch) return;
    // A file that an assembly file includes may have any name; these are the usual ones.
    const watchers = [{ globPattern: '**/{cantrip.json,*.S,*.s,*.inc,*.h}' }];
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
  });

  connection.onDidOpenTextDocument(({ textDocument }) => {
    documents.open(textDocument);
    feed.update();
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    documents.change(textDocument, contentChanges);
    feed.update();
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    documents.close(textDocument.uri);
    feed.update();
  });
  connection.onDidChangeWatchedFiles(() => {
    documents.forgetDisk();
    feed.update();
  });

  connection.onHover(({ textDocument, position }) =>
    hoverAt(analyses.of(documents.pathOf(textDocument.uri)), position),
  );
  connection.onCompletion(({ textDocument, position }) =>
    completionsAt(analyses.of(documents.pathOf(textDocument.uri)), position),
  );
  connection.onDefinition(({ textDocument, position }) =>
    definitionAt(analyses.of(documents.pathOf(textDocument.uri)), position, documents),
  );
  connection.onReferences(({ textDocument, position, context }) =>
    referencesAt(analyses.of(documents.pathOf(textDocument.uri)), position, documents, context),
  );
  connection.onDocumentSymbol(({ textDocument }) =>
    documentSymbolsOf(analyses.of(documents.pathOf(textDocument.uri))),
  );
  connection.languages.semanticTokens.on(({ textDocument }) =>
    semanticTokensOf(analyses.of(documents.pathOf(textDocument.uri))),
  );
  connection.onShutdown(() => feed.stop());
  return connection;
}
