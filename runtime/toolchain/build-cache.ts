/**
 * What a build keeps for the next one, behind a port: bytes by the name of everything that they were made from.
 * Entries never change, so a cache may forget any of them, and two builds may write the same one. Whatever a cache
 * gives is checked: an entry that was damaged is none.
 */
import { sha256 } from '../base/sha256.js';
import type { Plain } from './plain-data.js';
import { decodePlain, encodePlain } from './plain-data.js';

export interface BuildCache {
  /** Names what compiles: this program's own sources and those of the compiler. It is part of every key. */
  readonly version: string;
  readonly read: (key: string) => Uint8Array | undefined;
  /** SHA-256 in hexadecimal, where the host has a faster one than ours. */
  readonly digest?: (bytes: Uint8Array) => string;
  /** Keeps the bytes if it can; a failure is the same as forgetting them. */
  readonly write: (key: string, bytes: Uint8Array) => void;
}

/** A name of contents: 64 hexadecimal digits. The program that compiles is a part of them. */
export const contentKey = (cache: BuildCache | undefined, ...parts: readonly string[]): string =>
  digestBy(cache, new TextEncoder().encode(JSON.stringify([cache?.version ?? '', ...parts])));

const digestBy = (cache: BuildCache | undefined, bytes: Uint8Array): string =>
  (cache?.digest ?? sha256)(bytes);

export function readEntry(cache: BuildCache | undefined, key: string): Plain | undefined {
  const bytes = cache?.read(key);
  if (bytes === undefined || bytes.length < digestBytes) return undefined;
  const payload = bytes.subarray(digestBytes);
  const digest = new TextDecoder().decode(bytes.subarray(0, digestBytes));
  return digest === digestBy(cache, payload) ? decodePlain(payload) : undefined;
}

export function writeEntry(cache: BuildCache | undefined, key: string, value: Plain): void {
  if (cache === undefined) return;
  const payload = encodePlain(value);
  const bytes = new Uint8Array(digestBytes + payload.length);
  bytes.set(new TextEncoder().encode(digestBy(cache, payload)));
  bytes.set(payload, digestBytes);
  cache.write(key, bytes);
}

const digestBytes = 64;

/** For as long as a process lives: a language server, tests. The oldest entries go when there are too many bytes. */
export function memoryCache(version: string, limitBytes = 32 * 1024 * 1024): BuildCache {
  const entries = new Map<string, Uint8Array>();
  let used = 0;
  return {
    version,
    read: (key) => {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      // The order of a map is the order in which entries were put in.
      entries.delete(key);
      entries.set(key, found);
      return found;
    },
    write: (key, bytes) => {
      used += bytes.length - (entries.get(key)?.length ?? 0);
      entries.delete(key);
      entries.set(key, bytes);
      for (const [oldest, { length }] of entries) {
        if (used <= limitBytes) break;
        entries.delete(oldest);
        used -= length;
      }
    },
  };
}
