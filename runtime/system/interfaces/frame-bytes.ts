// Bytes that lie in frames, whose capabilities are in a CNode: one page of them is mapped at a time. Which copy region
// that happens in is a matter of the component.
import { CNode, KernelError } from 'sel4';
import { CopyRegion } from 'sel4/copy-region';
import { CSpace } from 'sel4/cspace';
import { ImageBytes } from './image-bytes';
import { ObjDescBundle } from './object-descriptors';

export const PAGE_BYTES: u32 = 4096;

const NO_PAGE: u32 = 0xffff_ffff;
const ALL_RIGHTS: u32 = 15;

export class FrameBytes extends ImageBytes {
  private page: u32 = NO_PAGE;
  private slot: u32 = 0;
  private node: CNode;
  /** Whether a frame could not be mapped: what was read then is zero. */
  isBroken: bool = false;

  /** The CNode lies in slot `frames.cnode`; everything in it is pages. */
  constructor(
    private frames: ObjDescBundle,
    private window: CopyRegion,
  ) {
    super();
    this.node = new CNode(frames.cnode);
  }

  get size(): u32 {
    return this.frames.count * PAGE_BYTES;
  }

  /** Within one page no memory is taken, so that much can be read. */
  read(offset: u32, into: Uint8Array): void {
    let first = offset % PAGE_BYTES;
    if (first + <u32>into.length <= PAGE_BYTES) return this.readPart(offset, into);
    let done = 0;
    while (done < into.length) {
      let at = offset + <u32>done;
      let inPage = at % PAGE_BYTES;
      let count = min<u32>(PAGE_BYTES - inPage, <u32>(into.length - done));
      this.readPart(at, into.subarray(done, done + <i32>count));
      done += <i32>count;
    }
  }

  private readPart(offset: u32, into: Uint8Array): void {
    if (this.show(offset / PAGE_BYTES)) this.window.read(offset % PAGE_BYTES, into);
    else into.fill(0);
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
    let depth = this.frames.depth;
    let slot = CSpace.copyFrom(this.node, this.slotOf(page), depth, ALL_RIGHTS);
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
  return CSpace.copyFrom(new CNode(from.cnode), index, from.depth, ALL_RIGHTS);
}
