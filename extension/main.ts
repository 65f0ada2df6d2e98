/**
 * Where VS Code enters. It only wires: each part registers what it offers and returns a disposable.
 * The debugger and the language server are bundles of their own; no code of theirs is loaded here.
 */
import type * as vscode from 'vscode';
import { registerConsoles } from './console/consoles.js';
import { registerBoot } from './debug/boot.js';
import { registerDebugAdapter } from './debug/debug-adapter.js';
import { registerDebugConfigurations } from './debug/debug-configuration.js';
import { registerInstallBundle } from './debug/install-bundle.js';
import { registerLaunchFile } from './debug/launch-file.js';
import { SessionWatcher } from './debug/session-watcher.js';
import { registerEditorFiles } from './editor-files.js';
import { startLanguageClient } from './language-client.js';
import { registerSample } from './sample.js';
import { serverRequests } from './server-requests.js';
import { registerBuildTasks } from './tasks/build-tasks.js';
import { registerCapabilities } from './views/capabilities-view.js';
import { registerSystemDocuments } from './views/system-documents.js';
import { registerDiagram } from './webviews/diagram-view.js';

export function activate(context: vscode.ExtensionContext): void {
  const watcher = new SessionWatcher();
  const language = startLanguageClient(context.extensionUri);
  const server = serverRequests(language.client);
  context.subscriptions.push(
    watcher,
    registerDebugAdapter(context.extensionUri),
    registerDebugConfigurations(),
    registerBoot(),
    registerLaunchFile(),
    registerConsoles(watcher),
    registerInstallBundle(watcher),
    registerCapabilities(watcher),
    registerBuildTasks(context.extensionUri),
    registerSample(context.extensionUri),
    registerDiagram(context.extensionUri, server),
    registerSystemDocuments(server),
    registerEditorFiles(server, context.workspaceState),
    language,
  );
}
