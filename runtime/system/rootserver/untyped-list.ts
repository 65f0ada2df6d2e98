// Untyped memory: which there is, how much of it is free, and objects made from it. The kernel makes the next object
// of an untyped behind the last one, at a multiple of its size. We keep count of that ourselves, so that the right
// untyped is chosen without asking. First in the list are the untypeds of BootInfo, then pieces that were cut off them.
import {
  BootInfo,
  InitialSlot,
  MAX_UNTYPEDS,
  UntypedMemory,
  isEndOfUntypedMemory,
  untypedMemory,
} from "boot-info";
import { Step } from "load-table";
import { CNode, KernelError, ObjectType } from "sel4";
import { Report } from "./report";

const SLOT_BITS: u32 = 4;
/** Objects that one invocation may make. */
const MOST_OBJECTS: u32 = 256;

export class UntypedList {
  private first: UntypedMemory = untypedMemory();
  private end: UntypedMemory = untypedMemory();
  private length: u32 = 0;
  /** What lies before it is no RAM. */
  private firstRam: UntypedMemory = untypedMemory();
  /** The next empty slot of the kernel's CNode. */
  private emptySlot: u32;
  private kernels: CNode = new CNode(InitialSlot.InitThreadCNode);
  /** That of the last object made at an address: the next one often is in the same. */
  private last: UntypedMemory = untypedMemory();

  /** (1) */
  constructor(
    info: BootInfo,
    private report: Report,
  ) {
    this.emptySlot = info.emptyStart;
    const count = info.untypedEnd - info.untypedStart;
    let hasRam = false;
    for (let index: u32 = 0; index < count; index++) {
      const told = info.untyped(index);
      const each = this.add(info.untypedStart + index, told.physicalAddress, told.sizeBits);
      each.isDevice = told.isDevice;
      each.isTainted = told.isTainted;
      if (!hasRam && !each.isDevice) {
        hasRam = true;
        this.firstRam = each;
      }
    }
    if (!hasRam) this.firstRam = this.end;
  }

  /** Those that are handed over: no more than BootInfo can list. */
  get begin(): UntypedMemory {
    return this.first;
  }

  get count(): u32 {
    return min<u32>(this.length, MAX_UNTYPEDS);
  }

  /** Makes a CNode for ourselves, in a slot of the kernel's CNode. */
  makeCNode(radix: u32): CNode {
    const bits = radix + SLOT_BITS;
    const bytes = (<u32>1) << bits;
    const from = this.best(bytes);
    if (from == this.end) throw new Error(this.report.noMemoryForCNode(bytes));
    const slot = this.emptySlot++;
    this.report.own(from.retype(this.kernels, ObjectType.CNode, radix, slot, 1));
    from.take(from.gap(bytes) + bytes);
    return new CNode(slot);
  }

  /** Objects of one kind anywhere in RAM. Words: type, size for Retype, log2 of the bytes, first place, how many. */
  create(objects: CNode, step: Step): void {
    const bits = step.word(2);
    const bytes = (<u32>1) << bits;
    let place = step.word(3);
    let wanted = step.word(4);
    while (wanted > 0) {
      const from = this.best(bytes);
      if (from == this.end)
        throw new Error(this.report.noMemory(step, place, wanted, this.freeBytes()));
      const gap = from.gap(bytes);
      const count = min(min((from.left - gap) >> bits, wanted), MOST_OBJECTS);
      this.make(from, objects, step, place, count);
      from.take(gap + (count << bits));
      place += count;
      wanted -= count;
    }
  }

  /**
   * One object at a physical address. An untyped gives its memory away from the bottom up; what lies below the
   * address is cut off as smaller untypeds, which join the list, so nothing is lost. Words: type, size for Retype,
   * log2 of the bytes, place, address.
   */
  createAt(objects: CNode, step: Step): void {
    const bytes = (<u32>1) << step.word(2);
    const address = step.word(4);
    const from = this.around(address, bytes);
    if (from == this.end) throw new Error(this.report.notFreeAt(step, address));
    this.last = from;
    while (from.free != address) this.cut(from, address, step);
    this.make(from, objects, step, step.word(3), 1);
    from.take(bytes);
  }

  /**
   * All that is left goes to a CNode of the system. It is moved, not copied: an untyped that has objects cannot be
   * copied, and two owners would be too many. Words: first slot, log2 of the slots.
   */
  handOver(step: Step): void {
    const first = step.word(0);
    const bits = step.word(1);
    const count = this.count;
    const slots = (<u32>1) << bits;
    if (first + count > slots) throw new Error(this.report.noSlots(step, first, count, slots));
    const taker = new CNode(step.target);
    let each = this.first;
    for (let index: u32 = 0; index < count; index++) {
      const error = taker.moveCapability(this.kernels, first + index, bits, each.slot, 32);
      if (error != KernelError.NoError) throw new Error(this.report.refused(step, error));
      each = each.next;
    }
  }

  giveUp(): void {
    for (let each = this.first; each != this.end; each = each.next)
      this.report.own(this.kernels.delete(each.slot, 32));
  }

  private make(from: UntypedMemory, objects: CNode, step: Step, place: u32, count: u32): void {
    const error = from.retype(objects, step.word(0), step.word(1), place, count);
    if (error != KernelError.NoError) throw new Error(this.report.refused(step, error));
  }

  private add(slot: u32, base: u32, sizeBits: u8): UntypedMemory {
    const each = this.end;
    each.slot = slot;
    each.free = base;
    each.left = (<u32>1) << sizeBits;
    each.sizeBits = sizeBits;
    this.end = each.next;
    this.length++;
    return each;
  }

  /** That with the least free memory that still has room: what is large should stay whole for what is large. */
  private best(bytes: u32): UntypedMemory {
    let found = this.end;
    let least = u32.MAX_VALUE;
    for (let each = this.firstRam; each != this.end; each = each.next) {
      const left = each.left;
      if (left >= least || left < bytes) continue;
      if (left - bytes < each.gap(bytes) || each.isDevice || each.isTainted) continue;
      least = left;
      found = each;
    }
    return found;
  }

  /** That whose free part has all bytes at an address. */
  private around(address: u32, bytes: u32): UntypedMemory {
    if (hasAt(this.last, address, bytes)) return this.last;
    let each = this.first;
    while (each != this.end && !hasAt(each, address, bytes)) each = each.next;
    return each;
  }

  /** Cuts off the largest power of two that divides where we are and does not go past the address. */
  private cut(from: UntypedMemory, address: u32, step: Step): void {
    if (isEndOfUntypedMemory(this.end)) throw new Error(this.report.tooManyPieces(step));
    const base = from.free;
    const bits = min<u32>(ctz(base), 31 - clz(address - base));
    const slot = this.emptySlot++;
    const error = from.retype(this.kernels, ObjectType.Untyped, bits, slot, 1);
    if (error != KernelError.NoError) throw new Error(this.report.refused(step, error));
    this.add(slot, base, <u8>bits).isDevice = from.isDevice;
    from.take((<u32>1) << bits);
  }

  private freeBytes(): u32 {
    let sum: u32 = 0;
    for (let each = this.firstRam; each != this.end; each = each.next)
      if (!each.isDevice && !each.isTainted) sum += each.left;
    return sum;
  }
}

function hasAt(memory: UntypedMemory, address: u32, bytes: u32): bool {
  if (address < memory.free) return false;
  const above = address - memory.free;
  return above < memory.left && memory.left - above >= bytes && !memory.isTainted;
}
