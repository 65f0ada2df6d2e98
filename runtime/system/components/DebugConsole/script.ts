// The lines of a file, one after the other. The file ends where a byte is zero: what a package has behind it fills its page.
export class Script {
  private at: i32 = 0;

  constructor(private bytes: Uint8Array) {}

  /** Null at the end. */
  next(): string | null {
    let bytes = this.bytes;
    let start = this.at;
    if (start >= bytes.length || bytes[start] == 0) return null;
    let end = start;
    while (end < bytes.length && bytes[end] != 0 && bytes[end] != 0x0a) end++;
    this.at = end < bytes.length && bytes[end] == 0x0a ? end + 1 : end;
    let line = '';
    for (let index = start; index < end; index++) {
      let byte = bytes[index];
      if (byte >= 0x20 && byte < 0x7f) line += String.fromCharCode(byte);
      else if (byte != 0x0d) line += byte == 0x09 ? ' ' : '?';
    }
    return line;
  }
}
