/**
 * What each instruction of WebAssembly takes and gives, where that hangs on its opcode alone; control, locals and
 * globals are in `decode-body.ts`. Core specification 5.4 and 7.10 (index of instructions).
 */
import type { ValueType } from './module.js';

export const op = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  selectTyped: 0x1c,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  memoryCopy: 0xfc0a,
  memoryFill: 0xfc0b,
} as const;

export interface Shape {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType | undefined;
}

const shape = (takes: readonly ValueType[], gives?: ValueType): Shape => ({ takes, gives });
const i32: ValueType = 'i32';
const i64: ValueType = 'i64';

const rows: readonly (readonly [first: number, last: number, shape: Shape])[] = [
  [0x45, 0x45, shape([i32], i32)],
  [0x46, 0x4f, shape([i32, i32], i32)],
  [0x50, 0x50, shape([i64], i32)],
  [0x51, 0x5a, shape([i64, i64], i32)],
  [0x67, 0x69, shape([i32], i32)],
  [0x6a, 0x78, shape([i32, i32], i32)],
  [0x79, 0x7b, shape([i64], i64)],
  [0x7c, 0x8a, shape([i64, i64], i64)],
  [0xa7, 0xa7, shape([i64], i32)],
  [0xac, 0xad, shape([i32], i64)],
  [0xc0, 0xc1, shape([i32], i32)],
  [0xc2, 0xc4, shape([i64], i64)],
];

/** Numeric instructions on integers. */
export const numericShapes: ReadonlyMap<number, Shape> = new Map(
  rows.flatMap(([first, last, row]) =>
    Array.from({ length: last - first + 1 }, (_, index) => [first + index, row] as const),
  ),
);

export interface Access {
  readonly kind: 'load' | 'store';
  readonly type: ValueType;
  readonly sizeBytes: 1 | 2 | 4 | 8;
  /** A load that fills the upper bits with the sign. */
  readonly isSigned: boolean;
}

const load = (type: ValueType, sizeBytes: Access['sizeBytes'], sign: 's' | 'u' = 'u'): Access => ({
  kind: 'load',
  type,
  sizeBytes,
  isSigned: sign === 's',
});
const store = (type: ValueType, sizeBytes: Access['sizeBytes']): Access => ({
  kind: 'store',
  type,
  sizeBytes,
  isSigned: false,
});

export const accesses: ReadonlyMap<number, Access> = new Map([
  [0x28, load(i32, 4)],
  [0x29, load(i64, 8)],
  [0x2c, load(i32, 1, 's')],
  [0x2d, load(i32, 1)],
  [0x2e, load(i32, 2, 's')],
  [0x2f, load(i32, 2)],
  [0x30, load(i64, 1, 's')],
  [0x31, load(i64, 1)],
  [0x32, load(i64, 2, 's')],
  [0x33, load(i64, 2)],
  [0x34, load(i64, 4, 's')],
  [0x35, load(i64, 4)],
  [0x36, store(i32, 4)],
  [0x37, store(i64, 8)],
  [0x3a, store(i32, 1)],
  [0x3b, store(i32, 2)],
  [0x3c, store(i64, 1)],
  [0x3d, store(i64, 2)],
  [0x3e, store(i64, 4)],
]);

/** Constants, loads, stores, arithmetic and conversions of f32 and f64. */
export const isFloating = (opcode: number): boolean =>
  opcode === 0x2a ||
  opcode === 0x2b ||
  opcode === 0x38 ||
  opcode === 0x39 ||
  opcode === 0x43 ||
  opcode === 0x44 ||
  (opcode >= 0x5b && opcode <= 0x66) ||
  (opcode >= 0x8b && opcode <= 0xa6) ||
  (opcode >= 0xa8 && opcode <= 0xab) ||
  (opcode >= 0xae && opcode <= 0xbf) ||
  (opcode >= 0xfc00 && opcode <= 0xfc07);
