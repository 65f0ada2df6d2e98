/**
 * The component diagram of an assembly, beside its source: drawn by the language server, shown here, and
 * drawn anew as the sources change. What is chosen in it opens where it is written. Its text twin is the
 * component table.
 */
import * as vscode from 'vscode';
import type { DiagramView, NoView } from '../../language-server/protocol.js';
import type { ServerRequests } from '../server-requests.js';

/** What the page tells. */
type PageMessage =
  { readonly what: 'ready' | 'table' | 'export' } | { readonly what: 'open'; readonly key: string };

const quietMs = 250;

export function registerDiagram(
  extensionUri: vscode.Uri,
  server: ServerRequests,
): vscode.Disposable {
  const open = new Map<string, DiagramPanel>();
  const show = async (uri?: vscode.Uri): Promise<void> => {
    const file = uri ?? vscode.window.activeTextEditor?.document.uri;
    if (file === undefined) {
      void vscode.window.showInformationMessage(
        'Open a .camkes file first: the diagram shows the assembly that it belongs to.',
      );
      return;
    }
    const view = await server.diagram(file.toString());
    if (view.kind === 'none') {
      void vscode.window.showInformationMessage(view.message);
      return;
    }
    const known = open.get(view.root);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const panel = new DiagramPanel(extensionUri, server, view);
    open.set(view.root, panel);
    panel.onDidDispose(() => open.delete(view.root));
  };
  return vscode.Disposable.from(vscode.commands.registerCommand('cantrip.showDiagram', show), {
    dispose: () => {
      for (const panel of [...open.values()]) panel.dispose();
    },
  });
}

class DiagramPanel {
  readonly onDidDispose: vscode.Event<void>;
  private readonly server: ServerRequests;
  private readonly panel: vscode.WebviewPanel;
  private readonly root: string;
  private view: DiagramView;
  private timer: NodeJS.Timeout | undefined;
  private version = 0;

  constructor(extensionUri: vscode.Uri, server: ServerRequests, view: DiagramView) {
    this.server = server;
    this.view = view;
    this.root = view.root;
    const page = vscode.Uri.joinPath(extensionUri, 'extension', 'webviews');
    this.panel = vscode.window.createWebviewPanel(
      'cantrip.diagram',
      `Diagram of ${view.title}`,
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: false },
      { enableScripts: true, localResourceRoots: [page], retainContextWhenHidden: false },
    );
    this.onDidDispose = this.panel.onDidDispose;
    const changes = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (/^(camkes|camkes-idl|c|cpp|json)$/.test(document.languageId)) this.drawSoon();
    });
    this.panel.onDidDispose(() => {
      clearTimeout(this.timer);
      changes.dispose();
    });
    this.panel.webview.onDidReceiveMessage((message: PageMessage) => void this.receive(message));
    this.panel.webview.html = pageText(this.panel.webview, page);
  }

  reveal(): void {
    this.panel.reveal(undefined, false);
  }

  dispose(): void {
    this.panel.dispose();
  }

  private async receive(message: PageMessage): Promise<void> {
    switch (message.what) {
      case 'ready':
        this.post(this.view);
        return;
      case 'open':
        await this.openPlace(message.key);
        return;
      case 'table':
        await vscode.commands.executeCommand(
          'cantrip.showDiagramAsText',
          vscode.Uri.parse(this.root),
        );
        return;
      case 'export':
        await this.exportSvg();
    }
  }

  private drawSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.draw(), quietMs);
  }

  private async draw(): Promise<void> {
    const version = (this.version += 1);
    const answer = await this.server.diagram(this.root);
    // A later change is being drawn already.
    if (version !== this.version) return;
    if (answer.kind === 'diagram') this.view = answer;
    this.post(answer);
  }

  /** While there is no diagram, the last one stays, with a sentence that says so. */
  private post(answer: DiagramView | NoView): void {
    const message = answer.kind === 'diagram' ? { svg: answer.svg } : { message: answer.message };
    void this.panel.webview.postMessage(message);
  }

  private async openPlace(key: string): Promise<void> {
    const place = this.view.places[key];
    if (place === undefined) return;
    const { start, end } = place.range;
    await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), {
      viewColumn: vscode.ViewColumn.One,
      selection: new vscode.Range(start.line, start.character, end.line, end.character),
    });
  }

  private async exportSvg(): Promise<void> {
    const target = await vscode.window.showSaveDialog({
      title: 'Where should the diagram go?',
      saveLabel: 'Export',
      defaultUri: vscode.Uri.parse(this.root.replace(/\.camkes$/, '') + '.svg'),
      filters: { SVG: ['svg'] },
    });
    if (target === undefined) return;
    try {
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(this.view.svg));
    } catch (error) {
      void vscode.window.showErrorMessage(
        `The diagram could not be written to ${target.fsPath}: ${String(error)}. Choose a folder that you may write to.`,
      );
    }
  }
}

function pageText(webview: vscode.Webview, page: vscode.Uri): string {
  const script = webview.asWebviewUri(vscode.Uri.joinPath(page, 'diagram-page.js')).toString();
  const styles = webview.asWebviewUri(vscode.Uri.joinPath(page, 'diagram-page.css')).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource} 'unsafe-inline'; script-src ${webview.cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <link rel="stylesheet" href="${styles}" />
    <title>Component Diagram</title>
  </head>
  <body>
    <header>
      <button id="larger" title="Larger (+)">Larger</button>
      <button id="smaller" title="Smaller (-)">Smaller</button>
      <button id="actual" title="Actual size (0)">Actual Size</button>
      <button id="fit" title="Fit into the view (F)">Fit</button>
      <button id="table">Show as Table</button>
      <button id="export">Export SVG</button>
      <span id="note" role="status"></span>
    </header>
    <main id="stage"></main>
    <script src="${script}"></script>
  </body>
</html>`;
}
