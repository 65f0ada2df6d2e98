/** The CAmkES sample as the editor gets it, in a folder beside the workspace. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

describe('a CAmkES system', () => {
  const home = mkdtempSync(path.join(os.tmpdir(), 'cantrip-camkes-'));
  const folder = vscode.Uri.file(path.join(home, 'station'));
  let document: vscode.TextDocument;

  before(async () => {
    const extension = vscode.extensions.getExtension('cantripos.cantripos');
    assert.ok(extension, 'VS Code knows no extension cantripos.cantripos');
    const sample = vscode.Uri.joinPath(extension.extensionUri, 'extension/samples/camkes');
    await vscode.workspace.fs.copy(sample, folder);
    document = await vscode.workspace.openTextDocument(
      vscode.Uri.joinPath(folder, 'system.camkes'),
    );
    await vscode.window.showTextDocument(document);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    rmSync(home, { recursive: true, force: true });
  });

  it('has languages of its own', async () => {
    const languageOf = async (name: string): Promise<string> =>
      (await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, name))).languageId;
    assert.equal(document.languageId, 'camkes');
    assert.equal(await languageOf('components/Logger.camkes'), 'camkes');
    assert.equal(await languageOf('interfaces/Clock.idl4'), 'camkes-idl');
  });

  it('has an error for swapped ends, and a fix that mends it', async () => {
    const right = 'from logger.output, to uart_driver.output';
    await replace(right, 'from uart_driver.output, to logger.output');
    await until(() => errors().length > 0);
    const [error] = errors();
    assert.ok(error);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      error.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find(({ edit }) => edit !== undefined)?.edit;
    assert.ok(fix, actions.map(({ title }) => title).join(', '));
    await vscode.workspace.applyEdit(fix);
    await until(() => errors().length === 0);
    assert.ok(document.getText().includes(right));
  });

  it('renames an interface in the files of its component and of the assembly', async () => {
    const sensor = vscode.Uri.joinPath(folder, 'components/Sensor.camkes');
    const component = await vscode.workspace.openTextDocument(sensor);
    const edit = await vscode.commands.executeCommand<vscode.WorkspaceEdit>(
      'vscode.executeDocumentRenameProvider',
      sensor,
      component.positionAt(component.getText().indexOf('samples;')),
      'readings',
    );
    const linesOf = async (uri: vscode.Uri): Promise<string[]> => {
      const text = await vscode.workspace.openTextDocument(uri);
      return edit
        .get(uri)
        .map(({ range }) => text.lineAt(range.start.line).text.trim().replace(/ = .*/, ''));
    };
    assert.deepEqual(await linesOf(sensor), ['dataport Buf(4096) samples;']);
    assert.deepEqual((await linesOf(document.uri)).sort(), [
      'connection seL4SharedData samples(from sensor.samples, to logger.samples);',
      'sensor.samples_access',
    ]);
  });

  it('is formatted, and a formatted file stays as it is', async () => {
    const format = async (): Promise<void> => {
      await vscode.window.showTextDocument(document);
      await vscode.commands.executeCommand('editor.action.formatDocument');
    };
    await format();
    const formatted = document.getText();
    await replace('        component Uart uart;', 'component   Uart uart ;');
    await format();
    assert.equal(document.getText(), formatted);
  });

  it('shows the definition of a connector in the built-in library', async () => {
    const [found] = await vscode.commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
      'vscode.executeDefinitionProvider',
      document.uri,
      document.positionAt(document.getText().indexOf('seL4RPCCall')),
    );
    assert.ok(found, 'no definition');
    const uri = 'uri' in found ? found.uri : found.targetUri;
    const library = await vscode.workspace.openTextDocument(uri);
    assert.equal(library.languageId, 'camkes');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(uri.scheme), undefined);
    assert.match(library.getText(), /connector seL4RPCCall/);
  });

  function errors(): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(document.uri);
  }

  async function replace(old: string, text: string): Promise<void> {
    const start = document.getText().indexOf(old);
    assert.notEqual(start, -1, `${old} is not there`);
    const edit = new vscode.WorkspaceEdit();
    const range = new vscode.Range(
      document.positionAt(start),
      document.positionAt(start + old.length),
    );
    edit.replace(document.uri, range, text);
    await vscode.workspace.applyEdit(edit);
  }
});

/** Waits for diagnostics that fulfil a condition; mocha's time-out is the end of patience. */
function until(condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.languages.onDidChangeDiagnostics(check);
    check();
    function check(): void {
      if (!condition()) return;
      subscription.dispose();
      resolve();
    }
  });
}
