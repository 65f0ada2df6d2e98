/**
 * What builds keep for the next one, on disk in the user's cache folder: never in the workspace, whose contents
 * nobody vouches for. Entries are written beside their place and renamed, so that two processes never see half of
 * one; the least used go when there are too many bytes. A disk that refuses is as good as none.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import type { BuildCache } from '../toolchain/build-cache.js';
import { cacheFolder } from './cache-folder.js';
import { removeQuietly, writeKeptFile } from './kept-file.js';

/** Put in by the bundler: a digest of all sources and of the compiler libraries. Without it nothing is kept. */
declare const CANTRIP_IDENTITY: string | undefined;

/** What a build at this edge keeps things in; undefined where none is wanted or this program has no identity. */
export function userCache(): BuildCache | undefined {
  const folder = cacheFolder();
  if (typeof CANTRIP_IDENTITY !== 'string' || folder === undefined) return undefined;
  return diskCache(folder, CANTRIP_IDENTITY);
}

const defaultLimitBytes = 64 * 1024 * 1024;

export function diskCache(
  folder: string,
  version: string,
  limitBytes = defaultLimitBytes,
): BuildCache {
  const fileOf = (key: string): string => path.join(folder, key);
  return {
    version,
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    read: (key) => {
      try {
        const bytes = readFileSync(fileOf(key));
        const now = new Date();
        utimesSync(fileOf(key), now, now);
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      } catch {
        return undefined;
      }
    },
    write: (key, bytes) => {
      if (writeKeptFile(fileOf(key), bytes)) removeLeastUsed(folder, limitBytes);
    },
  };
}

function removeLeastUsed(folder: string, limitBytes: number): void {
  const files = readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? [] : [{ file, usedAt: found.mtimeMs, sizeBytes: found.size }];
  });
  let used = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  for (const { file, sizeBytes } of files.sort((a, b) => a.usedAt - b.usedAt)) {
    if (used <= limitBytes) return;
    removeQuietly(file);
    used -= sizeBytes;
  }
}
