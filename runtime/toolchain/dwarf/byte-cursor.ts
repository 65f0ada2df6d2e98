/**
 * Reads little-endian numbers, LEB128 and strings from bytes, never past `end`. A read that does not
 * fit gives 0 or '' and sets `overrun`, so that a decoder can look once, at the end of a record.
 * DWARF 5, section 7.6 for LEB128.
 */
export class ByteCursor {
  overrun = false;
  readonly bytes: Uint8Array;
  offset: number;
  readonly end: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.end = Math.min(end, bytes.length);
    this.offset = offset;
    if (offset > this.end) this.overrun = true;
  }

  get atEnd(): boolean {
    return this.overrun || this.offset >= this.end;
  }

  u8(): number {
    return this.take(1) ? (this.bytes[this.offset - 1] ?? 0) : 0;
  }

  s8(): number {
    return (this.u8() << 24) >> 24;
  }

  u16(): number {
    const low = this.u8();
    return low | (this.u8() << 8);
  }

  u32(): number {
    const low = this.u16();
    return (low | (this.u16() << 16)) >>> 0;
  }

  /** A length or offset: 4 bytes, or 8 in the 64-bit format, whose upper half must be 0 in a file we can hold. */
  offsetOf(format: 32 | 64): number {
    const low = this.u32();
    if (format === 64 && this.u32() !== 0) this.overrun = true;
    return low;
  }

  /** Modulo 2^32: nothing that we read is wider. */
  uleb(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value >>> 0;
    }
  }

  sleb(): number {
    let value = 0;
    for (let shift = 0; ;) {
      const byte = this.u8();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      shift += 7;
      if ((byte & 0x80) === 0)
        return shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value;
    }
  }

  /** Up to a zero byte, as UTF-8. */
  string(): string {
    const zero = this.bytes.indexOf(0, this.offset);
    if (zero < 0 || zero >= this.end) {
      this.take(this.end - this.offset + 1);
      return '';
    }
    const text = utf8.decode(this.bytes.subarray(this.offset, zero));
    this.offset = zero + 1;
    return text;
  }

  skip(count: number): void {
    this.take(count);
  }

  /** A failed read moves to the end, so every loop over `atEnd` ends. */
  private take(count: number): boolean {
    if (this.offset + count > this.end) {
      this.overrun = true;
      this.offset = this.end;
      return false;
    }
    this.offset += count;
    return true;
  }
}

const utf8 = new TextDecoder('utf-8');
