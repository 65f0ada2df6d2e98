/** Bit arithmetic on 32-bit integers. Fields are named as the manuals do: `high:low`, inclusive. */

/** The unsigned value of bits high:low of `word`; `high - low` may be 31. */
export function bits(word: number, high: number, low: number): number {
  const width = high - low + 1;
  return width === 32 ? word >>> 0 : (word >>> low) & ((1 << width) - 1);
}

export const bit = (word: number, index: number): 0 | 1 => ((word >>> index) & 1) as 0 | 1;

/** `value`'s low `width` bits (1…32) as a signed number. */
export const signExtend = (value: number, width: number): number =>
  (value << (32 - width)) >> (32 - width);

export const alignDown = (value: number, sizeBits: number): number =>
  ((value >>> sizeBits) << sizeBits) >>> 0;

/** The first multiple of 2^sizeBits at or above `value`; may be 2^32 for a value near the top. */
export const alignUp = (value: number, sizeBits: number): number => {
  const size = 2 ** sizeBits;
  return Math.ceil(value / size) * size;
};

/** Zero for an argument with bit 0 clear; 32 for 0xffff_ffff. */
export const countTrailingOnes = (word: number): number => {
  const zeros = ~word;
  return zeros === 0 ? 32 : 31 - Math.clz32(zeros & -zeros);
};
