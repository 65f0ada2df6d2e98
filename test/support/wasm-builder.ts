/**
 * WebAssembly modules for tests, from bytes of instructions: `code` holds opcodes and operands, numbers through `leb`.
 * Everything is by index; a function's exported name is its name.
 */
export type WasmType = 'i32' | 'i64';

export interface WasmFunctionSpec {
  readonly name: string;
  readonly parameters?: readonly WasmType[];
  readonly result?: WasmType;
  readonly locals?: readonly WasmType[];
  /** Without the last `end`. */
  readonly code: readonly number[];
}

export interface WasmSpec {
  readonly imports?: readonly {
    readonly module: string;
    readonly name: string;
    readonly parameters?: readonly WasmType[];
    readonly result?: WasmType;
  }[];
  readonly functions: readonly WasmFunctionSpec[];
  readonly globals?: readonly {
    readonly type: WasmType;
    readonly initial: bigint;
    readonly isConstant?: boolean;
  }[];
  /** Function indices; -1 for an empty entry. */
  readonly table?: readonly number[];
  readonly data?: readonly { readonly address: number; readonly bytes: readonly number[] }[];
}

const typeCode = (type: WasmType): number => (type === 'i32' ? 0x7f : 0x7e);

/** A signed LEB128 number, which is also an unsigned one as long as it is not negative and says so. */
export function leb(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    if ((rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0)) {
      bytes.push(byte);
      return bytes;
    }
    bytes.push(byte | 0x80);
  }
}

export function uleb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest & 0x7f;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte | 0x80 : byte);
  } while (rest > 0);
  return bytes;
}

const vector = (items: readonly (readonly number[])[]): number[] => [
  ...uleb(items.length),
  ...items.flat(),
];

const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...uleb(bytes.length), ...bytes];
};

const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...uleb(content.length),
  ...content,
];

export function buildWasm(spec: WasmSpec): Uint8Array {
  const types: string[] = [];
  const typeIndex = (parameters: readonly WasmType[], result: WasmType | undefined): number => {
    const bytes = [
      0x60,
      ...vector(parameters.map((type) => [typeCode(type)])),
      ...vector(result === undefined ? [] : [[typeCode(result)]]),
    ];
    const key = bytes.join(' ');
    if (!types.includes(key)) types.push(key);
    return types.indexOf(key);
  };
  const imports = (spec.imports ?? []).map(({ module, name, parameters = [], result }) => [
    ...text(module),
    ...text(name),
    0,
    ...uleb(typeIndex(parameters, result)),
  ]);
  const functions = spec.functions.map(({ parameters = [], result }) =>
    uleb(typeIndex(parameters, result)),
  );
  const bodies = spec.functions.map(({ locals = [], code }) => {
    const body = [...vector(locals.map((type) => [1, typeCode(type)])), ...code, 0x0b];
    return [...uleb(body.length), ...body];
  });
  const globals = (spec.globals ?? []).map(({ type, initial, isConstant }) => [
    typeCode(type),
    isConstant === true ? 0 : 1,
    type === 'i32' ? 0x41 : 0x42,
    ...leb(initial),
    0x0b,
  ]);
  const first = imports.length;
  const exports = spec.functions.map(({ name }, index) => [
    ...text(name),
    0,
    ...uleb(first + index),
  ]);
  const globalExports = globals.map((_, index) => [...text(`global${index}`), 3, ...uleb(index)]);
  const table = spec.table ?? [];
  const elements = table.flatMap((target, index) =>
    target < 0 ? [] : [[0, 0x41, ...leb(index), 0x0b, 1, ...uleb(target)]],
  );
  const data = (spec.data ?? []).map(({ address, bytes }) => [
    0,
    0x41,
    ...leb(address),
    0x0b,
    ...uleb(bytes.length),
    ...bytes,
  ]);
  const typeBytes = types.map((key) => key.split(' ').map(Number));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(typeBytes)),
    ...(imports.length > 0 ? section(2, vector(imports)) : []),
    ...section(3, vector(functions)),
    ...(table.length > 0 ? section(4, vector([[0x70, 0, ...uleb(table.length)]])) : []),
    ...section(5, vector([[0, ...uleb(memoryPages)]])),
    ...(globals.length > 0 ? section(6, vector(globals)) : []),
    ...section(7, vector([...exports, ...globalExports, [...text('memory'), 2, 0]])),
    ...(elements.length > 0 ? section(9, vector(elements)) : []),
    ...section(10, vector(bodies)),
    ...(data.length > 0 ? section(11, vector(data)) : []),
  ]);
}

/** Two MiB: the addresses of guest programs begin at one. */
export const memoryPages = 32;
