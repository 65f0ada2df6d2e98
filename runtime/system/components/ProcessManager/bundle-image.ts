// The image of a bundle: sections, each a header of 48 bytes, high byte first, and the data behind it. An image may lie
// in pages that are mapped one at a time, so it is read through `ImageBytes`. What is wrong with an image is told
// before any of it is used.
import { ImageBytes } from '../../interfaces/image-bytes';
import { crc32 } from '../SecurityCoordinator/crc32';

export const HEADER_BYTES: i32 = 48;
export const MAGIC: u64 = 0x0405_1957_1014_1955;
/** More sections than any linker makes. */
const MAX_SECTIONS: i32 = 32;
const PIECE_BYTES: u32 = 1024;
const LONGEST_MANIFEST: u32 = 1024;

export namespace SectionFlag {
  export const READ: u32 = 1;
  export const WRITE: u32 = 2;
  export const EXECUTE: u32 = 4;
  export const ENTRY: u32 = 8;
}

export namespace FileType {
  export const APPLICATION: u32 = 0x0405_1957;
  export const SPRINGBOK: u32 = 0x1014_1955;
  export const KELVIN: u32 = 0x0124_1998;
  /** Ours: a text that tells what the bundle may have. It is no memory, and comes first. */
  export const MANIFEST: u32 = 0x4d41_4e49;
}

export enum ImageError {
  None,
  /** No section at all, or what should be one does not begin as one. */
  BadMagic,
  /** The image ends within a section. */
  Truncated,
  /** The data is not what the checksum is of. */
  BadCrc,
  BadFileType,
  /** Sections of two kinds of file. */
  MixedFileTypes,
  /** More data than memory, an alignment that is no power of two or not kept, or past the end of addresses. */
  BadLayout,
  Overlap,
  TooManySections,
  /** None, more than one, or one that is in no executable section. */
  BadEntry,
}

export class Section {
  constructor(
    public address: u32,
    public flags: u32,
    /** Of the data, from `offset` in the image; memory behind it is zero. */
    public fileBytes: u32,
    public memoryBytes: u32,
    public offset: u32,
  ) {}

  get end(): u32 {
    return this.address + this.memoryBytes;
  }
}

export class BundleImage {
  error: ImageError = ImageError.None;
  /** Where in the image the error is. */
  errorOffset: u32 = 0;
  /** Of one that is truncated: bytes that it has at least, by its headers. */
  neededBytes: u64 = 0;
  sections: Section[] = [];
  fileType: u32 = 0;
  entry: u32 = 0;
  /** Where the manifest is; no bytes of it where there is none. */
  manifestOffset: u32 = 0;
  manifestBytes: u32 = 0;
  private entries: i32 = 0;

  constructor(private bytes: ImageBytes) {
    this.readSections();
    if (this.error == ImageError.None) this.checkEntry();
  }

  /** An image may be filled up to a page with zeros. */
  private readSections(): void {
    let at = this.readManifest();
    while (this.error == ImageError.None && at < this.bytes.size && !this.isBlank(at))
      at = this.readSection(at);
    if (this.error == ImageError.None && this.sections.length == 0)
      this.fail(ImageError.BadMagic, 0);
  }

  get manifest(): string {
    let text = new Uint8Array(this.manifestBytes);
    this.bytes.read(this.manifestOffset, text);
    for (let at = 0; at < text.length; at++) if (text[at] >= 0x80) text[at] = 0x3f;
    return String.UTF8.decode(text.buffer);
  }

  private checkEntry(): void {
    if (this.entries != 1 || !this.isExecutable(this.entry)) this.fail(ImageError.BadEntry, 0);
  }

  private fail(error: ImageError, offset: u32): void {
    this.error = error;
    this.errorOffset = offset;
  }

  private failShort(offset: u32, dataBytes: u32): void {
    this.fail(ImageError.Truncated, offset);
    this.neededBytes = <u64>offset + <u64>HEADER_BYTES + <u64>dataBytes;
  }

  /** Of the image, as it came: whole pages where it lies in such. */
  get size(): u32 {
    return this.bytes.size;
  }

  /** Whether only zeros are left; looks at no more than a header. */
  private isBlank(at: u32): bool {
    let head = new Uint8Array(min<u32>(HEADER_BYTES, this.bytes.size - at));
    this.bytes.read(at, head);
    for (let index = 0; index < head.length; index++) if (head[index] != 0) return false;
    return true;
  }

  /** Gives where the sections begin. */
  private readManifest(): u32 {
    if (this.bytes.size < <u32>HEADER_BYTES) return 0;
    let header = new Uint8Array(HEADER_BYTES);
    this.bytes.read(0, header);
    if (wide(header, 0) != MAGIC || word(header, 40) != FileType.MANIFEST) return 0;
    let count = word(header, 28);
    if (count > this.bytes.size - HEADER_BYTES) this.failShort(0, count);
    else if (count > LONGEST_MANIFEST) this.fail(ImageError.BadLayout, 0);
    else if (this.sumOf(HEADER_BYTES, count) != word(header, 44)) this.fail(ImageError.BadCrc, 0);
    this.manifestOffset = HEADER_BYTES;
    this.manifestBytes = this.error == ImageError.None ? count : 0;
    return HEADER_BYTES + count;
  }

  /** Gives where the next section begins. */
  private readSection(at: u32): u32 {
    let left = this.bytes.size - at;
    if (left < <u32>HEADER_BYTES) {
      this.failShort(at, 0);
      return at;
    }
    let header = new Uint8Array(HEADER_BYTES);
    this.bytes.read(at, header);
    let address = wide(header, 8);
    let entry = wide(header, 16);
    let flags = word(header, 24);
    let fileBytes = word(header, 28);
    let memoryBytes = word(header, 32);
    let alignment = word(header, 36);
    let fileType = word(header, 40);
    let data = at + HEADER_BYTES;
    let section = new Section(<u32>address, flags, fileBytes, memoryBytes, data);
    if (wide(header, 0) != MAGIC) this.fail(ImageError.BadMagic, at);
    else if (fileBytes > left - HEADER_BYTES) this.failShort(at, fileBytes);
    else if (!isFileType(fileType)) this.fail(ImageError.BadFileType, at);
    else if (this.sections.length > 0 && fileType != this.fileType)
      this.fail(ImageError.MixedFileTypes, at);
    else if (this.sections.length == MAX_SECTIONS) this.fail(ImageError.TooManySections, at);
    else if (!isLaidOut(address, fileBytes, memoryBytes, alignment))
      this.fail(ImageError.BadLayout, at);
    else if (this.overlaps(section)) this.fail(ImageError.Overlap, at);
    else if (this.sumOf(data, fileBytes) != word(header, 44)) this.fail(ImageError.BadCrc, at);
    if (this.error != ImageError.None) return at;
    this.fileType = fileType;
    this.sections.push(section);
    if ((flags & SectionFlag.ENTRY) != 0) {
      this.entries++;
      this.entry = <u32>entry;
      if (entry > u32.MAX_VALUE) this.fail(ImageError.BadEntry, at);
    }
    return data + fileBytes;
  }

  private overlaps(one: Section): bool {
    for (let index = 0; index < this.sections.length; index++) {
      let other = this.sections[index];
      if (one.address < other.end && other.address < one.end) return true;
    }
    return false;
  }

  private isExecutable(address: u32): bool {
    for (let index = 0; index < this.sections.length; index++) {
      let section = this.sections[index];
      let isInside = address >= section.address && address < section.end;
      if (isInside && (section.flags & SectionFlag.EXECUTE) != 0) return true;
    }
    return false;
  }

  private sumOf(start: u32, count: u32): u32 {
    let sum: u32 = 0;
    let whole = new Uint8Array(min(PIECE_BYTES, count));
    for (let done: u32 = 0; done < count; done += PIECE_BYTES) {
      let left = count - done;
      let piece = left < PIECE_BYTES ? whole.subarray(0, <i32>left) : whole;
      this.bytes.read(start + done, piece);
      sum = crc32(piece, 0, piece.length, sum);
    }
    return sum;
  }
}

function isFileType(type: u32): bool {
  return type == FileType.APPLICATION || type == FileType.SPRINGBOK || type == FileType.KELVIN;
}

function isLaidOut(address: u64, fileBytes: u32, memoryBytes: u32, alignment: u32): bool {
  if (fileBytes > memoryBytes) return false;
  if (address + memoryBytes > u32.MAX_VALUE) return false;
  if (alignment == 0) return true;
  if ((alignment & (alignment - 1)) != 0) return false;
  return ((<u32>address) & (alignment - 1)) == 0;
}

/** High byte first, as the headers have them. */
export function word(bytes: Uint8Array, at: i32): u32 {
  return (
    ((<u32>bytes[at]) << 24) |
    ((<u32>bytes[at + 1]) << 16) |
    ((<u32>bytes[at + 2]) << 8) |
    bytes[at + 3]
  );
}

function wide(bytes: Uint8Array, at: i32): u64 {
  return ((<u64>word(bytes, at)) << 32) | word(bytes, at + 4);
}
