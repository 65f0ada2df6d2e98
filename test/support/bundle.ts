/** A bundle as it is shipped, built from the present sources into a folder: tests run what ships. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

export function buildBundle(
  name: 'cantrip' | 'debug-adapter' | 'language-server' | 'guest-compiler',
  folder: string,
): string {
  const built = spawnSync(process.execPath, ['esbuild.mjs', 'one', name, folder], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`${name} cannot be bundled: ${built.stderr}`);
  return path.join(folder, name === 'guest-compiler' ? `${name}.mjs` : `${name}.cjs`);
}
