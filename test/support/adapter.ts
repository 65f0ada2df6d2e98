/** The debug adapter as it is shipped: one bundle, built from the present sources into a folder of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

export interface BuiltAdapter {
  readonly file: string;
  remove(): void;
}

export function buildAdapter(): BuiltAdapter {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-adapter-'));
  const built = spawnSync(process.execPath, ['esbuild.mjs', 'one', 'debug-adapter', folder], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`The adapter cannot be bundled: ${built.stderr}`);
  return {
    file: path.join(folder, 'debug-adapter.cjs'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
