// The invocations behind MemoryManager: untypeds are cut and joined in its own CNode, objects go to the CNode that came
// with a request. At the start it finds how much of each untyped is free: the kernel tells when it is asked for more.
import { CNode, KernelError, ObjectType, word } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { SpareMemory } from 'sel4/spare-memory';
import { Objects } from './global-memory';
import { Slabs } from './slabs';

const SMALLEST_BITS: u32 = 4;
/** Slots of our own CNode that stay free for capabilities in messages. */
const RESERVE: u32 = 4;

export class KernelObjects extends Objects {
  /** The slot of the CNode that came with the request. */
  private node: u32 = 0;
  private cnode: CNode = CSpace.own();
  /** Where an untyped is made to see whether it can be. */
  private probe: u32 = CSpace.allocate();

  /** A request begins, with the slot of its CNode, or 0. What follows takes no memory of the program but for pieces. */
  open(node: u32): void {
    this.node = node;
    if (node != 0) this.cnode = new CNode(node);
  }

  get hasNode(): bool {
    return this.node != 0;
  }

  cut(slot: u32, halfBits: u32): u32 {
    if (!CSpace.hasRoom(2 + RESERVE)) return 0;
    let halves = CSpace.allocateRun(2);
    if (halves == 0) return 0;
    if (
      CSpace.retype(slot, CSpace.root(), ObjectType.Untyped, halfBits, halves, 2) ==
      KernelError.NoError
    )
      return halves;
    CSpace.release(halves);
    CSpace.release(halves + 1);
    return 0;
  }

  join(halves: u32): void {
    CSpace.remove(halves);
    CSpace.remove(halves + 1);
  }

  make(untyped: u32, type: u32, userBits: u32, index: u32): KernelError {
    return CSpace.retype(untyped, this.node, type, userBits, index, 1);
  }

  remove(index: u32, depth: u32): void {
    this.cnode.delete(index, depth);
  }

  isUnused(untyped: u32, bits: u32): bool {
    let error = CSpace.retype(untyped, CSpace.root(), ObjectType.Untyped, bits, this.probe, 1);
    if (error != KernelError.NoError) return false;
    CSpace.empty(this.probe);
    return true;
  }

  revoke(untyped: u32): void {
    CSpace.revoke(untyped);
  }

  /** Adds what there is; gives the bytes of RAM that are in use already. */
  addAll(slabs: Slabs): u64 {
    let overhead: u64 = 0;
    let count = SpareMemory.count();
    for (let index: u32 = 0; index < count; index++)
      if (!SpareMemory.isDevice(index)) overhead += this.addSlabs(slabs, index);
    return overhead;
  }

  private addSlabs(slabs: Slabs, index: u32): u64 {
    let slot = SpareMemory.slot(index);
    let bits = SpareMemory.sizeBits(index);
    if (SpareMemory.isTainted(index)) this.revoke(slot);
    if (this.isUnused(slot, bits)) {
      slabs.add(slot, bits);
      return 0;
    }
    // The kernel has told how much is left. It lies at the end, so its pieces grow with the alignment of its start.
    let left = word(0);
    let used = ((<u64>1) << bits) - left;
    let at = <u32>used;
    while (left >= (<u32>1) << SMALLEST_BITS) {
      let pieceBits = min<u32>(ctz(at), 31 - clz(left));
      let piece = CSpace.allocate();
      if (piece == 0) break;
      if (
        CSpace.retype(slot, CSpace.root(), ObjectType.Untyped, pieceBits, piece, 1) !=
        KernelError.NoError
      ) {
        CSpace.release(piece);
        break;
      }
      slabs.add(piece, pieceBits);
      at += (<u32>1) << pieceBits;
      left -= (<u32>1) << pieceBits;
    }
    return used + left;
  }
}
