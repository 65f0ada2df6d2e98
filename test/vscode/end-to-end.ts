/**
 * The way of a newcomer through the workbench: open the sample, set a breakpoint, press F5, look
 * around, type, break the program. Pictures of each station are kept.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { copySample } from './sample-copy.js';
import type { Tally } from './tally.js';
import type { VSCodeInstall } from './vscode-install.js';
import { startServer } from './vscode-server.js';
import { Workbench } from './workbench.js';

export interface EndToEndOptions {
  readonly install: VSCodeInstall;
  readonly browser: Browser;
  readonly home: string;
  readonly vsix: string;
  readonly screenshots: string;
  readonly tally: Tally;
}

export async function runEndToEnd(options: EndToEndOptions): Promise<void> {
  const { install, browser, home, vsix } = options;
  const server = await startServer({ install, home, vsix });
  try {
    const sample = copySample(home);
    const source = path.join(sample, 'hello.S');
    const workbench = await Workbench.open(
      browser,
      server.address(sample, [
        ['openFile', server.uri(source)],
        ['skipWelcome', 'true'],
      ]),
    );
    await walk(workbench, readFileSync(source, 'utf8').split('\n'), options);
  } finally {
    await server.stop();
  }
}

async function walk(
  workbench: Workbench,
  source: readonly string[],
  { tally, screenshots }: EndToEndOptions,
): Promise<void> {
  const { page } = workbench;
  const picture = async (name: string): Promise<void> => {
    await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  };
  const step = (title: string, name: string, body: () => Promise<void>): Promise<void> =>
    tally.step(
      `workbench: ${title}`,
      async () => {
        await body();
        await picture(name);
      },
      () => picture(`${name}-failed`),
    );
  await step('the sample opens with colours', '01-open', async () => {
    await workbench.tab('hello.S').waitFor();
    await workbench.line(/\S/).waitFor();
  });
}
