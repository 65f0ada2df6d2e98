/**
 * What the numeric instructions on integers compute, by opcode (core specification 4.3.2). An i32 is a number from
 * -2^31 on and an i64 a big integer from -2^63 on, both with a sign.
 */

type Rows<Operation> = ReadonlyMap<number, Operation>;
type WordUnary = (value: number) => number;
type WordBinary = (left: number, right: number) => number;
type LongUnary = (value: bigint) => bigint;
type LongBinary = (left: bigint, right: bigint) => bigint;
type LongComparison = (left: bigint, right: bigint) => number;

const long = (value: bigint): bigint => BigInt.asIntN(64, value);
const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);
const highWord = (value: bigint): number => Number(BigInt.asIntN(32, value >> 32n));
const lowWord = (value: bigint): number => Number(BigInt.asIntN(32, value));
const trailingZeros = (value: number): number =>
  value === 0 ? 32 : 31 - Math.clz32(value & -value);
const onesIn = (value: number): number => {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

const wordUnary: Rows<WordUnary> = new Map<number, WordUnary>([
  [0x45, (value) => (value === 0 ? 1 : 0)],
  [0x67, (value) => Math.clz32(value)],
  [0x68, trailingZeros],
  [0x69, onesIn],
  [0xc0, (value) => (value << 24) >> 24],
  [0xc1, (value) => (value << 16) >> 16],
]);

const wordBinary: Rows<WordBinary> = new Map<number, WordBinary>([
  [0x46, (left, right) => (left === right ? 1 : 0)],
  [0x47, (left, right) => (left !== right ? 1 : 0)],
  [0x48, (left, right) => (left < right ? 1 : 0)],
  [0x49, (left, right) => (left >>> 0 < right >>> 0 ? 1 : 0)],
  [0x4a, (left, right) => (left > right ? 1 : 0)],
  [0x4b, (left, right) => (left >>> 0 > right >>> 0 ? 1 : 0)],
  [0x4c, (left, right) => (left <= right ? 1 : 0)],
  [0x4d, (left, right) => (left >>> 0 <= right >>> 0 ? 1 : 0)],
  [0x4e, (left, right) => (left >= right ? 1 : 0)],
  [0x4f, (left, right) => (left >>> 0 >= right >>> 0 ? 1 : 0)],
  [0x6a, (left, right) => (left + right) | 0],
  [0x6b, (left, right) => (left - right) | 0],
  [0x6c, (left, right) => Math.imul(left, right)],
  [0x71, (left, right) => left & right],
  [0x72, (left, right) => left | right],
  [0x73, (left, right) => left ^ right],
  [0x74, (left, right) => left << right],
  [0x75, (left, right) => left >> right],
  [0x76, (left, right) => (left >>> right) | 0],
  [0x77, (left, right) => (left << right) | (left >>> -right)],
  [0x78, (left, right) => (left >>> right) | (left << -right)],
]);

/** The divisor is not 0, and the result is one. */
const wordDivision: Rows<WordBinary> = new Map<number, WordBinary>([
  [0x6d, (left, right) => (left / right) | 0],
  [0x6e, (left, right) => ((left >>> 0) / (right >>> 0)) | 0],
  [0x6f, (left, right) => (left % right) | 0],
  [0x70, (left, right) => ((left >>> 0) % (right >>> 0)) | 0],
]);

const longUnary: Rows<LongUnary> = new Map<number, LongUnary>([
  [
    0x79,
    (value) => {
      const high = highWord(value);
      return BigInt(high === 0 ? 32 + Math.clz32(lowWord(value)) : Math.clz32(high));
    },
  ],
  [
    0x7a,
    (value) => {
      const low = lowWord(value);
      return BigInt(low === 0 ? 32 + trailingZeros(highWord(value)) : trailingZeros(low));
    },
  ],
  [0x7b, (value) => BigInt(onesIn(highWord(value)) + onesIn(lowWord(value)))],
  [0xc2, (value) => BigInt.asIntN(8, value)],
  [0xc3, (value) => BigInt.asIntN(16, value)],
  [0xc4, (value) => BigInt.asIntN(32, value)],
]);

const longBinary: Rows<LongBinary> = new Map<number, LongBinary>([
  [0x7c, (left, right) => long(left + right)],
  [0x7d, (left, right) => long(left - right)],
  [0x7e, (left, right) => long(left * right)],
  [0x83, (left, right) => left & right],
  [0x84, (left, right) => left | right],
  [0x85, (left, right) => left ^ right],
  [0x86, (left, right) => long(left << (right & 63n))],
  [0x87, (left, right) => left >> (right & 63n)],
  [0x88, (left, right) => long(unsigned(left) >> (right & 63n))],
  [0x89, (left, right) => rotated(left, right & 63n)],
  [0x8a, (left, right) => rotated(left, -right & 63n)],
]);

/** To the left by less than 64 bits. */
const rotated = (value: bigint, bits: bigint): bigint =>
  long((unsigned(value) << bits) | (unsigned(value) >> (64n - bits)));

/** The divisor is not 0, and the result is one. */
const longDivision: Rows<LongBinary> = new Map<number, LongBinary>([
  [0x7f, (left, right) => left / right],
  [0x80, (left, right) => long(unsigned(left) / unsigned(right))],
  [0x81, (left, right) => left % right],
  [0x82, (left, right) => long(unsigned(left) % unsigned(right))],
]);

const longComparison: Rows<LongComparison> = new Map<number, LongComparison>([
  [0x51, (left, right) => (left === right ? 1 : 0)],
  [0x52, (left, right) => (left !== right ? 1 : 0)],
  [0x53, (left, right) => (left < right ? 1 : 0)],
  [0x54, (left, right) => (unsigned(left) < unsigned(right) ? 1 : 0)],
  [0x55, (left, right) => (left > right ? 1 : 0)],
  [0x56, (left, right) => (unsigned(left) > unsigned(right) ? 1 : 0)],
  [0x57, (left, right) => (left <= right ? 1 : 0)],
  [0x58, (left, right) => (unsigned(left) <= unsigned(right) ? 1 : 0)],
  [0x59, (left, right) => (left >= right ? 1 : 0)],
  [0x5a, (left, right) => (unsigned(left) >= unsigned(right) ? 1 : 0)],
]);

/** `i64.eqz`, `i32.wrap_i64`: an i64 to an i32. */
const longToWord: Rows<(value: bigint) => number> = new Map([
  [0x50, (value) => (value === 0n ? 1 : 0)],
  [0xa7, lowWord],
]);

/** `i64.extend_i32_s` and `_u`. */
const wordToLong: Rows<(value: number) => bigint> = new Map([
  [0xac, (value) => BigInt(value)],
  [0xad, (value) => BigInt(value >>> 0)],
]);

/** What a division traps for; undefined: it has a result. */
export function divisionTrap(
  opcode: number,
  left: number | bigint,
  right: number | bigint,
): 'divisionByZero' | 'integerOverflow' | undefined {
  if (right === 0 || right === 0n) return 'divisionByZero';
  if (opcode === 0x6d && right === -1 && left === -0x8000_0000) return 'integerOverflow';
  if (opcode === 0x7f && right === -1n && left === -(2n ** 63n)) return 'integerOverflow';
  return undefined;
}

export const isDivision = (opcode: number): boolean =>
  wordDivision.has(opcode) || longDivision.has(opcode);

/** Takes its operands from the stack and leaves its result there: an unknown one if one of them is. */
export type StackOperation = (stack: (number | bigint | undefined)[]) => void;

const onWord =
  (operation: (value: number) => number | bigint): StackOperation =>
  (stack) => {
    const value = stack.pop();
    stack.push(typeof value === 'number' ? operation(value) : undefined);
  };

const onLong =
  (operation: (value: bigint) => number | bigint): StackOperation =>
  (stack) => {
    const value = stack.pop();
    stack.push(typeof value === 'bigint' ? operation(value) : undefined);
  };

const onWords =
  (operation: WordBinary): StackOperation =>
  (stack) => {
    const right = stack.pop();
    const left = stack.pop();
    const isKnown = typeof left === 'number' && typeof right === 'number';
    stack.push(isKnown ? operation(left, right) : undefined);
  };

const onLongs =
  (operation: (left: bigint, right: bigint) => number | bigint): StackOperation =>
  (stack) => {
    const right = stack.pop();
    const left = stack.pop();
    const isKnown = typeof left === 'bigint' && typeof right === 'bigint';
    stack.push(isKnown ? operation(left, right) : undefined);
  };

/** By opcode. */
export const integerOperations: readonly (StackOperation | undefined)[] = tableOf([
  ...mapped([...wordUnary, ...wordToLong], onWord),
  ...mapped([...longUnary, ...longToWord], onLong),
  ...mapped([...wordBinary, ...wordDivision], onWords),
  ...mapped([...longBinary, ...longDivision, ...longComparison], onLongs),
]);

function mapped<Operation>(
  rows: readonly (readonly [number, Operation])[],
  onStack: (operation: Operation) => StackOperation,
): (readonly [number, StackOperation])[] {
  return rows.map(([opcode, operation]) => [opcode, onStack(operation)]);
}

function tableOf(
  rows: readonly (readonly [number, StackOperation])[],
): (StackOperation | undefined)[] {
  const table = Array<StackOperation | undefined>(256).fill(undefined);
  for (const [opcode, operation] of rows) table[opcode] = operation;
  return table;
}
