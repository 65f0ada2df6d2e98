/** The name section: what functions and globals are called. Core specification 7.4.1 and its extension for globals. */
import type { ByteReader } from './byte-reader.js';
import { readByte, readCount, readerOf, readName, readUnsigned } from './byte-reader.js';

export interface WasmNames {
  readonly functions: ReadonlyMap<number, string>;
  readonly globals: ReadonlyMap<number, string>;
}

/** Whatever can be read of it. */
export function readNames(reader: ByteReader): WasmNames {
  const functions = new Map<number, string>();
  const globals = new Map<number, string>();
  while (reader.offset < reader.end && !reader.isBroken) {
    const id = readByte(reader);
    const sizeBytes = readUnsigned(reader);
    const end = Math.min(reader.end, reader.offset + sizeBytes);
    const part = readerOf(reader.bytes, reader.offset, end);
    reader.offset = end;
    const names = id === 1 ? functions : id === 7 ? globals : undefined;
    if (names === undefined) continue;
    for (let count = readCount(part); count > 0 && !part.isBroken; count--) {
      const index = readUnsigned(part);
      const name = readName(part);
      names.set(index, name);
    }
  }
  return { functions, globals };
}
