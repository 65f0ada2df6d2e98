/** Multiplication and division of RV32M on signed words. Unprivileged spec, chapter 7. */

/** High word of the unsigned product, from four 16-bit products: no 64-bit integers, which are slow. */
export function mulhu(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = Math.imul(aLow, bLow) >>> 0;
  // Each sum is below 2^33: exact as a double, and its high part is found by division.
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (low >>> 16);
  const other = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/** A negative operand is 2^32 more when read as unsigned, which adds the other operand to the high word. */
export const mulh = (a: number, b: number): number =>
  (mulhu(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;

export const mulhsu = (a: number, b: number): number => (mulhu(a, b) - (a < 0 ? b : 0)) | 0;

/** "The quotient of division by zero has all bits set"; -2^31 / -1 overflows to -2^31. */
export const div = (a: number, b: number): number => (b === 0 ? -1 : (a / b) | 0);

export const divu = (a: number, b: number): number => (b === 0 ? -1 : ((a >>> 0) / (b >>> 0)) | 0);

/** "The remainder of division by zero equals the dividend"; of the overflow it is 0. */
export const rem = (a: number, b: number): number => (b === 0 ? a : (a % b) | 0);

export const remu = (a: number, b: number): number => (b === 0 ? a : ((a >>> 0) % (b >>> 0)) | 0);
