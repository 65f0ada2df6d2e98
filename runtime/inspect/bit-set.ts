/** A set of small numbers, 32 to a word: unions of large sets are what the closure of authority does. */
import { countTrailingOnes } from '../base/bits.js';

export class BitSet {
  private readonly words: Uint32Array;

  /** Holds numbers below `size`. */
  constructor(size: number) {
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  static of(size: number, ...values: readonly number[]): BitSet {
    const set = new BitSet(size);
    for (const value of values) set.add(value);
    return set;
  }

  add(value: number): void {
    const index = value >>> 5;
    this.words[index] = (this.words[index] ?? 0) | (1 << (value & 31));
  }

  has(value: number): boolean {
    return ((this.words[value >>> 5] ?? 0) & (1 << (value & 31))) !== 0;
  }

  addAll({ words }: BitSet): void {
    for (let index = 0; index < words.length; index += 1) {
      this.words[index] = (this.words[index] ?? 0) | (words[index] ?? 0);
    }
  }

  without({ words }: BitSet): BitSet {
    const rest = this.copy();
    for (let index = 0; index < words.length; index += 1) {
      rest.words[index] = (rest.words[index] ?? 0) & ~(words[index] ?? 0);
    }
    return rest;
  }

  copy(): BitSet {
    const copy = new BitSet(this.words.length * 32);
    copy.words.set(this.words);
    return copy;
  }

  get isEmpty(): boolean {
    return this.words.every((word) => word === 0);
  }

  /** Ascending. */
  values(): number[] {
    const values: number[] = [];
    this.words.forEach((word, index) => {
      for (let rest = word; rest !== 0; rest &= rest - 1) {
        values.push(index * 32 + countTrailingOnes((rest - 1) & ~rest));
      }
    });
    return values;
  }
}
