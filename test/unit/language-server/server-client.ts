/**
 * A small client of the built server over stdio, for tests: the real protocol with nothing in between.
 * The server is bundled on first use, so the tests run what ships.
 */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type {
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

export interface ServerClient {
  readonly capabilities: InitializeResult['capabilities'];
  readonly connection: MessageConnection;
  /** Writes a file of the workspace to disk, and tells the server, as an editor that watches does. */
  write(name: string, text: string): Promise<void>;
  uri(name: string): string;
  open(name: string, text: string): Promise<void>;
  /** Replaces the whole text of an open document. */
  edit(name: string, text: string): Promise<void>;
  /** The next diagnostics that the server publishes for a document, from now on. */
  diagnostics(name: string): Promise<Diagnostic[]>;
  request<Result>(method: string, name: string, extra: object): Promise<Result>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<ServerClient> {
  const workspace = mkdtempSync(path.join(os.tmpdir(), 'cantrip-lsp-'));
  const bundle = path.join(workspace, 'language-server.cjs');
  await build({
    entryPoints: ['language-server/main.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
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
  const { capabilities } = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(workspace).href,
    capabilities: {},
  });
  await connection.sendNotification('initialized', {});
  const versions = new Map<string, number>();
  const uri = (name: string): string => pathToFileURL(path.join(workspace, name)).href;
  return {
    capabilities,
    connection,
    write: (name, text) => {
      writeFileSync(path.join(workspace, name), text);
      const changes = [{ uri: uri(name), type: FileChangeType.Changed }];
      return connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
    },
    uri,
    open: (name, text) => {
      versions.set(name, 1);
      const textDocument = { uri: uri(name), languageId: 'riscv-asm', version: 1, text };
      return connection.sendNotification('textDocument/didOpen', { textDocument });
    },
    edit: (name, text) => {
      const version = (versions.get(name) ?? 0) + 1;
      versions.set(name, version);
      return connection.sendNotification('textDocument/didChange', {
        textDocument: { uri: uri(name), version },
        contentChanges: [{ text }],
      });
    },
    diagnostics: (name) => new Promise((resolve) => waiting.set(uri(name), resolve)),
    request: (method, name, extra) =>
      connection.sendRequest(method, { textDocument: { uri: uri(name) }, ...extra }),
    stop: () => stop(server, connection, workspace),
  };
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
