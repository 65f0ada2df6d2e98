/** The life of a session: what the client can do, what it has open, and what has changed. */
import type { ClientCapabilities, Connection } from 'vscode-languageserver/node';
import {
  DidChangeWatchedFilesNotification,
  DocumentFormattingRequest,
  DocumentRangeFormattingRequest,
  FileChangeType,
} from 'vscode-languageserver/node';
import type { GuestChecker } from '../runtime/toolchain/guest/check-port.js';
import { builtinText } from '../runtime/toolchain/camkes/builtin-library.js';
import { capabilitiesFor, formattedLanguages, registersFormatting } from './capabilities.js';
import { Documents } from './documents.js';
import { DiagnosticsFeed } from './features/diagnostics-feed.js';
import { CompilerLoader } from './guest/compiler-loader.js';
import { createLanguages } from './languages.js';
import { Quiet } from './quiet.js';
import { answerRequests } from './requests.js';
import { Workspace } from './workspace.js';

/** A file that an assembly file includes may have any name; these are the usual ones. */
const watchedFiles = '**/{cantrip.json,*.S,*.s,*.inc,*.h,*.camkes,*.idl4,*.cdl,*.cmake,*.ts}';

export function serve(connection: Connection, checker: GuestChecker): Connection {
  const documents = new Documents(builtinText);
  const workspace = new Workspace(documents);
  const guestCompiler = new CompilerLoader((reason) =>
    connection.console.error(`The compiler of guest TypeScript could not be loaded: ${reason}`),
  );
  const languages = createLanguages(workspace, guestCompiler, {
    checker,
    // A client that pulls has waited for it.
    whenChecked: () => noteChange({ isOutside: false }),
  });
  const quiet = new Quiet(documents);
  const feed = new DiagnosticsFeed(documents, languages, (parameters) => {
    void connection.sendDiagnostics(parameters);
  });
  let client: ClientCapabilities = {};

  /** A client that pulls diagnostics would show them twice if they were pushed, too. */
  const noteChange = ({ isOutside }: { isOutside: boolean }): void => {
    if (client.textDocument?.diagnostic === undefined)
      feed.update({ isLong: documents.openPaths.some((file) => quiet.isLong(file)) });
    else if (isOutside && client.workspace?.diagnostics?.refreshSupport === true)
      void connection.languages.diagnostics.refresh();
  };

  connection.onInitialize((parameters) => {
    client = parameters.capabilities;
    workspace.addFolders((parameters.workspaceFolders ?? []).map(({ uri }) => uri));
    return { serverInfo: { name: 'cantrip' }, capabilities: capabilitiesFor(client) };
  });
  connection.onInitialized(() => {
    if (client.workspace?.didChangeWatchedFiles?.dynamicRegistration === true) {
      const watchers = [{ globPattern: watchedFiles }];
      void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers });
    }
    if (registersFormatting(client)) {
      const documentSelector = formattedLanguages.map((language) => ({ language }));
      void connection.client.register(DocumentFormattingRequest.type, { documentSelector });
      void connection.client.register(DocumentRangeFormattingRequest.type, { documentSelector });
    }
    if (client.workspace?.workspaceFolders !== true) return;
    connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
      workspace.removeFolders(removed.map(({ uri }) => uri));
      workspace.addFolders(added.map(({ uri }) => uri));
      noteChange({ isOutside: true });
    });
  });

  connection.onDidOpenTextDocument(({ textDocument }) => {
    documents.open(textDocument);
    noteChange({ isOutside: false });
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    documents.change(textDocument, contentChanges);
    quiet.noteChange(documents.pathOf(textDocument.uri));
    noteChange({ isOutside: false });
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    documents.close(textDocument.uri);
    noteChange({ isOutside: false });
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const { uri, type } of changes) {
      const file = documents.pathOf(uri);
      if (type === FileChangeType.Deleted) workspace.noteDeleted(file);
      else workspace.noteCreated(file);
    }
    documents.forgetDisk(changes.map(({ uri }) => documents.pathOf(uri)));
    noteChange({ isOutside: true });
  });
  answerRequests(connection, workspace, languages, quiet);
  connection.onShutdown(() => feed.stop());
  return connection;
}
