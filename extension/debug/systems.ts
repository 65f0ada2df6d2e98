/**
 * What of a workspace can be booted. A system is a folder with a `cantrip.json`; an assembly, CAmkES or
 * capDL file, or an ELF file, that belongs to no such folder is one of its own, but only while it is open in the
 * editor: a folder of fifty `.S` files is not fifty systems.
 */
import * as vscode from 'vscode';

export interface System {
  /** The folder or the file, as `program` of a launch configuration takes it. */
  readonly uri: vscode.Uri;
  /** The name of the folder or file. */
  readonly name: string;
}

/** At most this many `cantrip.json` are offered; a workspace with more has a launch.json. */
const mostSystems = 100;

export async function findSystems(): Promise<System[]> {
  const settings = await findSettings();
  const folders = settings.map((uri) => system(vscode.Uri.joinPath(uri, '..')));
  folders.sort((a, b) => a.uri.path.localeCompare(b.uri.path));
  const open = openProgram();
  if (open !== undefined && !folders.some((folder) => isIn(open, folder.uri))) {
    folders.unshift(system(open));
  }
  return folders;
}

/**
 * The one system that F5 means: that of the file in front, or the only one of the workspace. When
 * neither decides, the user does. Undefined when there is none or the user chose none.
 */
export async function chooseSystem(): Promise<System | undefined> {
  const front = vscode.window.activeTextEditor?.document.uri;
  const ofFront = front === undefined ? undefined : await systemAround(front);
  if (ofFront !== undefined) return ofFront;
  const systems = await findSystems();
  if (systems.length <= 1) return systems[0];
  const picked = await vscode.window.showQuickPick(
    systems.map((found) => ({
      label: found.name,
      description: whereabouts(found, front),
      found,
    })),
    { title: 'CantripOS', placeHolder: 'Which system do you want to boot?' },
  );
  return picked?.found;
}

/** What tells two systems of one name apart. */
function whereabouts({ uri, name }: System, front: vscode.Uri | undefined): string {
  if (uri.path === front?.path) return 'the file in front';
  const relative = vscode.workspace.asRelativePath(uri);
  return relative === name ? '' : relative;
}

/** The innermost folder around a file that has a cantrip.json, no further up than the workspace. */
export async function systemAround(file: vscode.Uri): Promise<System | undefined> {
  const root = vscode.workspace.getWorkspaceFolder(file)?.uri;
  if (root === undefined) return undefined;
  for (let folder = file; folder.path !== root.path;) {
    folder = vscode.Uri.joinPath(folder, '..');
    if (await exists(vscode.Uri.joinPath(folder, 'cantrip.json'))) return system(folder);
  }
  return undefined;
}

async function findSettings(): Promise<vscode.Uri[]> {
  try {
    const hidden = '**/{node_modules,out,dist}/**';
    return await vscode.workspace.findFiles('**/cantrip.json', hidden, mostSystems);
  } catch {
    // The search is a program of its own and may be missing; most systems are at the top anyway.
    const top = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) =>
      vscode.Uri.joinPath(uri, 'cantrip.json'),
    );
    const found = await Promise.all(top.map(exists));
    return top.filter((_, index) => found[index]);
  }
}

function exists(uri: vscode.Uri): Promise<boolean> {
  return Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );
}

/** Languages of which one file can be a whole system. */
const bootable: ReadonlySet<string> = new Set(['riscv-asm', 'camkes', 'capdl']);

function openProgram(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.uri.scheme === 'file' && bootable.has(document.languageId)) return document.uri;
  // A binary file has a tab but no text editor.
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText) {
    if (input.uri.scheme === 'file' && input.uri.path.endsWith('.elf')) return input.uri;
  }
  return undefined;
}

function system(uri: vscode.Uri): System {
  return { uri, name: uri.path.slice(uri.path.lastIndexOf('/') + 1) };
}

function isIn(uri: vscode.Uri, folder: vscode.Uri): boolean {
  return uri.path === folder.path || uri.path.startsWith(`${folder.path}/`);
}
