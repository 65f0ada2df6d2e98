/**
 * F5 where VS Code would ask: TypeScript belongs to the debugger of Node.js, so a workspace with guest TypeScript and
 * no launch.json gets a command of its own on that key. Nobody else's TypeScript is concerned: the key is ours only
 * while the file in front lies in a folder with a cantrip.json. The view Run and Debug has the same as a button.
 */
import * as vscode from 'vscode';
import { launchOf } from './debug-configuration.js';
import { chooseSystem, findSystems, systemAround } from './systems.js';

/** True while F5 boots the system of a file in guest TypeScript. */
const frontKey = 'cantrip.guestInFront';
/** True where the workspace has something to boot. */
const systemKey = 'cantrip.hasSystem';

export function registerBoot(): vscode.Disposable {
  const settings = vscode.workspace.createFileSystemWatcher('**/cantrip.json', false, true, false);
  const updateFront = (): void => void setFront();
  const updateAll = (): void => {
    updateFront();
    void setSystems();
  };
  updateAll();
  return vscode.Disposable.from(
    settings,
    settings.onDidCreate(updateAll),
    settings.onDidDelete(updateAll),
    vscode.workspace.onDidChangeWorkspaceFolders(updateAll),
    vscode.window.onDidChangeActiveTextEditor(updateFront),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('launch')) updateFront();
    }),
    vscode.commands.registerCommand('cantrip.boot', boot),
  );
}

async function boot(): Promise<void> {
  const system = await chooseSystem();
  const folder = system && vscode.workspace.getWorkspaceFolder(system.uri);
  // Without a system the resolution of the configuration says what there is to do.
  const configuration =
    system === undefined
      ? { type: 'cantrip', request: 'launch', name: 'Boot on CantripOS' }
      : launchOf(system);
  if (system === undefined && (await findSystems()).length > 0) return;
  await vscode.debug.startDebugging(folder, configuration);
}

async function setFront(): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const isGuest =
    document?.languageId === 'typescript' &&
    !hasLaunchConfigurations(document.uri) &&
    (await systemAround(document.uri)) !== undefined;
  // Another file may have come to the front in the meantime; that one has its own turn.
  if (vscode.window.activeTextEditor?.document === document)
    await vscode.commands.executeCommand('setContext', frontKey, isGuest);
}

async function setSystems(): Promise<void> {
  const systems = await findSystems();
  await vscode.commands.executeCommand('setContext', systemKey, systems.length > 0);
}

/** Then F5 starts the one that is chosen, as ever. */
export function hasLaunchConfigurations(file: vscode.Uri): boolean {
  const configurations: unknown = vscode.workspace
    .getConfiguration('launch', file)
    .get('configurations');
  return Array.isArray(configurations) && configurations.length > 0;
}
