/**
 * The names of functions and locals that a WebAssembly module carries in its custom section `name` (WebAssembly 1.0,
 * appendix, name section). The module is one that a compiler wrote: what does not fit the format is left out.
 */
export interface ModuleNames {
  /** By index, imports included. */
  readonly functions: ReadonlyMap<number, string>;
  readonly locals: ReadonlyMap<number, ReadonlyMap<number, string>>;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

const functionNames = 1;
const localNames = 2;

export function namesOfModule(wasm: Uint8Array): ModuleNames {
  const functions = new Map<number, string>();
  const locals = new Map<number, ReadonlyMap<number, string>>();
  const section = nameSection(wasm);
  if (section === undefined) return { functions, locals };
  const reader: Reader = { bytes: section, at: 0 };
  while (reader.at < section.length) {
    const kind = section[reader.at++];
    const size = readUnsigned(reader);
    const end = reader.at + size;
    if (kind === functionNames) readNames(reader, functions);
    if (kind === localNames)
      for (let count = readUnsigned(reader); count > 0 && reader.at < end; count -= 1) {
        const index = readUnsigned(reader);
        const names = new Map<number, string>();
        readNames(reader, names);
        locals.set(index, names);
      }
    reader.at = end;
  }
  return { functions, locals };
}

function nameSection(wasm: Uint8Array): Uint8Array | undefined {
  const reader: Reader = { bytes: wasm, at: 8 };
  while (reader.at < wasm.length) {
    const id = wasm[reader.at++];
    const size = readUnsigned(reader);
    const end = reader.at + size;
    if (id === 0 && readText(reader) === 'name') return wasm.subarray(reader.at, end);
    reader.at = end;
  }
  return undefined;
}

function readNames(reader: Reader, names: Map<number, string>): void {
  for (let count = readUnsigned(reader); count > 0; count -= 1) {
    if (reader.at >= reader.bytes.length) return;
    const index = readUnsigned(reader);
    names.set(index, readText(reader));
  }
}

function readText(reader: Reader): string {
  const length = readUnsigned(reader);
  const text = new TextDecoder().decode(reader.bytes.subarray(reader.at, reader.at + length));
  reader.at += length;
  return text;
}

/** LEB128. */
function readUnsigned(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.bytes[reader.at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return value >>> 0;
}
