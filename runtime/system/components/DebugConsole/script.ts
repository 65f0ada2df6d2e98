// The lines of a file, one after the other. The file ends where a byte is zero: what a package has behind it fills its page.
import { LINE_MAX } from './line-editor';

export class Script {
  private at: i32 = 0;

  constructor(private bytes: Uint8Array) {}

  /** What it takes of the memory. */
  get size(): i32 {
    return this.bytes.length;
  }

  /** Null at the end. */
  next(): string | null {
    let bytes = this.bytes;
    let start = this.at;
    if (start >= bytes.length || bytes[start] == 0) return null;
    let end = start;
    while (end < bytes.length && bytes[end] != 0 && bytes[end] != 0x0a) end++;
    this.at = end < bytes.length && bytes[end] == 0x0a ? end + 1 : end;
    // Of a line that is too long, as much as shows it.
    let most = min(end - start, LINE_MAX + 1);
    let line = new Uint8Array(most);
    let count = 0;
    for (let index = start; index < end && count < most; index++) {
      let byte = bytes[index];
      if (byte >= 0x20 && byte < 0x7f) line[count++] = byte;
      else if (byte != 0x0d) line[count++] = byte == 0x09 ? 0x20 : 0x3f;
    }
    return String.UTF8.decode(line.buffer.slice(0, count));
  }
}
