/** The language features as the editor gets them. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('an assembly document', () => {
  let document: vscode.TextDocument;

  before(async () => {
    const [file] = await vscode.workspace.findFiles('hello.S');
    assert.ok(file, 'the workspace has no hello.S');
    document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
  });

  it('is RISC-V assembly', () => {
    assert.equal(document.languageId, 'riscv-asm');
  });

  it('has a hover for an instruction', async () => {
    const offset = document.getText().indexOf('    mv ') + 4;
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      document.positionAt(offset),
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
    assert.match(text, /pseudo-instruction/);
  });

  it('has an error at the exact columns when an instruction is broken, and none when it is repaired', async () => {
    assert.deepEqual(errors(), []);
    const at = new vscode.Position(document.lineCount - 1, 0);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, at, '    bogus a0');
    const broken = nextDiagnostics(document.uri);
    await vscode.workspace.applyEdit(edit);
    await broken;
    const [error] = errors();
    assert.ok(
      error?.range.isEqual(new vscode.Range(at.line, 4, at.line, 9)),
      JSON.stringify(error),
    );
    const repaired = nextDiagnostics(document.uri);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await repaired;
    assert.deepEqual(errors(), []);
  });

  function errors(): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(document.uri);
  }
});

function nextDiagnostics(uri: vscode.Uri): Promise<void> {
  return new Promise((resolve) => {
    const subscription = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (!uris.some((changed) => changed.toString() === uri.toString())) return;
      subscription.dispose();
      resolve();
    });
  });
}
