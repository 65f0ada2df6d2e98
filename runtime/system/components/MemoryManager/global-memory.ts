// Objects for clients, each in a piece of memory of its own, so that what is given back can be used again whatever its
// neighbours do. Who gives an object back deletes capabilities; which piece that concerns only the kernel knows. So the
// kernel is asked: a piece of which something can be made that takes all of it holds nothing any more. That is exact
// also when a client has kept a copy of a capability, or has lost one without a word.
import {
  ClientStats,
  MemoryError,
  MemoryStats,
  ObjDesc,
  ObjDescBundle,
} from '../../interfaces/memory';
import { MOST_OBJECTS } from '../../interfaces/object-descriptors';
import { KernelError } from 'sel4';
import { Cutter, Piece, Slabs } from './slabs';

/** What the kernel does for a request. The CNode that came with the request is known to it. */
export abstract class Objects extends Cutter {
  /** One object of all of an untyped, for slot `index` of the CNode of the request. */
  abstract make(untyped: u32, type: u32, userBits: u32, index: u32): KernelError;
  /** Deletes a capability in the CNode of the request, whose slots have addresses of so many bits. */
  abstract remove(index: u32, depth: u32): void;
  /** Whether an untyped of 2^bits bytes has no objects. */
  abstract isUnused(untyped: u32, bits: u32): bool;
  /** Deletes all capabilities to objects of an untyped. */
  abstract revoke(untyped: u32): void;
}

class Client {
  bytes: u64 = 0;
  objs: u32 = 0;

  constructor(public badge: u32) {}
}

export class MemoryManager {
  private used: Piece[] = [];
  private clients: Client[] = [];
  private requestedBytes: u64 = 0;
  private requestedObjs: u32 = 0;
  private tooSmall: u32 = 0;
  private outOfMemory: u32 = 0;
  private current: u32 = 0;

  constructor(
    private slabs: Slabs,
    private objects: Objects,
    /** Bytes that were no slab's at the start. */
    private overheadBytes: u64,
    /** What each client may have; 0: as much as there is. */
    private quotaBytes: u32,
  ) {}

  /** All of a bundle, or nothing of it. */
  alloc(badge: u32, bundle: ObjDescBundle): MemoryError {
    let wrong = errorIn(bundle);
    if (wrong != MemoryError.Success) return wrong;
    let owner = this.ownerOf(badge);
    let client = this.clients[owner];
    let bytes = bundle.sizeBytes;
    if (this.quotaBytes != 0 && client.bytes + bytes > <u64>this.quotaBytes)
      return MemoryError.QuotaExceeded;
    let before = this.used.length;
    for (let index = 0; index < bundle.objs.length; index++) {
      let error = this.allocEach(owner, bundle.objs[index]);
      if (error == MemoryError.Success) continue;
      while (this.used.length > before) {
        let piece = this.used.pop();
        this.objects.revoke(piece.slot);
        this.finish(piece);
      }
      return error;
    }
    this.requestedBytes += bytes;
    this.requestedObjs += bundle.count;
    return MemoryError.Success;
  }

  /** Capabilities that are not there are none to give back. */
  free(bundle: ObjDescBundle): MemoryError {
    let wrong = errorIn(bundle);
    if (wrong != MemoryError.Success) return wrong;
    for (let index = 0; index < bundle.objs.length; index++) {
      let each = bundle.objs[index];
      let count = each.retypeCount;
      for (let at: u32 = 0; at < count; at++) this.objects.remove(each.cptr + at, bundle.depth);
      this.reclaim(each.type, each.sizeBits, count);
    }
    return MemoryError.Success;
  }

  /** Takes back everything that nobody has a capability to. */
  sweep(): void {
    for (let index = this.used.length - 1; index >= 0; index--) this.reclaimAt(index);
  }

  stats(): MemoryStats {
    this.sweep();
    let stats = new MemoryStats();
    stats.allocatedBytes = <u32>this.slabs.usedBytes;
    stats.freeBytes = <u32>this.slabs.freeBytes;
    stats.totalRequestedBytes = <u32>min<u64>(this.requestedBytes, u32.MAX_VALUE);
    stats.overheadBytes = <u32>this.overheadBytes;
    stats.allocatedObjs = <u32>this.used.length;
    stats.totalRequestedObjs = this.requestedObjs;
    stats.untypedSlabTooSmall = this.tooSmall;
    stats.outOfMemory = this.outOfMemory;
    return stats;
  }

  clientStats(badge: u32): ClientStats {
    this.sweep();
    let client = this.clients[this.ownerOf(badge)];
    return new ClientStats(<u32>client.bytes, client.objs, this.quotaBytes);
  }

  /** A line a slab; that of the last object has a star. */
  debugLines(): string[] {
    this.sweep();
    let lines: string[] = [];
    let slabs = this.slabs.slabs;
    for (let index = 0; index < slabs.length; index++) {
      let slab = slabs[index];
      let free = this.slabs.freeBytesOf(slab);
      let mark = slab.slot == this.current ? '*' : ' ';
      let start =
        mark +
        '[' +
        slab.slot.toString().padStart(2) +
        ', bits ' +
        slab.bits.toString().padStart(2);
      let taken = (slab.bytes - free).toString().padStart(8);
      lines.push(start + '] watermark ' + taken + ' available ' + free.toString());
    }
    return lines;
  }

  private allocEach(owner: i32, wanted: ObjDesc): MemoryError {
    let count = wanted.retypeCount;
    for (let at: u32 = 0; at < count; at++) {
      let piece = this.take(wanted.sizeBits);
      if (!piece) return this.reasonFor(wanted.sizeBits);
      let made = this.objects.make(piece.slot, wanted.type, wanted.retypeBits, wanted.cptr + at);
      if (made != KernelError.NoError) {
        this.slabs.release(piece);
        return errorOf(made);
      }
      piece.type = <u8>wanted.type;
      piece.owner = <u8>owner;
      this.used.push(piece);
      let client = this.clients[owner];
      client.bytes += piece.bytes;
      client.objs += 1;
      this.current = slabOf(piece).slot;
    }
    return MemoryError.Success;
  }

  private take(bits: u32): Piece | null {
    let piece = this.slabs.take(bits);
    if (piece) return piece;
    this.sweep();
    return this.slabs.take(bits);
  }

  /** Why there is no piece. */
  private reasonFor(bits: u32): MemoryError {
    let bytes = (<u64>1) << bits;
    if (this.slabs.largest >= bytes) return MemoryError.CapAllocFailed;
    if (this.slabs.freeBytes >= bytes) this.tooSmall += 1;
    this.outOfMemory += 1;
    return MemoryError.AllocFailed;
  }

  /** Looks for so many pieces with nothing in them, the last made ones first. */
  private reclaim(type: u32, bits: u32, count: u32): void {
    let left = count;
    for (let index = this.used.length - 1; index >= 0 && left > 0; index--) {
      let piece = this.used[index];
      if (<u32>piece.type == type && <u32>piece.bits == bits && this.reclaimAt(index)) left -= 1;
    }
  }

  private reclaimAt(index: i32): bool {
    let piece = this.used[index];
    if (!this.objects.isUnused(piece.slot, piece.bits)) return false;
    let last = this.used.pop();
    if (index < this.used.length) this.used[index] = last;
    this.finish(piece);
    return true;
  }

  private finish(piece: Piece): void {
    let client = this.clients[piece.owner];
    client.bytes -= piece.bytes;
    client.objs -= 1;
    this.slabs.release(piece);
  }

  private ownerOf(badge: u32): i32 {
    for (let index = 0; index < this.clients.length; index++)
      if (this.clients[index].badge == badge) return index;
    this.clients.push(new Client(badge));
    return this.clients.length - 1;
  }
}

function slabOf(start: Piece): Piece {
  let piece = start;
  while (true) {
    let parent = piece.parent;
    if (!parent) return piece;
    piece = parent;
  }
}

/** What is wrong with a bundle, before anything is done. */
function errorIn(bundle: ObjDescBundle): MemoryError {
  let count: u32 = 0;
  for (let index = 0; index < bundle.objs.length; index++) {
    let each = bundle.objs[index];
    if (!each.isTypeKnown) return MemoryError.ObjTypeInvalid;
    if (!each.isCountValid) return MemoryError.ObjCountInvalid;
    if (each.cptr + each.retypeCount < each.cptr) return MemoryError.ObjCapInvalid;
    count += each.retypeCount;
    if (count > MOST_OBJECTS) return MemoryError.ObjCountInvalid;
  }
  return MemoryError.Success;
}

/** What the kernel refuses is a matter of the slots that the request names: of sizes and types we know better. */
function errorOf(made: KernelError): MemoryError {
  switch (made) {
    case KernelError.DeleteFirst:
    case KernelError.FailedLookup:
    case KernelError.RangeError:
    case KernelError.InvalidCapability:
      return MemoryError.ObjCapInvalid;
    default:
      return MemoryError.UnknownError;
  }
}
