// What components log, in CantripOS's numbers and encoding: postcard in the first half of the page that a component
// shares with the console, the status in the label of the answer. A text is `target::message`, and is cut where the
// half page ends, never within a character.
import { Reader, Writer } from 'sel4/postcard';

export enum LogLevel {
  /** Nothing is logged at this level: it is what a limit may be. */
  Off,
  Error,
  Warn,
  Info,
  Debug,
  Trace,
}

export enum LoggerError {
  Success,
  SerializeFailed,
  DeserializeFailed,
  LogFailed,
  UnknownError,
}

/** Half a page. */
export const REQUEST_BYTES: i32 = 2048;
/** Less what stands before the text. */
export const MAX_TEXT_BYTES: i32 = 2044;
const HEAD_BYTES: i32 = 4;
const LAST_BYTES: i32 = 3;

export class LogRequest {
  constructor(
    public level: LogLevel,
    public text: string,
  ) {}

  /** A text that is too long ends in three dots. */
  encode(): Uint8Array {
    let size = String.UTF8.byteLength(this.text);
    let text = size <= MAX_TEXT_BYTES ? this.text : cut(this.text);
    let bytes = new Uint8Array(HEAD_BYTES + min(size, MAX_TEXT_BYTES));
    let to = Writer.over(bytes);
    to.variant(0);
    to.u8(<u8>this.level);
    to.text(text);
    return bytes.subarray(0, to.length);
  }

  /** Null for what is no request, and for a level that there is not. */
  static decode(bytes: Uint8Array): LogRequest | null {
    let from = Reader.over(bytes);
    if (from.variant() != 0) return null;
    let level = from.u8();
    let text = from.text();
    if (from.isWrong || level == 0 || level > <u8>LogLevel.Trace) return null;
    return new LogRequest(<LogLevel>level, text);
  }
}

/** A request where it lies: whoever is asked often makes one of these once, and nothing for each request. */
export class LogView {
  level: LogLevel = LogLevel.Off;
  /** Where the text is. It may be anything. */
  start: i32 = 0;
  end: i32 = 0;

  /** False for what is no request. */
  read(bytes: Uint8Array): bool {
    let level = bytes[1];
    if (bytes[0] != 0 || level == 0 || level > <u8>LogLevel.Trace) return false;
    this.level = <LogLevel>level;
    let isLong = bytes[2] >= 0x80;
    this.start = isLong ? 4 : 3;
    let size: i32 = bytes[2] & 0x7f;
    if (isLong) size |= (<i32>bytes[3]) << 7;
    this.end = this.start + size;
    return this.end <= bytes.length;
  }
}

/** As many characters as leave room for the dots. */
function cut(text: string): string {
  let left = MAX_TEXT_BYTES - LAST_BYTES;
  let at = 0;
  while (at < text.length) {
    let point = text.codePointAt(at);
    left -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
    if (left < 0) break;
    at += point < 0x1_0000 ? 1 : 2;
  }
  return text.slice(0, at) + '...';
}
