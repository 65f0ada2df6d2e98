/** The build task in a terminal of VS Code. Adds a second system, so it is the last file by its name. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';

/** So many that VS Code would not have looked at each file name before the task is done with. */
const mistakes = 60;

describe('the build task of a second system', () => {
  let folder: vscode.Uri;

  before(async () => {
    const [root] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(root, 'no folder is open');
    folder = vscode.Uri.joinPath(root.uri, 'broken');
    await write('cantrip.json', '{ "program": "broken.S" }');
    await write('broken.S', `.globl _start\n_start:\n${'    bogus a0\n'.repeat(mistakes)}`);
  });

  it('puts all errors of a file that is not open into Problems', async () => {
    const tasks = await vscode.tasks.fetchTasks({ type: 'cantrip' });
    const task = tasks.find(({ name }) => name === 'build broken');
    assert.ok(task, tasks.map(({ name }) => name).join(', '));
    const ended = exitCodeOf(task);
    await vscode.tasks.executeTask(task);
    assert.equal(await ended, 1);
    const file = vscode.Uri.joinPath(folder, 'broken.S');
    const [problem] = await problemsOf(file, mistakes);
    assert.equal(problem?.range.start.line, 2);
    assert.equal(problem.range.start.character, 4);
    assert.match(problem.message, /bogus/);
  });

  async function write(name: string, text: string): Promise<void> {
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder, name), Buffer.from(text));
  }
});

function exitCodeOf({ name }: vscode.Task): Promise<number | undefined> {
  return new Promise((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== name) return;
      subscription.dispose();
      resolve(exitCode);
    });
  });
}

function problemsOf(file: vscode.Uri, count: number): Promise<vscode.Diagnostic[]> {
  return new Promise((resolve) => {
    const subscription = vscode.languages.onDidChangeDiagnostics(check);
    check();
    function check(): void {
      const found = vscode.languages.getDiagnostics(file);
      if (found.length < count) return;
      subscription.dispose();
      resolve(found.toSorted((a, b) => a.range.start.line - b.range.start.line));
    }
  });
}
