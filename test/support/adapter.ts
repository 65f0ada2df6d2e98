/** The debug adapter as it is shipped: one bundle, built from the present sources into a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildBundle } from './bundle.js';

export interface BuiltAdapter {
  readonly file: string;
  remove(): void;
}

export function buildAdapter(): BuiltAdapter {
  const folder = mkdtempSync(path.join(tmpdir(), 'cantrip-adapter-'));
  return {
    file: buildBundle('debug-adapter', folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
