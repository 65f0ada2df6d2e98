/**
 * Starts the language server in a process of its own, so that neither a large file nor a fault in
 * it can stop the editor. It reads the workspace's files and runs none of them, hence it also runs
 * in a workspace that is not trusted.
 */
import * as vscode from 'vscode';
import type * as protocol from 'vscode-languageclient/node';
import type { LanguageClientOptions, ServerOptions } from 'vscode-languageclient/node';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';

export interface StartedClient {
  readonly client: LanguageClient;
  readonly dispose: () => void;
}

const languages = ['riscv-asm', 'camkes', 'camkes-idl', 'capdl'];

export function startLanguageClient(extensionUri: vscode.Uri): StartedClient {
  const module = vscode.Uri.joinPath(extensionUri, 'dist', 'language-server.cjs').fsPath;
  const server: ServerOptions = { module, transport: TransportKind.ipc };
  const options: LanguageClientOptions = {
    documentSelector: [
      ...languages.flatMap((language) => [
        { language, scheme: 'file' },
        { language, scheme: 'untitled' },
        { language, scheme: 'cantrip-builtin' },
      ]),
      // The capDL that an assembly becomes, beside it.
      { language: 'capdl', scheme: 'cantrip-system' },
      { pattern: '**/cantrip.json', scheme: 'file' },
      // The server leaves alone what is no component's source.
      { language: 'typescript', scheme: 'file' },
    ],
  };
  const client = new LanguageClient('cantrip', 'CantripOS Language Server', server, options);
  client.start().catch((error: unknown) => {
    void vscode.window.showErrorMessage(
      `The CantripOS language server did not start: ${String(error)}. Reload the window to try again.`,
    );
  });
  // Code lenses of the server carry places of the protocol; the editor's own command wants its own.
  const showPlaces = vscode.commands.registerCommand(
    'cantrip.showPlaces',
    (uri: string, position: protocol.Position, places: protocol.Location[]) => {
      const { protocol2CodeConverter: toCode } = client;
      return vscode.commands.executeCommand(
        'editor.action.showReferences',
        vscode.Uri.parse(uri),
        toCode.asPosition(position),
        places.map((place) => toCode.asLocation(place)),
      );
    },
  );
  return {
    client,
    dispose: () => {
      showPlaces.dispose();
      void client.dispose();
    },
  };
}
