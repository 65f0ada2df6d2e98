/** Grows by doubling; the counterpart of ByteCursor, used for DWARF and ELF alike. Little-endian. */
export class ByteWriter {
  private buffer = new Uint8Array(256);
  private used = 0;

  get length(): number {
    return this.used;
  }

  u8(value: number): this {
    this.reserve(1);
    this.buffer[this.used++] = value;
    return this;
  }

  u16(value: number): this {
    return this.u8(value).u8(value >>> 8);
  }

  u32(value: number): this {
    return this.u16(value).u16(value >>> 16);
  }

  /** `value` is a non-negative integer below 2^53. */
  uleb(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.u8(rest);
  }

  sleb(value: number): this {
    let rest = value;
    for (;;) {
      const low = ((rest % 0x80) + 0x80) % 0x80;
      rest = Math.floor(rest / 0x80);
      const isLast = (low & 0x40) === 0 ? rest === 0 : rest === -1;
      this.u8(isLast ? low : low | 0x80);
      if (isLast) return this;
    }
  }

  /** UTF-8 with a zero byte after it. */
  string(text: string): this {
    return this.raw(utf8.encode(text)).u8(0);
  }

  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.used);
    this.used += bytes.length;
    return this;
  }

  /** Zeros up to the next multiple of `alignmentBytes`. */
  align(alignmentBytes: number): this {
    while (this.used % alignmentBytes !== 0) this.u8(0);
    return this;
  }

  /** Fills in a word that was written before its value was known. */
  patchU32(offset: number, value: number): void {
    for (let byte = 0; byte < 4; byte++) this.buffer[offset + byte] = value >>> (8 * byte);
  }

  /** A copy. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private reserve(count: number): void {
    if (this.used + count <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.used + count));
    larger.set(this.buffer.subarray(0, this.used));
    this.buffer = larger;
  }
}

const utf8 = new TextEncoder();
