/**
 * Brings an application bundle into the system that runs: the adapter types at the shell's prompt and sends the file by
 * ZMODEM, so what happens is to be seen in the console. In a terminal, `cantrip run --install FILE` does the same.
 */
import * as vscode from 'vscode';
import type { CustomRequests } from '../../debug-adapter/protocol.js';
import type { SessionWatcher } from './session-watcher.js';

export function registerInstallBundle(watcher: SessionWatcher): vscode.Disposable {
  return vscode.Disposable.from(
    watcher.onDidInstall(({ isInstalled, message }) => {
      if (isInstalled) void vscode.window.showInformationMessage(message);
      else void vscode.window.showErrorMessage(`The bundle is not installed: ${message}.`);
    }),
    vscode.commands.registerCommand('cantrip.installBundle', async (given?: vscode.Uri) => {
      const session = vscode.debug.activeDebugSession;
      if (session?.type !== 'cantrip') {
        void vscode.window.showWarningMessage(
          'No system runs that a bundle could be installed in.',
        );
        return;
      }
      const bundle = given ?? (await choose());
      if (bundle !== undefined) await install(session, bundle);
    }),
  );
}

async function choose(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: 'Application Bundle to Install',
    openLabel: 'Install',
    filters: { 'Application bundles': ['app'], 'All files': ['*'] },
  });
  return chosen?.[0];
}

async function install(session: vscode.DebugSession, bundle: vscode.Uri): Promise<void> {
  const words: CustomRequests['cantrip/installBundle']['arguments'] = { path: bundle.fsPath };
  try {
    await session.customRequest('cantrip/installBundle', words);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}
