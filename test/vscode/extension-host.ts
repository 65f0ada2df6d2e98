/**
 * Runs the suite inside the extension host of the real server. VS Code runs `extensionTestsPath` only
 * for an extension under development, so the packaged extension is unpacked and used as that.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { copySample } from './sample-copy.js';
import type { SuiteResult } from './suite/index.js';
import { buildSuite } from './suite-bundle.js';
import type { Tally } from './tally.js';
import type { VSCodeInstall } from './vscode-install.js';
import { startServer } from './vscode-server.js';

const suiteTimeoutMs = 600_000;

export interface ExtensionHostOptions {
  readonly install: VSCodeInstall;
  readonly browser: Browser;
  readonly home: string;
  /** The folder of the unpacked extension. */
  readonly extension: string;
  readonly screenshots: string;
  readonly tally: Tally;
}

export async function runExtensionHostSuite(options: ExtensionHostOptions): Promise<void> {
  const { install, browser, home, extension, screenshots, tally } = options;
  mkdirSync(home, { recursive: true });
  const suite = await buildSuite();
  const results = path.join(home, 'results.jsonl');
  const server = await startServer({ install, home, env: { CANTRIP_TEST_RESULTS: results } });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  try {
    const exit = new Promise<unknown>((resolve) => {
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.exposeFunction('codeAutomationLog', () => undefined);
    await page.goto(
      server.address(copySample(home), [
        ['extensionDevelopmentPath', server.uri(extension)],
        ['extensionTestsPath', server.uri(suite)],
        ['skipWelcome', 'true'],
      ]),
    );
    const code = await Promise.race([exit, timeout()]);
    const lines = existsSync(results) ? readFileSync(results, 'utf8').trim().split('\n') : [];
    for (const line of lines.filter((text) => text !== '')) report(tally, line);
    // A suite that ran and failed has told so test by test.
    if (code !== 0 && !lines.some((line) => line.includes('"failure"'))) {
      const picture = path.join(screenshots, 'extension-host.png');
      await page.screenshot({ path: picture });
      tally.fail(
        'extension host: the suite runs to its end',
        `It ended with ${String(code)}; see ${picture}.`,
      );
    }
  } finally {
    await page.close();
    await server.stop();
  }
}

function report(tally: Tally, line: string): void {
  const { title, milliseconds, failure } = JSON.parse(line) as SuiteResult;
  const full = `extension host: ${title} (${milliseconds} ms)`;
  if (failure === undefined) tally.pass(full);
  else tally.fail(full, failure);
}

function timeout(): Promise<string> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(`no result after ${suiteTimeoutMs / 1000} s`), suiteTimeoutMs).unref();
  });
}
