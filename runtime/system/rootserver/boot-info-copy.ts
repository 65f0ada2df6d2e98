// A component's copy of BootInfo, or of a piece of the further boot information by its id. Who takes over the untyped
// memory finds its own slots there, not ours: first those of the untypeds, then behind one more those that are empty.
// What is tainted is so in the copy, too: the root server lies in it.
import { BOOT_INFO_BYTES, BootInfo, bootInfoAt, copyBootInfo, copyPiece } from "boot-info";
import { Step } from "load-table";
import { UntypedList } from "./untyped-list";

/** Words: to where, id or 0 for BootInfo itself, offset in it, bytes, then first slot for untypeds and slots, or 0. */
export function copyOfBootInfo(info: BootInfo, step: Step, memory: UntypedList): void {
  const to = step.word(0);
  const id = step.word(1);
  const offset = step.word(2);
  const bytes = step.word(3);
  if (id != 0) {
    // Where there is no such piece, and behind its end, the frame stays as it is.
    const piece = info.piece(id);
    if (piece && offset < piece.length)
      copyPiece(to, piece, offset, min(bytes, piece.length - offset));
    return;
  }
  copyBootInfo(to, info, offset, bytes);
  const firstSlot = step.word(4);
  if (firstSlot != 0 && offset == 0 && bytes >= BOOT_INFO_BYTES)
    tellOwner(bootInfoAt(to), memory, firstSlot, step.word(5));
}

function tellOwner(copy: BootInfo, memory: UntypedList, firstSlot: u32, slots: u32): void {
  const count = memory.count;
  copy.untypedStart = firstSlot;
  copy.untypedEnd = firstSlot + count;
  copy.emptyStart = firstSlot + count + 1;
  copy.emptyEnd = slots;
  // The list again, since some may have been cut.
  let each = memory.begin;
  for (let index: u32 = 0; index < count; index++) {
    const entry = copy.untyped(index);
    entry.physicalAddress = each.base;
    entry.sizeBits = each.sizeBits;
    entry.isDevice = each.isDevice;
    entry.isTainted = each.isTainted;
    each = each.next;
  }
}
