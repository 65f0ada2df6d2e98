import { readFileSync } from 'node:fs';
import type { SourceFiles } from '../../runtime/toolchain/text/source-files.js';

const tryRead = (path: string): Buffer | undefined => {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
};

/** The disk, below the current folder; a path that cannot be read is absent. */
export const filesOnDisk: SourceFiles = {
  readText: (path) => tryRead(path)?.toString('utf8'),
  readBytes: (path) => {
    const bytes = tryRead(path);
    return bytes && new Uint8Array(bytes);
  },
};

/** The same with other texts for some files. */
export const withTexts = (texts: Readonly<Record<string, string>>): SourceFiles => ({
  readText: (path) => (Object.hasOwn(texts, path) ? texts[path] : filesOnDisk.readText(path)),
  readBytes: (path) => {
    const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
    return text === undefined ? filesOnDisk.readBytes(path) : new TextEncoder().encode(text);
  },
});
