/**
 * The disk as the front ends see it. A path that cannot be read is absent; why does not matter to them.
 * Names in messages are relative to the current folder where they lie in it.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { SourceFiles } from '../toolchain/text/source-files.js';

export const diskFiles: SourceFiles = {
  // A byte order mark is no part of the text: editors do not count it either.
  readText: (file) =>
    tryRead(file)
      ?.toString('utf8')
      .replace(/^\ufeff/, ''),
  readBytes: (file) => {
    const buffer = tryRead(file);
    return buffer && new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  },
  modifiedAt: (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs,
};

function tryRead(file: string): Buffer | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

/** A file, a folder or anything else of that name. */
export const fileExists = (file: string): boolean => existsSync(file);

/** Throws as the host does when the file cannot be written. */
export function writeOutput(file: string, bytes: Uint8Array | string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

/** Whether there was one. Throws as the host does when it cannot be removed. */
export function removeFile(file: string): boolean {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return false;
  rmSync(file);
  return true;
}

/** `/` separators; relative to the current folder unless it lies elsewhere. */
export function displayPath(file: string): string {
  const relative = path.relative(process.cwd(), path.resolve(file));
  const isInside = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return slashed(isInside ? relative : file);
}

/** From the root of the file system, with `/` separators; what is no file, such as the library's own text, as it is. */
export const wholePath = (file: string): string =>
  fileExists(file) ? slashed(path.resolve(file)) : file;

export const currentFolder = (): string => slashed(process.cwd());

const slashed = (file: string): string => (path.sep === '\\' ? file.replaceAll('\\', '/') : file);
