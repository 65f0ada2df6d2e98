/**
 * Makes F5 work without a launch.json, and completes what a launch.json leaves out. A program always
 * reaches the adapter as an absolute path: the worker has no workspace to be relative to.
 */
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { LaunchArguments } from '../../debug-adapter/protocol.js';
import type { System } from './systems.js';
import { chooseSystem, findSystems } from './systems.js';

export function registerDebugConfigurations(): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.debug.registerDebugConfigurationProvider('cantrip', { resolveDebugConfiguration }),
    vscode.debug.registerDebugConfigurationProvider('cantrip', {
      resolveDebugConfigurationWithSubstitutedVariables: withAbsoluteProgram,
    }),
    vscode.debug.registerDebugConfigurationProvider(
      'cantrip',
      { provideDebugConfigurations: async () => (await findSystems()).map(launchOf) },
      vscode.DebugConfigurationProviderTriggerKind.Dynamic,
    ),
    // What a new launch.json begins with.
    vscode.debug.registerDebugConfigurationProvider(
      'cantrip',
      { provideDebugConfigurations: initialConfigurations },
      vscode.DebugConfigurationProviderTriggerKind.Initial,
    ),
  );
}

/** VS Code hands an empty object when there is no launch.json. */
async function resolveDebugConfiguration(
  _folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): Promise<vscode.DebugConfiguration | undefined> {
  const given: Partial<vscode.DebugConfiguration> = configuration;
  if (typeof given['program'] === 'string' && given['program'] !== '') return configuration;
  const system = await chooseSystem();
  if (system === undefined) {
    if ((await findSystems()).length === 0) await explainMissingSystem();
    return undefined;
  }
  // What the user gave wins; an empty object gives nothing.
  return { ...launchOf(system), ...given, program: system.uri.fsPath };
}

function withAbsoluteProgram(
  folder: vscode.WorkspaceFolder | undefined,
  configuration: vscode.DebugConfiguration,
): vscode.DebugConfiguration {
  const root = (folder ?? vscode.workspace.workspaceFolders?.[0])?.uri.fsPath;
  const program: unknown = configuration['program'];
  if (typeof program !== 'string') return configuration;
  return {
    // VS Code would put the Debug Console in front of the UART's terminal.
    internalConsoleOptions: 'neverOpen',
    ...configuration,
    program: root === undefined ? program : path.resolve(root, program),
    // The UART has a terminal of its own here, so its text stays out of the Debug Console.
    console: 'event' satisfies LaunchArguments['console'],
  };
}

async function initialConfigurations(
  folder: vscode.WorkspaceFolder | undefined,
): Promise<vscode.DebugConfiguration[]> {
  const systems = (await findSystems()).filter(({ uri }) => {
    const own = vscode.workspace.getWorkspaceFolder(uri);
    return own !== undefined && (folder === undefined || own.uri.path === folder.uri.path);
  });
  if (systems.length > 0) return systems.map(launchIn);
  return [{ ...launchBase('the system'), program: '${workspaceFolder}' }];
}

export const launchOf = ({ name, uri }: System): vscode.DebugConfiguration => ({
  ...launchBase(name),
  program: uri.fsPath,
});

/** As a launch.json has it: the folder may be moved. */
export function launchIn(system: System): vscode.DebugConfiguration {
  const { uri, name } = system;
  const root = vscode.workspace.getWorkspaceFolder(uri)?.uri.path;
  if (root === undefined) return launchOf(system);
  return { ...launchBase(name), program: `\${workspaceFolder}${uri.path.slice(root.length)}` };
}

const launchBase = (name: string): vscode.DebugConfiguration => ({
  type: 'cantrip',
  request: 'launch',
  name: `Boot ${name}`,
});

async function explainMissingSystem(): Promise<void> {
  const openSample = 'Open Sample';
  const answer = await vscode.window.showErrorMessage(
    'Nothing to boot was found: no folder of the workspace has a cantrip.json, and no assembly file is open. Open an assembly file, or start from the sample.',
    openSample,
  );
  if (answer === openSample) await vscode.commands.executeCommand('cantrip.openSample');
}
