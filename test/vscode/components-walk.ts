/**
 * A walk through a session with the sample `rpc`: a breakpoint in a handler in guest TypeScript, which F5 reaches while a
 * file that is not ours is in front; values with their types wherever VS Code shows any; steps around a call of another
 * component.
 */
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { EndToEndOptions } from './end-to-end.js';
import { copySample } from './sample-copy.js';
import { Stations } from './stations.js';
import type { VSCodeServer } from './vscode-server.js';
import { loadTimeoutMs, Workbench } from './workbench.js';

export async function walkComponents(
  server: VSCodeServer,
  options: EndToEndOptions,
): Promise<void> {
  const sample = copySample(options.home, 'rpc');
  const shelf = path.join(sample, 'components/Shelf.ts');
  const workbench = await Workbench.open(
    options.browser,
    server.address(sample, [
      ['openFile', server.uri(shelf)],
      ['skipWelcome', 'true'],
    ]),
  );
  const { page } = workbench;
  const stations = new Stations(workbench, options);
  const step = stations.step.bind(stations);
  /** Counts from one. */
  const lineOf = (file: string, text: string): number =>
    readFileSync(path.join(sample, 'components', file), 'utf8')
      .split('\n')
      .findIndex((line) => line.includes(text)) + 1;
  const handler = lineOf('Shelf.ts', 'if (at >= 0)');
  const call = lineOf('Reader.ts', 'library.lend(');
  const breakpoint = page.locator('.editor-instance .codicon-debug-breakpoint').first();

  await step('60-component', 'a component opens as TypeScript', async () => {
    await workbench.tab('Shelf.ts').waitFor();
    await page
      .locator('.statusbar-item')
      .filter({ hasText: /^TypeScript$/ })
      .first()
      .waitFor({ timeout: loadTimeoutMs });
  });

  await step('61-handler', 'F5 boots the system, and stops in a handler', async () => {
    await workbench.goToLine(handler);
    await workbench.clickGutter(handler);
    await breakpoint.waitFor();
    await page.keyboard.press('F5');
    // The first build loads the compiler of guest TypeScript.
    await page
      .locator('.editor-instance .codicon-debug-stackframe')
      .first()
      .waitFor({ timeout: loadTimeoutMs });
    assert.equal(await workbench.stoppedLine(), handler);
  });

  await step('62-locals', 'Variables shows parameters and locals by their types', async () => {
    await workbench.run('View: Show Run and Debug');
    for (const pane of ['Watch', 'Breakpoints']) await workbench.collapsePane(pane);
    await workbench.expandPane('Variables');
    await workbench.rowInside('Variables', /^Locals/, /^title\W*"Emma"/);
    const at = workbench.row('Variables', /^at\W*0$/);
    await at.waitFor();
    await workbench.hoverText(at.locator('.name'), 'i32');
    await stations.picture('62-types');
    await workbench.collapseRow('Variables', /^Locals/);
    await workbench.rowInside('Variables', /^Globals/, /^books/);
    await workbench.rowInside('Variables', /^books/, /^\[2\]\W*"Ulysses"/);
  });

  await step('63-hover', 'a hover over a variable in the source tells its value', async () => {
    await workbench.line(/books\.indexOf/).waitFor();
    await workbench.hoverText(workbench.wordIn(/books\.indexOf/, 'title'), '"Emma"');
  });

  await step('64-call-stack', 'Call Stack shows the frames of the server', async () => {
    await page.mouse.move(0, 0);
    await workbench.collapsePane('Variables');
    await workbench.rowInside('Call Stack', /^shelf: library/, /^library_lend.*Shelf\.ts/);
  });

  await step('65-watch', 'Watch evaluates an expression of the source', async () => {
    await workbench.collapsePane('Call Stack');
    await workbench.expandPane('Watch');
    const watch = workbench.pane('Watch');
    await watch.hover();
    await watch.locator('.codicon-watch-expressions-add').click();
    await watch.locator('.monaco-inputbox input').fill('books.length - at');
    await watch.locator('.monaco-inputbox input').press('Enter');
    await workbench.row('Watch', /books\.length - at\W*3$/).waitFor();
  });

  await step('66-debug-console', 'the Debug Console evaluates one, too', async () => {
    await workbench.run('Debug Console: Focus on Debug Console View');
    await page.locator('.repl-input-wrapper .monaco-editor').click();
    await page.keyboard.type('title');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    const rows = page.locator('.repl .monaco-list-row');
    await rows.filter({ hasText: '"Emma"' }).first().waitFor();
  });

  await step('67-client', 'after a restart a breakpoint in a client stops there', async () => {
    await workbench.clickGutter(handler);
    await breakpoint.waitFor({ state: 'hidden' });
    await workbench.openFile('Reader.ts');
    await workbench.clickGutter(call);
    await breakpoint.waitFor();
    await page.keyboard.press('Control+Shift+F5');
    await workbench.stoppedIn('Reader.ts', call);
    await workbench.collapsePane('Watch');
    await workbench.expandPane('Call Stack');
    await workbench.rowInside('Call Stack', /^anna: control/, /^run.*Reader\.ts/);
  });

  await step(
    '68-step-over',
    'F10 over a call of another component goes on to the next line',
    async () => {
      await page.keyboard.press('F10');
      await workbench.stoppedIn('Reader.ts', call + 1);
      await workbench.row('Call Stack', /^anna: control.*paused on step/i).waitFor();
      await workbench.expandPane('Variables');
      await workbench.rowInside('Variables', /^Locals/, /^lent/);
      await workbench.rowInside('Variables', /^lent/, /^left\W*2$/);
    },
  );

  await step(
    '69-into-server',
    'a breakpoint in the handler stops a step in the server',
    async () => {
      await workbench.openFile('Shelf.ts');
      await workbench.clickGutter(handler);
      await breakpoint.waitFor();
      await workbench.tab('Reader.ts').click();
      // The other reader makes the same call.
      await page.keyboard.press('F5');
      await workbench.stoppedIn('Reader.ts', call);
      await workbench.row('Call Stack', /^ben: control.*paused on breakpoint/i).waitFor();
      await page.keyboard.press('F10');
      await workbench.stoppedIn('Shelf.ts', handler);
      await workbench.row('Call Stack', /^shelf: library.*paused on breakpoint/i).waitFor();
      await workbench.expandRow('Call Stack', /^shelf: library/);
      await workbench.row('Call Stack', /^library_lend.*Shelf\.ts/).waitFor();
      await workbench.expandRow('Variables', /^Locals/);
      await workbench.row('Variables', /^at\W*-1$/).waitFor();
    },
  );

  await page.keyboard.press('Shift+F5');
  await page.close();
  await walkWatchedVariable(server, options);
  await walkOwnWorkspace(server, options);
}

/** A variable of a component that stops whoever changes it. */
async function walkWatchedVariable(server: VSCodeServer, options: EndToEndOptions): Promise<void> {
  const sample = copySample(options.home, 'capsule');
  const display = path.join(sample, 'components/Display.ts');
  const change =
    readFileSync(display, 'utf8')
      .split('\n')
      .findIndex((line) => line.includes('shown += 1')) + 1;
  const workbench = await Workbench.open(
    options.browser,
    server.address(sample, [
      ['openFile', server.uri(display)],
      ['skipWelcome', 'true'],
    ]),
  );
  const { page } = workbench;
  const stations = new Stations(workbench, options);

  await stations.step('73-watch', 'a variable is watched from its menu', async () => {
    await workbench.goToLine(change + 2);
    await workbench.clickGutter(change + 2);
    const breakpoint = page.locator('.editor-instance .codicon-debug-breakpoint').first();
    await breakpoint.waitFor();
    await page.keyboard.press('F5');
    await workbench.stoppedIn('Display.ts', change + 2);
    await workbench.clickGutter(change + 2);
    await workbench.run('View: Show Run and Debug');
    for (const pane of ['Watch', 'Call Stack']) await workbench.collapsePane(pane);
    await workbench.expandPane('Variables');
    await workbench.rowInside('Variables', /^Globals/, /^shown\W*1$/);
    await workbench.expandPane('Breakpoints');
    const watched = workbench.row('Breakpoints', /shown/);
    await workbench.chooseOfRow('Variables', /^shown\W*1$/, 'Break on Value Change', watched);
  });

  await stations.step('74-changed', 'F5 stops behind what changes it', async () => {
    await page.keyboard.press('F5');
    await workbench.collapsePane('Variables');
    await workbench.expandPane('Call Stack');
    await workbench.row('Call Stack', /paused on data breakpoint/i).waitFor();
    // Behind the instruction: at the next line.
    await workbench.stoppedIn('Display.ts', change + 1);
  });

  await page.keyboard.press('Shift+F5');
  await page.close();
}

/** The same system as a user's own: without a launch.json, a .ts file in front. */
async function walkOwnWorkspace(server: VSCodeServer, options: EndToEndOptions): Promise<void> {
  const own = copySample(path.join(options.home, 'own'), 'rpc');
  rmSync(path.join(own, '.vscode'), { recursive: true });
  const workbench = await Workbench.open(
    options.browser,
    server.address(own, [
      ['openFile', server.uri(path.join(own, 'components/Reader.ts'))],
      ['skipWelcome', 'true'],
    ]),
  );
  const { page } = workbench;
  const stations = new Stations(workbench, options);

  await stations.step('70-boot-button', 'Run and Debug has a button that boots', async () => {
    await workbench.run('View: Show Run and Debug');
    await page
      .locator('.monaco-button')
      .filter({ hasText: 'Boot the System' })
      .waitFor({ timeout: loadTimeoutMs });
  });

  await stations.step(
    '71-own',
    'F5 with a .ts file in front boots without a question',
    async () => {
      await workbench.line(/library\.lend/).click();
      await page.keyboard.press('F5');
      await page.locator('.debug-toolbar').waitFor({ timeout: loadTimeoutMs });
      await workbench.row('Call Stack', /^shelf: library/).waitFor({ timeout: loadTimeoutMs });
      await page.keyboard.press('Shift+F5');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    },
  );

  await stations.step(
    '72-launch-file',
    'Write launch.json writes what F5 boots from then on',
    async () => {
      await workbench.run('CantripOS: Write launch.json');
      await workbench.tab('launch.json').waitFor();
      await workbench.line(/Boot.rpc/).waitFor();
    },
  );
  await page.close();
}
