/** Files that tell what was read of them, and what was looked for in vain: what a build hangs on. */
import { clockOf } from './source-files.js';
import type { SourceFiles } from './source-files.js';

export interface RecordedFiles {
  readonly recording: SourceFiles;
  readonly read: ReadonlySet<string>;
  /** Without what comes with the tools, such as `builtin:/`. */
  readonly missing: ReadonlySet<string>;
}

export function recordFiles(files: SourceFiles): RecordedFiles {
  const read = new Set<string>();
  const missing = new Set<string>();
  const recorded = <T>(path: string, found: T | undefined): T | undefined => {
    if (found !== undefined) read.add(path);
    else if (!/^\w{2,}:/.test(path)) missing.add(path);
    return found;
  };
  const recording: SourceFiles = {
    ...clockOf(files),
    readText: (path) => recorded(path, files.readText(path)),
    readBytes: (path) => recorded(path, files.readBytes(path)),
  };
  return { recording, read, missing };
}
