/**
 * The port through which front ends see files. The command line gives the disk, the language server
 * its open buffers, tests a map. A path is what the caller used, or joined from an `.include` relative
 * to the including file; separators are `/`.
 */
export interface SourceFiles {
  /** Undefined when there is no such file or it cannot be read. */
  readText(path: string): string | undefined;
  readBytes(path: string): Uint8Array | undefined;
  /**
   * When a file was written last, on any clock that goes forward; absent where nobody knows. Only compared: an object
   * that is older than its source was made from another text.
   */
  modifiedAt?(path: string): number | undefined;
}

/** For files that are made of others: their times of change, where these have them. */
export const clockOf = (files: SourceFiles): Pick<SourceFiles, 'modifiedAt'> =>
  files.modifiedAt === undefined ? {} : { modifiedAt: (path) => files.modifiedAt?.(path) };
