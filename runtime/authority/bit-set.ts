/**
 * A set of small numbers, 32 to a word: unions of large sets are what the closure of authority does. Most
 * sets stay empty, and have no words until something comes in.
 */
import { countTrailingOnes } from '../base/bits.js';

export class BitSet {
  private readonly size: number;
  private words: Uint32Array | undefined = undefined;

  /** Holds numbers below `size`. */
  constructor(size: number) {
    this.size = size;
  }

  add(value: number): void {
    const words = this.filled();
    const index = value >>> 5;
    words[index] = (words[index] ?? 0) | (1 << (value & 31));
  }

  addAll(other: BitSet): void {
    if (other.words === undefined) return;
    const words = this.filled();
    for (let index = 0; index < words.length; index += 1) {
      words[index] = (words[index] ?? 0) | (other.words[index] ?? 0);
    }
  }

  without(other: BitSet): BitSet {
    const rest = this.copy();
    if (rest.words === undefined || other.words === undefined) return rest;
    let left = 0;
    for (let index = 0; index < rest.words.length; index += 1) {
      const word = (rest.words[index] ?? 0) & ~(other.words[index] ?? 0);
      rest.words[index] = word;
      left |= word;
    }
    if (left === 0) rest.words = undefined;
    return rest;
  }

  copy(): BitSet {
    const copy = new BitSet(this.size);
    copy.words = this.words?.slice();
    return copy;
  }

  get isEmpty(): boolean {
    return this.words === undefined;
  }

  /** Ascending. */
  values(): number[] {
    const values: number[] = [];
    const { words = new Uint32Array(0) } = this;
    for (let index = 0; index < words.length; index += 1) {
      // Each turn takes the lowest bit away; below it there were zeros, which -1 makes ones.
      for (let rest = words[index] ?? 0; rest !== 0; rest &= rest - 1) {
        values.push(index * 32 + countTrailingOnes((rest - 1) & ~rest));
      }
    }
    return values;
  }

  private filled(): Uint32Array {
    this.words ??= new Uint32Array(Math.ceil(this.size / 32));
    return this.words;
  }
}
