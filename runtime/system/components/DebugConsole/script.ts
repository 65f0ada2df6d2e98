// The lines of a file, one after the other. The file ends where a byte is zero: what a package has behind it fills its page.
// What is no character that a terminal shows is a question mark.
import { LINE_MAX } from './line-editor';
import { sizeOfCharacter } from './logger';

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
    let line = new Uint8Array(end - start);
    let count = 0;
    // Of a line that is too long, as much as shows it.
    for (let characters = 0; start < end && characters <= LINE_MAX; start++) {
      let size = sizeOfCharacter(bytes, start, end);
      for (let left = size; left > 1; left--) line[count++] = bytes[start++];
      let byte = bytes[start];
      if (size == 0 && byte == 0x0d) continue;
      if (size == 0) byte = byte == 0x09 ? 0x20 : 0x3f;
      line[count++] = byte;
      characters++;
    }
    return String.UTF8.decode(line.buffer.slice(0, count));
  }
}
