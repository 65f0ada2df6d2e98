/**
 * Finds what is packaged beside the running script and starts it. The layers forbid `runtime` to import
 * the debug adapter and the language server, so the command runs their bundles as processes of their own.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { ExitCode } from './command.js';
import { printError } from './output.js';

/** The folder of our package.json, above the script; a linked `cantrip` on the PATH leads there too. */
export function packageFolder(): string {
  const script = realpathSync(process.argv[1] ?? '.');
  for (let folder = path.dirname(script); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (path.dirname(folder) === folder) return path.dirname(script);
  }
}

export function packageVersion(): string {
  const file = path.join(packageFolder(), 'package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version?: string };
  return version ?? 'unknown';
}

/** Resolves when the process ends, with its exit code where that is one of ours. */
export function runSibling(bundle: string, argv: readonly string[]): Promise<ExitCode> {
  const file = path.join(packageFolder(), 'dist', bundle);
  if (!existsSync(file)) {
    printError(`${file} is not there; build it with: npm run build.`);
    return Promise.resolve(1);
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...argv], { stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => child.kill(signal));
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code === 0 || code === 2 || code === 3 ? code : 1);
    });
  });
}
