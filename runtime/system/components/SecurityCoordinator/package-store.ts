// Installed packages in a flash, each in sectors from anywhere. The first sector has a header: the name, the size, which
// sectors follow, and a checksum of that; it is written as the last thing, so a package is there with its header or not at
// all, whenever the power goes. Of two with one name the later one counts. A package that is removed has its header
// cleared. Sectors are taken in turn, so that all wear alike; they are erased when they are taken, unless they are blank.
import { areEqual, lastOtherThan } from 'sel4/bytes';
import { ImageBytes } from '../../interfaces/image-bytes';
import { crc32 } from './crc32';
import { Flash, setWord, word } from './flash';

/** A sector number is a byte. */
export const MOST_SECTORS: u32 = 256;
const SECTOR_BYTES: u32 = 4096;
/** Magic number, sequence number, size, bytes that are kept, further sectors, length of the name, name, sectors. */
const HEADER_BYTES: u32 = 512;
const NAME_AT: i32 = 20;
const SECTORS_AT: i32 = 84;
const LONGEST_NAME: u32 = <u32>(SECTORS_AT - NAME_AT);
const CHECKSUM_AT: i32 = <i32>HEADER_BYTES - 4;
const FIRST_MAGIC: u32 = 0x4b50_4631;
/** In front of every other sector, so that no contents are taken for a header. */
const NEXT_MAGIC: u32 = 0x4b50_4e31;
const NEXT_HEADER_BYTES: u32 = 256;
/** Both parts of a sector are a whole number of pieces, so that moving a package takes no memory of the program. */
const PIECE_BYTES: u32 = 256;
const FIRST_BYTES: u32 = SECTOR_BYTES - HEADER_BYTES;
const NEXT_BYTES: u32 = SECTOR_BYTES - NEXT_HEADER_BYTES;

export enum StoreOutcome {
  Done,
  /** Not so many sectors are free. */
  NoRoom,
  /** The flash does not keep what is written. */
  Bad,
}

export class StoredPackage extends ImageBytes {
  constructor(
    private flash: Flash,
    public name: string,
    public sequence: u32,
    /** In their order. */
    public sectors: Uint8Array,
    private whole: u32,
    /** All behind it is zero. */
    public kept: u32,
  ) {
    super();
  }

  get size(): u32 {
    return this.whole;
  }

  read(offset: u32, into: Uint8Array): void {
    let done: u32 = 0;
    let count = <u32>into.length;
    while (done < count) {
      let at = offset + done;
      if (at >= this.kept) {
        into.fill(0, <i32>done);
        return;
      }
      let isFirst = at < FIRST_BYTES;
      let behind = at - FIRST_BYTES;
      let index = isFirst ? 0 : 1 + behind / NEXT_BYTES;
      let place = isFirst ? HEADER_BYTES + at : NEXT_HEADER_BYTES + (behind % NEXT_BYTES);
      let piece = min(min(count - done, this.kept - at), SECTOR_BYTES - place);
      let part = piece == count ? into : into.subarray(<i32>done, <i32>(done + piece));
      this.flash.read(this.sectors[index], place, part);
      done += piece;
    }
  }
}

export class PackageStore {
  packages: StoredPackage[] = [];
  private isUsed: Uint8Array;
  /** Where the search for a free sector begins. */
  private next: u32 = 0;
  private lastSequence: u32 = 0;
  /** Of the last package that was refused, in sectors. */
  needed: u32 = 0;
  private header: Uint8Array = new Uint8Array(HEADER_BYTES);
  private piece: Uint8Array = new Uint8Array(PIECE_BYTES);
  private found: Uint8Array = new Uint8Array(PIECE_BYTES);

  /** Each bank of the flash is a sector of 4 KiB. */
  constructor(
    private flash: Flash,
    private count: u32,
  ) {
    this.isUsed = new Uint8Array(<i32>count);
    for (let sector: u32 = 0; sector < count; sector++) this.open(sector);
    for (let index = 0; index < this.packages.length; index++) {
      let each = this.packages[index];
      if (each.sequence < this.lastSequence) continue;
      this.lastSequence = each.sequence;
      this.next = <u32>each.sectors[each.sectors.length - 1] + 1;
    }
  }

  get free(): u32 {
    let free: u32 = 0;
    for (let sector = 0; sector < this.isUsed.length; sector++) if (!this.isUsed[sector]) free++;
    return free;
  }

  find(name: string): StoredPackage | null {
    for (let index = 0; index < this.packages.length; index++)
      if (this.packages[index].name == name) return this.packages[index];
    return null;
  }

  /** In the place of one that has this name. */
  write(name: string, bytes: ImageBytes): StoreOutcome {
    let kept: u32 = bytes.size == 0 ? 0 : this.keptBytes(bytes);
    this.needed = 1 + (kept > FIRST_BYTES ? (kept - FIRST_BYTES + NEXT_BYTES - 1) / NEXT_BYTES : 0);
    if (this.needed > this.free || this.needed > MOST_SECTORS || !isName(name))
      return StoreOutcome.NoRoom;
    let sectors = this.take(this.needed);
    let written = new StoredPackage(
      this.flash,
      name,
      this.lastSequence + 1,
      sectors,
      bytes.size,
      kept,
    );
    for (let index = 0; index < sectors.length; index++) this.fill(written, index, bytes);
    this.writeHeader(written);
    if (!this.isWhole(written, bytes)) {
      this.clear(written);
      return StoreOutcome.Bad;
    }
    this.lastSequence = written.sequence;
    let before = this.find(name);
    if (before) this.remove(before);
    this.packages.push(written);
    return StoreOutcome.Done;
  }

  remove(stored: StoredPackage): void {
    let place = this.packages.indexOf(stored);
    if (place >= 0) this.packages.splice(place, 1);
    this.clear(stored);
  }

  // ---- what is there

  private open(sector: u32): void {
    this.flash.read(sector, 0, this.header.subarray(0, 4));
    if (word(this.header, 0) != FIRST_MAGIC) return;
    let found = this.headerOf(sector);
    if (!found) return;
    // Only an update that was cut off leaves two of one name.
    let other = this.find(found.name);
    if (other && other.sequence > found.sequence) return this.clearHeader(sector);
    if (other) this.remove(other);
    for (let index = 0; index < found.sectors.length; index++)
      if (this.isUsed[found.sectors[index]]) return;
    this.packages.push(found);
    this.mark(found, 1);
  }

  /** Null where it is not whole. */
  private headerOf(sector: u32): StoredPackage | null {
    let header = this.header;
    this.flash.read(sector, 0, header);
    if (word(header, 0) != FIRST_MAGIC) return null;
    if (word(header, CHECKSUM_AT) != crc32(header, 0, CHECKSUM_AT)) return null;
    let further = (<i32>word(header, 16)) & 0xffff;
    let length = word(header, 16) >> 16;
    if (length > LONGEST_NAME || further >= <i32>MOST_SECTORS) return null;
    let sectors = new Uint8Array(1 + further);
    sectors[0] = <u8>sector;
    for (let index = 0; index < further; index++) sectors[1 + index] = header[SECTORS_AT + index];
    for (let index = 0; index <= further; index++) if (sectors[index] >= this.count) return null;
    let name = String.UTF8.decode(header.slice(NAME_AT, NAME_AT + <i32>length).buffer);
    let kept = word(header, 12);
    if (kept > FIRST_BYTES + <u32>further * NEXT_BYTES) return null;
    return new StoredPackage(this.flash, name, word(header, 4), sectors, word(header, 8), kept);
  }

  private mark(stored: StoredPackage, use: u8): void {
    for (let index = 0; index < stored.sectors.length; index++)
      this.isUsed[stored.sectors[index]] = use;
  }

  // ---- what is written

  /** Without the zeros at the end. */
  private keptBytes(bytes: ImageBytes): u32 {
    let start = (bytes.size - 1) & ~(PIECE_BYTES - 1);
    while (true) {
      let part = first(this.piece, bytes.size - start);
      bytes.read(start, part);
      let last = lastOtherThan(part, 0);
      if (last >= 0) return start + <u32>last + 1;
      if (start == 0) return 0;
      start -= PIECE_BYTES;
    }
    return 0;
  }

  private take(wanted: u32): Uint8Array {
    let taken = new Uint8Array(<i32>wanted);
    let count: u32 = 0;
    for (let turn: u32 = 0; turn < this.count && count < wanted; turn++) {
      let sector = (this.next + turn) % this.count;
      if (this.isUsed[sector]) continue;
      this.isUsed[sector] = 1;
      taken[count++] = <u8>sector;
    }
    this.next = (<u32>taken[taken.length - 1] + 1) % this.count;
    return taken;
  }

  private fill(stored: StoredPackage, index: i32, bytes: ImageBytes): void {
    let sector = <u32>stored.sectors[index];
    if (!this.isBlank(sector)) this.flash.erase(sector);
    let start: u32 = index == 0 ? 0 : FIRST_BYTES + (<u32>index - 1) * NEXT_BYTES;
    let place = index == 0 ? HEADER_BYTES : NEXT_HEADER_BYTES;
    if (index > 0) {
      setWord(this.header, 0, NEXT_MAGIC);
      this.flash.program(sector, 0, this.header.subarray(0, 4));
    }
    while (place < SECTOR_BYTES && start < stored.kept) {
      let part = first(this.piece, stored.kept - start);
      bytes.read(start, part);
      this.flash.program(sector, place, part);
      place += PIECE_BYTES;
      start += PIECE_BYTES;
    }
  }

  private isBlank(sector: u32): bool {
    let piece = this.piece;
    for (let at: u32 = 0; at < SECTOR_BYTES; at += PIECE_BYTES) {
      this.flash.read(sector, at, piece);
      if (lastOtherThan(piece, 0xff) >= 0) return false;
    }
    return true;
  }

  private writeHeader(stored: StoredPackage): void {
    let header = this.header;
    let name = Uint8Array.wrap(String.UTF8.encode(stored.name));
    header.fill(0xff);
    setWord(header, 0, FIRST_MAGIC);
    setWord(header, 4, stored.sequence);
    setWord(header, 8, stored.size);
    setWord(header, 12, stored.kept);
    setWord(header, 16, (<u32>stored.sectors.length - 1) | ((<u32>name.length) << 16));
    header.set(name, NAME_AT);
    for (let index = 1; index < stored.sectors.length; index++)
      header[SECTORS_AT + index - 1] = stored.sectors[index];
    setWord(header, CHECKSUM_AT, crc32(header, 0, CHECKSUM_AT));
    this.flash.program(<u32>stored.sectors[0], 0, header);
  }

  /** Whether the flash has what it was told. */
  private isWhole(stored: StoredPackage, bytes: ImageBytes): bool {
    if (!this.headerOf(<u32>stored.sectors[0])) return false;
    for (let at: u32 = 0; at < stored.kept; at += PIECE_BYTES) {
      let wanted = first(this.piece, stored.kept - at);
      let found = first(this.found, stored.kept - at);
      bytes.read(at, wanted);
      stored.read(at, found);
      if (!areEqual(wanted, found)) return false;
    }
    return true;
  }

  private clear(stored: StoredPackage): void {
    this.clearHeader(<u32>stored.sectors[0]);
    this.mark(stored, 0);
  }

  private clearHeader(sector: u32): void {
    this.header.fill(0);
    this.flash.program(sector, 0, this.header);
  }
}

function first(piece: Uint8Array, count: u32): Uint8Array {
  return count >= PIECE_BYTES ? piece : piece.subarray(0, <i32>count);
}

function isName(name: string): bool {
  let bytes = <u32>String.UTF8.byteLength(name);
  return bytes > 0 && bytes <= LONGEST_NAME;
}
