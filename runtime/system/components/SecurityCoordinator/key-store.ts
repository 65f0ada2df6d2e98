// Values under keys, for each bundle, in a flash. The store is a log in one of two banks: a record says that a key has a
// value, or none any more. When a bank is full, what still holds is written to the other one, whose header comes last;
// so at whatever moment the power goes, the store is as it was before or after the last change. What is not whole at the
// end of the log is left behind by moving on to the other bank. Memory that is used on the way comes back only when the
// component rests, so records are read into one buffer, and the log has no more of them than can be read at a start.
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
  /** The bundle would have more than one may have. */
  QuotaExceeded,
}

const BANK_MAGIC: u32 = 0x4b56_5331;
/** Magic number, generation, checksum of both. */
const BANK_HEADER_BYTES: u32 = 12;
/** Length of the body and what kind it is, checksum of the body and of these. */
const RECORD_HEADER_BYTES: u32 = 8;
const LONGEST_BODY: u32 = 3 + 2 * NAME_BYTES + VALUE_BYTES;
const LONGEST_RECORD: u32 = (RECORD_HEADER_BYTES + LONGEST_BODY + 3) & ~3;
/** Of all bundles together. */
export const MOST_KEYS: i32 = 256;
/** Those that hold, and those that do not any more. */
const MOST_RECORDS: i32 = 400;
const ERASED: u32 = 0xffff_ffff;

enum RecordKind {
  Value = 1,
  Deleted = 2,
}

/** A record of the log that holds. */
class Place {
  constructor(
    public at: u32,
    public bytes: u32,
  ) {}

  move(at: u32, bytes: u32): void {
    this.at = at;
    this.bytes = bytes;
  }
}

export class KeyStore {
  private bank: u32 = 0;
  private generation: u32 = 0;
  /** Where the next record goes. */
  private end: u32 = 0;
  /** By bundle and key, where the record of the value is. */
  private places: Map<string, Place> = new Map<string, Place>();
  /** In the log, of any kind. */
  private records: i32 = 0;
  /** The record that was read last; a view of it for each length, in words. */
  private record: Uint8Array = new Uint8Array(LONGEST_RECORD);
  private views: StaticArray<Uint8Array | null> = new StaticArray<Uint8Array | null>(
    ((<i32>LONGEST_RECORD) >> 2) + 1,
  );
  private name: Uint8Array = new Uint8Array(2 * NAME_BYTES + 1);
  /** Keys that were in `earlier` and are here now. */
  takenOver: i32 = 0;

  constructor(
    private flash: Flash,
    /** What the keys of one bundle may take of the flash, with their records; 0: as much as there is. */
    private quotaBytes: u32 = 0,
    /** Where an earlier build had them, in banks that are no larger: a store that begins takes them over. */
    earlier: Flash | null = null,
  ) {
    if (this.find(flash)) {
      if (!this.readLog(flash)) this.moveOn();
    } else this.begin(0, earlier);
  }

  /** False: there is no store in it. */
  private find(flash: Flash): bool {
    let first = generationOf(flash, 0);
    let second = generationOf(flash, 1);
    this.bank = second > first ? 1 : 0;
    this.generation = max(first, second);
    return this.generation != 0;
  }

  read(bundle: string, key: string): Uint8Array | null {
    let name = nameOf(bundle, key);
    if (!this.places.has(name)) return null;
    if (this.readRecord(this.flash, this.bank, this.places.get(name).at) == 0) return null;
    let at = this.valueAt;
    return this.record.slice(at + 1, at + 1 + <i32>this.record[at]);
  }

  write(bundle: string, key: string, value: Uint8Array): StoreError {
    if (!isName(bundle) || !isName(key)) return StoreError.KeyInvalid;
    if (value.length > VALUE_BYTES) return StoreError.ValueInvalid;
    let record = encoded(RecordKind.Value, bundle, key, value);
    let bytes = <u32>record.length;
    let name = nameOf(bundle, key);
    if (this.quotaBytes != 0 && this.usedBeside(bundle, name) + bytes > this.quotaBytes)
      return StoreError.QuotaExceeded;
    if (!this.places.has(name) && this.places.size == MOST_KEYS) return StoreError.Full;
    if (!this.makeRoom(bytes)) return StoreError.Full;
    this.places.set(name, new Place(this.append(record), bytes));
    return StoreError.None;
  }

  remove(bundle: string, key: string): StoreError {
    let name = nameOf(bundle, key);
    if (!this.places.has(name)) return StoreError.KeyNotFound;
    let record = encoded(RecordKind.Deleted, bundle, key, new Uint8Array(0));
    // What is not told in the log is not carried over to the other bank, either.
    this.places.delete(name);
    if (this.hasRoom(<u32>record.length)) this.append(record);
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

  /** Bytes of all keys of a bundle but for one. */
  private usedBeside(bundle: string, name: string): u32 {
    let names = this.places.keys();
    let start = nameOf(bundle, '');
    let used: u32 = 0;
    for (let index = 0; index < names.length; index++) {
      let other = names[index];
      if (other.startsWith(start) && other != name) used += this.places.get(other).bytes;
    }
    return used;
  }

  get count(): i32 {
    return this.places.size;
  }

  // ---- the log

  /** False where the log ends with something that is not whole. */
  private readLog(flash: Flash): bool {
    this.places.clear();
    this.records = 0;
    this.end = BANK_HEADER_BYTES;
    while (this.end + RECORD_HEADER_BYTES <= flash.bankBytes) {
      let bytes = this.readRecord(flash, this.bank, this.end);
      if (bytes == 0) return isErased(flash, this.bank, this.end);
      let name = this.nameInRecord();
      if (this.record[2] != RecordKind.Value) this.places.delete(name);
      else if (this.places.has(name)) this.places.get(name).move(this.end, bytes);
      else this.places.set(name, new Place(this.end, bytes));
      this.records++;
      this.end += bytes;
    }
    return true;
  }

  /** How long it is, with all of it in `record`; 0 where there is no whole one. */
  private readRecord(flash: Flash, bank: u32, offset: u32): u32 {
    let record = this.record;
    if (offset + RECORD_HEADER_BYTES > flash.bankBytes) return 0;
    flash.read(bank, offset, this.viewOf(RECORD_HEADER_BYTES));
    let bodyBytes = (<u32>record[0]) | ((<u32>record[1]) << 8);
    if (word(record, 0) == ERASED || bodyBytes > LONGEST_BODY || bodyBytes < 3) return 0;
    let bytes = filledUp(RECORD_HEADER_BYTES + bodyBytes);
    if (offset + bytes > flash.bankBytes) return 0;
    flash.read(bank, offset, this.viewOf(bytes));
    let end = <i32>(RECORD_HEADER_BYTES + bodyBytes);
    let sum = crc32(record, RECORD_HEADER_BYTES, end, crc32(record, 0, 4));
    return sum == word(record, 4) ? bytes : 0;
  }

  /** The first bytes of the record, a whole number of words. */
  private viewOf(bytes: u32): Uint8Array {
    let index = (<i32>bytes) >> 2;
    let view = this.views[index];
    if (view) return view;
    let made = this.record.subarray(0, <i32>bytes);
    this.views[index] = made;
    return made;
  }

  /** Where the length of the value is: behind the two names. */
  private get valueAt(): i32 {
    let key = <i32>RECORD_HEADER_BYTES + 1 + <i32>this.record[RECORD_HEADER_BYTES];
    return key + 1 + <i32>this.record[key];
  }

  /** Both names, as `nameOf` joins them. */
  private nameInRecord(): string {
    let from = <i32>RECORD_HEADER_BYTES + 1;
    let bundleBytes = <i32>this.record[RECORD_HEADER_BYTES];
    let count = this.valueAt - from;
    for (let at = 0; at < count; at++) this.name[at] = this.record[from + at];
    // In place of the length of the key.
    this.name[bundleBytes] = 0;
    return String.UTF8.decode(this.name.buffer.slice(0, count));
  }

  /** Gives where it is. */
  private append(record: Uint8Array): u32 {
    let place = this.end;
    this.flash.program(this.bank, place, record);
    this.end += <u32>record.length;
    this.records++;
    return place;
  }

  private hasRoom(bytes: u32): bool {
    return this.end + bytes <= this.flash.bankBytes && this.records < MOST_RECORDS;
  }

  private makeRoom(bytes: u32): bool {
    if (this.hasRoom(bytes)) return true;
    this.moveOn();
    return this.hasRoom(bytes);
  }

  /** Everything that holds goes to the other bank, which counts from its header on. */
  private moveOn(): void {
    let to = 1 - this.bank;
    this.flash.erase(to);
    this.carryOver(this.flash, to);
    this.writeHeader(to, this.generation + 1);
  }

  private carryOver(from: Flash, to: u32): void {
    let names = this.places.keys();
    let end = BANK_HEADER_BYTES;
    for (let index = 0; index < names.length; index++) {
      let place = this.places.get(names[index]);
      let bytes = this.readRecord(from, this.bank, place.at);
      if (bytes == 0) {
        this.places.delete(names[index]);
        continue;
      }
      this.flash.program(to, end, this.viewOf(bytes));
      place.move(end, bytes);
      end += bytes;
    }
    this.records = this.places.size;
    this.end = end;
  }

  /**
   * A store with what an earlier one had, or an empty one. To look whether a flash is blank, as a new one is, takes far
   * less time than to erase it. Until the header is there, the next start begins again.
   */
  private begin(bank: u32, earlier: Flash | null): void {
    if (!isErased(this.flash, bank, 0)) this.flash.erase(bank);
    this.end = BANK_HEADER_BYTES;
    if (earlier && this.find(earlier)) {
      this.readLog(earlier);
      this.carryOver(earlier, bank);
      this.takenOver = this.places.size;
    }
    this.writeHeader(bank, 1);
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

/** 0 for a bank that has no whole header. */
function generationOf(flash: Flash, bank: u32): u32 {
  let header = new Uint8Array(BANK_HEADER_BYTES);
  flash.read(bank, 0, header);
  let isWhole = word(header, 0) == BANK_MAGIC && word(header, 8) == crc32(header, 0, 8);
  return isWhole ? word(header, 4) : 0;
}

function isErased(flash: Flash, bank: u32, from: u32): bool {
  let piece = new Uint8Array(256);
  for (let at = from; at < flash.bankBytes; at += 256) {
    let count = min<u32>(256, flash.bankBytes - at);
    let part = count == 256 ? piece : new Uint8Array(count);
    flash.read(bank, at, part);
    for (let index: u32 = 0; index < count; index++) if (part[index] != 0xff) return false;
  }
  return true;
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
