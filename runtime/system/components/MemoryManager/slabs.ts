// Memory as a tree of halves. Each untyped that the manager was given is a slab; a piece of it is an untyped of its own,
// made by cutting a larger one in two, and holds one object, or several of one request. When both halves are free they
// are taken back and are one again, so that memory that was freed is memory that can be used. What the kernel is to do
// for it is up to a `Cutter`.

/** Pieces are not cut below the smallest object of the kernel. */
const SMALLEST_BITS: u32 = 4;

/** The invocations that cutting and joining need; slots are the cutter's business. */
export abstract class Cutter {
  /** Makes the two halves of an untyped. Gives the slot of the first, the second is the next; 0 when it cannot. */
  abstract cut(slot: u32, halfBits: u32): u32;
  /** Deletes the two halves that `cut` made, whose first slot this is. */
  abstract join(halves: u32): void;
}

export class Piece {
  isUsed: bool = false;
  /** Of one that is used: what it was made, and for whom. */
  type: u8 = 0;
  owner: u8 = 0;
  /** The slot of the first half; 0 while the piece is whole. */
  halves: u32 = 0;
  low: Piece | null = null;
  high: Piece | null = null;

  constructor(
    /** The capability to the untyped. */
    public slot: u32,
    public bits: u8,
    public parent: Piece | null,
  ) {}

  get bytes(): u64 {
    return (<u64>1) << (<u64>this.bits);
  }
}

export class Slabs {
  /** By the power of two, pieces that are whole and not used. */
  private free: Piece[][] = [];
  private all: Piece[] = [];
  freeBytes: u64 = 0;
  usedBytes: u64 = 0;

  constructor(private cutter: Cutter) {
    for (let bits: u32 = 0; bits < 32; bits++) this.free.push([]);
  }

  /** A slab, whole and unused. */
  add(slot: u32, bits: u32): void {
    let slab = new Piece(slot, <u8>bits, null);
    this.freeBytes += slab.bytes;
    this.free[bits].push(slab);
    this.all.push(slab);
  }

  get slabs(): Piece[] {
    return this.all;
  }

  /** Bytes of a slab, or of a piece of it, that are not used. */
  freeBytesOf(piece: Piece): u64 {
    if (piece.isUsed) return 0;
    if (piece.halves == 0) return piece.bytes;
    return this.freeBytesOf(piece.low!) + this.freeBytesOf(piece.high!);
  }

  /** A piece of 2^bits bytes, or of the smallest size that is not below; null when there is none. */
  take(wanted: u32): Piece | null {
    let bits = max(wanted, SMALLEST_BITS);
    let from = bits;
    while (from < 32 && this.free[from].length == 0) from++;
    if (from >= 32) return null;
    let piece = this.free[from].pop();
    while (<u32>piece.bits > bits) {
      if (!this.cut(piece)) {
        this.giveBack(piece);
        return null;
      }
      this.free[piece.bits - 1].push(piece.high!);
      piece = piece.low!;
    }
    piece.isUsed = true;
    this.freeBytes -= piece.bytes;
    this.usedBytes += piece.bytes;
    return piece;
  }

  /** The objects of the piece are deleted: it is free, and one with its other half where that is free, too. */
  release(piece: Piece): void {
    assert(piece.isUsed, 'A piece of memory is given back that is not in use.');
    piece.isUsed = false;
    this.freeBytes += piece.bytes;
    this.usedBytes -= piece.bytes;
    this.giveBack(piece);
  }

  /** Bytes of the largest piece that can be had; 0 when there is none. */
  get largest(): u64 {
    for (let bits: i32 = 31; bits >= 0; bits--)
      if (this.free[bits].length > 0) return (<u64>1) << bits;
    return 0;
  }

  private cut(piece: Piece): bool {
    let halfBits = <u32>piece.bits - 1;
    let halves = this.cutter.cut(piece.slot, halfBits);
    if (halves == 0) return false;
    piece.halves = halves;
    piece.low = new Piece(halves, <u8>halfBits, piece);
    piece.high = new Piece(halves + 1, <u8>halfBits, piece);
    return true;
  }

  private giveBack(start: Piece): void {
    let piece = start;
    while (true) {
      let parent = piece.parent;
      if (!parent) break;
      let other = parent.low == piece ? parent.high! : parent.low!;
      if (other.isUsed || other.halves != 0) break;
      let place = this.free[other.bits].indexOf(other);
      // The other half is being cut: it is neither free nor used.
      if (place < 0) break;
      // The last one takes its place: a splice would make an array each time.
      let list = this.free[other.bits];
      let last = list.pop();
      if (place < list.length) list[place] = last;
      this.cutter.join(parent.halves);
      parent.halves = 0;
      parent.low = null;
      parent.high = null;
      piece = parent;
    }
    this.free[piece.bits].push(piece);
  }
}
