/**
 * A small client of the built server over stdio, for tests: the real protocol with nothing in between.
 * The server is bundled on first use, so the tests run what ships.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  ClientCapabilities,
  Diagnostic,
  InitializeResult,
  MessageConnection,
  PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import {
  createMessageConnection,
  FileChangeType,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import { buildBundle } from '../../support/bundle.js';

export interface ServerOptions {
  readonly capabilities?: ClientCapabilities;
  /** Folders of the workspace, below the one of the test; that one itself when left out. */
  readonly folders?: readonly string[];
  /** Files that are on disk before the server starts. */
  readonly files?: Readonly<Record<string, string>>;
  /** Beside the server, as it ships. */
  readonly hasGuestCompiler?: boolean;
  /** A module that stands for it, as text; it lies beside `folder`, which is the workspace. */
  readonly guestCompiler?: string;
}

export interface ServerClient {
  readonly capabilities: InitializeResult['capabilities'];
  readonly connection: MessageConnection;
  /** Writes a file of the workspace to disk, and tells the server, as an editor that watches does. */
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
  uri(name: string): string;
  /** The reverse of `uri`; the URI itself for what is not in the workspace. */
  nameOf(uri: string): string;
  open(name: string, text: string): Promise<void>;
  /** Replaces the whole text of an open document. */
  edit(name: string, text: string): Promise<void>;
  /** Sends one change of an open document as an editor does. */
  change(name: string, contentChange: object): Promise<void>;
  close(name: string): Promise<void>;
  readonly openNames: ReadonlySet<string>;
  /** The next diagnostics that the server publishes for a document, from now on. */
  diagnostics(name: string): Promise<Diagnostic[]>;
  request<Result>(method: string, name: string, extra?: object): Promise<Result>;
  stop(): Promise<void>;
}

export async function startServer(options: ServerOptions = {}): Promise<ServerClient> {
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'cantrip-lsp-'));
  const bundle = buildBundle('language-server', workspace);
  const { hasGuestCompiler = false, guestCompiler } = options;
  if (hasGuestCompiler || guestCompiler !== undefined) buildBundle('guest-compiler', workspace);
  if (guestCompiler !== undefined)
    writeFileSync(path.join(workspace, 'guest-compiler.mjs'), guestCompiler);
  const root = path.join(workspace, 'folder');
  mkdirSync(root);
  const writeToDisk = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  for (const [name, text] of Object.entries(options.files ?? {})) writeToDisk(name, text);
  const server = spawn(process.execPath, [bundle, '--stdio']);
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const waiting = new Map<string, (diagnostics: Diagnostic[]) => void>();
  connection.onNotification(
    'textDocument/publishDiagnostics',
    ({ uri, diagnostics }: PublishDiagnosticsParams) => {
      waiting.get(uri)?.(diagnostics);
      waiting.delete(uri);
    },
  );
  connection.listen();
  const uri = (name: string): string =>
    name.includes(':') ? name : pathToFileURL(path.join(root, name)).href;
  const folders = options.folders ?? [''];
  const { capabilities } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: uri(folders[0] ?? ''),
    workspaceFolders: folders.map((name) => ({ uri: uri(name), name })),
    capabilities: options.capabilities ?? {},
  });
  await connection.sendNotification('initialized', {});
  const versions = new Map<string, number>();
  const openNames = new Set<string>();
  const tellOfDisk = (name: string, type: FileChangeType): Promise<void> =>
    connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uri(name), type }],
    });
  const change = (name: string, contentChange: object): Promise<void> => {
    const version = (versions.get(name) ?? 0) + 1;
    versions.set(name, version);
    return connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: uri(name), version },
      contentChanges: [contentChange],
    });
  };
  return {
    capabilities,
    connection,
    write: (name, text) => {
      writeToDisk(name, text);
      return tellOfDisk(name, FileChangeType.Changed);
    },
    remove: (name) => {
      unlinkSync(path.join(root, name));
      return tellOfDisk(name, FileChangeType.Deleted);
    },
    uri,
    nameOf: (of) => (of.startsWith(`${uri('')}/`) ? of.slice(uri('').length + 1) : of),
    open: (name, text) => {
      versions.set(name, 1);
      openNames.add(name);
      const textDocument = { uri: uri(name), languageId: languageOf(name), version: 1, text };
      return connection.sendNotification('textDocument/didOpen', { textDocument });
    },
    edit: (name, text) => change(name, { text }),
    change,
    close: (name) => {
      openNames.delete(name);
      return connection.sendNotification('textDocument/didClose', {
        textDocument: { uri: uri(name) },
      });
    },
    openNames,
    diagnostics: (name) => new Promise((resolve) => waiting.set(uri(name), resolve)),
    request: (method, name, extra = {}) =>
      connection.sendRequest(method, { textDocument: { uri: uri(name) }, ...extra }),
    stop: () => stop(server, connection, workspace),
  };
}

/** As the extension's `package.json` says. */
function languageOf(name: string): string {
  const ids: Readonly<Record<string, string>> = {
    '.camkes': 'camkes',
    '.idl4': 'camkes-idl',
    '.cdl': 'capdl',
    '.json': 'json',
    '.h': 'c',
    '.ts': 'typescript',
  };
  return ids[path.extname(name)] ?? 'riscv-asm';
}

async function stop(
  server: ChildProcessWithoutNullStreams,
  connection: MessageConnection,
  workspace: string,
): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  await connection.sendRequest('shutdown');
  await connection.sendNotification('exit');
  await gone;
  connection.dispose();
  rmSync(workspace, { recursive: true, force: true });
}
