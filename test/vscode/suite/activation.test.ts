/** The extension as VS Code sees it after it was installed. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('the installed extension', () => {
  it('activates', async () => {
    const extension = vscode.extensions.getExtension('cantripos.cantripos');
    assert.ok(extension, 'VS Code knows no extension cantripos.cantripos');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('registers every command that its manifest shows', async () => {
    const extension = vscode.extensions.getExtension('cantripos.cantripos');
    const manifest = extension?.packageJSON as {
      contributes: { commands: { command: string }[] };
    };
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.filter(({ command }) => !known.has(command));
    assert.deepEqual(missing, []);
  });

  it('offers a build task for the system of the workspace', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'cantrip' });
    assert.deepEqual(
      tasks.map(({ name }) => name),
      ['build hello'],
    );
  });
});
