/**
 * A WebAssembly binary to a module (core specification 5.5). Total: any bytes give a module or say why not, in
 * time and memory bounded by their number. A function that is refused does not stop the others.
 */
import type { ByteReader } from './byte-reader.js';
import {
  readByte,
  readBytes,
  readCount,
  readerOf,
  readLong,
  readName,
  readSigned,
  readUnsigned,
} from './byte-reader.js';
import { decodeBody, floating, malformed } from './decode-body.js';
import type {
  DataSegment,
  FunctionType,
  ValueType,
  WasmExport,
  WasmFunction,
  WasmGlobal,
  WasmModule,
  WasmProblem,
} from './module.js';
import { readNames } from './names.js';
import { readValueType } from './value-type.js';

export interface DecodeResult {
  /** Absent when the module as a whole is damaged or refused. */
  readonly module: WasmModule | undefined;
  readonly problems: readonly WasmProblem[];
}

export function decodeModule(bytes: Uint8Array): DecodeResult {
  const reader = readerOf(bytes);
  const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
  if (magic.some((byte, index) => bytes[index] !== byte))
    return damaged(malformed(0, 'it does not begin with the magic number of version 1'));
  reader.offset = magic.length;
  const draft = newDraft();
  while (reader.offset < bytes.length) {
    const offset = reader.offset;
    const id = readByte(reader);
    const sizeBytes = readUnsigned(reader);
    if (reader.isBroken || sizeBytes > bytes.length - reader.offset)
      return damaged(malformed(offset, 'a section is longer than the module'));
    const section = readerOf(bytes, reader.offset, reader.offset + sizeBytes);
    reader.offset += sizeBytes;
    const problem = readSection(id, section, draft);
    if (problem !== undefined) return damaged(problem);
    if (section.isBroken) return damaged(malformed(offset, 'a section ends too early'));
  }
  return finish(draft, bytes.length);
}

const damaged = (problem: WasmProblem): DecodeResult => ({
  module: undefined,
  problems: [problem],
});

/** A type that has floating-point numbers is known, so that only those who use it are refused. */
type Signature = FunctionType | 'floating';

interface Draft {
  readonly types: Signature[];
  readonly functions: {
    readonly typeIndex: number;
    readonly import?: { readonly module: string; readonly name: string };
    body?: ByteReader;
    /** Where the module speaks of it. */
    offset: number;
  }[];
  importedFunctions: number;
  readonly globals: (Omit<WasmGlobal, 'name'> & { readonly isFloating: boolean })[];
  tableSize: number;
  hasTable: boolean;
  readonly table: Map<number, number>;
  readonly data: DataSegment[];
  readonly exports: WasmExport[];
  start: number | undefined;
  codeSizeBytes: number;
  names: ReturnType<typeof readNames> | undefined;
}

const newDraft = (): Draft => ({
  types: [],
  functions: [],
  importedFunctions: 0,
  globals: [],
  tableSize: 0,
  hasTable: false,
  table: new Map(),
  data: [],
  exports: [],
  start: undefined,
  codeSizeBytes: 0,
  names: undefined,
});

/** A few bytes can ask for a table of billions of entries. */
const largestTable = 100_000;

function readSection(id: number, reader: ByteReader, draft: Draft): WasmProblem | undefined {
  switch (id) {
    case 0:
      if (readName(reader) === 'name') draft.names = readNames(reader);
      // Damage in a custom section is no damage of the module (5.5.3).
      reader.isBroken = false;
      return undefined;
    case 1:
      return each(reader, () => readType(reader, draft));
    case 2:
      return each(reader, () => readImport(reader, draft));
    case 3:
      return each(reader, () => {
        const { offset } = reader;
        draft.functions.push({ typeIndex: readUnsigned(reader), offset });
        return undefined;
      });
    case 4:
      return each(reader, () => {
        const { offset } = reader;
        readByte(reader);
        return declareTable(draft, readLimits(reader), offset);
      });
    case 5:
      return each(reader, () => void readLimits(reader));
    case 6:
      return each(reader, () => readGlobal(reader, draft));
    case 7:
      return each(reader, () => {
        const name = readName(reader);
        const kind = exportKinds[readByte(reader)];
        const index = readUnsigned(reader);
        if (kind !== undefined) draft.exports.push({ name, kind, index });
        return undefined;
      });
    case 8:
      draft.start = readUnsigned(reader);
      return undefined;
    case 9:
      return each(reader, () => readElements(reader, draft));
    case 10:
      draft.codeSizeBytes = reader.end - reader.offset;
      return readCode(reader, draft);
    case 11:
      return each(reader, () => readData(reader, draft));
    case 12:
      return undefined;
    default:
      return malformed(reader.offset, `section ${id} is not known`);
  }
}

const exportKinds: readonly WasmExport['kind'][] = ['function', 'table', 'memory', 'global'];

/** Reads as many entries as the vector says, until one is refused or the section is broken. */
function each(reader: ByteReader, read: () => WasmProblem | undefined): WasmProblem | undefined {
  for (let count = readCount(reader); count > 0 && !reader.isBroken; count--) {
    const problem = read();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function readType(reader: ByteReader, draft: Draft): WasmProblem | undefined {
  const { offset } = reader;
  if (readByte(reader) !== 0x60) return malformed(offset, 'a type is not that of a function');
  const parameters = readTypes(reader);
  const results = readTypes(reader);
  if (parameters === undefined || results === undefined)
    return malformed(offset, 'a type has unknown values');
  if (results.length > 1) {
    const message = 'A function with several results is not compiled here (multi-value).';
    return { offset, code: 'unsupported-instruction', message };
  }
  const numbers = parameters.filter((type) => type !== 'floating');
  const [result] = results;
  draft.types.push(
    numbers.length < parameters.length || result === 'floating'
      ? 'floating'
      : { parameters: numbers, result },
  );
  return undefined;
}

function readTypes(reader: ByteReader): (ValueType | 'floating')[] | undefined {
  const types: (ValueType | 'floating')[] = [];
  for (let count = readCount(reader); count > 0; count--) {
    const type = readValueType(reader);
    if (type === undefined) return undefined;
    types.push(type);
  }
  return types;
}

/** The lower limit. */
function readLimits(reader: ByteReader): number {
  const flags = readByte(reader);
  const least = readUnsigned(reader);
  if ((flags & 1) !== 0) readUnsigned(reader);
  return least;
}

function declareTable(draft: Draft, size: number, offset: number): WasmProblem | undefined {
  if (draft.hasTable || size > largestTable) {
    const message = `A module has one table with at most ${largestTable} functions here.`;
    return { offset, code: 'table-too-large', message };
  }
  draft.hasTable = true;
  draft.tableSize = size;
  return undefined;
}

function readImport(reader: ByteReader, draft: Draft): WasmProblem | undefined {
  const { offset } = reader;
  const module = readName(reader);
  const name = readName(reader);
  switch (readByte(reader)) {
    case 0:
      draft.functions.push({ typeIndex: readUnsigned(reader), import: { module, name }, offset });
      draft.importedFunctions++;
      return undefined;
    case 1:
      readByte(reader);
      return declareTable(draft, readLimits(reader), offset);
    case 2:
      readLimits(reader);
      return undefined;
    default:
      return {
        offset,
        code: 'unsupported-import',
        message: `\`${module}.${name}\` imports a global; only functions can come from outside here.`,
      };
  }
}

function readGlobal(reader: ByteReader, draft: Draft): WasmProblem | undefined {
  const { offset } = reader;
  const type = readValueType(reader);
  const isMutable = readByte(reader) === 1;
  const initial = readConstant(reader, draft);
  if (type === undefined || initial === undefined)
    return malformed(offset, 'a global has an unknown type or value');
  const isFloating = type === 'floating';
  draft.globals.push({ type: isFloating ? 'i32' : type, isMutable, initial, isFloating });
  return undefined;
}

/** A constant expression (3.3.10); the bits of a floating-point number count as 0, since its user is refused. */
function readConstant(reader: ByteReader, draft: Draft): bigint | undefined {
  let value: bigint | undefined;
  for (let count = 0; count < 2; count++) {
    const opcode = readByte(reader);
    if (opcode === 0x0b) return value;
    if (opcode === 0x41) value = BigInt(readSigned(reader));
    else if (opcode === 0x42) value = readLong(reader);
    else if (opcode === 0x23) value = draft.globals[readUnsigned(reader)]?.initial;
    else if (opcode === 0x43 || opcode === 0x44) {
      readBytes(reader, opcode === 0x43 ? 4 : 8);
      value = 0n;
    } else return undefined;
  }
  return undefined;
}

function readElements(reader: ByteReader, draft: Draft): WasmProblem | undefined {
  const { offset } = reader;
  const flags = readUnsigned(reader);
  if (flags !== 0) return unsupported(offset, 'A passive or typed list of functions');
  const first = readConstant(reader, draft);
  if (first === undefined) return malformed(offset, 'the place of a list of functions is unknown');
  let at = Number(BigInt.asUintN(32, first));
  return each(reader, () => {
    const index = readUnsigned(reader);
    if (at >= draft.tableSize)
      return {
        ...malformed(offset, 'a list of functions goes past the table'),
        code: 'table-index',
      };
    draft.table.set(at++, index);
    return undefined;
  });
}

const unsupported = (offset: number, what: string): WasmProblem => ({
  offset,
  code: 'unsupported-instruction',
  message: `${what} is not compiled here; have it put into the module when that is made.`,
});

function readData(reader: ByteReader, draft: Draft): WasmProblem | undefined {
  const { offset } = reader;
  const flags = readUnsigned(reader);
  if (flags !== 0) return unsupported(offset, 'Passive data');
  const first = readConstant(reader, draft);
  if (first === undefined) return malformed(offset, 'the place of data is unknown');
  const address = Number(BigInt.asUintN(32, first));
  const bytes = readBytes(reader, readUnsigned(reader));
  if (address + bytes.length > 2 ** 32) return malformed(offset, 'data goes past the last address');
  draft.data.push({ address, bytes });
  return undefined;
}

function readCode(reader: ByteReader, draft: Draft): WasmProblem | undefined {
  let index = draft.importedFunctions;
  return each(reader, () => {
    const { offset } = reader;
    const sizeBytes = readUnsigned(reader);
    const entry = draft.functions[index++];
    if (entry === undefined) return malformed(offset, 'there is more code than functions');
    if (sizeBytes > reader.end - reader.offset) return malformed(offset, 'a body is too long');
    entry.body = readerOf(reader.bytes, reader.offset, reader.offset + sizeBytes);
    entry.offset = reader.offset;
    reader.offset += sizeBytes;
    return undefined;
  });
}

function finish(draft: Draft, sizeBytes: number): DecodeResult {
  const problems: WasmProblem[] = [];
  const unknown = draft.functions.find(({ typeIndex }) => draft.types[typeIndex] === undefined);
  if (unknown !== undefined)
    return damaged(malformed(unknown.offset, 'a function has an unknown type'));
  const bodyless = draft.functions.find((entry) => !entry.import && !entry.body);
  if (bodyless !== undefined) return damaged(malformed(bodyless.offset, 'a function has no body'));
  const outside = [...draft.table.values(), ...(draft.start === undefined ? [] : [draft.start])];
  if (outside.some((index) => index >= draft.functions.length))
    return damaged(malformed(sizeBytes, 'a table or the start names a function that is not there'));
  const nothing: FunctionType = { parameters: [], result: undefined };
  const types = draft.types.map((type) => (type === 'floating' ? nothing : type));
  const canonical = canonicalTypes(types);
  const context = {
    types,
    signatures: canonical,
    functionTypes: draft.functions.map(({ typeIndex }) => types[typeIndex] ?? nothing),
    globals: draft.globals,
    hasTable: draft.hasTable,
  };
  const functions = draft.functions.map((entry, index): WasmFunction => {
    const type = types[entry.typeIndex] ?? nothing;
    const typeIndex = canonical[entry.typeIndex] ?? entry.typeIndex;
    const base = { type, typeIndex, name: draft.names?.functions.get(index) };
    const refuse = (problem: WasmProblem): WasmFunction => {
      problems.push({ ...problem, functionIndex: index });
      return { ...base, definition: { kind: 'refused' } };
    };
    if (draft.types[entry.typeIndex] === 'floating') return refuse(floating(entry.offset));
    if (entry.import !== undefined)
      return { ...base, definition: { kind: 'import', ...entry.import } };
    const decoded = decodeBody(entry.body ?? readerOf(new Uint8Array(0)), type, context);
    if (!decoded.ok) return refuse(decoded.problem);
    return { ...base, definition: { kind: 'body', body: decoded.body } };
  });
  const module: WasmModule = {
    functions,
    globals: draft.globals.map(({ type, isMutable, initial }, index) => ({
      type,
      isMutable,
      initial,
      name: draft.names?.globals.get(index),
    })),
    types,
    tableSize: draft.tableSize,
    table: draft.table,
    data: draft.data,
    start: draft.start,
    exports: draft.exports,
    codeSizeBytes: draft.codeSizeBytes,
  };
  return { module, problems };
}

/** For each type the smallest index of an equal one: signatures are equal by structure, not by index (2.3.6). */
export function canonicalTypes(types: readonly FunctionType[]): number[] {
  const seen = new Map<string, number>();
  return types.map(({ parameters, result }, index) => {
    const key = `${parameters.join(' ')} -> ${result ?? ''}`;
    const first = seen.get(key) ?? index;
    seen.set(key, first);
    return first;
  });
}
