/**
 * Random WebAssembly modules as programs with arrays become: globals that hold objects with their size in bytes
 * before them, loops of every shape that count up and down, and accesses whose index is checked, often against the
 * bound that the loop has. Each round takes fuel, so they end.
 */
import type { Random } from './random.js';
import { randomMemory } from './random-wasm.js';
import { buildWasm, leb, uleb } from './wasm-builder.js';

/** The imports of such modules, in the order of their indices, and what another engine takes for them. */
export const arrayImports = {
  riscv: {
    check(index: number, length: number): void {
      if (index >>> 0 >= length >>> 0) throw new Error('index');
    },
    fixed: (address: number): number => address,
    element: (address: number): number => address,
    field: (address: number): number => address,
    sized: (object: number, _bytes: number): number => object,
  },
} as const;

const [check, fixed, element, field, sized] = [0, 1, 2, 3, 4] as const;

/** Words of three arrays, with their headers, in the memory of random programs. */
const arrays = [
  { address: randomMemory.address + 16, words: 12 },
  { address: randomMemory.address + 96, words: 20 },
  { address: randomMemory.address + 200, words: 5 },
] as const;
const fuel = 0;
const pointers = 1;
const parameters = 3;
const localCount = 8;
/** A word that describes an object, and can change. */
const fieldAddress = randomMemory.address + 248;

interface Context {
  readonly random: Random;
  readonly isGlobalKnown: readonly boolean[];
  budget: number;
  /** Locals that count the loops around. */
  readonly counters: number[];
}

export function randomArrays(random: Random): Uint8Array {
  const isGlobalKnown = arrays.map(() => random.below(2) === 0);
  const bytes = Array.from({ length: randomMemory.sizeBytes }, () => random.below(256));
  for (const { address, words } of arrays)
    [4 * words, 0, 0, 0].forEach((byte, at) => {
      bytes[address - 4 - randomMemory.address + at] = byte;
    });
  [0, 1].forEach((at) => (bytes[fieldAddress + 2 * at - randomMemory.address] = 3 * at));
  const setPointers = arrays.flatMap(({ address, words }, index) => [
    ...[0x41, ...leb(address), 0x41, ...leb(4 * words)],
    ...(isGlobalKnown[index] === true ? [0x10, sized] : [0x1a]),
    ...[0x24, pointers + index],
  ]);
  const bodies = [0, 1].map(() => {
    const context: Context = { random, isGlobalKnown, budget: 60, counters: [] };
    return [...statements(context), 0x20, ...uleb(parameters)];
  });
  const none = { parameters: [], result: undefined } as const;
  const one = { parameters: ['i32'], result: 'i32' } as const;
  return buildWasm({
    imports: [
      { module: 'riscv', name: 'check', parameters: ['i32', 'i32'] },
      ...['fixed', 'element', 'field'].map((name) => ({ module: 'riscv', name, ...one })),
      { module: 'riscv', name: 'sized', parameters: ['i32', 'i32'], result: 'i32' },
    ],
    functions: [
      { name: '__guest_start', parameters: none.parameters, code: setPointers },
      { name: 'setFuel', parameters: ['i32'], code: [0x20, 0, 0x24, fuel] },
      ...bodies.map((code, index) => ({
        name: `f${index}`,
        parameters: ['i32', 'i32', 'i32'] as const,
        result: 'i32' as const,
        locals: Array.from({ length: localCount }, () => 'i32' as const),
        code,
      })),
    ],
    globals: Array.from({ length: 1 + arrays.length }, () => ({
      type: 'i32' as const,
      initial: 0n,
    })),
    data: [{ address: randomMemory.address, bytes }],
  });
}

export const arrayGlobals = 1 + arrays.length;

const pick = <T>(random: Random, list: readonly T[]): T =>
  list[random.below(list.length)] ?? (list[0] as T);

function statements(context: Context): number[] {
  const code: number[] = [];
  for (let count = 1 + context.random.below(3); count > 0 && context.budget > 0; count--)
    code.push(...statement(context));
  return code;
}

const get = (local: number): number[] => [0x20, ...uleb(local)];
const number = (value: number): number[] => [0x41, ...leb(value)];
const anyLocal = ({ random }: Context): number => random.below(parameters + localCount);

function statement(context: Context): number[] {
  const { random, counters } = context;
  context.budget -= 1;
  // The counter of a loop around is seldom changed by anything else.
  const isCounter = (local: number): boolean => counters.includes(local) && random.below(8) > 0;
  switch (random.below(counters.length > 2 ? 7 : 10)) {
    case 0:
    case 1: {
      const local = anyLocal(context);
      return isCounter(local) ? [] : [...value(context, 0), 0x21, ...uleb(local)];
    }
    case 2:
    case 3:
      return storeElement(context);
    case 4:
      return random.below(3) === 0
        ? [...number(fieldAddress), 0x10, field, ...number(random.below(8)), 0x36, 2, 0]
        : storeElement(context);
    case 5: {
      const then = statements(context);
      const otherwise = random.below(2) === 0 ? [] : [0x05, ...statements(context)];
      return [...condition(context), 0x04, 0x40, ...then, ...otherwise, 0x0b];
    }
    case 6: {
      const both = [...condition(context), ...condition(context), pick(random, [0x71, 0x72])];
      return [...both, 0x04, 0x40, ...statements(context), 0x0b];
    }
    default:
      return loop(context);
  }
}

/** Comparisons: of words, with a sign and without. */
const comparisons = [0x46, 0x47, 0x48, 0x49, 0x4a, 0x4b, 0x4c, 0x4d, 0x4e, 0x4f] as const;

const condition = (context: Context): number[] => [
  ...value(context, 1),
  ...(context.random.below(2) === 0 ? bound(context) : value(context, 1)),
  pick(context.random, comparisons),
];

/** What loops count to: a number, a parameter, the length of an array, a field. */
function bound(context: Context): number[] {
  const { random } = context;
  switch (random.below(5)) {
    case 0:
      return number(random.below(24));
    case 1:
      return get(random.below(parameters));
    case 2:
      return [...number(fieldAddress), 0x10, field, 0x28, 2, 0];
    default:
      return length(random.below(arrays.length));
  }
}

const pointer = (array: number): number[] => [0x23, pointers + array];

const length = (array: number): number[] => [
  ...[...pointer(array), ...number(4), 0x6b, 0x10, fixed, 0x28, 2, 0],
  ...[...number(2), 0x76],
];

/** In each form that a compiler gives loops. */
function loop(context: Context): number[] {
  const { random, counters } = context;
  const counter = parameters + random.below(localCount);
  if (counters.includes(counter)) return [];
  counters.push(counter);
  const isDown = random.below(3) === 0;
  const step = random.below(4) === 0 ? 1 + random.below(3) : 1;
  const from = isDown ? bound(context) : number(random.below(4) === 0 ? random.below(9) - 4 : 0);
  const to = isDown ? number(random.below(3) - 1) : bound(context);
  const shift = random.below(3) === 0 ? [...number(random.below(4)), 0x6a] : [];
  const test = [
    ...[...get(counter), ...shift, ...to],
    isDown ? pick(random, [0x4a, 0x4e, 0x47]) : pick(random, [0x48, 0x48, 0x49, 0x4c, 0x47]),
  ];
  const burn = [
    0x23,
    fuel,
    0x45,
    0x04,
    0x40,
    0x00,
    0x0b,
    0x23,
    fuel,
    ...number(1),
    0x6b,
    0x24,
    fuel,
  ];
  const inside = [...burn, ...statements(context)];
  const next = [...get(counter), ...number(isDown ? -step : step), 0x6a, 0x21, ...uleb(counter)];
  const again = random.below(6) === 0 ? [...condition(context), 0x0d] : undefined;
  counters.pop();
  const first = [...from, 0x21, ...uleb(counter)];
  switch (random.below(5)) {
    case 0:
      return [...first, 0x03, 0x40, ...test, 0x04, 0x40, ...inside, ...next, 0x0c, 1, 0x0b, 0x0b];
    case 1:
      return [
        ...[...first, 0x02, 0x40, 0x03, 0x40, ...test, 0x45, 0x0d, 1],
        ...[...inside, ...next, 0x0c, 0, 0x0b, 0x0b],
      ];
    case 2:
      return [
        ...[...first, 0x03, 0x40, 0x02, 0x40, ...test, 0x45, 0x0d, 0],
        ...[...inside, ...next, ...(again === undefined ? [] : [...again, 1]), 0x0c, 1, 0x0b, 0x0b],
      ];
    case 3:
      return [
        ...[...first, 0x03, 0x40, ...test, 0x04, 0x40, ...next],
        ...[...inside, ...(again === undefined ? [] : [...again, 1]), 0x0c, 1, 0x0b, 0x0b],
      ];
    default:
      return [...first, 0x03, 0x40, ...inside, ...next, ...test, 0x0d, 0, 0x0b];
  }
}

/** Mostly a counter and a number near 0. */
function index(context: Context): number[] {
  const { random, counters } = context;
  const counter = counters.length === 0 ? undefined : pick(random, counters);
  if (counter === undefined || random.below(6) === 0) return value(context, 1);
  switch (random.below(5)) {
    case 0:
      return [...get(counter), ...number(random.below(5) - 2), 0x6a];
    case 1:
      return [...get(counter), ...number(3), 0x71];
    case 2:
      return [...get(counter), ...number(1 + random.below(2)), pick(random, [0x74, 0x75, 0x76])];
    default:
      return get(counter);
  }
}

/** With their alignment. */
const loadCodes = [
  [0x28, 2],
  [0x28, 2],
  [0x2d, 0],
  [0x2c, 0],
  [0x2f, 1],
] as const;
const storeCodes = [
  [0x36, 2],
  [0x36, 2],
  [0x3b, 1],
  [0x3a, 0],
] as const;

/** Leaves the address of an element whose index has been checked. */
function elementAddress(context: Context): number[] {
  const array = context.random.below(arrays.length);
  const kept = parameters + localCount - 1;
  return [
    ...[...index(context), 0x22, ...uleb(kept), ...length(array), 0x10, check],
    ...[...pointer(array), ...get(kept), ...number(2), 0x74, 0x6a, 0x10, element],
  ];
}

/** The checked index is in a local that values set, too; so the value comes first. */
function storeElement(context: Context): number[] {
  const kept = parameters + localCount - 2;
  const place = elementAddress(context);
  return [
    ...[...value(context, 1), 0x21, ...uleb(kept)],
    ...[...place, ...get(kept), ...pick(context.random, storeCodes), 0],
  ];
}

function value(context: Context, depth: number): number[] {
  const { random, counters } = context;
  context.budget -= 1;
  switch (depth > 3 || context.budget < 0 ? random.below(3) : random.below(9)) {
    case 0:
      return number(random.below(30) - 8);
    case 1:
      return get(anyLocal(context));
    case 2:
      return counters.length === 0 ? get(0) : get(pick(random, counters));
    case 3:
    case 4:
      return [...elementAddress(context), ...pick(random, loadCodes), 0];
    case 5:
      return [...value(context, depth + 1), ...value(context, depth + 1), 0x46 + random.below(10)];
    case 6: {
      const parts = [value(context, depth + 1), value(context, depth + 1)];
      return [
        ...condition(context),
        0x04,
        0x7f,
        ...(parts[0] ?? []),
        0x05,
        ...(parts[1] ?? []),
        0x0b,
      ];
    }
    default: {
      const operation = pick(random, [0x6a, 0x6b, 0x6c, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76]);
      return [...value(context, depth + 1), ...value(context, depth + 1), operation];
    }
  }
}
