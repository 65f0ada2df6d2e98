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
