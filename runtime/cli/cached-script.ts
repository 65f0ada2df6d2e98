/**
 * Runs a large script with the code that V8 made of it in an earlier process, which is most of what a short command
 * waits for. Node has that for whole programs from version 22 on; this is for those before. The code is kept in the
 * user's cache folder by the script's own digest, its first line, and is checked by a digest before V8 sees it: V8
 * compares lengths and versions alone.
 */
import { createHash } from 'node:crypto';
import { readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { writeKeptFile } from './kept-file.js';

export interface CachedScript {
  /** What the script's text evaluates to: a function, as the bundler writes it. */
  readonly value: unknown;
  /** Keeps what V8 has made of it by now, unless that was there already. */
  readonly keep: () => void;
}

/** `use` tells scripts apart that are run for different things, and so need other parts of their code. */
export function runCachedScript(
  file: string,
  folder: string | undefined,
  { use }: { readonly use: string },
): CachedScript {
  const text = readFileSync(file, 'latin1');
  const identity = /^\/\/(\w+)\n/.exec(text)?.[1];
  // V8 takes code of its own version and flags alone.
  const engine = `${process.version} ${String(cachedDataVersionTag())}`;
  const kept =
    folder === undefined || identity === undefined
      ? undefined
      : path.join(folder, `${path.basename(file)}.${digest(identity, engine, use)}.code`);
  const cachedData = kept === undefined ? undefined : readKept(kept);
  const script = new Script(text, {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  let isKept = kept === undefined || (cachedData !== undefined && !script.cachedDataRejected);
  return {
    value: script.runInThisContext(),
    keep: () => {
      if (kept === undefined || isKept) return;
      isKept = true;
      const data = script.createCachedData();
      writeKeptFile(kept, Buffer.concat([Buffer.from(digest(data), 'latin1'), data]));
    },
  };
}

const digest = (...parts: readonly (string | Buffer)[]): string => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

const digestLength = 64;

function readKept(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    const data = bytes.subarray(digestLength);
    if (bytes.toString('latin1', 0, digestLength) !== digest(data)) return undefined;
    const now = new Date();
    utimesSync(file, now, now);
    return data;
  } catch {
    return undefined;
  }
}
