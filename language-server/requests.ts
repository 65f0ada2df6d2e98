/**
 * Which request goes to which feature. A feature is a function from plain data to plain data; none of
 * them knows the connection, and this file knows no language.
 */
import type { CallHierarchyItem, CancellationToken, Connection } from 'vscode-languageserver/node';
import { stopIfCancelled } from './cancellation.js';
import { callItemsAt, incomingCalls, outgoingCalls } from './features/call-hierarchy.js';
import { codeActionsAt } from './features/code-actions.js';
import { codeLensesOf } from './features/code-lenses.js';
import { completionsAt } from './features/completion.js';
import { documentReport, workspaceReport } from './features/diagnostic-reports.js';
import { documentLinksOf } from './features/document-links.js';
import { editorFilesView, guestComponentsView } from './features/editor-files.js';
import { documentEdits, rangeEdits } from './features/formatting.js';
import { highlightsAt, locationsOf, referencesAt } from './features/locations.js';
import { prepareRenameAt, renameAt } from './features/rename.js';
import { workThrough } from './pieces.js';
import type { Quiet } from './quiet.js';
import { selectionRangeAt } from './features/selection-ranges.js';
import { semanticTokensIn, SemanticTokensMaker } from './features/semantic-tokens.js';
import { SystemViews } from './features/system-views.js';
import { workspaceSymbols } from './features/workspace-symbols.js';
import type { Language } from './language.js';
import type { Languages } from './languages.js';
import type { ComparisonParameters, ViewParameters } from './protocol.js';
import type { Workspace } from './workspace.js';

export function answerRequests(
  connection: Connection,
  workspace: Workspace,
  languages: Languages,
  quiet: Quiet,
): void {
  const { documents } = workspace;
  const tokens = new SemanticTokensMaker();

  /** Asks the language of a document; one that is not ours is answered with nothing. */
  const about =
    <Parameters extends { readonly textDocument: { readonly uri: string } }, Answer>(
      ask: (language: Language, file: string, parameters: Parameters) => Answer,
    ): ((parameters: Parameters) => Answer | null) =>
    (parameters) => {
      const file = documents.pathOf(parameters.textDocument.uri);
      const language = languages.of(file);
      return language === undefined ? null : ask(language, file, parameters);
    };

  /** As `about`, for what editors ask for by themselves: in a long file it waits for a pause. */
  const quietly =
    <Parameters extends { readonly textDocument: { readonly uri: string } }, Answer>(
      ask: (language: Language, file: string, parameters: Parameters) => Answer,
    ): ((parameters: Parameters, token: CancellationToken) => Promise<Answer | null>) =>
    async (parameters, token) => {
      const file = documents.pathOf(parameters.textDocument.uri);
      await quiet.wait(file, token);
      await worked(file, token);
      return about(ask)(parameters);
    };

  const worked = async (file: string, token: CancellationToken): Promise<void> => {
    await workThrough(
      () => languages.of(file)?.work?.(file),
      () => !token.isCancellationRequested,
    );
    if (token.isCancellationRequested) await stopIfCancelled(token);
  };

  const aboutItem = <Answer>(
    { uri }: CallHierarchyItem,
    ask: (language: Language) => Answer,
  ): Answer | null => {
    const language = languages.of(documents.pathOf(uri));
    return language === undefined ? null : ask(language);
  };

  connection.languages.diagnostics.on(async ({ textDocument, previousResultId }, token) => {
    const file = documents.pathOf(textDocument.uri);
    await quiet.wait(file, token);
    await worked(file, token);
    await languages.of(file)?.settled?.(file);
    return documentReport(documents, languages, file, previousResultId, token);
  });
  connection.languages.diagnostics.onWorkspace(({ previousResultIds }, token) =>
    workspaceReport(workspace, languages, previousResultIds, token),
  );
  connection.onHover(
    about((language, file, { position }) => {
      const hover = language.hover?.(file, position);
      if (hover === undefined) return null;
      return { contents: { kind: 'markdown', value: hover.markdown }, range: hover.range };
    }),
  );
  connection.onCompletion(
    about((language, file, { position }) => completionsAt(language, file, position, documents)),
  );
  connection.onSignatureHelp(
    about((language, file, { position }) => language.signature?.(file, position) ?? null),
  );
  connection.onDefinition(
    about((language, file, { position }) =>
      locationsOf(language.nameAt?.(file, position)?.definitions, documents),
    ),
  );
  connection.onTypeDefinition(
    about((language, file, { position }) =>
      locationsOf(language.typeDefinitions?.(file, position), documents),
    ),
  );
  connection.onImplementation(
    about((language, file, { position }) =>
      locationsOf(language.implementations?.(file, position), documents),
    ),
  );
  connection.onReferences(
    about((language, file, { position, context }) =>
      locationsOf(referencesAt(language, file, position, context), documents),
    ),
  );
  connection.onDocumentHighlight(
    quietly((language, file, { position }) => highlightsAt(language, file, position)),
  );
  connection.onPrepareRename(
    about((language, file, { position }) => prepareRenameAt(language, file, position)),
  );
  connection.onRenameRequest(
    about((language, file, { position, newName }) =>
      renameAt(language, file, position, newName, documents),
    ),
  );
  connection.onDocumentSymbol(quietly((language, file) => [...(language.outline?.(file) ?? [])]));
  connection.onWorkspaceSymbol(({ query }, token) =>
    workspaceSymbols(workspace, languages, query, token),
  );
  connection.onFoldingRanges(quietly((language, file) => [...(language.folds?.(file) ?? [])]));
  connection.onSelectionRanges(
    about((language, file, { positions }) =>
      positions.map((position) => selectionRangeAt(language, file, position)),
    ),
  );
  connection.onDocumentFormatting(
    about((language, file) => documentEdits(language, file, documents)),
  );
  connection.onDocumentRangeFormatting(
    about((language, file, { range }) => rangeEdits(language, file, range, documents)),
  );
  connection.languages.inlayHint.on(
    quietly((language, file, { range }) => [...(language.hints?.(file, range) ?? [])]),
  );
  connection.onDocumentLinks(
    quietly((language, file) => documentLinksOf(language, file, documents)),
  );
  connection.onCodeLens(quietly((language, file) => codeLensesOf(language, file, documents)));
  connection.languages.callHierarchy.onPrepare(
    about((language, file, { position }) => callItemsAt(language, file, position, documents)),
  );
  connection.languages.callHierarchy.onIncomingCalls(({ item }) =>
    aboutItem(item, (language) => incomingCalls(language, item, documents)),
  );
  connection.languages.callHierarchy.onOutgoingCalls(({ item }) =>
    aboutItem(item, (language) => outgoingCalls(language, item, documents)),
  );
  connection.workspace.textDocumentContent.on(({ uri }) => ({
    text: documents.readText(documents.pathOf(uri)) ?? '',
  }));
  const views = new SystemViews(documents, languages);
  connection.onRequest('cantrip/diagram', async ({ uri }: ViewParameters) => {
    await workspace.ready();
    return views.diagram(uri);
  });
  for (const name of ['diagramTable', 'capdl', 'memoryMap'] as const)
    connection.onRequest(`cantrip/${name}`, async ({ uri }: ViewParameters) => {
      await workspace.ready();
      return views[name](uri);
    });
  connection.onRequest(
    'cantrip/authorityDifference',
    async ({ before, after }: ComparisonParameters) => {
      await workspace.ready();
      return views.authorityDifference(before, after);
    },
  );
  const { guestEditor } = languages;
  connection.onRequest('cantrip/guestComponents', async ({ uri }: ViewParameters) => {
    await workspace.ready();
    return guestComponentsView(guestEditor.project(documents.pathOf(uri)), documents);
  });
  connection.onRequest('cantrip/editorFiles', async ({ uri }: ViewParameters) => {
    await workspace.ready();
    return editorFilesView(await guestEditor.editorFiles(documents.pathOf(uri)), documents);
  });
  connection.onCodeAction(
    quietly((language, file, { range, context }) =>
      codeActionsAt(languages, language, file, range, context, documents),
    ),
  );
  connection.languages.semanticTokens.on(quietly((language, file) => tokens.full(language, file)));
  connection.languages.semanticTokens.onDelta(
    quietly((language, file, { previousResultId }) =>
      tokens.delta(language, file, previousResultId),
    ),
  );
  connection.languages.semanticTokens.onRange(
    quietly((language, file, { range }) => semanticTokensIn(language, file, range)),
  );
}
