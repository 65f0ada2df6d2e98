// Archives in the "newc" format of cpio, with or without a checksum: a header of thirteen numbers of eight hexadecimal
// digits behind a magic number, the name, the contents; name and contents are filled up to four bytes. What is wrong
// with an archive ends it. It is read piece by piece, so it need not be in the memory of the program.
import { ImageBytes } from '../../interfaces/image-bytes';

const HEADER_BYTES: i32 = 110;
const TRAILER: string = 'TRAILER!!!';
const LONGEST_NAME: u32 = 256;

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
  private header: Uint8Array = new Uint8Array(HEADER_BYTES);
  /** Whether the archive ends otherwise than it should. */
  isBroken: bool = false;

  constructor(private bytes: ImageBytes) {}

  private get length(): i32 {
    return <i32>this.bytes.size;
  }

  /** The next regular file; null when there is none. */
  next(): CpioFile | null {
    while (true) {
      let header = this.at;
      if (this.at + HEADER_BYTES > this.length) return this.end();
      this.bytes.read(<u32>header, this.header);
      if (!this.hasMagic()) return this.end();
      let nameSize = this.number(NAME_SIZE);
      let fileSize = this.number(FILE_SIZE);
      let mode = this.number(MODE);
      let left = <u32>(this.length - header - HEADER_BYTES);
      let isLong = nameSize > left || nameSize > LONGEST_NAME || fileSize > left;
      if (this.isBroken || nameSize == 0 || isLong) return this.end();
      let nameStart = header + HEADER_BYTES;
      let name = this.text(nameStart, <i32>nameSize - 1);
      if (name == TRAILER) {
        this.at = this.length;
        return null;
      }
      let start = filledUp(header + HEADER_BYTES + <i32>nameSize);
      if (start + <i32>fileSize > this.length) return this.end();
      this.at = filledUp(start + <i32>fileSize);
      if ((mode & FILE_TYPE) == REGULAR) return new CpioFile(name, start, <i32>fileSize);
    }
  }

  /** What is no ASCII is a question mark. */
  private text(start: i32, size: i32): string {
    let bytes = new Uint8Array(size);
    this.bytes.read(<u32>start, bytes);
    for (let at = 0; at < size; at++) if (bytes[at] >= 0x80) bytes[at] = 0x3f;
    return String.UTF8.decode(bytes.buffer);
  }

  private end(): CpioFile | null {
    this.isBroken = this.isBroken || this.at < this.length;
    this.at = this.length;
    return null;
  }

  /** 070701 or 070702. */
  private hasMagic(): bool {
    let magic = '07070';
    for (let index = 0; index < magic.length; index++)
      if (this.header[index] != <u8>magic.charCodeAt(index)) return false;
    let last = this.header[magic.length];
    return last == 0x31 || last == 0x32;
  }

  private number(index: i32): u32 {
    let value: u32 = 0;
    let start = 6 + 8 * index;
    for (let place = start; place < start + 8; place++) {
      let character = this.header[place];
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
