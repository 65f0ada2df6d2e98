/**
 * Views of a system as read-only text: the table of its components, the capDL that it becomes, its map of
 * memory and interrupts, and what two specifications differ in. Each is a document that follows the
 * sources, to search, to compare, and to read with a screen reader.
 */
import * as vscode from 'vscode';
import type { NoView, TextView } from '../../language-server/protocol.js';
import type { ServerRequests, TextViewName } from '../server-requests.js';

const scheme = 'cantrip-system';
const quietMs = 400;

interface View {
  readonly command: string;
  readonly name: TextViewName;
  /** The end of the document's name: it says its language to the editor. */
  readonly suffix: string;
}

const views: readonly View[] = [
  { command: 'cantrip.showDiagramAsText', name: 'diagramTable', suffix: ' components.txt' },
  { command: 'cantrip.showCapdl', name: 'capdl', suffix: '.cdl' },
  { command: 'cantrip.showMemoryMap', name: 'memoryMap', suffix: ' memory.txt' },
];

export function registerSystemDocuments(server: ServerRequests): vscode.Disposable {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const shown = new Map<string, vscode.Uri>();
  let timer: NodeJS.Timeout | undefined;
  const show = async (uri: vscode.Uri): Promise<void> => {
    shown.set(uri.toString(), uri);
    changed.fire(uri);
    // Beside its source; a diagram that it is asked from already stands there.
    const isBeside = vscode.window.activeTextEditor === undefined;
    await vscode.window.showTextDocument(uri, {
      preview: false,
      viewColumn: isBeside ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside,
    });
  };
  return vscode.Disposable.from(
    changed,
    { dispose: () => clearTimeout(timer) },
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: async (uri) => textOf(await answer(server, uri)),
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (shown.size === 0 || document.uri.scheme === scheme) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        for (const uri of shown.values()) changed.fire(uri);
      }, quietMs);
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => shown.delete(uri.toString())),
    ...views.map((view) =>
      vscode.commands.registerCommand(view.command, async (given?: vscode.Uri) => {
        const source = given ?? vscode.window.activeTextEditor?.document.uri;
        if (source === undefined) {
          void vscode.window.showInformationMessage(
            'Open a .camkes or .cdl file first: the view shows the system that it belongs to.',
          );
          return;
        }
        const found = await server.text(view.name, source.toString());
        if (found.kind === 'none') void vscode.window.showInformationMessage(found.message);
        else {
          const uri = found.root ?? source.toString();
          await show(documentUri(view.name, found.title + view.suffix, { uri }));
        }
      }),
    ),
    vscode.commands.registerCommand('cantrip.compareAuthority', async (given?: vscode.Uri) => {
      const after = given ?? vscode.window.activeTextEditor?.document.uri;
      const before = after && (await chooseSpecification(after));
      if (after === undefined || before === undefined) return;
      const pair = { before: before.toString(), after: after.toString() };
      const found = await server.authorityDifference(pair.before, pair.after);
      if (found.kind === 'none') void vscode.window.showInformationMessage(found.message);
      else await show(documentUri('authorityDifference', `${found.title}.txt`, pair));
    }),
  );
}

async function chooseSpecification(after: vscode.Uri): Promise<vscode.Uri | undefined> {
  const [before] =
    (await vscode.window.showOpenDialog({
      title: `Compare the authority in ${vscode.workspace.asRelativePath(after)} with`,
      openLabel: 'Compare',
      defaultUri: vscode.Uri.joinPath(after, '..'),
      filters: { 'Systems and specifications': ['cdl', 'camkes'] },
    })) ?? [];
  return before;
}

const documentUri = (
  view: TextViewName | 'authorityDifference',
  name: string,
  parameters: Readonly<Record<string, string>>,
): vscode.Uri =>
  vscode.Uri.from({ scheme, path: `/${name}`, query: JSON.stringify({ view, ...parameters }) });

interface Query {
  readonly view: TextViewName | 'authorityDifference';
  readonly uri?: string;
  readonly before?: string;
  readonly after?: string;
}

function answer(server: ServerRequests, { query }: vscode.Uri): Promise<TextView | NoView> {
  const { view, uri = '', before = '', after = '' } = JSON.parse(query) as Query;
  return view === 'authorityDifference'
    ? server.authorityDifference(before, after)
    : server.text(view, uri);
}

const textOf = (view: TextView | NoView): string =>
  view.kind === 'text' ? view.text : `${view.message}\n`;
