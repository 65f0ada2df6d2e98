/** Reads values that were encoded with postcard. Past the end, or where a number is too long, it is no longer valid. */
export interface PostcardReader {
  readonly isValid: boolean;
  /** A number of at most 32 bits; 0 when there is none. */
  unsigned(): number;
  /** Empty when there is none. */
  text(): string;
}

const longestNumber = 5;

export function postcardReader(bytes: Uint8Array): PostcardReader {
  let at = 0;
  let isValid = true;
  const unsigned = (): number => {
    let value = 0;
    for (let index = 0; index < longestNumber; index += 1) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value += (byte % 128) * 128 ** index;
      if (byte < 128 && value < 2 ** 32) return value;
    }
    isValid = false;
    return 0;
  };
  return {
    get isValid() {
      return isValid;
    },
    unsigned,
    text() {
      const length = unsigned();
      if (at + length > bytes.length) isValid = false;
      const text = isValid ? new TextDecoder().decode(bytes.subarray(at, at + length)) : '';
      at += length;
      return text;
    },
  };
}
