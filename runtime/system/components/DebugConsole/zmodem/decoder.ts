// Finds headers and subpackets of ZMODEM in what comes over a line, a byte at a time. What is neither, is passed over: so
// noise costs a frame, and never more than the buffer holds. Data is looked for only when it was asked for.
import { crc32 } from '../../SecurityCoordinator/crc32';
import { crc16 } from './crc16';
import {
  BINARY_16,
  BINARY_32,
  ESCAPE,
  FrameKind,
  HEXADECIMAL,
  PAD,
  hexadecimalDigit,
} from './header';

/** The longest subpacket, which the sender is told. */
export const MOST_DATA: i32 = 1024;

/** What a byte has completed. */
export enum Found {
  Nothing,
  Header,
  Data,
  /** A header or data with a wrong checksum, or without an end. */
  Broken,
  /** Five times CAN. */
  Cancel,
}

/** How a subpacket ends, and what the sender wants then. */
export enum Ending {
  /** The frame ends. */
  Last = 0x68,
  /** Goes on at once. */
  More = 0x69,
  /** Goes on, and wants to hear that it came. */
  MoreAnswered = 0x6a,
  /** The frame ends, and the sender waits to hear that it came. */
  LastAnswered = 0x6b,
}

enum State {
  Idle,
  /** Behind a pad. */
  Padded,
  /** Behind a pad and an escape. */
  Begun,
  Digits,
  Header,
  Data,
  /** The checksum of data. */
  Sum,
}

/** Of an escaped byte that is none: the ends of subpackets are themselves, with this bit. */
const ENDS: i32 = 0x100;
const NOT_YET: i32 = -1;
const WRONG: i32 = -2;
const ALL_OF_FIVE: i32 = 5;

export class Decoder {
  kind: FrameKind = FrameKind.RequestInit;
  /** Of the header: its bytes, the first one lowest. */
  value: u32 = 0;
  data: Uint8Array = new Uint8Array(MOST_DATA + 1);
  count: i32 = 0;
  ending: Ending = Ending.Last;

  private state: State = State.Idle;
  private isEscaped: bool = false;
  private cancels: i32 = 0;
  private isLong: bool = false;
  /** Whether the end of a line may come before the data: behind a header in digits. */
  private isBehindDigits: bool = false;
  private header: Uint8Array = new Uint8Array(9);
  private have: i32 = 0;
  private digit: i32 = 0;

  /** Whether what comes belongs to nothing yet. */
  get isIdle(): bool {
    return this.state == State.Idle;
  }

  /** What comes next is a subpacket: behind a header that has one, or another one. */
  expectData(): void {
    this.state = State.Data;
    this.isEscaped = false;
    this.count = 0;
  }

  /** What has begun does not go on. */
  reset(): void {
    this.state = State.Idle;
    this.isEscaped = false;
    this.cancels = 0;
  }

  feed(byte: u8): Found {
    this.cancels = byte == ESCAPE ? this.cancels + 1 : 0;
    if (this.cancels == ALL_OF_FIVE) {
      this.reset();
      return Found.Cancel;
    }
    // Neither belongs to a frame: somebody on the way wants the line to rest.
    if ((byte & 0x7f) == 0x11 || (byte & 0x7f) == 0x13) return Found.Nothing;
    switch (this.state) {
      case State.Idle:
        if (byte == PAD) this.state = State.Padded;
        return Found.Nothing;
      case State.Padded:
        if (byte == ESCAPE) this.state = State.Begun;
        else if (byte != PAD) this.state = State.Idle;
        return Found.Nothing;
      case State.Begun:
        this.beginHeader(byte);
        return Found.Nothing;
      case State.Digits:
        return this.takeDigit(byte);
      default:
        return this.takeEscaped(byte);
    }
  }

  // ---- headers

  private beginHeader(style: u8): void {
    this.have = 0;
    this.isEscaped = false;
    this.digit = NOT_YET;
    this.isLong = style == BINARY_32;
    this.isBehindDigits = style == HEXADECIMAL;
    if (style == HEXADECIMAL) this.state = State.Digits;
    else if (style == BINARY_16 || style == BINARY_32) this.state = State.Header;
    else this.state = State.Idle;
  }

  private takeDigit(byte: u8): Found {
    let digit = hexadecimalDigit(byte & 0x7f);
    if (digit < 0) return this.broken();
    if (this.digit < 0) {
      this.digit = digit;
      return Found.Nothing;
    }
    let both = (this.digit << 4) | digit;
    this.digit = NOT_YET;
    return this.takeHeader(<u8>both);
  }

  private takeHeader(byte: u8): Found {
    let header = this.header;
    header[this.have] = byte;
    this.have++;
    if (this.have < (this.isLong ? 9 : 7)) return Found.Nothing;
    this.state = State.Idle;
    if (!this.isHeaderRight()) return Found.Broken;
    if (header[0] > <u8>FrameKind.StandardError) return Found.Broken;
    this.kind = <FrameKind>header[0];
    this.value =
      (<u32>header[1]) |
      ((<u32>header[2]) << 8) |
      ((<u32>header[3]) << 16) |
      ((<u32>header[4]) << 24);
    return Found.Header;
  }

  private isHeaderRight(): bool {
    let header = this.header;
    if (this.isLong) return crc32(header, 0, 5) == lowFirst(header, 5);
    let sum: u32 = 0;
    for (let at = 0; at < 7; at++) sum = crc16(header[at], sum);
    return sum == 0;
  }

  // ---- data

  private takeEscaped(byte: u8): Found {
    if (this.isBehindDigits && isEndOfLine(byte)) return Found.Nothing;
    this.isBehindDigits = false;
    let plain = this.plain(byte);
    if (plain == NOT_YET) return Found.Nothing;
    if (plain == WRONG) return this.broken();
    if (this.state == State.Data) return this.takeData(plain);
    if (plain >= ENDS) return this.broken();
    return this.state == State.Header ? this.takeHeader(<u8>plain) : this.takeSum(<u8>plain);
  }

  private takeData(plain: i32): Found {
    if (plain < ENDS) {
      if (this.count == MOST_DATA) return this.broken();
      this.data[this.count] = <u8>plain;
      this.count++;
      return Found.Nothing;
    }
    this.ending = <Ending>(plain - ENDS);
    this.state = State.Sum;
    this.have = 0;
    return Found.Nothing;
  }

  private takeSum(byte: u8): Found {
    this.header[this.have] = byte;
    this.have++;
    if (this.have < (this.isLong ? 4 : 2)) return Found.Nothing;
    this.state = State.Idle;
    return this.isDataRight() ? Found.Data : Found.Broken;
  }

  /** The checksum is that of the data and its end. */
  private isDataRight(): bool {
    this.data[this.count] = <u8>this.ending;
    if (this.isLong) return crc32(this.data, 0, this.count + 1) == lowFirst(this.header, 0);
    let sum: u32 = 0;
    for (let at = 0; at <= this.count; at++) sum = crc16(this.data[at], sum);
    return sum == (((<u32>this.header[0]) << 8) | this.header[1]);
  }

  /** The byte that was meant, the end of a subpacket, or one of the two constants. */
  private plain(byte: u8): i32 {
    if (!this.isEscaped) {
      if (byte != ESCAPE) return byte;
      this.isEscaped = true;
      return NOT_YET;
    }
    // On the way to five.
    if (byte == ESCAPE) return NOT_YET;
    this.isEscaped = false;
    if (byte >= <u8>Ending.Last && byte <= <u8>Ending.LastAnswered) return ENDS + byte;
    if (byte == 0x6c) return 0x7f;
    if (byte == 0x6d) return 0xff;
    return (byte & 0x60) == 0x40 ? byte ^ 0x40 : WRONG;
  }

  private broken(): Found {
    this.state = State.Idle;
    this.isEscaped = false;
    return Found.Broken;
  }
}

function isEndOfLine(byte: u8): bool {
  return (byte & 0x7f) == 0x0d || (byte & 0x7f) == 0x0a;
}

function lowFirst(bytes: Uint8Array, at: i32): u32 {
  return (
    (<u32>bytes[at]) |
    ((<u32>bytes[at + 1]) << 8) |
    ((<u32>bytes[at + 2]) << 16) |
    ((<u32>bytes[at + 3]) << 24)
  );
}
