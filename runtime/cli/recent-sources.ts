/**
 * Which sources in guest TypeScript the last build by a command line read, and when they had changed. By that the next
 * one knows, before anything else is loaded, that there will be something to compile; it is a guess, and
 * one that is wrong costs a thread that is ended again.
 */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeKeptFile } from './kept-file.js';

export interface RecentSources {
  /** False also where no build is known. */
  readonly haveChanged: () => boolean;
  readonly note: (files: readonly string[]) => void;
}

/** Of builds in this folder by this command line. */
export function recentSources(
  cache: string | undefined,
  commandLine: readonly string[],
  folder: string,
): RecentSources {
  if (cache === undefined) return { haveChanged: () => false, note: () => undefined };
  const name = createHash('sha256')
    .update([folder, ...commandLine].join('\0'))
    .digest('hex');
  const kept = path.join(cache, `${name}.sources`);
  const known = readQuietly(kept);
  return {
    haveChanged: () => {
      try {
        const [paths] = JSON.parse(known ?? '[[]]') as [string[]];
        return known !== undefined && textOf(paths) !== known;
      } catch {
        return false;
      }
    },
    note: (files) => {
      const paths = files
        .filter((file) => file.endsWith('.ts'))
        .map((file) => path.resolve(folder, file));
      const text = textOf(paths);
      if (text !== known) writeKeptFile(kept, text);
    },
  };
}

const textOf = (paths: readonly string[]): string =>
  JSON.stringify([
    paths,
    paths.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? null),
  ]);

function readQuietly(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
