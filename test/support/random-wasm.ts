/**
 * Random WebAssembly modules that always end: each call and each round of a loop takes a unit of fuel from a global.
 * Structured control, both word sizes, memory, globals, calls and traps.
 */
import type { Random } from './random.js';
import { buildWasm, leb, uleb } from './wasm-builder.js';
import type { WasmFunctionSpec, WasmType } from './wasm-builder.js';

export interface RandomModule {
  readonly wasm: Uint8Array;
  readonly functions: readonly {
    readonly name: string;
    readonly parameters: readonly WasmType[];
    readonly result: WasmType | undefined;
  }[];
  readonly globals: number;
}

/** The part of memory that the program reads and writes. */
export const randomMemory = { address: 0x10_0000, sizeBytes: 256 } as const;

interface Signature {
  readonly parameters: readonly WasmType[];
  readonly result: WasmType | undefined;
}

interface Context {
  readonly random: Random;
  readonly signatures: readonly Signature[];
  readonly types: readonly WasmType[];
  readonly globals: readonly WasmType[];
  /** Results of the blocks around, innermost last; loops take nothing. */
  readonly labels: (WasmType | undefined)[];
  readonly result: WasmType | undefined;
  readonly table: readonly number[];
  budget: number;
}

const pick = <T>(random: Random, list: readonly T[]): T =>
  list[random.below(list.length)] ?? (list[0] as T);

const typeOf = (random: Random): WasmType => (random.below(3) === 0 ? 'i64' : 'i32');

export function randomModule(random: Random): RandomModule {
  const globals: WasmType[] = ['i32', ...list(random, 3, () => typeOf(random))];
  const signatures: Signature[] = [];
  const functions: WasmFunctionSpec[] = [];
  const count = 1 + random.below(4);
  const table = Array.from({ length: 4 }, () => random.below(count + 1) - 1);
  for (let index = 0; index < count; index++) {
    const parameters = list(random, random.below(4) === 0 ? 12 : 5, () => typeOf(random));
    const result = random.below(5) === 0 ? undefined : typeOf(random);
    const locals = list(random, 6, () => typeOf(random));
    const context: Context = {
      random,
      signatures: [...signatures],
      types: [...parameters, ...locals],
      globals,
      labels: [result],
      result,
      table,
      budget: 20 + random.below(120),
    };
    const nothing = result === undefined ? [] : [result === 'i32' ? 0x41 : 0x42, 0];
    const code = [
      ...[0x23, 0, 0x45, 0x04, 0x40, ...nothing, 0x0f, 0x0b, 0x23, 0, 0x41, 1, 0x6b, 0x24, 0],
      ...body(context, 0),
      ...(result === undefined ? [] : value(context, result, 0)),
    ];
    functions.push({
      name: `f${index}`,
      parameters,
      ...(result === undefined ? {} : { result }),
      locals,
      code,
    });
    signatures.push({ parameters, result });
  }
  const bytes = Array.from({ length: randomMemory.sizeBytes }, () => random.below(256));
  const wasm = buildWasm({
    functions: [...functions, { name: 'setFuel', parameters: ['i32'], code: [0x20, 0, 0x24, 0] }],
    globals: globals.map((type, index) => ({
      type,
      initial: index === 0 ? 0n : BigInt(random.below(1000)) - 500n,
    })),
    table,
    data: [{ address: randomMemory.address, bytes }],
  });
  return {
    wasm,
    functions: functions.map(({ name, parameters = [], result }) => ({ name, parameters, result })),
    globals: globals.length,
  };
}

const list = <T>(random: Random, most: number, make: () => T): T[] =>
  Array.from({ length: random.below(most + 1) }, make);

function body(context: Context, depth: number): number[] {
  const code: number[] = [];
  for (let count = 1 + context.random.below(4); count > 0 && context.budget > 0; count--)
    code.push(...statement(context, depth));
  return code;
}

function localOf(context: Context, type: WasmType): number | undefined {
  const indices = context.types.flatMap((each, index) => (each === type ? [index] : []));
  return indices.length === 0 ? undefined : pick(context.random, indices);
}

function statement(context: Context, depth: number): number[] {
  const { random } = context;
  context.budget--;
  const choice = random.below(depth > 4 ? 6 : 12);
  switch (choice) {
    case 0:
    case 1:
    case 2: {
      if (context.types.length === 0) return [0x01];
      const index = random.below(context.types.length);
      return [...value(context, context.types[index] ?? 'i32', 0), 0x21, ...uleb(index)];
    }
    case 3: {
      if (context.globals.length < 2) return [0x01];
      const index = 1 + random.below(context.globals.length - 1);
      return [...value(context, context.globals[index] ?? 'i32', 0), 0x24, ...uleb(index)];
    }
    case 4:
      return store(context);
    case 5:
      return [...value(context, typeOf(random), 0), 0x1a];
    case 6:
    case 7: {
      context.labels.push(undefined);
      const condition = value(context, 'i32', 0);
      const then = body(context, depth + 1);
      const otherwise = random.below(2) === 0 ? [] : [0x05, ...body(context, depth + 1)];
      context.labels.pop();
      return [...condition, 0x04, 0x40, ...then, ...otherwise, 0x0b];
    }
    case 8: {
      // Each round takes fuel, and without fuel the loop is left.
      context.labels.push(undefined, undefined);
      const inside = body(context, depth + 1);
      const again = value(context, 'i32', 0);
      context.labels.pop();
      context.labels.pop();
      const fuel = [0x23, 0, 0x45, 0x0d, 1, 0x23, 0, 0x41, 1, 0x6b, 0x24, 0];
      return [0x02, 0x40, 0x03, 0x40, ...fuel, ...inside, ...again, 0x0d, 0, 0x0b, 0x0b];
    }
    case 9: {
      context.labels.push(undefined);
      const inside = body(context, depth + 1);
      const exit = random.below(2) === 0 ? [] : branch(context);
      const after = body(context, depth + 1);
      context.labels.pop();
      return [0x02, 0x40, ...inside, ...exit, ...after, 0x0b];
    }
    case 10: {
      const cases = 1 + random.below(7);
      const targets = Array.from({ length: cases }, () => random.below(2));
      const index = value(context, 'i32', 0);
      context.labels.push(undefined, undefined);
      const inside = body(context, depth + 1);
      context.labels.pop();
      const between = body(context, depth + 1);
      context.labels.pop();
      return [
        ...[0x02, 0x40, 0x02, 0x40, ...inside],
        ...[...index, 0x0e, ...uleb(cases), ...targets.flatMap(uleb), ...uleb(random.below(2))],
        ...[0x0b, ...between, 0x0b],
      ];
    }
    default:
      return branch(context);
  }
}

/** A conditional way out of the blocks around. */
function branch(context: Context): number[] {
  const { random, labels } = context;
  const depth = random.below(labels.length);
  const target = labels[labels.length - 1 - depth];
  const condition = value(context, 'i32', 0);
  const carried = target === undefined ? [] : value(context, target, 0);
  return [...condition, 0x04, 0x40, ...carried, 0x0c, ...uleb(depth + 1), 0x0b];
}

function address(context: Context): number[] {
  const mask = randomMemory.sizeBytes - 16;
  const index = [...value(context, 'i32', 3), 0x41, ...leb(mask & ~7), 0x71];
  return context.random.below(3) === 0
    ? [0x41, ...leb(randomMemory.address + 8 * context.random.below(16))]
    : [...index, 0x41, ...leb(randomMemory.address), 0x6a];
}

const loads: Readonly<Record<WasmType, readonly (readonly [number, number])[]>> = {
  i32: [
    [0x28, 2],
    [0x2c, 0],
    [0x2d, 0],
    [0x2e, 1],
    [0x2f, 1],
  ],
  i64: [
    [0x29, 3],
    [0x30, 0],
    [0x31, 0],
    [0x32, 1],
    [0x33, 1],
    [0x34, 2],
    [0x35, 2],
  ],
};

/** An access may be unaligned where it does not promise to be aligned. */
function memoryOperand(random: Random, naturalBits: number): number[] {
  const alignmentBits = random.below(4) === 0 ? random.below(naturalBits + 1) : naturalBits;
  const offset =
    random.below(2) * 2 ** alignmentBits * random.below(Math.max(1, 8 >> alignmentBits));
  return [...uleb(alignmentBits), ...uleb(offset)];
}

function store(context: Context): number[] {
  const { random } = context;
  if (random.below(12) === 0) {
    const size = [0x41, ...leb(random.below(24))];
    return random.below(2) === 0
      ? [...address(context), ...value(context, 'i32', 3), ...size, 0xfc, 0x0b, 0]
      : [...address(context), ...address(context), ...size, 0xfc, 0x0a, 0, 0];
  }
  const rows: readonly (readonly [WasmType, number, number])[] = [
    ['i32', 0x36, 2],
    ['i64', 0x37, 3],
    ['i32', 0x3a, 0],
    ['i32', 0x3b, 1],
    ['i64', 0x3c, 0],
    ['i64', 0x3d, 1],
    ['i64', 0x3e, 2],
  ];
  const [type, opcode, bits] = pick(random, rows);
  return [...address(context), ...value(context, type, 0), opcode, ...memoryOperand(random, bits)];
}

const interesting: readonly bigint[] = [
  ...[0n, 1n, -1n, 2n, 31n, 32n, 33n, 63n, 64n, 255n, 2047n, 2048n, -2048n, -2049n, 4096n, 65535n],
  ...[0x7fff_ffffn, -0x8000_0000n, 0x8000_0000n, 0xffff_ffffn, 0x1_0000_0000n],
  ...[0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n, 0x0123_4567_89ab_cdefn],
];

function constantOf(random: Random, type: WasmType): number[] {
  const number = random.below(3) === 0 ? BigInt(random.below(2 ** 31)) : pick(random, interesting);
  return type === 'i32'
    ? [0x41, ...leb(BigInt.asIntN(32, number))]
    : [0x42, ...leb(BigInt.asIntN(64, number))];
}

function value(context: Context, type: WasmType, depth: number): number[] {
  const { random } = context;
  context.budget--;
  const choice = depth > 5 || context.budget < 0 ? random.below(2) : random.below(14);
  const inner = (of: WasmType): number[] => value(context, of, depth + 1);
  switch (choice) {
    case 0:
      return constantOf(random, type);
    case 1:
    case 2: {
      const index = localOf(context, type);
      return index === undefined ? constantOf(random, type) : [0x20, ...uleb(index)];
    }
    case 3: {
      const indices = context.globals.flatMap((each, index) =>
        each === type && index > 0 ? [index] : [],
      );
      return indices.length === 0
        ? constantOf(random, type)
        : [0x23, ...uleb(pick(random, indices))];
    }
    case 4: {
      const [opcode, bits] = pick(random, loads[type]);
      return [...address(context), opcode, ...memoryOperand(random, bits)];
    }
    case 5: {
      const of = typeOf(random);
      if (type === 'i64') return [...inner('i32'), pick(random, [0xac, 0xad])];
      if (random.below(4) === 0) return [...inner(of), of === 'i32' ? 0x45 : 0x50];
      const first = of === 'i32' ? 0x46 : 0x51;
      return [...inner(of), ...inner(of), first + random.below(10)];
    }
    case 6: {
      if (type === 'i32')
        return random.below(3) === 0
          ? [...inner('i64'), 0xa7]
          : [...inner('i32'), pick(random, [0x67, 0x68, 0x69, 0xc0, 0xc1])];
      return [...inner('i64'), pick(random, [0x79, 0x7a, 0x7b, 0xc2, 0xc3, 0xc4])];
    }
    case 7:
      return [...inner(type), ...inner(type), ...inner('i32'), 0x1b];
    case 8: {
      const index = localOf(context, type);
      return index === undefined ? inner(type) : [...inner(type), 0x22, ...uleb(index)];
    }
    case 9: {
      context.labels.push(type);
      const condition = inner('i32');
      const [then, otherwise] = [inner(type), inner(type)];
      context.labels.pop();
      const code = type === 'i32' ? 0x7f : 0x7e;
      return [...condition, 0x04, code, ...then, 0x05, ...otherwise, 0x0b];
    }
    case 10:
      return call(context, type, depth) ?? inner(type);
    default: {
      const first = type === 'i32' ? 0x6a : 0x7c;
      // Division traps often, so it comes seldom.
      const operation = random.below(15);
      const isDivision = operation >= 3 && operation <= 6;
      const second = isDivision && random.below(4) > 0 ? constantOf(random, type) : inner(type);
      return [...inner(type), ...second, first + operation];
    }
  }
}

function call(context: Context, type: WasmType, depth: number): number[] | undefined {
  const { random, signatures } = context;
  if (random.below(3) === 0) return callThroughTable(context, type, depth);
  const indices = signatures.flatMap(({ result }, index) => (result === type ? [index] : []));
  if (indices.length === 0) return undefined;
  const index = pick(random, indices);
  const words = (signatures[index]?.parameters ?? []).flatMap((each) =>
    value(context, each, depth + 2),
  );
  return [...words, 0x10, ...uleb(index)];
}

/** The entry may be empty, of another signature, or outside of the table. */
function callThroughTable(context: Context, type: WasmType, depth: number): number[] | undefined {
  const { random, signatures } = context;
  const keys = [...new Set(signatures.map((signature) => JSON.stringify(signature)))];
  const chosen = random.below(Math.max(1, signatures.length));
  const signature = signatures[chosen];
  if (signature?.result !== type) return undefined;
  const words = signature.parameters.flatMap((each) => value(context, each, depth + 2));
  const index =
    random.below(4) === 0
      ? value(context, 'i32', depth + 2)
      : [
          0x41,
          ...leb(!context.table.includes(chosen) ? random.below(5) : context.table.indexOf(chosen)),
        ];
  return [...words, ...index, 0x11, ...uleb(keys.indexOf(JSON.stringify(signature))), 0];
}
