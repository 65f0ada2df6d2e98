/** `npm run code`: the sample in a real VS Code, for a person to look at. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { HostFailure } from './host-failure.js';
import { vsixUnderTest } from './package-extension.js';
import { copySample } from './sample-copy.js';
import { startServer } from './vscode-server.js';
import { installVSCode } from './vscode-install.js';

export async function open(parameters: string[]): Promise<number> {
  const { values } = parseArgs({
    args: parameters,
    options: { vsix: { type: 'string' }, port: { type: 'string' } },
  });
  const home = mkdtempSync(path.join(os.tmpdir(), 'cantrip-code-'));
  try {
    const install = installVSCode();
    const vsix = vsixUnderTest(values.vsix);
    mkdirSync(home, { recursive: true });
    const sample = copySample(home);
    const port = values.port === undefined ? {} : { port: Number(values.port) };
    const server = await startServer({ install, home, vsix, ...port });
    const address = server.address(sample, [
      ['openFile', server.uri(path.join(sample, 'hello.S'))],
    ]);
    console.log(`VS Code with CantripOS is at\n\n  ${address}\n`);
    console.log(`The workspace is ${sample}, a copy of the sample. Ctrl-C ends it and deletes it.`);
    await new Promise((resolve) => {
      process.once('SIGINT', resolve);
      process.once('SIGTERM', resolve);
    });
    await server.stop();
    return 0;
  } catch (error) {
    if (!(error instanceof HostFailure)) throw error;
    console.error(error.message);
    return 1;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
