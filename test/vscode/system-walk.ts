/**
 * A walk through the sample `cantripos`: F5 boots the whole system to its prompt while a file of an application is in
 * front, a breakpoint in that application stops when it is started from the prompt, and a bundle from the folder is
 * installed into the system that runs.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EndToEndOptions } from './end-to-end.js';
import { copySample } from './sample-copy.js';
import { Stations } from './stations.js';
import type { VSCodeServer } from './vscode-server.js';
import { loadTimeoutMs, Workbench } from './workbench.js';

export async function walkSystem(server: VSCodeServer, options: EndToEndOptions): Promise<void> {
  const sample = copySample(options.home, 'cantripos');
  const hello = path.join(sample, 'system/apps/hello/hello.ts');
  const line =
    readFileSync(hello, 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('I am')) + 1;
  const workbench = await Workbench.open(
    options.browser,
    server.address(sample, [
      ['openFile', server.uri(hello)],
      ['skipWelcome', 'true'],
    ]),
  );
  const { page } = workbench;
  const stations = new Stations(workbench, options);
  const step = stations.step.bind(stations);
  const breakpoint = (kind: string) => page.locator(`.editor-instance .codicon-${kind}`).first();

  await step('80-application', 'an application opens as TypeScript', async () => {
    await workbench.tab('hello.ts').waitFor();
    await workbench.line(/I.am.a.C.app/).waitFor();
  });

  await step('81-prompt', 'F5 boots the system to its prompt', async () => {
    await workbench.goToLine(line);
    await workbench.clickGutter(line);
    await breakpoint('debug-breakpoint').waitFor();
    await page.keyboard.press('F5');
    await page.locator('.debug-toolbar').waitFor({ timeout: loadTimeoutMs });
    // Every service is compiled before, and each application.
    await workbench.waitTerminal(/CANTRIP>/, 3 * loadTimeoutMs);
  });

  await step('82-waits', 'a breakpoint in an application waits until that is started', async () => {
    await breakpoint('debug-breakpoint-unverified').waitFor();
  });

  await step('83-start', 'start at the prompt comes to the breakpoint', async () => {
    await page.locator('.terminal-wrapper.active .xterm-screen').click();
    await page.keyboard.type('start hello');
    await page.keyboard.press('Enter');
    await workbench.stoppedIn('hello.ts', line);
    await workbench.run('View: Show Run and Debug');
    for (const pane of ['Variables', 'Watch', 'Breakpoints']) await workbench.collapsePane(pane);
    // Behind the threads of all components.
    await workbench.scrollTo('Call Stack', /^hello · running.*paused on breakpoint/i);
  });

  await step('84-on', 'F5 goes on, and the application prints', async () => {
    await page.keyboard.press('F5');
    await workbench.waitTerminal(/I.am.a.C.app/);
  });

  await step('85-install', 'a command installs a bundle into the system that runs', async () => {
    // Where the dialog begins.
    buildBundle(path.dirname(hello), path.join(path.dirname(hello), 'extra.app'));
    await workbench.run('View: Show Run and Debug');
    await workbench.choose('CantripOS: Install Application Bundle…');
    await workbench.pick(/extra\.app/);
    await workbench.waitTerminal(/Bundle."hello".installed/, loadTimeoutMs);
    await workbench.run('Notifications: Show Notifications');
    const notices = page.locator('.notification-list-item');
    await notices
      .filter({ hasText: /Bundle "hello" installed/ })
      .first()
      .waitFor();
  });

  await page.keyboard.press('Shift+F5');
  await page.close();
}

function buildBundle(folder: string, bundle: string): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.resolve('dist/cantrip.cjs'), 'build', folder, '-o', bundle],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
}
