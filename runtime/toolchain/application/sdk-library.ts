/** What applications are linked with, assembled once a build: their start, and the functions of memory that compilers call. */
import { sdkFolder, sdkHeaders, sdkStart, sdkStartPath } from '../../system/sdk-sources.js';
import { assemble } from '../assembly/assemble.js';
import { runtimeLibrary, withoutLines } from '../components/runtime-library.js';
import { sel4Constants } from '../components/sel4-constants.js';
import { writeObject } from '../elf/write-object.js';
import type { Archive } from '../linker/archive.js';
import type { ObjectFile } from '../object-file.js';

export interface SdkLibrary {
  readonly start: ObjectFile;
  readonly rest: Archive;
}

export const sdkLibrary = (options: { hasDebugCalls: boolean }): SdkLibrary => ({
  start: startObject(),
  rest: runtimeLibrary(options).rest,
});

function startObject(): ObjectFile {
  const texts = new Map([
    [sdkStartPath, sdkStart],
    [`${sdkFolder}/sel4.inc.S`, sel4Constants(16)],
  ]);
  const { object } = assemble(sdkStartPath, {
    readText: (path) => texts.get(path),
    readBytes: () => undefined,
  });
  return withoutLines(object);
}

/** What is written for a compiler of C: the headers, and the start for its own linker. */
export function sdkFiles(): ReadonlyMap<string, Uint8Array> {
  const encoder = new TextEncoder();
  return new Map([
    ...[...sdkHeaders].map(([name, text]) => [name, encoder.encode(text)] as const),
    ['start.o', writeObject(startObject(), { compilationDirectory: '.' })],
  ]);
}
