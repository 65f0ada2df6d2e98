// Characters of UTF-8, as their bytes come one by one. The shortest form alone is one, and surrogates are none (Unicode 3.9,
// table 3-7).
export const MORE: i32 = -1;
export const WRONG: i32 = -2;

export class CharacterBytes {
  private code: i32 = 0;
  /** Bytes that are still to come. */
  private missing: i32 = 0;
  private least: i32 = 0;

  get isBegun(): bool {
    return this.missing > 0;
  }

  /** What was begun is none. */
  forget(): void {
    this.missing = 0;
  }

  /** Of a byte that is not ASCII: the character that it ends, or one of the two above. */
  feed(byte: u8): i32 {
    if (this.missing == 0) return this.begin(byte);
    if ((byte & 0xc0) != 0x80) {
      this.missing = 0;
      return WRONG;
    }
    this.code = (this.code << 6) | (byte & 0x3f);
    this.missing--;
    if (this.missing > 0) return MORE;
    let code = this.code;
    let isSurrogate = code >= 0xd800 && code < 0xe000;
    return code < this.least || code > 0x10ffff || isSurrogate ? WRONG : code;
  }

  private begin(byte: u8): i32 {
    if (byte >= 0xc0 && byte < 0xe0) this.expect(1, byte & 0x1f, 0x80);
    else if (byte >= 0xe0 && byte < 0xf0) this.expect(2, byte & 0x0f, 0x800);
    else if (byte >= 0xf0 && byte < 0xf8) this.expect(3, byte & 0x07, 0x10000);
    else return WRONG;
    return MORE;
  }

  private expect(missing: i32, code: i32, least: i32): void {
    this.missing = missing;
    this.code = code;
    this.least = least;
  }
}
