// Bytes that lie in frames, whose capabilities are in a CNode: one page of them is mapped at a time. Which copy region
// that happens in is a matter of the component.
import { Capability, CNode, KernelError } from 'sel4';
import { CSpace } from 'sel4/cspace';
import { ImageBytes } from './image-bytes';
import { ObjDescBundle } from './object-descriptors';

export const PAGE_BYTES: u32 = 4096;

/** A copy region of the component. */
export abstract class Window {
  abstract map(slot: u32): KernelError;
  abstract unmap(slot: u32): KernelError;
  abstract read(offset: u32, into: Uint8Array): void;
  abstract write(offset: u32, from: Uint8Array): void;
}

const NO_PAGE: u32 = 0xffff_ffff;
const ALL_RIGHTS: u32 = 15;

export class FrameBytes extends ImageBytes {
  private page: u32 = NO_PAGE;
  private slot: u32 = 0;
  /** Whether a frame could not be mapped: what was read then is zero. */
  isBroken: bool = false;

  /** The CNode lies in slot `frames.cnode`; everything in it is pages. */
  constructor(
    private frames: ObjDescBundle,
    private window: Window,
  ) {
    super();
  }

  get size(): u32 {
    return this.frames.count * PAGE_BYTES;
  }

  read(offset: u32, into: Uint8Array): void {
    let done = 0;
    while (done < into.length) {
      let at = offset + <u32>done;
      let inPage = at % PAGE_BYTES;
      let count = min<u32>(PAGE_BYTES - inPage, <u32>(into.length - done));
      let part = into.subarray(done, done + <i32>count);
      if (this.show(at / PAGE_BYTES)) this.window.read(inPage, part);
      else part.fill(0);
      done += <i32>count;
    }
  }

  /** Within one page. */
  writePage(page: u32, from: Uint8Array): bool {
    if (!this.show(page)) return false;
    this.window.write(0, from);
    return true;
  }

  /** Nothing is mapped any more. */
  close(): void {
    if (this.slot == 0) return;
    this.window.unmap(this.slot);
    CSpace.remove(this.slot);
    this.slot = 0;
    this.page = NO_PAGE;
  }

  private show(page: u32): bool {
    if (page == this.page) return true;
    this.close();
    let slot = copyOut(this.frames, this.slotOf(page));
    if (slot == 0 || this.window.map(slot) != KernelError.NoError) {
      if (slot != 0) CSpace.remove(slot);
      this.isBroken = true;
      return false;
    }
    this.slot = slot;
    this.page = page;
    return true;
  }

  private slotOf(page: u32): u32 {
    let left = page;
    for (let index = 0; index < this.frames.objs.length; index++) {
      let each = this.frames.objs[index];
      if (left < each.retypeCount) return each.cptr + left;
      left -= each.retypeCount;
    }
    return NO_PAGE;
  }
}

/** A capability to what another CNode has at an index, in a slot of the component's own; 0: there is none. */
export function copyOut(from: ObjDescBundle, index: u32): u32 {
  let slot = CSpace.allocate();
  if (slot == 0) return 0;
  let node: Capability = new CNode(from.cnode);
  let error = CSpace.own().copy(node, slot, CSpace.depth, index, from.depth, ALL_RIGHTS);
  if (error == KernelError.NoError) return slot;
  CSpace.release(slot);
  return 0;
}
