/**
 * One build task for each system of the workspace. A task runs the `cantrip` command of this very
 * extension in a process that Node or, in a desktop VS Code, Electron as Node gives; so it needs no
 * `cantrip` on the PATH and builds exactly what F5 would boot. Errors have whole paths: to look whether a
 * relative one is there takes VS Code a while, and it drops what it found later than 100 ms after the end.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { System } from '../debug/systems.js';
import { findSystems } from '../debug/systems.js';

interface BuildDefinition extends vscode.TaskDefinition {
  readonly source: string;
  readonly output?: string;
  readonly board?: string;
}

export function registerBuildTasks(extensionUri: vscode.Uri): vscode.Disposable {
  const command = vscode.Uri.joinPath(extensionUri, 'dist', 'cantrip.cjs').fsPath;
  return vscode.tasks.registerTaskProvider('cantrip', {
    provideTasks: async () =>
      (await findSystems()).map((system) => buildTask(command, definitionFor(system))),
    resolveTask: (task) => {
      const definition = task.definition as Partial<BuildDefinition> & vscode.TaskDefinition;
      if (typeof definition.source !== 'string') return undefined;
      // VS Code keeps a resolved task only if its definition is the very object that it gave.
      return buildTask(command, definition as BuildDefinition, task.scope);
    },
  });
}

function definitionFor(system: System): BuildDefinition {
  const folder = vscode.workspace.getWorkspaceFolder(system.uri);
  const isFolderItself = folder?.uri.path === system.uri.path;
  const source = isFolderItself ? '.' : vscode.workspace.asRelativePath(system.uri, false);
  return { type: 'cantrip', source };
}

function buildTask(
  command: string,
  definition: BuildDefinition,
  scope: vscode.WorkspaceFolder | vscode.TaskScope | undefined = firstFolder(),
): vscode.Task {
  const folder = typeof scope === 'object' ? scope : vscode.workspace.workspaceFolders?.[0];
  const root = folder?.uri.fsPath ?? '';
  const source = path.resolve(root, definition.source);
  const execution = new vscode.ProcessExecution(
    process.execPath,
    [
      command,
      'build',
      source,
      '--absolute-paths',
      ...(definition.output === undefined ? [] : ['-o', path.resolve(root, definition.output)]),
      ...(definition.board === undefined ? [] : ['--board', definition.board]),
    ],
    { cwd: root, env: { ELECTRON_RUN_AS_NODE: '1' } },
  );
  const task = new vscode.Task(
    definition,
    scope ?? vscode.TaskScope.Workspace,
    `build ${path.basename(source)}`,
    'cantrip',
    execution,
    '$cantrip-absolute',
  );
  task.group = vscode.TaskGroup.Build;
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent, clear: true };
  return task;
}

function firstFolder(): vscode.WorkspaceFolder | undefined {
  return vscode.workspace.workspaceFolders?.[0];
}
