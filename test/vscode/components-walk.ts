/**
 * A walk to the first stop of the sample `rpc`: a breakpoint in a handler in guest TypeScript, which F5 reaches while a
 * file that is not ours is in front.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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

  await page.keyboard.press('Shift+F5');
  await page.close();
}
