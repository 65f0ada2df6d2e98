// A copy region is a hole in a component's address space, where it maps frames for the time that it needs them. Whoever
// reads or writes there while no frame is mapped, or behind it, is stopped by the MMU.
import { CSpace } from "./cspace";
import { KernelError, Rights } from "./constants";
import { Page, PageTable } from "./invocations";

const NO_EXECUTE: u32 = 1;

/** The frame whose capability lies in this slot of the component's CNode, at the start of the region. */
export function mapFrame(slot: u32, address: usize): KernelError {
  let space = new PageTable(CSpace.vspace());
  return new Page(slot).map(space, <u32>address, Rights.Read | Rights.Write, NO_EXECUTE);
}

export function unmapFrame(slot: u32): KernelError {
  return new Page(slot).unmap();
}
