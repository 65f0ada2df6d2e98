/** The command that writes a launch.json with one configuration a system; one that is there is opened instead. */
import * as vscode from 'vscode';
import { launchIn } from './debug-configuration.js';
import { chooseSystem, findSystems } from './systems.js';

export function registerLaunchFile(): vscode.Disposable {
  return vscode.commands.registerCommand('cantrip.writeLaunchFile', writeLaunchFile);
}

async function writeLaunchFile(): Promise<void> {
  const systems = await findSystems();
  const [first] = systems;
  const chosen = first === undefined || systems.length === 1 ? first : await chooseSystem();
  if (chosen === undefined) {
    if (first === undefined)
      void vscode.window.showInformationMessage(
        'There is nothing to boot in this workspace: a system is a folder with a cantrip.json.',
      );
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(chosen.uri);
  if (folder === undefined) {
    void vscode.window.showInformationMessage(
      `${chosen.name} is in no folder of the workspace, so there is no place for its launch.json. Open its folder first.`,
    );
    return;
  }
  const file = vscode.Uri.joinPath(folder.uri, '.vscode', 'launch.json');
  const inFolder = systems.filter(
    ({ uri }) => vscode.workspace.getWorkspaceFolder(uri)?.uri.path === folder.uri.path,
  );
  if (await exists(file))
    void vscode.window.showInformationMessage(
      'There is a launch.json already; "Add Configuration…" in it offers systems of CantripOS.',
    );
  else await vscode.workspace.fs.writeFile(file, encoded(inFolder.map((each) => launchIn(each))));
  await vscode.window.showTextDocument(file);
}

const encoded = (configurations: readonly vscode.DebugConfiguration[]): Uint8Array =>
  new TextEncoder().encode(
    `${JSON.stringify({ version: '0.2.0', configurations }, undefined, 2)}\n`,
  );

const exists = (uri: vscode.Uri): Promise<boolean> =>
  Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
