/**
 * What tests of the booted system compile is kept below `out/` for other test files and the next run. As in the command,
 * an entry has the name of all that it was made from: the sources, and every module of ours and library that compiles.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { diskCache } from '../../runtime/cli/disk-cache.js';
import type { BuildCache } from '../../runtime/toolchain/build-cache.js';

const limitBytes = 256 * 1024 * 1024;

export const keptBuilds: BuildCache = diskCache(
  path.resolve('out', 'kept-builds'),
  identity(),
  limitBytes,
);

function identity(): string {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  const runtime = path.resolve('out', 'runtime');
  for (const file of readdirSync(runtime, { recursive: true, encoding: 'utf8' }).sort())
    if (/\.[cm]?js$/.test(file)) hash.update(file).update(readFileSync(path.join(runtime, file)));
  return hash.digest('hex');
}
