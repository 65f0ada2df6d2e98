/** Interrupt sources as the bits of register words: bit n of word w is source 32·w + n. */

/** The word whose bits are the sources for which `holds` is true; source 0 is always clear. */
export function packSources(
  word: number,
  count: number,
  holds: (source: number) => boolean,
): number {
  let value = 0;
  for (let index = 0; index < 32; index += 1) {
    const source = word * 32 + index;
    if (source >= 1 && source <= count && holds(source)) value |= 1 << index;
  }
  return value >>> 0;
}

/** Calls `apply` for each of the 32 sources of a word. */
export function unpackSources(
  value: number,
  word: number,
  apply: (source: number, on: boolean) => void,
): void {
  for (let index = 0; index < 32; index += 1) {
    apply(word * 32 + index, ((value >>> index) & 1) === 1);
  }
}
