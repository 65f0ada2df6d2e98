// How many bytes the headers of a bundle say that it has, told while its bytes come. A service gets whole pages, in which
// the rest of a file that ended too early is zero; so only who counts the bytes can tell that from a wrong checksum.
import { HEADER_BYTES, MAGIC, word } from '../ProcessManager/bundle-image';

const HEADER: u32 = <u32>HEADER_BYTES;
const MAGIC_HIGH: u32 = <u32>(MAGIC >> 32);
const MAGIC_LOW: u32 = <u32>MAGIC;
/** More than any file has; a section that says more counts as this. */
const MOST_BYTES: u32 = 0x1000_0000;

export class ImageExtent {
  /** Bytes that came. */
  private count: u32 = 0;
  /** Where the next header begins: behind the sections so far. */
  private next: u32 = 0;
  private header: Uint8Array = new Uint8Array(HEADER_BYTES);
  /** What came where a header should be is none. */
  private isOver: bool = false;

  /** The first bytes of what has come in one piece. */
  feed(data: Uint8Array, count: i32): void {
    for (let index = 0; index < count && !this.isOver; index++) {
      let at = this.count + <u32>index;
      if (at < this.next) index += <i32>min(this.next - at, <u32>(count - index)) - 1;
      else this.take(at - this.next, data[index]);
    }
    this.count += <u32>count;
  }

  /** At least so many, of one that ends too early; 0: it does not, or is no bundle. */
  get needed(): u32 {
    if (this.isOver || this.count == 0) return 0;
    let needed = this.next < this.count ? this.next + HEADER : this.next;
    return needed > this.count ? needed : 0;
  }

  private take(at: u32, byte: u8): void {
    this.header[<i32>at] = byte;
    if (at < 8) {
      let magic = at < 4 ? MAGIC_HIGH : MAGIC_LOW;
      if (byte != <u8>(magic >> (24 - 8 * (at & 3)))) this.isOver = true;
    } else if (at == HEADER - 1) this.next += HEADER + min(word(this.header, 28), MOST_BYTES);
  }
}
