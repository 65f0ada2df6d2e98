// Archives in the "newc" format of cpio, with or without a checksum: a header of thirteen numbers of eight hexadecimal
// digits behind a magic number, the name, the contents; name and contents are filled up to four bytes. What is wrong
// with an archive ends it.
const HEADER_BYTES: i32 = 110;
const TRAILER: string = 'TRAILER!!!';

/** Numbers of the header, counted behind the magic number. */
const MODE: i32 = 1;
const FILE_SIZE: i32 = 6;
const NAME_SIZE: i32 = 11;
const FILE_TYPE: u32 = 0o170000;
const REGULAR: u32 = 0o100000;

export class CpioFile {
  constructor(
    public name: string,
    /** Where the contents are in the archive. */
    public start: i32,
    public size: i32,
  ) {}
}

export class CpioArchive {
  private at: i32 = 0;
  /** Whether the archive ends otherwise than it should. */
  isBroken: bool = false;

  constructor(private bytes: Uint8Array) {}

  /** The next regular file; null when there is none. */
  next(): CpioFile | null {
    while (true) {
      let header = this.at;
      if (this.at + HEADER_BYTES > this.bytes.length || !this.hasMagic()) return this.end();
      let nameSize = this.number(NAME_SIZE);
      let fileSize = this.number(FILE_SIZE);
      let mode = this.number(MODE);
      let left = <u32>(this.bytes.length - header - HEADER_BYTES);
      if (this.isBroken || nameSize == 0 || nameSize > left || fileSize > left) return this.end();
      let nameStart = header + HEADER_BYTES;
      let nameEnd = nameStart + <i32>nameSize - 1;
      let name = String.UTF8.decode(this.bytes.slice(nameStart, nameEnd).buffer);
      if (name == TRAILER) {
        this.at = this.bytes.length;
        return null;
      }
      let start = filledUp(header + HEADER_BYTES + <i32>nameSize);
      if (start + <i32>fileSize > this.bytes.length) return this.end();
      this.at = filledUp(start + <i32>fileSize);
      if ((mode & FILE_TYPE) == REGULAR) return new CpioFile(name, start, <i32>fileSize);
    }
  }

  private end(): CpioFile | null {
    this.isBroken = this.isBroken || this.at < this.bytes.length;
    this.at = this.bytes.length;
    return null;
  }

  /** 070701 or 070702. */
  private hasMagic(): bool {
    let magic = '07070';
    for (let index = 0; index < magic.length; index++)
      if (this.bytes[this.at + index] != <u8>magic.charCodeAt(index)) return false;
    let last = this.bytes[this.at + magic.length];
    return last == 0x31 || last == 0x32;
  }

  private number(index: i32): u32 {
    let value: u32 = 0;
    let start = this.at + 6 + 8 * index;
    for (let place = start; place < start + 8; place++) {
      let character = this.bytes[place];
      let digit: u32 = 16;
      if (character >= 0x30 && character <= 0x39) digit = character - 0x30;
      else {
        let letter = character | 0x20;
        if (letter >= 0x61 && letter <= 0x66) digit = letter - 0x61 + 10;
      }
      if (digit == 16) this.isBroken = true;
      value = (value << 4) | (digit & 15);
    }
    return value;
  }
}

function filledUp(place: i32): i32 {
  return (place + 3) & ~3;
}
