// Messages in the wire format of Rust's `postcard` 1.0 (serde): numbers of 16 bits and more take seven bits a byte,
// signed ones alternate around zero before, and a text or a list has its length first. A writer and a reader go over
// a stretch of bytes, and remember when it was too short or wrong: what is written then is lost, what is read is 0.
//
// CantripOS was written for postcard 0.7, whose numbers have a fixed size, low byte first; only lengths and the numbers of
// variants are as above, and a `usize` has eight bytes. `fixed16`, `fixed32`, `fixed64` and `size` are those.
import { messageEnd, messageStart } from "./message";

export class Writer {
  private start: usize = 0;
  private at: usize = 0;
  private end: usize = 0;
  private bytes: Uint8Array | null = null;
  /** Whether more was written than there is room for. */
  isTooLong: bool = false;

  /** Over an array. */
  static over(bytes: Uint8Array): Writer {
    let writer = new Writer();
    writer.bytes = bytes;
    writer.start = bytes.dataStart;
    writer.at = writer.start;
    writer.end = writer.start + <usize>bytes.length;
    return writer;
  }

  /** Over the message of this thread, behind so many words. */
  static ofMessage(words: u32 = 0): Writer {
    let writer = new Writer();
    writer.rewindToMessage(words);
    return writer;
  }

  rewindToMessage(words: u32 = 0): void {
    this.bytes = null;
    this.start = messageStart() + (<usize>words << 2);
    this.at = this.start;
    this.end = messageEnd();
    this.isTooLong = this.start > this.end;
  }

  get length(): i32 {
    return <i32>(this.at - this.start);
  }

  /** Bytes that still fit. */
  get room(): i32 {
    return <i32>(this.end - this.at);
  }

  /** Words that the bytes take. */
  get words(): u32 {
    return <u32>(this.length + 3) >> 2;
  }

  u8(value: u8): void {
    if (!this.hasRoom(1)) return;
    store<u8>(this.at, value);
    this.at += 1;
  }

  i8(value: i8): void {
    this.u8(<u8>value);
  }

  bool(value: bool): void {
    this.u8(value ? 1 : 0);
  }

  u16(value: u16): void {
    this.u32(value);
  }

  u32(value: u32): void {
    while (value >= 0x80) {
      this.u8(<u8>(value | 0x80));
      value >>= 7;
    }
    this.u8(<u8>value);
  }

  u64(value: u64): void {
    while (value >= 0x80) {
      this.u8(<u8>(value | 0x80));
      value >>= 7;
    }
    this.u8(<u8>value);
  }

  fixed16(value: u16): void {
    if (!this.hasRoom(2)) return;
    store<u16>(this.at, value);
    this.at += 2;
  }

  fixed32(value: u32): void {
    if (!this.hasRoom(4)) return;
    store<u32>(this.at, value);
    this.at += 4;
  }

  fixed64(value: u64): void {
    if (!this.hasRoom(8)) return;
    store<u64>(this.at, value);
    this.at += 8;
  }

  /** A `usize` of CantripOS. */
  size(value: u32): void {
    this.fixed64(value);
  }

  i16(value: i16): void {
    this.i32(value);
  }

  i32(value: i32): void {
    this.u32(<u32>((value << 1) ^ (value >> 31)));
  }

  i64(value: i64): void {
    this.u64(<u64>((value << 1) ^ (value >> 63)));
  }

  /** The number of a variant of an enumeration, before what the variant holds. */
  variant(index: u32): void {
    this.u32(index);
  }

  /** Before a value that may be missing: whether it is there. */
  option(isPresent: bool): void {
    this.bool(isPresent);
  }

  /** Before the items of a list. */
  sequence(length: i32): void {
    this.u32(<u32>length);
  }

  text(value: string): void {
    let size = String.UTF8.byteLength(value);
    this.u32(<u32>size);
    if (!this.hasRoom(size)) return;
    // Half of a pair of surrogates is no character: a sign that says so takes as many bytes.
    String.UTF8.encodeUnsafe(
      changetype<usize>(value),
      value.length,
      this.at,
      false,
      String.UTF8.ErrorMode.REPLACE,
    );
    this.at += size;
  }

  byteArray(value: Uint8Array): void {
    let size = <usize>value.length;
    this.u32(<u32>size);
    if (!this.hasRoom(size)) return;
    memory.copy(this.at, value.dataStart, size);
    this.at += size;
  }

  private hasRoom(size: usize): bool {
    if (this.isTooLong || size > this.end - this.at) {
      this.isTooLong = true;
      return false;
    }
    return true;
  }
}

export class Reader {
  private at: usize = 0;
  private end: usize = 0;
  private bytes: Uint8Array | null = null;
  /** Whether the bytes ended too soon, or are none that a writer makes. */
  isWrong: bool = false;

  static over(bytes: Uint8Array): Reader {
    let reader = new Reader();
    reader.bytes = bytes;
    reader.at = bytes.dataStart;
    reader.end = reader.at + <usize>bytes.length;
    return reader;
  }

  /** Over the message that this thread received: so many words of it, behind the first ones. */
  static ofMessage(words: u32, behind: u32 = 0): Reader {
    let reader = new Reader();
    reader.rewindToMessage(words, behind);
    return reader;
  }

  rewindToMessage(words: u32, behind: u32 = 0): void {
    this.bytes = null;
    this.at = messageStart() + (<usize>behind << 2);
    this.end = messageStart() + (<usize>words << 2);
    if (this.end > messageEnd()) this.end = messageEnd();
    this.isWrong = this.at > this.end;
  }

  /** Bytes that were not read. */
  get rest(): i32 {
    return this.isWrong ? 0 : <i32>(this.end - this.at);
  }

  u8(): u8 {
    if (this.isWrong || this.at >= this.end) {
      this.isWrong = true;
      return 0;
    }
    let value = load<u8>(this.at);
    this.at += 1;
    return value;
  }

  i8(): i8 {
    return <i8>this.u8();
  }

  bool(): bool {
    let value = this.u8();
    if (value > 1) this.isWrong = true;
    return value == 1;
  }

  u16(): u16 {
    return <u16>this.varint(0xffff, 3);
  }

  u32(): u32 {
    return <u32>this.varint(0xffffffff, 5);
  }

  u64(): u64 {
    return this.varint(0xffffffffffffffff, 10);
  }

  fixed16(): u16 {
    if (!this.has(2)) return 0;
    let value = load<u16>(this.at);
    this.at += 2;
    return value;
  }

  fixed32(): u32 {
    if (!this.has(4)) return 0;
    let value = load<u32>(this.at);
    this.at += 4;
    return value;
  }

  fixed64(): u64 {
    if (!this.has(8)) return 0;
    let value = load<u64>(this.at);
    this.at += 8;
    return value;
  }

  /** A `usize` of CantripOS, whose machines have 32 bits. */
  size(): u32 {
    let value = this.fixed64();
    if (value > u32.MAX_VALUE) this.isWrong = true;
    return this.isWrong ? 0 : <u32>value;
  }

  i16(): i16 {
    return <i16>unfold(this.u16());
  }

  i32(): i32 {
    return <i32>unfold(this.u32());
  }

  i64(): i64 {
    return unfold(this.u64());
  }

  variant(): u32 {
    return this.u32();
  }

  option(): bool {
    return this.bool();
  }

  sequence(): i32 {
    let length = this.u32();
    // Every item takes at least a byte, but for those that take none, which no message of ours has.
    if (length > <u32>this.rest) this.isWrong = true;
    return this.isWrong ? 0 : <i32>length;
  }

  text(): string {
    let size = this.sequence();
    if (!isText(this.at, this.at + <usize>size)) this.isWrong = true;
    if (this.isWrong) return "";
    let value = String.UTF8.decodeUnsafe(this.at, <usize>size);
    this.at += <usize>size;
    return value;
  }

  byteArray(): Uint8Array {
    let size = this.sequence();
    let value = new Uint8Array(size);
    memory.copy(value.dataStart, this.at, <usize>size);
    this.at += <usize>size;
    return value;
  }

  private has(bytes: usize): bool {
    if (this.isWrong || bytes > this.end - this.at) this.isWrong = true;
    return !this.isWrong;
  }

  private varint(limit: u64, most: i32): u64 {
    let value: u64 = 0;
    for (let count = 0; count < most; count++) {
      let byte = this.u8();
      let bits = <u64>(byte & 0x7f);
      let shift = <u64>(7 * count);
      if (shift == 63 && bits > 1) this.isWrong = true;
      value |= bits << shift;
      if (byte < 0x80) {
        if (value > limit) this.isWrong = true;
        return this.isWrong ? 0 : value;
      }
    }
    this.isWrong = true;
    return 0;
  }
}

function unfold(value: u64): i64 {
  return <i64>(value >> 1) ^ -<i64>(value & 1);
}

/** What these bytes say; null when they are no text. */
export function textOf(bytes: Uint8Array): string | null {
  let start = bytes.dataStart;
  let size = <usize>bytes.length;
  return isText(start, start + size) ? String.UTF8.decodeUnsafe(start, size) : null;
}

/** Whether these bytes are characters in UTF-8, each in the shortest way (Unicode 15, table 3-7). */
function isText(at: usize, end: usize): bool {
  while (at < end) {
    let first = <u32>load<u8>(at++);
    if (first < 0x80) continue;
    if (first < 0xc2 || first > 0xf4 || at >= end) return false;
    let second = <u32>load<u8>(at++);
    let least: u32 = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    let most: u32 = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (let more = first < 0xe0 ? 0 : first < 0xf0 ? 1 : 2; more > 0; more--)
      if (at >= end || (load<u8>(at++) & 0xc0) != 0x80) return false;
  }
  return true;
}
