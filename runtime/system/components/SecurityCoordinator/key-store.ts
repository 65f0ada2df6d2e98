// Values under keys, for each bundle, in a flash. The store is a log in one of two banks: a record says that a key has a
// value, or none any more. When a bank is full, what still holds is written to the other one, whose header comes last;
// so at whatever moment the power goes, the store is as it was before or after the last change. What is not whole at the
// end of the log is left behind by moving on to the other bank.
import { crc32 } from './crc32';
import { Flash, setWord, word } from './flash';

/** The longest value; the longest name of a bundle or a key. */
export const VALUE_BYTES: i32 = 100;
export const NAME_BYTES: i32 = 64;

export enum StoreError {
  None,
  KeyNotFound,
  KeyInvalid,
  ValueInvalid,
  /** There is no room, and nothing that could make some. */
  Full,
}

const BANK_MAGIC: u32 = 0x4b56_5331;
/** Magic number, generation, checksum of both. */
const BANK_HEADER_BYTES: u32 = 12;
/** Length of the body and what kind it is, checksum of the body and of these. */
const RECORD_HEADER_BYTES: u32 = 8;
const LONGEST_BODY: u32 = 3 + 2 * NAME_BYTES + VALUE_BYTES;
const ERASED: u32 = 0xffff_ffff;

enum RecordKind {
  Value = 1,
  Deleted = 2,
}

class Record {
  constructor(
    public kind: u32,
    public bundle: string,
    public key: string,
    public value: Uint8Array,
    public bytes: u32,
  ) {}
}

export class KeyStore {
  private bank: u32 = 0;
  private generation: u32 = 0;
  /** Where the next record goes. */
  private end: u32 = 0;
  /** By bundle and key, where the record of the value is. */
  private places: Map<string, u32> = new Map<string, u32>();

  constructor(private flash: Flash) {
    this.open();
  }

  private open(): void {
    let first = this.generationOf(0);
    let second = this.generationOf(1);
    if (first == 0 && second == 0) {
      this.begin(0, 1);
      return;
    }
    this.bank = second > first ? 1 : 0;
    this.generation = max(first, second);
    if (!this.readLog()) this.moveOn();
  }

  read(bundle: string, key: string): Uint8Array | null {
    let name = nameOf(bundle, key);
    if (!this.places.has(name)) return null;
    let record = this.recordAt(this.bank, this.places.get(name));
    return record ? record.value : null;
  }

  write(bundle: string, key: string, value: Uint8Array): StoreError {
    if (!isName(bundle) || !isName(key)) return StoreError.KeyInvalid;
    if (value.length > VALUE_BYTES) return StoreError.ValueInvalid;
    let record = encoded(RecordKind.Value, bundle, key, value);
    if (!this.makeRoom(<u32>record.length)) return StoreError.Full;
    this.places.set(nameOf(bundle, key), this.append(record));
    return StoreError.None;
  }

  remove(bundle: string, key: string): StoreError {
    let name = nameOf(bundle, key);
    if (!this.places.has(name)) return StoreError.KeyNotFound;
    let record = encoded(RecordKind.Deleted, bundle, key, new Uint8Array(0));
    // What is not told in the log is not carried over to the other bank, either.
    this.places.delete(name);
    if (this.end + <u32>record.length <= this.flash.bankBytes) this.append(record);
    else this.moveOn();
    return StoreError.None;
  }

  /** All keys of a bundle. */
  removeBundle(bundle: string): void {
    let names = this.places.keys();
    let start = nameOf(bundle, '');
    for (let index = 0; index < names.length; index++) {
      let name = names[index];
      if (name.startsWith(start)) this.remove(bundle, name.slice(start.length));
    }
  }

  get count(): i32 {
    return this.places.size;
  }

  // ---- the log

  /** 0 for a bank that has no whole header. */
  private generationOf(bank: u32): u32 {
    let header = new Uint8Array(BANK_HEADER_BYTES);
    this.flash.read(bank, 0, header);
    let isWhole = word(header, 0) == BANK_MAGIC && word(header, 8) == crc32(header, 0, 8);
    return isWhole ? word(header, 4) : 0;
  }

  /** False where the log ends with something that is not whole. */
  private readLog(): bool {
    this.places.clear();
    this.end = BANK_HEADER_BYTES;
    while (this.end + RECORD_HEADER_BYTES <= this.flash.bankBytes) {
      let record = this.recordAt(this.bank, this.end);
      if (!record) return this.isErased(this.end);
      let name = nameOf(record.bundle, record.key);
      if (record.kind == RecordKind.Value) this.places.set(name, this.end);
      else this.places.delete(name);
      this.end += record.bytes;
    }
    return true;
  }

  private isErased(from: u32): bool {
    let piece = new Uint8Array(256);
    for (let at = from; at < this.flash.bankBytes; at += 256) {
      let count = min<u32>(256, this.flash.bankBytes - at);
      let part = count == 256 ? piece : new Uint8Array(count);
      this.flash.read(this.bank, at, part);
      for (let index: u32 = 0; index < count; index++) if (part[index] != 0xff) return false;
    }
    return true;
  }

  /** Null where there is no whole record. */
  private recordAt(bank: u32, offset: u32): Record | null {
    let header = new Uint8Array(RECORD_HEADER_BYTES);
    this.flash.read(bank, offset, header);
    let bodyBytes = (<u32>header[0]) | ((<u32>header[1]) << 8);
    let bytes = RECORD_HEADER_BYTES + bodyBytes;
    if (word(header, 0) == ERASED || bodyBytes > LONGEST_BODY || bodyBytes < 3) return null;
    if (offset + bytes > this.flash.bankBytes) return null;
    let body = new Uint8Array(bodyBytes);
    this.flash.read(bank, offset + RECORD_HEADER_BYTES, body);
    if (crc32(body, 0, body.length, crc32(header, 0, 4)) != word(header, 4)) return null;
    let bundleEnd = 1 + <i32>body[0];
    let keyEnd = bundleEnd + 1 + <i32>body[bundleEnd];
    let bundle = String.UTF8.decode(body.slice(1, bundleEnd).buffer);
    let key = String.UTF8.decode(body.slice(bundleEnd + 1, keyEnd).buffer);
    let value = body.slice(keyEnd + 1, keyEnd + 1 + <i32>body[keyEnd]);
    return new Record(header[2], bundle, key, value, filledUp(bytes));
  }

  /** Gives where it is. */
  private append(record: Uint8Array): u32 {
    let place = this.end;
    this.flash.program(this.bank, place, record);
    this.end += <u32>record.length;
    return place;
  }

  private makeRoom(bytes: u32): bool {
    if (this.end + bytes <= this.flash.bankBytes) return true;
    this.moveOn();
    return this.end + bytes <= this.flash.bankBytes;
  }

  /** Everything that holds goes to the other bank, which counts from its header on. */
  private moveOn(): void {
    let from = this.bank;
    let to = 1 - from;
    this.flash.erase(to);
    let names = this.places.keys();
    let moved = new Map<string, u32>();
    let end = BANK_HEADER_BYTES;
    for (let index = 0; index < names.length; index++) {
      let record = this.recordAt(from, this.places.get(names[index]));
      if (!record) continue;
      let again = encoded(RecordKind.Value, record.bundle, record.key, record.value);
      this.flash.program(to, end, again);
      moved.set(names[index], end);
      end += <u32>again.length;
    }
    this.writeHeader(to, this.generation + 1);
    this.places = moved;
    this.end = end;
  }

  /** An empty store. */
  private begin(bank: u32, generation: u32): void {
    this.flash.erase(bank);
    this.writeHeader(bank, generation);
    this.end = BANK_HEADER_BYTES;
  }

  private writeHeader(bank: u32, generation: u32): void {
    let header = new Uint8Array(BANK_HEADER_BYTES);
    setWord(header, 0, BANK_MAGIC);
    setWord(header, 4, generation);
    setWord(header, 8, crc32(header, 0, 8));
    this.flash.program(bank, 0, header);
    this.bank = bank;
    this.generation = generation;
  }
}

/** Neither has a character of code 0. */
function nameOf(bundle: string, key: string): string {
  return bundle + '\0' + key;
}

function isName(name: string): bool {
  let bytes = String.UTF8.byteLength(name);
  return bytes > 0 && bytes <= NAME_BYTES && !name.includes('\0');
}

/** A whole number of words. */
function encoded(kind: u32, bundle: string, key: string, value: Uint8Array): Uint8Array {
  let bundleBytes = Uint8Array.wrap(String.UTF8.encode(bundle));
  let keyBytes = Uint8Array.wrap(String.UTF8.encode(key));
  let bodyBytes = 3 + bundleBytes.length + keyBytes.length + value.length;
  let bytes = new Uint8Array(filledUp(RECORD_HEADER_BYTES + bodyBytes));
  bytes.fill(0xff);
  bytes[0] = <u8>bodyBytes;
  bytes[1] = <u8>(bodyBytes >> 8);
  bytes[2] = <u8>kind;
  let at = <i32>RECORD_HEADER_BYTES;
  at = put(bytes, at, bundleBytes);
  at = put(bytes, at, keyBytes);
  at = put(bytes, at, value);
  setWord(bytes, 4, crc32(bytes, RECORD_HEADER_BYTES, at, crc32(bytes, 0, 4)));
  return bytes;
}

/** Behind its length; gives where the next goes. */
function put(bytes: Uint8Array, at: i32, part: Uint8Array): i32 {
  bytes[at] = <u8>part.length;
  bytes.set(part, at + 1);
  return at + 1 + part.length;
}

function filledUp(bytes: u32): u32 {
  return (bytes + 3) & ~3;
}
