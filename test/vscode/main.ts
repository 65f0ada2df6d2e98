/** Puts the two runs in a real VS Code together: installs what is missing, runs, counts, cleans up. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium, launchBrowser } from './chromium.js';
import { isWalk, runEndToEnd } from './end-to-end.js';
import { runExtensionHostSuite } from './extension-host.js';
import { HostFailure } from './host-failure.js';
import { vsixUnderTest } from './package-extension.js';
import { Tally } from './tally.js';
import { installExtension } from './vscode-server.js';
import { installVSCode } from './vscode-install.js';

export async function main(parameters: string[]): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: { vsix: { type: 'string' }, only: { type: 'string' } },
  });
  const home = mkdtempSync(path.join(os.tmpdir(), 'cantrip-vscode-'));
  const screenshots = path.resolve('test-results/vscode');
  mkdirSync(screenshots, { recursive: true });
  const tally = new Tally();
  try {
    const install = installVSCode();
    const executable = findChromium();
    const vsix = vsixUnderTest(values.vsix);
    const browser = await launchBrowser(executable);
    try {
      const common = { install, browser, screenshots, tally };
      const { only } = values;
      const walk = isWalk(only) ? only : undefined;
      if (only !== 'end-to-end' && walk === undefined) {
        const extension = installExtension(install, path.join(home, 'unpacked'), vsix);
        await runExtensionHostSuite({ ...common, home: path.join(home, 'host'), extension });
      }
      if (only !== 'extension-host') {
        await runEndToEnd({ ...common, home: path.join(home, 'workbench'), vsix }, walk);
      }
    } finally {
      await browser.close();
    }
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    tally.fail('the tests in a real VS Code can run', error.message);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  return tally.finish();
}
