// What MemoryManager makes and takes back: descriptors of objects, in a bundle with the CNode that they go to. The
// numbers of the types are those of the kernel; which is also their place in the enumeration of CantripOS, so that a
// descriptor is a variant without contents and two numbers. A bundle may come from anybody: what it asks for is checked
// here, before anything is made.
import { ObjectType } from 'sel4';
import { Reader, Writer } from 'sel4/postcard';

/** More objects than any request of ours has; a bound for what a request may cost. */
export const MOST_OBJECTS: u32 = 4096;
/** No object of the kernel is larger. */
const MOST_BITS: u32 = 29;
const SLOT_BITS: u32 = 4;
const SMALLEST_CONTEXT_BITS: u32 = 7;

export class ObjDesc {
  constructor(
    public type: u32,
    /** Objects with consecutive slots; for a CNode the log2 of its slots, for an untyped or a context of its bytes. */
    public count: u32,
    /** The first slot, in the CNode of the bundle. */
    public cptr: u32,
  ) {}

  /** The size is told by `count`, so it is one object. */
  get isSized(): bool {
    return (
      this.type == ObjectType.Untyped ||
      this.type == ObjectType.CNode ||
      this.type == ObjectType.SchedContext
    );
  }

  get retypeCount(): u32 {
    return this.isSized ? 1 : this.count;
  }

  /** What the kernel is told of the size. */
  get retypeBits(): u32 {
    return this.isSized ? this.count : 0;
  }

  /** Log2 of the bytes of one object; 0 for a type that there is not, or that is not made for others. */
  get sizeBits(): u32 {
    switch (this.type) {
      case ObjectType.Untyped:
      case ObjectType.SchedContext:
        return this.count;
      case ObjectType.CNode:
        return this.count + SLOT_BITS;
      case ObjectType.TCB:
        return 9;
      case ObjectType.Endpoint:
      case ObjectType.Reply:
        return 4;
      case ObjectType.Notification:
        return 5;
      case ObjectType.Page:
      case ObjectType.PageTable:
        return 12;
      case ObjectType.MegaPage:
        return 22;
      default:
        return 0;
    }
  }

  get sizeBytes(): u64 {
    return (<u64>this.retypeCount) << this.sizeBits;
  }

  get isTypeKnown(): bool {
    return this.type <= <u32>ObjectType.PageTable;
  }

  /** Whether there can be such objects. */
  get isCountValid(): bool {
    if (this.count == 0) return false;
    if (!this.isSized) return this.count <= MOST_OBJECTS;
    if (this.count > MOST_BITS) return false;
    let bits = this.sizeBits;
    if (this.type == ObjectType.Untyped && bits < SLOT_BITS) return false;
    if (this.type == ObjectType.SchedContext && bits < SMALLEST_CONTEXT_BITS) return false;
    return bits <= MOST_BITS;
  }
}

export class ObjDescBundle {
  constructor(
    /** Where the sender has the CNode. Who receives the bundle has it elsewhere. */
    public cnode: u32,
    /** Bits of a slot's address in it. */
    public depth: u8,
    public objs: ObjDesc[],
  ) {}

  /** Objects, all together. */
  get count(): u32 {
    let sum: u32 = 0;
    for (let index = 0; index < this.objs.length; index++) sum += this.objs[index].retypeCount;
    return sum;
  }

  get sizeBytes(): u64 {
    let sum: u64 = 0;
    for (let index = 0; index < this.objs.length; index++) sum += this.objs[index].sizeBytes;
    return sum;
  }

  write(to: Writer): void {
    to.size(this.cnode);
    to.u8(this.depth);
    to.sequence(this.objs.length);
    for (let index = 0; index < this.objs.length; index++) {
      let each = this.objs[index];
      to.variant(each.type);
      to.size(each.count);
      to.size(each.cptr);
    }
  }

  static read(from: Reader): ObjDescBundle {
    let cnode = from.size();
    let depth = from.u8();
    let objs: ObjDesc[] = [];
    for (let left = from.sequence(); left > 0 && !from.isWrong; left--) {
      let type = from.variant();
      let count = from.size();
      let cptr = from.size();
      if (!from.isWrong) objs.push(new ObjDesc(type, count, cptr));
    }
    return new ObjDescBundle(cnode, depth, objs);
  }
}
