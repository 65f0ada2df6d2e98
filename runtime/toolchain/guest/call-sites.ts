/**
 * Who calls whom in a WebAssembly module, and at which byte: its code section is read over once, and of its
 * instructions only the lengths matter (WebAssembly 2.0, section 5.4). The module is one that a compiler wrote.
 */
export interface CallSites {
  readonly exports: ReadonlyMap<string, number>;
  readonly calls: readonly CallSite[];
  /** Functions that an indirect call may reach. */
  readonly tableFunctions: readonly number[];
  /** In the order of the module. */
  readonly bodies: readonly FunctionExtent[];
}

export interface FunctionExtent {
  readonly index: number;
  /** Of its body in the module. */
  readonly start: number;
}

export interface CallSite {
  readonly caller: number;
  /** Undefined: by way of the table. */
  readonly callee: number | undefined;
  /** Of the instruction in the module. */
  readonly offset: number;
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

const importSection = 2;
const exportSection = 7;
const elementSection = 9;
const codeSection = 10;

export function callSitesOf(wasm: Uint8Array): CallSites {
  const reader: Reader = { bytes: wasm, at: 8 };
  const exports = new Map<string, number>();
  const calls: CallSite[] = [];
  const tableFunctions: number[] = [];
  const bodies: FunctionExtent[] = [];
  let imports = 0;
  while (reader.at < wasm.length) {
    const id = byte(reader);
    const end = unsigned(reader) + reader.at;
    if (id === importSection) imports = functionImports(reader);
    if (id === exportSection) readExports(reader, exports);
    if (id === elementSection) readElements(reader, tableFunctions);
    if (id === codeSection)
      for (let count = unsigned(reader), index = imports; count > 0; count -= 1, index += 1) {
        const bodyEnd = unsigned(reader) + reader.at;
        bodies.push({ index, start: reader.at });
        readBody(reader, bodyEnd, index, calls);
        reader.at = bodyEnd;
      }
    reader.at = end;
  }
  return { exports, calls, tableFunctions, bodies };
}

function functionImports(reader: Reader): number {
  let functions = 0;
  for (let count = unsigned(reader); count > 0; count -= 1) {
    skipText(reader);
    skipText(reader);
    const kind = byte(reader);
    if (kind === 0) {
      functions += 1;
      unsigned(reader);
    } else if (kind === 3) reader.at += 2;
    else {
      if (kind === 1) reader.at += 1;
      const flags = byte(reader);
      unsigned(reader);
      if ((flags & 1) !== 0) unsigned(reader);
    }
  }
  return functions;
}

function readExports(reader: Reader, exports: Map<string, number>): void {
  for (let count = unsigned(reader); count > 0; count -= 1) {
    const length = unsigned(reader);
    const name = new TextDecoder().decode(reader.bytes.subarray(reader.at, reader.at + length));
    reader.at += length;
    const kind = byte(reader);
    const index = unsigned(reader);
    if (kind === 0) exports.set(name, index);
  }
}

/** Active segments of functions, which are all that the compiler writes. */
function readElements(reader: Reader, functions: number[]): void {
  for (let count = unsigned(reader); count > 0; count -= 1) {
    if (unsigned(reader) !== 0) return;
    for (let code = byte(reader); code !== 0x0b; code = byte(reader)) skipOperands(reader, code);
    for (let length = unsigned(reader); length > 0; length -= 1) functions.push(unsigned(reader));
  }
}

function readBody(reader: Reader, end: number, caller: number, calls: CallSite[]): void {
  for (let groups = unsigned(reader); groups > 0; groups -= 1) {
    unsigned(reader);
    reader.at += 1;
  }
  while (reader.at < end) {
    const offset = reader.at;
    const code = byte(reader);
    if (code === 0x10) calls.push({ caller, callee: unsigned(reader), offset });
    else {
      if (code === 0x11) calls.push({ caller, callee: undefined, offset });
      skipOperands(reader, code);
    }
  }
}

function skipOperands(reader: Reader, code: number): void {
  // f32.const and f64.const: the number itself.
  if (code === 0x43) reader.at += 4;
  else if (code === 0x44) reader.at += 8;
  else skipNumbers(reader, operandCount(reader, code));
}

function operandCount(reader: Reader, code: number): number {
  if (code >= 0x28 && code <= 0x3e) return 2;
  if (code >= 0x20 && code <= 0x26) return 1;
  switch (code) {
    case 0x02: // block, loop, if: a type
    case 0x03:
    case 0x04:
    case 0x0c: // br, br_if
    case 0x0d:
    case 0x10: // call
    case 0x3f: // memory.size, memory.grow
    case 0x40:
    case 0x41: // i32.const, i64.const
    case 0x42:
    case 0xd0: // ref.null, ref.func
    case 0xd2:
      return 1;
    case 0x11: // call_indirect
      return 2;
    case 0x0e: // br_table: the labels and the default
      return unsigned(reader) + 1;
    case 0x1c: // select with types
      return unsigned(reader);
    case 0xfc:
      return extendedOperands[unsigned(reader)] ?? 0;
    default:
      return 0;
  }
}

/** How many numbers follow the opcodes behind 0xfc, from 0 on. */
const extendedOperands: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

function skipNumbers(reader: Reader, count: number): void {
  for (let left = count; left > 0; left -= 1) while (byte(reader) >= 0x80);
}

function skipText(reader: Reader): void {
  const length = unsigned(reader);
  reader.at += length;
}

/** 0 past the end. */
const byte = (reader: Reader): number => reader.bytes[reader.at++] ?? 0;

/** LEB128. */
function unsigned(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const next = byte(reader);
    value |= (next & 0x7f) << shift;
    if (next < 0x80) break;
  }
  return value >>> 0;
}
