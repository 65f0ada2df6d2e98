/**
 * Files of CAmkES that several systems share, each read once: of a small system most is the library. For one
 * run over files that do not change meanwhile; an editor keeps files by what they were read from.
 */
import type { SourceFiles } from '../text/source-files.js';
import { builtinText } from './builtin-library.js';
import { readCamkesFile, type CamkesFile, type CamkesReadOptions } from './read-file.js';

export type CamkesReader = (path: string, options: CamkesReadOptions) => CamkesFile;

export function readOnce(files: SourceFiles): CamkesReader {
  const known = new Map<string, CamkesFile>();
  const withLibrary: SourceFiles = {
    readText: (path) => builtinText(path) ?? files.readText(path),
    readBytes: (path) => files.readBytes(path),
  };
  return (path, { defines, includePaths }) => {
    const key = JSON.stringify([path, defines, includePaths]);
    let file = known.get(key);
    if (file === undefined) {
      file = readCamkesFile(path, withLibrary, { defines, includePaths });
      known.set(key, file);
    }
    return file;
  };
}
