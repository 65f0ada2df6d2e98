// A file that comes over the terminal, in frames of a CNode of its own, as a package is handed on. Memory for it is asked
// for when its size is known, and else a page at a time.
import { UPLOAD } from 'camkes';
import { ObjectType } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { FrameBytes, PAGE_BYTES } from '../../interfaces/frame-bytes';
import { MemoryError, ObjDesc, ObjDescBundle } from '../../interfaces/memory';
import { allocate, allocateHere, giveBack, giveBackHere } from '../../interfaces/memory-client';
import { memoryErrorName } from '../../interfaces/error-names';
import { crc32 } from '../SecurityCoordinator/crc32';
import { ImageExtent } from './image-extent';
import { FileSink } from './zmodem/receiver';

/** No package is larger. */
const MOST_BYTES: u32 = 2 * 1024 * 1024;

/** There is one upload at a time. */
const page: Uint8Array = new Uint8Array(PAGE_BYTES);

export class UploadFrames extends FileSink {
  /** Bytes that came. */
  size: u32 = 0;
  sum: u32 = 0;
  /** How long it is as a bundle. */
  extent: ImageExtent = new ImageExtent();
  /** Why no more is taken. */
  reason: string = '';
  private node: ObjDesc[] = [];
  private limit: u32 = 0;
  private pages: ObjDesc = new ObjDesc(ObjectType.Page, 0, 0);
  private bundle: ObjDescBundle = new ObjDescBundle(0, 0, []);
  private window: FrameBytes = new FrameBytes(this.bundle, UPLOAD.region);

  /** All of it; what the last page has behind the file is zero. */
  get frames(): ObjDescBundle {
    return this.bundle;
  }

  open(_name: string, bytes: u32): bool {
    if (bytes > MOST_BYTES)
      return this.refuse('it is larger than ' + MOST_BYTES.toString() + ' bytes');
    this.limit = bytes == 0 ? MOST_BYTES : bytes;
    let bits = max<u32>(1, 32 - clz<u32>((this.limit - 1) / PAGE_BYTES));
    let node = [new ObjDesc(ObjectType.CNode, bits, 0)];
    let error = allocateHere(node);
    if (error != MemoryError.Success) return this.refuse(memoryReason(error));
    this.node = node;
    this.bundle = new ObjDescBundle(node[0].cptr, <u8>bits, []);
    this.window = new FrameBytes(this.bundle, UPLOAD.region);
    return bytes == 0 || this.makePages((bytes - 1) / PAGE_BYTES + 1);
  }

  write(data: Uint8Array, count: i32): bool {
    if (<u32>count > this.limit - this.size)
      return this.refuse('it is larger than ' + this.limit.toString() + ' bytes');
    this.sum = crc32(data, 0, count, this.sum);
    this.extent.feed(data, count);
    for (let at = 0; at < count; at++) {
      page[<i32>(this.size % PAGE_BYTES)] = data[at];
      this.size++;
      if (this.size % PAGE_BYTES == 0 && !this.writePage()) return false;
    }
    return true;
  }

  /** Behind the last byte. False when that could not be kept. */
  close(): bool {
    let rest = <i32>(this.size % PAGE_BYTES);
    let isKept: bool = true;
    if (rest > 0) {
      page.fill(0, rest);
      isKept = this.writePage();
    }
    this.window.close();
    return isKept;
  }

  /** Somebody else has all of it now. */
  forget(): void {
    if (this.node.length > 0) CSpace.remove(this.bundle.cnode);
    this.node = [];
  }

  giveBack(): void {
    this.window.close();
    if (this.node.length == 0) return;
    if (this.pages.count > 0) giveBack(this.bundle);
    giveBackHere(this.node);
    this.node = [];
  }

  private writePage(): bool {
    let number = (this.size - 1) / PAGE_BYTES;
    if (number == this.pages.count && !this.makePages(1)) return false;
    return this.window.writePage(number, page) || this.refuse('MapFailed');
  }

  private makePages(count: u32): bool {
    let made = new ObjDesc(ObjectType.Page, count, this.pages.count);
    let error = allocate(new ObjDescBundle(this.bundle.cnode, this.bundle.depth, [made]));
    if (error != MemoryError.Success) return this.refuse(memoryReason(error));
    if (this.pages.count == 0) this.bundle.objs.push(this.pages);
    this.pages.count += count;
    return true;
  }

  private refuse(reason: string): bool {
    this.reason = reason;
    return false;
  }
}

function memoryReason(error: MemoryError): string {
  if (error == MemoryError.AllocFailed)
    return 'there is not enough memory for it. mem tells who has it; stop ends an application.';
  if (error == MemoryError.QuotaExceeded) return 'the console may have no more memory';
  return memoryErrorName(error);
}
