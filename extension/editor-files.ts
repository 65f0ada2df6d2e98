/**
 * Files with which VS Code's own TypeScript support understands the components of a project: a command writes them,
 * and a project that has such components and no tsconfig.json is offered it once. A file that says something else is
 * replaced only when that is wanted.
 */
import * as vscode from 'vscode';
import type { EditorFilesView } from '../language-server/protocol.js';
import type { ServerRequests } from './server-requests.js';

const command = 'cantrip.writeEditorFiles';
/** Folders that do not want to be asked again. */
const declinedKey = 'cantrip.editorFilesDeclined';
/** More settings files than this are no workspace that one works in. */
const mostProjects = 20;

export function registerEditorFiles(
  server: ServerRequests,
  memory: vscode.Memento,
): vscode.Disposable {
  void offer(server, memory);
  return vscode.commands.registerCommand(command, async (given?: vscode.Uri) => {
    const source = given ?? openFile() ?? (await chooseProject());
    if (source === undefined) return;
    const found = await server.editorFiles(source.toString());
    if (found.kind === 'none') void vscode.window.showInformationMessage(found.message);
    else await write(found);
  });
}

function openFile(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === 'file' ? uri : undefined;
}

async function chooseProject(): Promise<vscode.Uri | undefined> {
  const projects = await projectFiles();
  if (projects.length < 2) {
    if (projects.length === 0)
      void vscode.window.showInformationMessage(
        'There is no cantrip.json in this workspace: it says which assembly the components belong to.',
      );
    return projects[0];
  }
  const items = projects.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const placeHolder = 'For the components of which project?';
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.uri;
}

const projectFiles = (): Thenable<vscode.Uri[]> =>
  vscode.workspace.findFiles('**/cantrip.json', '**/node_modules/**', mostProjects);

async function write({ folder, components, files }: EditorFilesView): Promise<void> {
  const base = vscode.Uri.parse(folder);
  const all = Object.entries(files).map(([name, text]) => ({
    name,
    uri: vscode.Uri.joinPath(base, name),
    bytes: new TextEncoder().encode(text),
  }));
  const replaced: string[] = [];
  for (const { name, uri, bytes } of all) {
    const known = await read(uri);
    if (known !== undefined && !isEqual(known, bytes)) replaced.push(name);
  }
  // Types of an earlier time are ours; a tsconfig.json may be somebody's own.
  if (replaced.includes('tsconfig.json')) {
    const answer = await vscode.window.showWarningMessage(
      `${vscode.workspace.asRelativePath(base)} has a tsconfig.json that says something else. Replace it?`,
      { modal: true },
      'Replace',
    );
    if (answer !== 'Replace') return;
  }
  for (const { uri, bytes } of all) await vscode.workspace.fs.writeFile(uri, bytes);
  void vscode.window.showInformationMessage(
    `TypeScript support now understands ${listOf(components)}: ${String(all.length)} files are in ${vscode.workspace.asRelativePath(base)}. Run the command again when an interface changes.`,
  );
}

/** Asked once a session, for the first project that lacks them. */
async function offer(server: ServerRequests, memory: vscode.Memento): Promise<void> {
  const declined = new Set(memory.get<readonly string[]>(declinedKey, []));
  for (const settings of await projectFiles()) {
    if (await hasTypes(settings)) continue;
    const found = await server.guestComponents(settings.toString());
    if (found.kind === 'none' || found.components.length === 0) continue;
    if (declined.has(found.folder)) continue;
    const answer = await vscode.window.showInformationMessage(
      `${listOf(found.components)} ${found.components.length === 1 ? 'is' : 'are'} in guest TypeScript, which VS Code's TypeScript support takes for mistakes without a tsconfig.json. Write one, with its types?`,
      'Write',
      'Not Now',
      "Don't Ask Again",
    );
    if (answer === 'Write') await vscode.commands.executeCommand(command, settings);
    else if (answer === "Don't Ask Again")
      await memory.update(declinedKey, [...declined, found.folder]);
    return;
  }
}

/** A tsconfig.json beside the settings is of the components; one above may be, and names our types then. */
async function hasTypes(settings: vscode.Uri): Promise<boolean> {
  const beside = vscode.Uri.joinPath(settings, '..');
  const top = vscode.workspace.getWorkspaceFolder(settings)?.uri.path ?? beside.path;
  for (let folder = beside; ; folder = vscode.Uri.joinPath(folder, '..')) {
    const found = await read(vscode.Uri.joinPath(folder, 'tsconfig.json'));
    if (found !== undefined)
      return folder === beside || new TextDecoder().decode(found).includes('types/guest');
    if (folder.path.length <= top.length) return false;
  }
}

async function read(uri: vscode.Uri): Promise<Uint8Array | undefined> {
  try {
    return await vscode.workspace.fs.readFile(uri);
  } catch {
    return undefined;
  }
}

const isEqual = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index]);

const listOf = (names: readonly string[]): string =>
  names.length < 2
    ? names.join('')
    : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;
