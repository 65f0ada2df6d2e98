// (2) The kernel's CNode for us may be too small for a large system, and it cannot grow. So we make an *object CNode*
// of the size that the table asks for, and a root above both of four slots:
//
//     root 0 ── the CNode that the kernel made, with a guard of zeros that fills 32 bits
//          1 ── the object CNode, likewise
//
// A capability pointer below 2^30 then leads where it led before, and PLACES + n to place n.
import { BootInfo, InitialSlot } from "boot-info";
import { LoadTable, SCHED_CONTROL_PLACE } from "load-table";
import { CNode, PageTable, Rights, Thread } from "sel4";
import { UntypedList } from "./untyped-list";
import { Report } from "./report";

const ROOT_BITS: u32 = 2;
const WORD_BITS: u32 = 32;
const ALL_RIGHTS: u32 = Rights.Write | Rights.Read | Rights.Grant | Rights.GrantReply;

export function buildCSpace(
  info: BootInfo,
  table: LoadTable,
  memory: UntypedList,
  report: Report,
): void {
  const kernels = new CNode(InitialSlot.InitThreadCNode);
  const objects = memory.makeCNode(table.radix);
  const root = memory.makeCNode(ROOT_BITS);
  const kernelsGuard = zeros(info.initThreadCNodeSizeBits);
  const objectsGuard = zeros(table.radix);
  report.own(root.mint(kernels, 0, ROOT_BITS, kernels.slot, WORD_BITS, ALL_RIGHTS, kernelsGuard));
  report.own(root.mint(kernels, 1, ROOT_BITS, objects.slot, WORD_BITS, ALL_RIGHTS, objectsGuard));
  // From now on our capability pointers go through the root, which needs no guard. We have no fault handler.
  const self = new Thread(InitialSlot.InitThreadTCB);
  const space = new PageTable(InitialSlot.InitThreadVSpace);
  report.own(self.setSpace(null, root, space, 0, 0));
  // The object CNode has itself, so that steps can name places as where to copy from; and the right to hand out
  // processor time, whose slot only BootInfo tells.
  report.own(objects.copy(kernels, 0, table.radix, objects.slot, WORD_BITS, ALL_RIGHTS));
  report.own(
    objects.copy(
      kernels,
      SCHED_CONTROL_PLACE,
      table.radix,
      info.schedcontrolStart,
      WORD_BITS,
      ALL_RIGHTS,
    ),
  );
}

/** A guard of zeros that makes the bits of a CNode's slots up to those that are left below the root. */
function zeros(slotBits: u32): u32 {
  return (WORD_BITS - ROOT_BITS - slotBits) << 3;
}
