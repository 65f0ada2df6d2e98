/** The language features as the editor gets them. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('an assembly document', () => {
  let document: vscode.TextDocument;

  before(async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder, 'no folder is open');
    const file = vscode.Uri.joinPath(folder.uri, 'hello.S');
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
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n');
    assert.match(text, /pseudo-instruction/);
  });

  it('has an error at the exact columns when an instruction is broken, and none when it is repaired', async () => {
    await until(() => errors().length === 0);
    const at = new vscode.Position(document.lineCount - 1, 0);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, at, '    bogus a0');
    await vscode.workspace.applyEdit(edit);
    await until(() => errors().length === 1);
    const [error] = errors();
    assert.deepEqual(error?.range, new vscode.Range(at.line, 4, at.line, 9));
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await until(() => errors().length === 0);
  });

  function errors(): vscode.Diagnostic[] {
    return vscode.languages.getDiagnostics(document.uri);
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
