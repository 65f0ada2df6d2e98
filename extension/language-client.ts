/**
 * Starts the language server in a process of its own, so that neither a large file nor a fault in
 * it can stop the editor. It reads the workspace's files and runs none of them, hence it also runs
 * in a workspace that is not trusted.
 */
import * as vscode from 'vscode';
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
      ]),
      { pattern: '**/cantrip.json', scheme: 'file' },
    ],
  };
  const client = new LanguageClient('cantrip', 'CantripOS Language Server', server, options);
  client.start().catch((error: unknown) => {
    void vscode.window.showErrorMessage(
      `The CantripOS language server did not start: ${String(error)}. Reload the window to try again.`,
    );
  });
  return { client, dispose: () => void client.dispose() };
}
