// Bytes in the order in which they came, in a fixed piece of memory. What does not fit is not taken.

export class ByteRing {
  private bytes: StaticArray<u8>;
  private start: i32 = 0;
  private filled: i32 = 0;

  constructor(capacity: i32) {
    this.bytes = new StaticArray<u8>(capacity);
  }

  get length(): i32 {
    return this.filled;
  }

  /** False where there is no room. */
  push(byte: u8): bool {
    let capacity = this.bytes.length;
    if (this.filled == capacity) return false;
    let end = this.start + this.filled;
    this.bytes[end < capacity ? end : end - capacity] = byte;
    this.filled++;
    return true;
  }

  /** The oldest; 0 where there is none. */
  shift(): u8 {
    if (this.filled == 0) return 0;
    let byte = this.bytes[this.start];
    this.start = this.start + 1 < this.bytes.length ? this.start + 1 : 0;
    this.filled--;
    return byte;
  }
}
