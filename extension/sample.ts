/**
 * Copies the sample workspace to a folder of the user's and opens it there: an extension's own
 * folder is replaced at each update, so nobody should edit in it.
 */
import * as vscode from 'vscode';

export function registerSample(extensionUri: vscode.Uri): vscode.Disposable {
  const sample = vscode.Uri.joinPath(extensionUri, 'extension', 'samples', 'hello');
  return vscode.commands.registerCommand('cantrip.openSample', () => openSample(sample));
}

async function openSample(sample: vscode.Uri): Promise<void> {
  const [parent] =
    (await vscode.window.showOpenDialog({
      title: 'Where should the sample go?',
      openLabel: 'Put the Sample Here',
      canSelectFiles: false,
      canSelectFolders: true,
      canSelectMany: false,
    })) ?? [];
  if (parent === undefined) return;
  const target = await freeName(parent, 'cantrip-hello');
  try {
    await vscode.workspace.fs.copy(sample, target);
  } catch (error) {
    void vscode.window.showErrorMessage(
      `The sample could not be copied to ${target.fsPath}: ${String(error)}. Choose a folder that you may write to.`,
    );
    return;
  }
  await vscode.commands.executeCommand('vscode.openFolder', target, { forceNewWindow: false });
}

/** `name`, or `name-2`, `name-3` … where it is taken. */
async function freeName(parent: vscode.Uri, name: string): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(parent)).map(([entry]) => entry));
  let candidate = name;
  for (let n = 2; taken.has(candidate); n += 1) candidate = `${name}-${n}`;
  return vscode.Uri.joinPath(parent, candidate);
}
