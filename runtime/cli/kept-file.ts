/**
 * A file of the cache folder: written beside its place and renamed, so that nobody ever sees half of it. A disk that
 * refuses is as good as none.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** True: it is there. */
export function writeKeptFile(file: string, contents: string | Uint8Array): boolean {
  const temporary = `${file}.${String(process.pid)}.new`;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(temporary, contents);
    renameSync(temporary, file);
    return true;
  } catch {
    removeQuietly(temporary);
    return false;
  }
}

/** Another process may have been faster, or there was no folder to begin with. */
export function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
}
