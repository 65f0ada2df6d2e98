/**
 * Bundles the suite that runs inside the extension host. It is CommonJS, because VS Code loads
 * `extensionTestsPath` by `require`; mocha stays outside, and is loaded from this repository.
 */
import path from 'node:path';
import { readdirSync } from 'node:fs';
import { build } from 'esbuild';

/** Returns the path for `extensionTestsPath`. */
export async function buildSuite(): Promise<string> {
  const outdir = path.resolve('out/vscode-suite');
  const sources = readdirSync('test/vscode/suite').filter((file) => file.endsWith('.ts'));
  await build({
    entryPoints: sources.map((file) => path.join('test/vscode/suite', file)),
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return path.join(outdir, 'index.cjs');
}
