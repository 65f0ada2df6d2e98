/** The files with which VS Code's own TypeScript support understands components, written by a command. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

describe('the command for editor files', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'cantrip-editor-files-'));
  const folder = path.join(home, 'rpc');

  after(() => rmSync(home, { recursive: true, force: true }));

  it('writes the tsconfig.json and the types of the project beside its cantrip.json', async () => {
    const extension = vscode.extensions.getExtension('cantripos.cantripos');
    assert.ok(extension, 'VS Code knows no extension cantripos.cantripos');
    await extension.activate();
    const sample = vscode.Uri.joinPath(extension.extensionUri, 'extension/samples/rpc');
    await vscode.workspace.fs.copy(sample, vscode.Uri.file(folder));
    const settings = path.join(folder, 'tsconfig.json');
    const wanted = readFileSync(settings, 'utf8');
    rmSync(settings);
    rmSync(path.join(folder, 'types'), { recursive: true });
    await vscode.commands.executeCommand(
      'cantrip.writeEditorFiles',
      vscode.Uri.file(path.join(folder, 'cantrip.json')),
    );
    assert.equal(readFileSync(settings, 'utf8'), wanted);
    assert.ok(existsSync(path.join(folder, 'types')));
  });
});
