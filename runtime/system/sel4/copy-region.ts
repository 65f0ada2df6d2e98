// A copy region is a hole in a component's address space, where it maps frames for the time that it needs them. Whoever
// reads or writes there while no frame is mapped, or behind it, is stopped by the MMU. Neither call takes memory of the
// program: a component may map hundreds of frames, one after the other, before its memory is reclaimed.
import { invoke } from "./capability";
import { CSpace } from "./cspace";
import { KernelError, LABEL_PAGE_MAP, LABEL_PAGE_UNMAP, Rights } from "./constants";
import { setCapability } from "./message";

const NO_EXECUTE: u32 = 1;

/** The frame whose capability lies in this slot of the component's CNode, at the start of the region. */
export function mapFrame(slot: u32, address: usize): KernelError {
  let rights: u32 = Rights.Read | Rights.Write;
  setCapability(0, CSpace.vspace());
  return <KernelError>invoke(slot, LABEL_PAGE_MAP, 1, 3, <u32>address, rights, NO_EXECUTE, 0);
}

export function unmapFrame(slot: u32): KernelError {
  return <KernelError>invoke(slot, LABEL_PAGE_UNMAP, 0, 0, 0, 0, 0, 0);
}

/** A copy region as an object, for code that does not know which one it works in: `NAME.region` of module `camkes`. */
export class CopyRegion {
  constructor(
    private address: usize,
    private sizeBytes: u32,
  ) {}

  get size(): u32 {
    return this.sizeBytes;
  }

  map(slot: u32): KernelError {
    return mapFrame(slot, this.address);
  }

  unmap(slot: u32): KernelError {
    return unmapFrame(slot);
  }

  /** What is mapped there, from `offset` on. */
  read(offset: u32, into: Uint8Array): void {
    let count = <u32>into.length;
    memory.copy(into.dataStart, this.placeOf(offset, count), count);
  }

  write(offset: u32, from: Uint8Array): void {
    let count = <u32>from.length;
    memory.copy(this.placeOf(offset, count), from.dataStart, count);
  }

  private placeOf(offset: u32, bytes: u32): usize {
    let isInside = offset <= this.sizeBytes && bytes <= this.sizeBytes - offset;
    assert(isInside, "outside of the copy region");
    return this.address + offset;
  }
}
