/** The .vsix under test: the given one, or a fresh one packaged as `npm run package` does. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HostFailure } from './host-failure.js';

export function vsixUnderTest(given: string | undefined): string {
  if (given !== undefined) {
    if (!existsSync(given)) throw new HostFailure(`There is no ${given}; run \`npm run package\`.`);
    return path.resolve(given);
  }
  const vsix = path.resolve('test-results/vscode/cantripos.vsix');
  mkdirSync(path.dirname(vsix), { recursive: true });
  rmSync(vsix, { force: true });
  run('npm', ['run', 'package', '--', '--out', vsix]);
  return vsix;
}

export function bundleExtension(): void {
  run(process.execPath, ['esbuild.mjs']);
}

function run(command: string, parameters: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, parameters, { encoding: 'utf8' });
  if (status === 0) return;
  throw new HostFailure(
    `The extension could not be packaged: ${path.basename(command)} said\n${stdout}${stderr}`,
  );
}
